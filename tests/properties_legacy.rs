//! Properties of the legacy evaluator on random configurations: the compiled tables agree with a direct reading of
//! the recorded rules (opensearch.md, rules 8, 17 and 19 above all), more grants never take access away, and the
//! order of roles, users, mappings and rules never changes a verdict.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rolesmith::engine::cluster::{AliasMember, Cluster, DataStream, Index};
use rolesmith::engine::evaluate::opensearch::legacy::{Granted, Legacy};
use rolesmith::engine::evaluate::{Decide, Outcome, Subject};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::{ActionGroup, Configuration, IndexPermission, InternalUser, Role, RoleMapping};
use rolesmith::engine::request::{Body, Request};
use rolesmith::source::Located;

/// 2024-03-22 12:00 UTC.
const NOON: i64 = 1_711_108_800;
const INDICES: [&str; 12] =
    ["logs-1", "logs-2", "logs-2024.03.22", "hr", "ann", "ann-1", "fin-a", "a,b", "-x", ".ds-ds-1", ".ds-ds-2", "ölände"];
const ALIASES: [(&str, &[&str]); 3] = [("al", &["logs-1", "logs-2"]), ("mixed", &["hr", "ann-1"]), ("lone", &["hr"])];
const STREAM: (&str, &[&str]) = ("ds", &[".ds-ds-1", ".ds-ds-2"]);
/// Asked about besides, and in no cluster.
const STRANGERS: [&str; 6] = ["logs-9", "logs-*", "missing", "ann-2", "*", "\"ops\""];
const PATTERNS: [&str; 30] = [
    "*",
    "logs-*",
    "logs-1",
    "hr",
    "al",
    "mix*",
    "ds",
    ".ds-*",
    ".ds-ds-1",
    "l?gs-2",
    "${user.name}",
    "${user.name}-*",
    "${attr.internal.dept}-?",
    "${user.roles}",
    "${attr.internal.nope}*",
    "<logs-{now/d}>",
    "/logs-[0-9]/",
    "/l.*|h.*/",
    "/lo/",
    "/[/",
    "a,b",
    "-x",
    "-*",
    "!hr",
    "_all",
    "**",
    "*-1",
    "?????",
    "lo*s-*1",
    "öl*",
];
const ACTIONS: [&str; 10] = [
    "indices:data/read/search",
    "indices:data/read/get",
    "indices:data/write/index",
    "indices:data/write/delete",
    "indices:admin/create",
    "indices:admin/mapping/put",
    "indices:monitor/stats",
    "indices:made/up",
    "indices:data/read/unheard",
    "Indices:data/read/search",
];
const GRANTS: [&str; 14] = [
    "indices:data/read/search",
    "indices:data/read/*",
    "*",
    "g",
    "h",
    "G",
    "indices:data/write/index",
    "indices:data/*/?et",
    "/indices:data/(read|write)/.*/",
    "indices:made/up",
    "indices:*",
    "*read*",
    "cluster:monitor/*",
    "read",
];
/// What the built-in group `read` holds (catalog of 3.4.0).
const READ: [&str; 3] = ["indices:data/read*", "indices:admin/mappings/fields/get*", "indices:admin/resolve/index"];
const USERS: [&str; 3] = ["ann", "bob", "eve"];

type Rules = Vec<(Vec<usize>, Vec<usize>)>;

#[derive(Debug, Clone)]
struct Case {
    product: Product,
    roles: Vec<Rules>,
    groups: [Vec<usize>; 2],
    /// By user: roles given by a mapping of the name, of a pattern, of a backend role, directly.
    held: [[Vec<usize>; 4]; 3],
    known: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let rule = || (prop::collection::vec(0..PATTERNS.len(), 0..4), prop::collection::vec(0..GRANTS.len(), 0..4));
    let roles = prop::collection::vec(prop::collection::vec(rule(), 0..3), 1..6);
    let group = || prop::collection::vec(0..GRANTS.len(), 0..3);
    let some = || prop::collection::vec(0..6_usize, 0..2);
    let one = move || [some(), some(), some(), some()];
    let product = prop::sample::select(vec![Product::OpenSearch2_19, Product::OpenSearch3_4, Product::OpenSearch3_8]);
    (product, roles, [group(), group()], [one(), one(), one()], prop::bool::weighted(0.9))
        .prop_map(|(product, roles, groups, held, known)| Case { product, roles, groups, held, known })
}

fn located(texts: &[&str], which: &[usize]) -> Vec<Located<String>> {
    which.iter().map(|&at| Located::from(texts[at])).collect()
}

fn cluster(known: bool) -> Arc<Cluster> {
    let mut cluster = Cluster { known, now: Some(NOON), ..Cluster::default() };
    if known {
        cluster.indices = INDICES.iter().map(|name| ((*name).to_owned(), Index::default())).collect();
        for (name, members) in ALIASES {
            let members = members.iter().map(|index| AliasMember { index: (*index).to_owned(), ..AliasMember::default() });
            cluster.aliases.insert(name.to_owned(), members.collect());
        }
        let backing = STREAM.1.iter().map(|index| (*index).to_owned()).collect();
        cluster.data_streams.insert(STREAM.0.to_owned(), DataStream { backing, ..DataStream::default() });
    }
    Arc::new(cluster)
}

fn subject(at: usize) -> Subject {
    let attributes = BTreeMap::from([("attr.internal.dept".to_owned(), "fin".to_owned())]);
    Subject { user: USERS[at].to_owned(), backend_roles: vec![format!("team-{at}")], attributes, ..Subject::default() }
}

/// The case as a configuration; `turned` has everything in the opposite order.
fn configuration(case: &Case, turned: bool) -> Configuration {
    let mut configuration = Configuration::default();
    let group = |members: &[usize]| ActionGroup { allowed_actions: located(&GRANTS, members), ..ActionGroup::default() };
    configuration.action_groups.insert("g".to_owned(), group(&case.groups[0]));
    configuration.action_groups.insert("h".to_owned(), group(&case.groups[1]));
    let mut roles: Vec<usize> = (0..case.roles.len()).collect();
    let mut users: Vec<usize> = (0..USERS.len()).collect();
    if turned {
        roles.reverse();
        users.reverse();
        configuration.action_groups.reverse();
    }
    for &at in &roles {
        let rules = case.roles[at].iter().map(|(patterns, actions)| IndexPermission {
            index_patterns: located(&PATTERNS, patterns),
            allowed_actions: located(&GRANTS, actions),
            ..IndexPermission::default()
        });
        let mut index_permissions: Vec<IndexPermission> = rules.collect();
        if turned {
            index_permissions.reverse();
            for rule in &mut index_permissions {
                rule.index_patterns.reverse();
                rule.allowed_actions.reverse();
            }
        }
        let cluster_permissions = vec![Located::from("indices:data/*")];
        configuration.roles.insert(format!("r{at}"), Role { index_permissions, cluster_permissions, ..Role::default() });
        let mut mapping = RoleMapping::default();
        for &user in &users {
            let [by_name, by_pattern, by_role, _] = &case.held[user];
            let name = USERS[user];
            mapping.users.extend(by_name.iter().filter(|held| **held == at).map(|_| Located::from(name)));
            mapping.users.extend(by_pattern.iter().filter(|held| **held == at).map(|_| Located::bare(format!("{}*", &name[..2]))));
            mapping.backend_roles.extend(by_role.iter().filter(|held| **held == at).map(|_| Located::bare(format!("/team-[{user}]/"))));
        }
        configuration.roles_mapping.insert(format!("r{at}"), mapping);
    }
    for user in users {
        let mut security_roles: Vec<Located<String>> = case.held[user][3].iter().map(|at| Located::bare(format!("r{at}"))).collect();
        if turned {
            security_roles.reverse();
        }
        configuration.internal_users.insert(USERS[user].to_owned(), InternalUser { security_roles, ..InternalUser::default() });
    }
    configuration
}

/// Whether a pattern of the plugin matches a text, written as the rule says it and no other way.
fn matches(pattern: &str, text: &str) -> bool {
    if let Some(regex) = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return regex::Regex::new(&format!("^(?:{regex})$")).is_ok_and(|regex| regex.is_match(text));
    }
    fn wild(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| wild(rest, &text[skip..])),
            Some((one, rest)) => text.split_first().is_some_and(|(found, left)| (*one == '?' || one == found) && wild(rest, left)),
        }
    }
    wild(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
}

/// The evaluator written down from the recorded rules: a table of rules by actions and one of rules by names, each
/// cell by looking at everything.
struct Naive {
    /// By rule: which of [`ACTIONS`].
    actions: Vec<Vec<bool>>,
    /// By user and rule: which of the names asked about.
    names: [Vec<Vec<bool>>; 3],
    /// By user: the rules held.
    held: [Vec<usize>; 3],
}

impl Naive {
    fn new(case: &Case, asked: &[&str]) -> Self {
        let rules: Vec<_> = case.roles.iter().enumerate().flat_map(|(role, rules)| rules.iter().map(move |rule| (role, rule))).collect();
        let actions = rules.iter().map(|(_, (_, written))| {
            let permissions = spread(case, written);
            ACTIONS.iter().map(|action| permissions.iter().any(|permission| matches(permission, action))).collect()
        });
        let names = [0, 1, 2].map(|user| {
            rules
                .iter()
                .map(|(_, (patterns, _))| asked.iter().map(|name| covers(case, patterns, USERS[user], user, name)).collect())
                .collect()
        });
        let held = [0, 1, 2].map(|user: usize| {
            let roles: HashSet<usize> = case.held[user].iter().flatten().copied().collect();
            (0..rules.len()).filter(|rule| roles.contains(&rules[*rule].0)).collect()
        });
        Self { actions: actions.collect(), names, held }
    }

    fn grants(&self, user: usize, action: usize, name: usize) -> bool {
        self.held[user].iter().any(|&rule| self.actions[rule][action] && self.names[user][rule][name])
    }
}

/// Rule 19: nested and cyclic groups come to the union, unknown names are literal actions.
fn spread<'a>(case: &Case, written: &[usize]) -> HashSet<&'a str> {
    let (mut all, mut todo) = (HashSet::new(), written.iter().map(|&at| GRANTS[at]).collect::<Vec<&str>>());
    while let Some(name) = todo.pop() {
        if all.insert(name) {
            match name {
                "g" => todo.extend(case.groups[0].iter().map(|&at| GRANTS[at])),
                "h" => todo.extend(case.groups[1].iter().map(|&at| GRANTS[at])),
                "read" => todo.extend(READ),
                _ => {}
            }
        }
    }
    all
}

/// Rules 8 and 17: by its name, by an alias or data stream that it belongs to; in 3.8 an alias or data stream by all
/// of its members.
fn covers(case: &Case, patterns: &[usize], user: &str, at: usize, name: &str) -> bool {
    let patterns: Vec<String> = patterns
        .iter()
        .map(|&pattern| match PATTERNS[pattern] {
            "<logs-{now/d}>" => "logs-2024.03.22".to_owned(),
            text => text
                .replace("${user.name}", user)
                .replace("${user.roles}", &format!("\"team-{at}\""))
                .replace("${attr.internal.dept}", "fin"),
        })
        .collect();
    let one = |name: &str| patterns.iter().any(|pattern| matches(pattern, name));
    if one(name) {
        return true;
    }
    let families = || ALIASES.into_iter().chain([STREAM]).filter(|_| case.known);
    let by_family = families().any(|(family, members)| members.contains(&name) && one(family));
    let by_members = || {
        case.product == Product::OpenSearch3_8
            && families().any(|(family, members)| family == name && members.iter().all(|member| one(member)))
    };
    by_family || by_members()
}

fn asked() -> Vec<&'static str> {
    let families = ALIASES.iter().map(|(name, _)| *name).chain([STREAM.0]);
    INDICES.into_iter().chain(families).chain(STRANGERS).collect()
}

#[test]
fn the_tables_agree_with_the_recorded_rules_on_a_million_decisions() {
    let names = asked();
    let decisions = Cell::new(0_usize);
    let clusters = [cluster(false), cluster(true)];
    let mut runner = TestRunner::new(Config { cases: 1600, ..Config::default() });
    let ran = runner.run(&case(), |case| {
        let naive = Naive::new(&case, &names);
        let legacy = Legacy::new(case.product, &configuration(&case, false), &clusters[usize::from(case.known)]);
        let table = legacy.index_names(names.iter().copied());
        for (user, named) in USERS.iter().enumerate() {
            let privileges = legacy.privileges(&subject(user));
            for (number, action) in ACTIONS.iter().enumerate() {
                let wanted: Vec<&str> = (0..names.len()).filter(|&name| naive.grants(user, number, name)).map(|name| names[name]).collect();
                let found: Vec<&str> = names.iter().copied().filter(|name| privileges.has_index_privilege(action, name)).collect();
                prop_assert_eq!(&found, &wanted, "{} {}", named, action);
                prop_assert_eq!(&privileges.available(&[action], &table), &wanted);
                decisions.set(decisions.get() + names.len());
            }
            // two actions at once: on each name both or nothing
            let both = (0..names.len()).filter(|&name| naive.grants(user, 0, name) && naive.grants(user, 2, name)).count();
            let granted = privileges.has_index_privileges(&[ACTIONS[0], ACTIONS[2]], &table);
            let wanted = match both {
                0 => Granted::None,
                count if count == names.len() => Granted::Full,
                count => Granted::Partial(count),
            };
            prop_assert_eq!(granted, wanted);
        }
        Ok(())
    });
    ran.unwrap();
    assert!(decisions.get() >= 1_000_000, "{} decisions", decisions.get());
}

/// Requests of one part, on one or several names.
fn request() -> impl Strategy<Value = Request> {
    let name = prop::sample::select(vec!["logs-1", "logs-*", "*", "al", "mixed", "ds", ".ds-*", "missing", "hr", "ann*", "-x", "*,-hr"]);
    let tail =
        prop::sample::select(vec!["_search", "_count", "_field_caps?fields=*", "_mapping", "_settings", "_alias", "_refresh", "_stats"]);
    (prop::collection::vec(name, 1..3), tail).prop_map(|(names, tail)| Request {
        method: "GET".to_owned(),
        path: format!("/{}/{tail}", names.join(",")),
        body: Body::None,
        headers: Vec::new(),
    })
}

fn cases(debug: u32) -> Config {
    Config::with_cases(if cfg!(debug_assertions) { debug } else { debug * 8 })
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn more_grants_never_take_access_away(
        case in case(),
        request in request(),
        role in 0..6_usize,
        patterns in prop::collection::vec(0..PATTERNS.len(), 0..3),
        actions in prop::collection::vec(0..GRANTS.len(), 0..3),
    ) {
        let mut more = case.clone();
        match more.roles.get_mut(role) {
            Some(rules) => rules.push((patterns, actions)),
            None => more.roles.push(vec![(patterns, actions)]),
        }
        let cluster = cluster(case.known);
        let [before, after] = [&case, &more].map(|case| Legacy::new(case.product, &configuration(case, false), &cluster));
        let names = asked();
        for user in 0..USERS.len() {
            let subject = subject(user);
            let (fewer, more) = (before.privileges(&subject), after.privileges(&subject));
            for (action, name) in ACTIONS.iter().flat_map(|action| names.iter().map(move |name| (action, name))) {
                prop_assert!(!fewer.has_index_privilege(action, name) || more.has_index_privilege(action, name), "{action} {name}");
            }
            let outcomes = (before.decide(&subject, &request).outcome, after.decide(&subject, &request).outcome);
            prop_assert!(outcomes.0 != Outcome::Allowed || outcomes.1 == Outcome::Allowed, "{outcomes:?} for {}", request.path);
        }
    }

    #[test]
    fn the_order_of_roles_users_and_rules_never_changes_a_verdict(case in case(), request in request()) {
        let cluster = cluster(case.known);
        let [straight, turned] = [false, true].map(|turned| Legacy::new(case.product, &configuration(&case, turned), &cluster));
        for user in 0..USERS.len() {
            let subject = subject(user);
            let (straight, turned) = (straight.decide(&subject, &request), turned.decide(&subject, &request));
            prop_assert_eq!((straight.outcome, straight.status, straight.reason), (turned.outcome, turned.status, turned.reason));
            prop_assert_eq!((straight.calls, straight.items, straight.unknown), (turned.calls, turned.items, turned.unknown));
        }
    }

    #[test]
    fn what_is_compiled_from_another_configuration_answers_as_what_is_compiled_anew(
        case in case(),
        request in request(),
        role in 0..6_usize,
        patterns in prop::collection::vec(0..PATTERNS.len(), 0..3),
        actions in prop::collection::vec(0..GRANTS.len(), 0..3),
        part in 0..3_usize,
    ) {
        let mut edited = case.clone();
        match part {
            0 => edited.groups[0].extend(actions),
            1 => edited.held[1][3].push(role),
            _ => match edited.roles.get_mut(role) {
                Some(rules) => rules.push((patterns, actions)),
                None => drop(edited.roles.pop()),
            },
        }
        let cluster = cluster(case.known);
        let before = Legacy::new(case.product, &configuration(&case, false), &cluster);
        let old: Vec<_> = (0..USERS.len()).map(|user| before.decide(&subject(user), &request)).collect();
        let anew = Legacy::new(case.product, &configuration(&edited, false), &cluster);
        let after = before.after(case.product, &configuration(&edited, false), &cluster);
        let names = asked();
        for (user, old) in old.into_iter().enumerate() {
            let subject = subject(user);
            let wanted = anew.decide(&subject, &request);
            if before.decides_alike(&after, &subject) {
                prop_assert_eq!(&old, &wanted, "said to be decided alike");
            }
            prop_assert_eq!(&after.decide(&subject, &request), &wanted);
            let (one, two) = (after.privileges(&subject), anew.privileges(&subject));
            for (action, name) in ACTIONS.iter().flat_map(|action| names.iter().map(move |name| (action, name))) {
                prop_assert_eq!(one.has_index_privilege(action, name), two.has_index_privilege(action, name), "{} {}", action, name);
            }
        }
    }
}

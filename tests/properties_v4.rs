//! Properties of the v4 evaluator on random configurations: it agrees with a direct reading of the
//! rules, more grants never take access away, and the order of roles and rules does not matter.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use rolesmith::engine::cluster::{AliasMember, Cluster, DataStream, Index, IndicesOptions};
use rolesmith::engine::evaluate::opensearch::v4::V4;
use rolesmith::engine::evaluate::opensearch::v4::check::{Answer, Ask, Reducible, index_action};
use rolesmith::engine::evaluate::opensearch::v4::groups::Groups;
use rolesmith::engine::evaluate::opensearch::v4::names::Names;

use rolesmith::engine::evaluate::opensearch::v4::privileges::{Access, CompiledRole};
use rolesmith::engine::evaluate::opensearch::v4::protect::Protection;
use rolesmith::engine::evaluate::{Decide, Outcome, Subject};
use rolesmith::engine::model::opensearch::{ActionGroup, Configuration, IndexPermission, Role, RoleMapping, Settings};
use rolesmith::engine::pattern::{Attributes, wildcard};
use rolesmith::engine::request::{Body, Request};
use rolesmith::source::Located;
use serde_json::json;

const NAMES: [&str; 9] = ["logs-1", "logs-2", "hr", "al", "mixed", "ds", ".ds-ds-1", ".sys-1", ".opendistro_security"];
const PATTERNS: [&str; 12] = ["*", "logs-*", "logs-1", "hr", "al", "mix*", "ds", ".ds-*", ".sys-1", "l?gs-2", "${user.name}", ".open*"];
const ACTIONS: [&str; 3] = ["indices:data/read/search", "indices:data/read/get", "indices:data/write/index"];
const GRANTS: [&str; 7] = ["indices:data/read/search", "indices:data/read/*", "*", "g", "h", "system:admin/*", "indices:data/write/index"];

#[derive(Debug, Clone)]
struct Case {
    roles: Vec<Vec<(Vec<usize>, Vec<usize>)>>,
    groups: [Vec<usize>; 2],
    names: BTreeSet<usize>,
    required: BTreeSet<usize>,
    options: IndicesOptions,
    has_pattern: bool,
    reduction: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let rule = (prop::collection::vec(0..PATTERNS.len(), 0..3), prop::collection::vec(0..GRANTS.len(), 0..3));
    let roles = prop::collection::vec(prop::collection::vec(rule, 0..3), 0..4);
    let groups = [prop::collection::vec(0..GRANTS.len(), 0..3), prop::collection::vec(0..GRANTS.len(), 0..3)];
    let names = prop::collection::btree_set(0..NAMES.len(), 0..5);
    let required = prop::collection::btree_set(0..ACTIONS.len(), 1..3);
    let flags = any::<[bool; 6]>();
    (roles, groups, names, required, flags).prop_map(|(roles, groups, names, required, flags)| Case {
        roles,
        groups,
        names,
        required,
        options: IndicesOptions {
            ignore_unavailable: flags[0],
            allow_no_indices: flags[1],
            open: flags[2],
            closed: flags[3],
            ..IndicesOptions::SINGLE_INDEX
        },
        has_pattern: flags[4],
        reduction: flags[5],
    })
}

fn located(texts: &[&str], which: &[usize]) -> Vec<Located<String>> {
    which.iter().map(|&at| Located::bare(texts[at].to_owned())).collect()
}

fn cluster() -> Cluster {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    for name in ["logs-1", "logs-2", "hr", ".ds-ds-1", ".sys-1", ".opendistro_security"] {
        cluster.indices.insert(name.to_owned(), Index::default());
    }
    let members = |names: &[&str]| names.iter().map(|name| AliasMember { index: (*name).to_owned(), ..AliasMember::default() }).collect();
    cluster.aliases.insert("al".to_owned(), members(&["logs-1", "logs-2"]));
    cluster.aliases.insert("mixed".to_owned(), members(&["hr", ".sys-1"]));
    cluster.data_streams.insert("ds".to_owned(), DataStream { backing: vec![".ds-ds-1".to_owned()], ..DataStream::default() });
    cluster
}

fn node() -> Settings {
    let mut node = Settings::default();
    node.set("plugins.security.system_indices.indices", Located::bare(json!([".sys-1"])));
    node
}

fn compiled(case: &Case) -> Vec<CompiledRole> {
    let group = |members: &[usize]| ActionGroup { allowed_actions: located(&GRANTS, members), ..ActionGroup::default() };
    let (g, h) = (group(&case.groups[0]), group(&case.groups[1]));
    let groups = Groups::new([("g", &g), ("h", &h)]);
    case.roles
        .iter()
        .enumerate()
        .filter_map(|(at, rules)| {
            let index_permissions = rules
                .iter()
                .map(|(patterns, actions)| IndexPermission {
                    index_patterns: located(&PATTERNS, patterns),
                    allowed_actions: located(&GRANTS, actions),
                    ..IndexPermission::default()
                })
                .collect();
            CompiledRole::new(&format!("r{at}"), &Role { index_permissions, ..Role::default() }, &groups)
        })
        .collect()
}

fn answer(case: &Case) -> Answer {
    let (cluster, roles) = (cluster(), compiled(case));
    let names = Names::new(&cluster);
    let protection = Protection::new(&node());
    let mapped: Vec<String> = (0..case.roles.len()).map(|at| format!("r{at}")).collect();
    let none = BTreeMap::new();
    let attributes = Attributes { user: "hr", backend_roles: &[], roles: &[], attributes: &none };
    let access = Access::new(&names, &protection, &mapped, roles.iter().collect(), &attributes, None);
    let ask = Ask {
        required: case.required.iter().map(|&at| ACTIONS[at].to_owned()).collect(),
        names: Some(case.names.iter().map(|&at| NAMES[at].to_owned()).collect()),
        has_pattern: case.has_pattern,
        options: case.options,
        reducible: Reducible::Yes,
        sub_actions: Vec::new(),
    };
    index_action(&access, &ask, case.reduction)
}

/// The actions that written permissions stand for.
fn spread(case: &Case, written: &[usize]) -> HashSet<&'static str> {
    let mut all: HashSet<&'static str> = HashSet::new();
    let mut todo: Vec<usize> = written.to_vec();
    while let Some(at) = todo.pop() {
        if all.insert(GRANTS[at]) {
            match GRANTS[at] {
                "g" => todo.extend(&case.groups[0]),
                "h" => todo.extend(&case.groups[1]),
                _ => {}
            }
        }
    }
    all
}

fn rule_covers(patterns: &[usize], name: &str) -> bool {
    let spoken_for_by: &[&str] = match name {
        "logs-1" | "logs-2" => &["al"],
        "hr" | ".sys-1" => &["mixed"],
        ".ds-ds-1" => &["ds"],
        _ => &[],
    };
    patterns.iter().any(|&at| {
        let pattern = PATTERNS[at].replace("${user.name}", "hr");
        std::iter::once(&name).chain(spoken_for_by).any(|name| wildcard(&pattern, name))
    })
}

/// One cell, read straight from the rules of the documentation.
fn cell(case: &Case, action: &str, name: &str) -> bool {
    let rules = || case.roles.iter().flatten();
    let granted = rules()
        .any(|(patterns, written)| spread(case, written).iter().any(|pattern| wildcard(pattern, action)) && rule_covers(patterns, name));
    let opens = |index: &str| {
        rules().any(|(patterns, written)| {
            let names_it = spread(case, written).iter().any(|pattern| *pattern != "*" && wildcard(pattern, "system:admin/system_index"));
            names_it && rule_covers(patterns, index)
        })
    };
    let free = match name {
        ".opendistro_security" => false,
        ".sys-1" | "mixed" => opens(".sys-1"),
        _ => true,
    };
    granted && free
}

fn naive(case: &Case) -> (bool, BTreeSet<&'static str>, Option<BTreeSet<&'static str>>) {
    let required: Vec<&'static str> = case.required.iter().map(|&at| ACTIONS[at]).collect();
    let names: Vec<&'static str> = case.names.iter().map(|&at| NAMES[at]).collect();
    let somewhere = |action: &str| {
        case.roles
            .iter()
            .flatten()
            .any(|(patterns, written)| !patterns.is_empty() && spread(case, written).iter().any(|pattern| wildcard(pattern, action)))
    };
    let nowhere: BTreeSet<&'static str> = required.iter().copied().filter(|action| !somewhere(action)).collect();
    if names.is_empty() {
        return (nowhere.is_empty(), nowhere, None);
    }
    let missing: BTreeSet<&'static str> =
        required.iter().copied().filter(|action| names.iter().any(|name| !cell(case, action, name))).collect();
    if missing.is_empty() {
        return (true, missing, None);
    }
    let pass: BTreeSet<&'static str> =
        names.iter().copied().filter(|name| required.iter().all(|action| cell(case, action, name))).collect();
    let options = case.options;
    if !(case.reduction && (options.ignore_unavailable || (options.open && case.has_pattern))) {
        return (false, missing, None);
    }
    if !pass.is_empty() {
        return (true, BTreeSet::new(), Some(pass));
    }
    if options.allow_no_indices && nowhere.is_empty() {
        let nothing = if options.open || options.closed { ".none*,-*" } else { "-.none*" };
        return (true, BTreeSet::new(), Some(BTreeSet::from([nothing])));
    }
    (false, missing, None)
}

fn lines(answer: &Answer) -> (bool, BTreeSet<&str>, Option<BTreeSet<&str>>) {
    let missing = answer.missing.iter().map(String::as_str).collect();
    (answer.allowed, missing, answer.rewritten_to.as_ref().map(|names| names.iter().map(String::as_str).collect()))
}

/// How much is allowed: everything, these names, nothing at all.
fn extent(answer: &Answer, case: &Case) -> Option<BTreeSet<String>> {
    let all = || case.names.iter().map(|&at| NAMES[at].to_owned()).collect();
    answer.allowed.then(|| match &answer.rewritten_to {
        Some(_) => answer.only_allowed_for.iter().cloned().collect(),
        None => all(),
    })
}

/// The case as a whole configuration, every role mapped to `hr`.
fn whole(case: &Case) -> V4 {
    let mut configuration = Configuration { node: node(), ..Configuration::default() };
    configuration.dynamic.set("privileges_evaluation_ignore_unauthorized_indices", Located::bare(json!(case.reduction)));
    for (at, rules) in case.roles.iter().enumerate() {
        let index_permissions = rules
            .iter()
            .map(|(patterns, actions)| IndexPermission {
                index_patterns: located(&PATTERNS, patterns),
                allowed_actions: located(&GRANTS, actions),
                ..IndexPermission::default()
            })
            .collect();
        let cluster_permissions = vec![Located::bare("indices:data/*".to_owned())];
        configuration.roles.insert(format!("r{at}"), Role { index_permissions, cluster_permissions, ..Role::default() });
        let users = vec![Located::bare("hr".to_owned())];
        configuration.roles_mapping.insert(format!("r{at}"), RoleMapping { users, ..RoleMapping::default() });
    }
    V4::new(configuration, cluster())
}

/// Requests made of parts that mean something, and of parts that do not.
fn request() -> impl Strategy<Value = Request> {
    let name = prop::sample::select(vec![
        "logs-1",
        "logs-*",
        "*",
        "_all",
        "-logs-1",
        "al",
        "mixed",
        "ds",
        ".ds-*",
        "missing",
        "<logs-{now/d}>",
        "%3Cx%3E",
        "",
        "_x",
        "ä*",
        "a,b",
    ]);
    let tail = prop::sample::select(vec![
        "_search",
        "_doc/1",
        "_update/1",
        "_bulk",
        "_alias",
        "_alias/a*",
        "_mapping",
        "_close",
        "_rollover",
        "_clone/x",
        "_settings",
        "_count",
        "_field_caps?fields=*",
        "_delete_by_query",
        "",
        "_x/_y/_z",
        "_search?expand_wildcards=closed",
        "_search?ignore_unavailable&x=%zz",
    ]);
    let method = prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", ""]);
    let body = prop::sample::select(vec![
        Body::None,
        Body::Text("{".to_owned()),
        Body::Json(json!({"query": {"match_all": {}}, "profile": true})),
        Body::Json(json!({"actions": [{"add": {"index": "logs-*", "alias": "n"}}, {"remove_index": {"index": "hr"}}]})),
        Body::Lines(vec![
            json!({"index": {"_index": "al", "_id": "1"}}),
            json!({"n": 1}),
            json!({"delete": {"_index": "logs-2", "_id": "1"}}),
        ]),
        Body::Lines(vec![json!([]), json!(null)]),
    ]);
    let tenant = prop::option::of(prop::sample::select(vec!["", "__user__", "t"]));
    (method, prop::collection::vec(name, 0..3), tail, body, tenant).prop_map(|(method, names, tail, body, tenant)| Request {
        method: method.to_owned(),
        path: if names.is_empty() { format!("/{tail}") } else { format!("/{}/{tail}", names.join(",")) },
        body,
        headers: tenant.into_iter().map(|tenant| ("securitytenant".to_owned(), tenant.to_owned())).collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_request_is_answered_and_explained_alike(case in case(), request in request()) {
        let v4 = whole(&case);
        let subject = Subject { user: "hr".to_owned(), ..Subject::default() };
        let (decided, explained) = (v4.decide(&subject, &request), v4.explain(&subject, &request));
        prop_assert_eq!((decided.status, &decided.reason), (explained.status, &explained.reason));
        prop_assert_eq!(&decided.items, &explained.items);
        prop_assert!(decided.outcome != Outcome::Denied || decided.status.is_some());
        for call in explained.calls.iter().filter(|call| call.allowed && call.reduced.is_none()) {
            prop_assert!(call.cells.iter().all(|cell| cell.granted_by.is_some()), "no verdict without evidence: {call:?}");
        }
    }

    #[test]
    fn the_compiled_evaluator_agrees_with_a_direct_one(case in case()) {
        let compiled = answer(&case);
        prop_assert_eq!(lines(&compiled), naive(&case));
    }

    #[test]
    fn more_grants_never_take_access_away(case in case(), role in 0..4_usize, patterns in prop::collection::vec(0..PATTERNS.len(), 0..3), actions in prop::collection::vec(0..GRANTS.len(), 0..3)) {
        let before = extent(&answer(&case), &case);
        let mut more = case.clone();
        match more.roles.get_mut(role) {
            Some(rules) => rules.push((patterns, actions)),
            None => more.roles.push(vec![(patterns, actions)]),
        }
        let after = extent(&answer(&more), &more);
        if let Some(before) = before {
            let after = after.expect("what was allowed stays allowed");
            prop_assert!(before.is_subset(&after), "{before:?} shrank to {after:?}");
        }
    }

    #[test]
    fn the_order_of_roles_and_rules_does_not_matter(case in case()) {
        let mut turned = case.clone();
        turned.roles.reverse();
        turned.roles.iter_mut().for_each(|rules| rules.reverse());
        prop_assert_eq!(answer(&case), answer(&turned));
    }
}

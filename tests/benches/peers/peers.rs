//! The same question to cedar-policy and casbin: may this user search this index? The roles of the workload
//! (`../support/workload.rs`) are put into their words, every verdict must agree, and what one decision takes stands
//! beside what the evaluator takes.
//!
//! `cargo bench --manifest-path tests/benches/peers/Cargo.toml`
//!
//! What is put into their words: which roles the user holds, which roles grant searching, and their index patterns.
//! Cedar has a `permit` for each role, with the patterns as `like`; casbin has a policy line for each pattern, matched
//! by its `keyMatch`. Neither has a pattern for one digit of `[0-4]`, so the regular expressions of the workload, which
//! end in `[0-4]\d`, become five prefixes: on the workload's names the same.
//!
//! What cannot be: action groups and patterns of actions (they are resolved here, before the peers see them), the names
//! that an expression such as `team0*` stands for, a request with several indices that is allowed in part, its further
//! transport actions, document- and field-level security, and the evidence. So each peer is asked for one name at a time.

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::task::{Context as Task, Poll, Waker};

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression};
use rolesmith::engine::evaluate::opensearch::legacy::Legacy;
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::Configuration;
use support::{Row, Table, best, cluster, configuration, exact_random, index_names, once, user};

const SEARCH: &str = "indices:data/read/search";
const HELD: usize = 10;
const USER: &str = "user10";
/// So many random names, most of them denied, and so many that are allowed, where there are as many.
const RANDOM: usize = 200;
const ALLOWED: usize = 100;

fn main() {
    let cluster = cluster();
    for roles in [100, 1000, 10_000] {
        let configuration = configuration(roles, &[HELD]);
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &cluster);
        let privileges = legacy.privileges(&user(USER));
        let may = |name: &String| privileges.has_index_privilege(SEARCH, name);
        let mut names: Vec<String> = exact_random().into_iter().take(RANDOM).collect();
        names.extend(index_names().into_iter().filter(may).take(ALLOWED));
        let expected: Vec<bool> = names.iter().map(may).collect();
        let allowed = expected.iter().filter(|allowed| **allowed).count();
        assert!(allowed >= ALLOWED, "{allowed} allowed");

        let mut table =
            Table::new(&format!("may a user with {HELD} of {roles} roles search one index? (ratio: the peer's time over ours)"));
        let mut row = |what: &str, ours: f64, theirs: f64, peer| {
            table.row(Row { what: format!("  {what}"), measured: ours, reference: Some((theirs, peer)), budget: None });
        };
        let build = once(3, || {
            Legacy::new(Product::OpenSearch3_4, &configuration, &cluster).privileges(&user(USER)).has_index_privilege(SEARCH, &names[0])
        });
        let one = best(|at| may(&names[at % names.len()]));

        let cedar = Cedar::new(&configuration);
        assert_eq!(names.iter().map(|name| cedar.allows(name)).collect::<Vec<_>>(), expected, "cedar-policy says otherwise");
        row("build", build, once(3, || Cedar::new(&configuration)), "cedar-policy 4.14");
        row("one decision", one, over(&names, |name| cedar.allows(name)), "cedar-policy 4.14");

        let enforcer = casbin(&configuration);
        let asks_casbin = |name: &str| enforcer.enforce((USER, name, "search")).expect("casbin answers");
        assert_eq!(names.iter().map(|name| asks_casbin(name)).collect::<Vec<_>>(), expected, "casbin says otherwise");
        row("build", build, once(3, || casbin(&configuration)), "casbin 2.20");
        row("one decision", one, over(&names, asks_casbin), "casbin 2.20");
        println!("  {} decisions, {allowed} of them allowed: the same verdicts by all three", names.len());
    }
}

/// Nanoseconds of one decision, each name asked once.
fn over(names: &[String], ask: impl Fn(&str) -> bool) -> f64 {
    once(1, || names.iter().filter(|name| ask(name)).count()) / names.len() as f64
}

/// What of a role is about searching, in patterns that end in `*` or have none.
fn patterns(configuration: &Configuration, role: &str) -> BTreeSet<String> {
    let rule = &configuration.roles[role].index_permissions[0];
    let searches = ["read", "crud", "indices:data/read/search*"];
    if !rule.allowed_actions.iter().any(|action| searches.contains(&action.as_str())) {
        return BTreeSet::new();
    }
    let written = rule.index_patterns.iter().map(|pattern| pattern.as_str());
    let plain = written.flat_map(|pattern| match pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix(r"[0-4]\d/")) {
        Some(prefix) => (0..5).map(|digit| format!("{prefix}{digit}*")).collect(),
        None => vec![pattern.to_owned()],
    });
    // a role may name a pattern twice
    plain.collect()
}

fn held(configuration: &Configuration) -> impl Iterator<Item = &str> {
    configuration.internal_users[USER].security_roles.iter().map(|role| role.as_str())
}

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    /// Who asks, for what, of what.
    asked: [EntityUid; 3],
}

impl Cedar {
    fn new(configuration: &Configuration) -> Self {
        let mut text = String::new();
        for role in configuration.roles.keys() {
            let likes: Vec<String> =
                patterns(configuration, role).iter().map(|pattern| format!("context.index like \"{pattern}\"")).collect();
            if !likes.is_empty() {
                text.push_str(&format!(
                    "permit(principal in Role::\"{role}\", action == Action::\"search\", resource) when {{ {} }};\n",
                    likes.join(" || ")
                ));
            }
        }
        let parents = held(configuration).map(|role| uid("Role", role)).collect();
        let person = Entity::new_no_attrs(uid("User", USER), parents);
        Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(&text).expect("policies"),
            entities: Entities::from_entities([person], None).expect("one user"),
            asked: [uid("User", USER), uid("Action", "search"), uid("Cluster", "one")],
        }
    }

    fn allows(&self, index: &str) -> bool {
        let index = [("index".to_owned(), RestrictedExpression::new_string(index.to_owned()))];
        let context = Context::from_pairs(index).expect("a context");
        let [person, action, resource] = self.asked.clone();
        let request = Request::new(person, action, resource, context, None).expect("a request");
        self.authorizer.is_authorized(&request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}

fn uid(kind: &str, name: &str) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::\"{name}\"")).expect("a name")
}

const MODEL: &str = "[request_definition]\nr = sub, obj, act\n[policy_definition]\np = sub, obj, act\n[role_definition]\ng = _, _\n\
                     [policy_effect]\ne = some(where (p.eft == allow))\n\
                     [matchers]\nm = g(r.sub, p.sub) && keyMatch(r.obj, p.obj) && r.act == p.act\n";

fn casbin(configuration: &Configuration) -> Enforcer {
    at_once(async {
        let model = DefaultModel::from_str(MODEL).await.expect("a model");
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await.expect("an enforcer");
        let lines = configuration.roles.keys().flat_map(|role| {
            let line = |pattern| vec![role.clone(), pattern, "search".to_owned()];
            patterns(configuration, role).into_iter().map(line)
        });
        enforcer.add_policies(lines.collect()).await.expect("policies");
        let held = held(configuration).map(|role| vec![USER.to_owned(), role.to_owned()]).collect();
        enforcer.add_grouping_policies(held).await.expect("roles held");
        enforcer
    })
}

/// The result of work that never waits for anything.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    match std::pin::pin!(work).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("nothing here waits"),
    }
}

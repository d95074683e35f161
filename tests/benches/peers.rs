//! The same question to cedar-policy and casbin: may this user search this index? The roles of the workload are
//! translated to their policies, the verdicts must agree, and what each takes stands beside what the evaluator takes.
//!
//! `cargo bench --bench peers --features peers`; the feature keeps both out of every other build.

mod support;

use std::str::FromStr;
use std::task::{Context as Task, Poll, Waker};

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression};
use rolesmith::engine::evaluate::opensearch::legacy::Legacy;
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::Configuration;
use support::{Row, Table, cluster, configuration, exact_random, once, user};

const SEARCH: &str = "indices:data/read/search";
const HELD: usize = 10;
/// How many of the random indices the peers are asked about.
const ASKED: usize = 200;

fn main() {
    let cluster = cluster();
    let names: Vec<String> = exact_random().into_iter().take(ASKED).collect();
    for roles in [100, 1000, 10_000] {
        let mut table = Table::new(&format!("may a user with {HELD} of {roles} roles search one index?"));
        let configuration = configuration(roles, &[HELD]);
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &cluster);
        let privileges = legacy.privileges(&user("user10"));
        let expected: Vec<bool> = names.iter().map(|name| privileges.has_index_privilege(SEARCH, name)).collect();
        let allowed = expected.iter().filter(|allowed| **allowed).count();
        let ours = support::best(|at| privileges.has_index_privilege(SEARCH, &names[at % names.len()]));
        println!("{allowed} of {ASKED} allowed");
        table.row(Row { what: "rolesmith".to_owned(), measured: ours, reference: None, budget: None });
        let mut peer = |what: &str, verdicts: &mut dyn FnMut() -> Vec<bool>| {
            assert_eq!(verdicts(), expected, "{what}: the same verdicts");
            let one = once(1, || verdicts()) / ASKED as f64;
            table.row(Row { what: format!("  {what}, to be compared with"), measured: ours, reference: Some((one, "the peer")), budget: None });
        };
        let (policies, entities) = cedar(&configuration);
        let authorizer = Authorizer::new();
        peer("cedar-policy", &mut || names.iter().map(|name| asks_cedar(&authorizer, &policies, &entities, name)).collect());
        let enforcer = casbin(&configuration);
        peer("casbin", &mut || names.iter().map(|name| enforcer.enforce(("user10", name.as_str(), "search")).unwrap()).collect());
    }
}

/// What of a role is about searching: its patterns as prefixes with `*`, and exact names. A regular expression of the
/// workload is a class of one digit.
fn patterns(configuration: &Configuration, role: &str) -> Vec<String> {
    let rule = &configuration.roles[role].index_permissions[0];
    let searches = ["read", "crud", "indices:data/read/search*"];
    if !rule.allowed_actions.iter().any(|action| searches.contains(&action.as_str())) {
        return Vec::new();
    }
    let written = rule.index_patterns.iter().map(|pattern| pattern.as_str());
    written
        .flat_map(|pattern| match pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix(r"[0-4]\d/")) {
            Some(prefix) => (0..5).map(|digit| format!("{prefix}{digit}*")).collect(),
            None => vec![pattern.to_owned()],
        })
        .collect()
}

fn held(configuration: &Configuration) -> Vec<String> {
    configuration.internal_users["user10"].security_roles.iter().map(|role| role.value.clone()).collect()
}

fn uid(kind: &str, name: &str) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::\"{name}\"")).unwrap()
}

fn cedar(configuration: &Configuration) -> (PolicySet, Entities) {
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
    let parents = held(configuration).iter().map(|role| uid("Role", role)).collect();
    let person = Entity::new_no_attrs(uid("User", "user10"), parents);
    (PolicySet::from_str(&text).unwrap(), Entities::from_entities([person], None).unwrap())
}

fn asks_cedar(authorizer: &Authorizer, policies: &PolicySet, entities: &Entities, index: &str) -> bool {
    let context = Context::from_pairs([("index".to_owned(), RestrictedExpression::new_string(index.to_owned()))]).unwrap();
    let request = Request::new(uid("User", "user10"), uid("Action", "search"), uid("Cluster", "one"), context, None).unwrap();
    authorizer.is_authorized(&request, policies, entities).decision() == Decision::Allow
}

const MODEL: &str = "[request_definition]\nr = sub, obj, act\n[policy_definition]\np = sub, obj, act\n[role_definition]\ng = _, _\n\
                     [policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\nm = g(r.sub, p.sub) && keyMatch(r.obj, p.obj) && r.act == p.act\n";

fn casbin(configuration: &Configuration) -> Enforcer {
    at_once(async {
        let model = DefaultModel::from_str(MODEL).await.unwrap();
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await.unwrap();
        let rules = configuration.roles.keys().flat_map(|role| {
            let rule = |pattern| vec![role.clone(), pattern, "search".to_owned()];
            patterns(configuration, role).into_iter().map(rule)
        });
        // a role may name a pattern twice
        let rules: std::collections::BTreeSet<Vec<String>> = rules.collect();
        enforcer.add_policies(rules.into_iter().collect()).await.unwrap();
        let held = held(configuration).into_iter().map(|role| vec!["user10".to_owned(), role]).collect();
        enforcer.add_grouping_policies(held).await.unwrap();
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

//! Studies of tuning: on random roles and workloads, what is learned allows the workload and nothing else,
//! what is pruned is minimal, what is repaired passes, and a claimed "no gain" holds under trying everything.

use std::sync::Arc;

use rayon::prelude::*;
use rolesmith::engine::change::{Change, same};
use rolesmith::engine::cluster::{Cluster, Index};
use rolesmith::engine::compare::{Holding, gained, pairs};
use rolesmith::engine::evaluate::opensearch::v4::{V4, actions::is_cluster};
use rolesmith::engine::evaluate::{Decide, Indices, Outcome, Subject};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, IndexPermission, InternalUser, Role, RoleMapping};
use rolesmith::engine::request::Request;
use rolesmith::engine::scenario::{Case, Expectation, Scenario};
use rolesmith::engine::tune::repair::{Bench, repairs};
use rolesmith::engine::tune::{Facts, Generalisation, Grant, Judge, Observation, ScenarioJudge, Sighting, draft, merge, prune};
use rolesmith::source::Located;

const NAMES: [&str; 8] =
    ["logs-2026.11.01", "logs-2026.11.02", "logs-2026.11.03", "hr", "metrics-cpu", "metrics-mem", "app-000001", "app-000002"];
const ACTIONS: [&str; 7] =
    ["read", "write", "search", "crud", "indices:data/read/get", "indices:data/write/index", "indices:monitor/stats"];
const PATTERNS: [&str; 8] = ["logs-*", "logs-2026.11.01", "hr", "metrics-*", "metrics-cpu", "app-*", "*", "h?"];
const CLUSTER: [&str; 4] = ["cluster_composite_ops", "cluster_monitor", "cluster:monitor/main", "indices:data/write/bulk"];

/// splitmix64: small, seeded, the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 33) as usize % n
    }

    fn some(&mut self, from: &[&str], most: usize) -> Vec<Located<String>> {
        (0..1 + self.below(most)).map(|_| Located::from(from[self.below(from.len())])).collect()
    }
}

fn cluster() -> Cluster {
    Cluster { indices: NAMES.iter().map(|name| ((*name).to_owned(), Index::default())).collect(), known: true, ..Cluster::default() }
}

fn compile(configuration: &Configuration) -> Arc<dyn Decide> {
    Arc::new(V4::new(configuration.clone(), cluster()))
}

fn with_role(name: &str, role: Role) -> Configuration {
    let mapping = RoleMapping { users: vec![Located::from("svc")], ..RoleMapping::default() };
    Configuration {
        roles: [(name.to_owned(), role)].into_iter().collect(),
        roles_mapping: [(name.to_owned(), mapping)].into_iter().collect(),
        internal_users: [("svc".to_owned(), InternalUser::default())].into_iter().collect(),
        ..Configuration::default()
    }
}

fn random_role(random: &mut Random) -> Role {
    let rules = (0..1 + random.below(3)).map(|_| IndexPermission {
        index_patterns: random.some(&PATTERNS, 3),
        allowed_actions: random.some(&ACTIONS, 3),
        ..IndexPermission::default()
    });
    let index_permissions = rules.collect();
    Role { cluster_permissions: random.some(&CLUSTER, 3), index_permissions, ..Role::default() }
}

fn random_request(random: &mut Random) -> Request {
    let name = NAMES[random.below(NAMES.len())];
    let (method, path) = match random.below(7) {
        0 => ("GET", "/".to_owned()),
        1 => ("GET", "/_cluster/health".to_owned()),
        2 => ("GET", format!("/{name}/_search")),
        3 => ("GET", format!("/{name}/_doc/1")),
        4 => ("PUT", format!("/{name}/_doc/1")),
        5 => ("DELETE", format!("/{name}/_doc/1")),
        _ => ("GET", format!("/{name}/_stats")),
    };
    Request { method: method.to_owned(), path, ..Request::default() }
}

fn svc() -> Subject {
    Subject { user: "svc".to_owned(), ..Subject::default() }
}

/// The facts that an audit log would hold of these requests.
fn log(decide: &dyn Decide, requests: &[Request]) -> Facts {
    let mut facts = Facts::default();
    for (number, request) in requests.iter().enumerate() {
        for call in decide.decide(&svc(), request).calls {
            let indices = match &call.indices {
                Indices::Names(names) if !is_cluster(&call.action) => names.clone(),
                _ => Vec::new(),
            };
            for action in call.required {
                facts.add(
                    Observation { user: "svc".into(), action, indices: indices.clone(), granted: call.allowed },
                    Sighting { count: 1, line: number as u64 + 1, ..Sighting::default() },
                );
            }
        }
    }
    facts
}

fn apply(changes: &[Change], mut configuration: Configuration) -> Configuration {
    for change in changes {
        change.apply(&mut configuration).expect("a change that was offered applies");
    }
    configuration
}

#[test]
fn a_learned_role_allows_its_workload_and_nothing_that_the_true_role_does_not() {
    let mut ratios: Vec<f64> = (0..300u64)
        .into_par_iter()
        .filter_map(|seed| {
            let mut random = Random(seed);
            let truth = with_role("truth", random_role(&mut random));
            let decide = compile(&truth);
            let workload: Vec<Request> = (0..12)
                .map(|_| random_request(&mut random))
                .filter(|request| decide.decide(&svc(), request).outcome == Outcome::Allowed)
                .collect();
            let facts = log(&*decide, &workload);
            let empty = with_role("learned", Role::default());
            let learned = |how| {
                let draft = draft(&facts, "svc", how, is_cluster);
                apply(&merge(&draft, "learned", &empty, Product::OpenSearch3_8), empty.clone())
            };
            let exact = learned(Generalisation::Exact);
            let replayed = compile(&exact);
            for request in &workload {
                let verdict = replayed.decide(&svc(), request);
                assert_eq!(verdict.outcome, Outcome::Allowed, "seed {seed}: {request} of {workload:?}: {:?}", verdict.reason);
            }
            let (true_roles, learned_roles) = (["truth".to_owned()], ["learned".to_owned()]);
            let truth = Holding { configuration: &truth, product: Product::OpenSearch3_8, roles: &true_roles, subject: None };
            let narrow = Holding { configuration: &exact, product: Product::OpenSearch3_8, roles: &learned_roles, subject: None };
            assert_eq!(gained(truth, narrow, is_cluster), [], "seed {seed}");
            let series = learned(Generalisation::Series);
            let wide = Holding { configuration: &series, ..narrow };
            let needed = pairs(narrow, &cluster(), is_cluster);
            (needed > 0).then(|| pairs(wide, &cluster(), is_cluster) as f64 / needed as f64)
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "overgrant of learned series over the exact need: median {:.2}, worst {:.2}, {} studies",
        ratios[ratios.len() / 2],
        ratios[ratios.len() - 1],
        ratios.len()
    );
    assert!(ratios.len() > 150);
    assert!(ratios.iter().all(|&ratio| ratio >= 1.0));
}

fn random_scenario(random: &mut Random, configuration: &Configuration) -> Scenario {
    let decide = compile(configuration);
    let cases = (0..4).map(|number| {
        let request = random_request(random);
        let outcome = decide.decide(&svc(), &request).outcome;
        let expect = [("svc".to_owned(), Expectation { outcome, reason: None, place: None })].into_iter().collect();
        Case { name: number.to_string(), users: vec![Located::from("svc")], request, expect, place: None }
    });
    Scenario { cases: cases.collect(), ..Scenario::default() }
}

#[test]
fn pruning_ends_where_removing_anything_breaks_an_expectation() {
    // a build without optimisation takes a quarter of the cases, for time
    let cases = if cfg!(debug_assertions) { 250 } else { 1000 };
    let removed: usize = (0..cases as u32)
        .into_par_iter()
        .map(|seed| {
            let mut random = Random(u64::from(seed) << 20);
            let configuration = with_role("r", random_role(&mut random));
            let scenario = random_scenario(&mut random, &configuration);
            let judge = ScenarioJudge::new(&scenario, &configuration, &compile);
            let pruned = prune(&configuration, Product::OpenSearch3_8, "r", &judge);
            let after = pruned.last_state.expect("the expectations were taken from the configuration");
            let replayed = apply(&pruned.changes, configuration.clone());
            assert!(same(DocumentKind::Roles, &replayed, &after), "seed {seed}: the changes do not lead to the pruned state");
            assert!(judge.holds(&after), "seed {seed}");
            for grant in Grant::of_role(&after, "r") {
                let less = apply(&[grant.removal().unwrap()], after.clone());
                assert!(!judge.holds(&less), "seed {seed}: {grant:?} could go too");
            }
            let roles = ["r".to_owned()];
            let holding = |configuration| Holding { configuration, product: Product::OpenSearch3_8, roles: &roles, subject: None };
            assert_eq!(gained(holding(&configuration), holding(&after), is_cluster), [], "seed {seed}: pruning opened something");
            Grant::of_role(&configuration, "r").len().saturating_sub(Grant::of_role(&after, "r").len())
        })
        .sum();
    println!("grants fewer after pruning {cases} roles: {removed}");
    assert!(removed > 0);
}

#[test]
fn a_claim_of_no_gain_holds_on_every_name_and_action() {
    let (mut proofs, mut examples) = (0, 0);
    for seed in 0..1000u64 {
        let mut random = Random(seed << 32);
        let (before, after) = (with_role("r", random_role(&mut random)), with_role("r", random_role(&mut random)));
        let roles = ["r".to_owned()];
        let holding = |configuration| Holding { configuration, product: Product::OpenSearch3_8, roles: &roles, subject: None };
        let gains = gained(holding(&before), holding(&after), is_cluster);
        if gains.is_empty() {
            proofs += 1;
            let (old, new) = (pairs(holding(&before), &cluster(), is_cluster), pairs(holding(&after), &cluster(), is_cluster));
            assert!(new <= old, "seed {seed}: {new} pairs from {old} without a gain");
        }
        for gain in gains {
            assert_eq!(gain.unknown, None);
            let Some(name) = gain.index else { continue };
            examples += 1;
            // the example is a name on which the one side grants and the other does not: ask with only that name
            let universe = Cluster { indices: [(name.clone(), Index::default())].into_iter().collect(), known: true, ..Cluster::default() };
            let with = |configuration: &Configuration| {
                let request = Request { method: "GET".into(), path: format!("/{name}/_search"), ..Request::default() };
                V4::new(configuration.clone(), universe.clone()).decide(&svc(), &request).outcome
            };
            if gain.action == "indices:data/read/search" {
                assert_eq!((with(&before), with(&after)), (Outcome::Denied, Outcome::Allowed), "seed {seed}: {name}");
            }
        }
    }
    println!("1,000 pairs: {proofs} proofs, {examples} examples");
    assert!(proofs > 10 && examples > 100);
}

#[test]
fn every_repair_makes_the_request_pass_and_the_cheapest_comes_first() {
    let mut random = Random(7);
    let nothing = Scenario::default();
    let cluster = cluster();
    let mut tried = 0;
    for _ in 0..40 {
        let configuration = with_role("r", random_role(&mut random));
        let request = random_request(&mut random);
        if compile(&configuration).decide(&svc(), &request).outcome != Outcome::Denied {
            continue;
        }
        tried += 1;
        let bench = Bench {
            configuration: &configuration,
            product: Product::OpenSearch3_8,
            cluster: &cluster,
            scenario: &nothing,
            compile: &compile,
            is_cluster,
        };
        let found = repairs(&bench, &svc(), std::slice::from_ref(&request));
        assert!(found.len() >= 2, "{request}: {} repairs", found.len());
        for repair in &found {
            let after = apply(&repair.changes, configuration.clone());
            assert_eq!(compile(&after).decide(&svc(), &request).outcome, Outcome::Allowed, "{}", repair.title);
        }
        assert!(found.is_sorted_by_key(|repair| repair.price.pairs), "ranked by what they open");
    }
    assert!(tried > 10);
}

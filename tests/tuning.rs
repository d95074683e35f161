//! Studies of tuning: on random roles and workloads, what is learned allows the workload and nothing else,
//! what is pruned is minimal, what is repaired passes, and a claimed "no gain" holds under trying everything.

mod support;

use std::sync::Arc;

use rayon::prelude::*;
use rolesmith::engine::catalog::opensearch::actions;
use rolesmith::engine::change::{Change, same};
use rolesmith::engine::cluster::{Cluster, Index};
use rolesmith::engine::compare::{Holding, Kept, Looking, gained, granted, lifted, pairs};
use rolesmith::engine::evaluate::opensearch::v4::{V4, actions::is_cluster};
use rolesmith::engine::evaluate::{Decide, Indices, Outcome, Sight, Subject};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, IndexPermission, InternalUser, Role, RoleMapping};
use rolesmith::engine::request::Request;
use rolesmith::engine::scenario::{Case, Expectation, Scenario};
use rolesmith::engine::tune::repair::{Bench, Denial, Search, joint, repairs};
use rolesmith::engine::tune::{Extent, Facts, Generalisation, Grant, Judge, Observation, ScenarioJudge, Sighting, draft, merge, prune};
use rolesmith::source::Located;
use support::dice::Dice;

const NAMES: [&str; 8] =
    ["logs-2026.11.01", "logs-2026.11.02", "logs-2026.11.03", "hr", "metrics-cpu", "metrics-mem", "app-000001", "app-000002"];
/// Names for trying everything: those of the cluster, and others that patterns meet or miss by a letter.
const UNIVERSE: [&str; 14] = [
    "logs-2026.11.01",
    "logs-2026.11.02",
    "logs-",
    "logs",
    "hr",
    "h",
    "ha",
    "metrics-cpu",
    "metrics-cpu2",
    "metrics-mem",
    "app-000001",
    "app",
    "a",
    ".kibana",
];
const ACTIONS: [&str; 7] =
    ["read", "write", "search", "crud", "indices:data/read/get", "indices:data/write/index", "indices:monitor/stats"];
const PATTERNS: [&str; 8] = ["logs-*", "logs-2026.11.01", "hr", "metrics-*", "metrics-cpu", "app-*", "*", "h?"];
const CLUSTER: [&str; 4] = ["cluster_composite_ops", "cluster_monitor", "cluster:monitor/main", "indices:data/write/bulk"];

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

fn random_role(dice: &mut Dice) -> Role {
    let rules = (0..1 + dice.below(3)).map(|_| IndexPermission {
        index_patterns: dice.some(&PATTERNS, 3),
        allowed_actions: dice.some(&ACTIONS, 3),
        ..IndexPermission::default()
    });
    let index_permissions = rules.collect();
    Role { cluster_permissions: dice.some(&CLUSTER, 3), index_permissions, ..Role::default() }
}

fn random_request(dice: &mut Dice) -> Request {
    let name = NAMES[dice.below(NAMES.len())];
    let (method, path) = match dice.below(7) {
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

/// How much more than the true role was granted; words of the learned role and of the best one.
type Study = (Option<f64>, Option<(usize, usize)>);

#[test]
fn a_learned_role_allows_its_workload_and_nothing_that_the_true_role_does_not() {
    let studies: Vec<Study> = (0..300u64)
        .into_par_iter()
        .map(|seed| {
            let mut dice = Dice(seed);
            let truth = with_role("truth", random_role(&mut dice));
            let decide = compile(&truth);
            let workload: Vec<Request> = (0..12)
                .map(|_| random_request(&mut dice))
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
            let ratio = (needed > 0).then(|| pairs(wide, &cluster(), is_cluster) as f64 / needed as f64);
            (ratio, sizes(&facts))
        })
        .collect();
    let sized: Vec<(usize, usize)> = studies.iter().filter_map(|(_, sizes)| *sizes).collect();
    for (learned, least) in &sized {
        assert_eq!(learned, least, "words of the learned rules and of the exact optimum");
    }
    println!("words of the learned rules are those of the exact optimum in {} small studies of {}", sized.len(), studies.len());
    assert!(sized.len() > 100);
    let mut ratios: Vec<f64> = studies.iter().filter_map(|(ratio, _)| *ratio).collect();
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

/// Words (actions and names) of the learned rules, and the fewest that say the same; none when the study is too large
/// to try everything.
fn sizes(facts: &Facts) -> Option<(usize, usize)> {
    let mut rows: std::collections::BTreeMap<&str, std::collections::BTreeSet<&str>> = std::collections::BTreeMap::new();
    for (action, index, _) in facts.of("svc").filter(|(action, index, _)| !is_cluster(action) && !index.is_empty()) {
        rows.entry(action).or_default().insert(index);
    }
    let names: Vec<&str> = rows.values().flatten().copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let wanted: Vec<Vec<bool>> = rows.values().map(|on| names.iter().map(|name| on.contains(name)).collect()).collect();
    let cells: usize = wanted.iter().flatten().filter(|wanted| **wanted).count();
    if wanted.is_empty() || wanted.len() > 5 || names.len() > 5 || cells > 10 {
        return None;
    }
    let learned = draft(facts, "svc", Generalisation::Exact, is_cluster);
    let words = learned.rules.iter().map(|rule| rule.actions.len() + rule.patterns.len()).sum();
    Some((words, least_words(&wanted)))
}

/// The fewest words of rules that cover the wanted cells and no others, by trying every set of rectangles.
fn least_words(wanted: &[Vec<bool>]) -> usize {
    let (height, width) = (wanted.len(), wanted[0].len());
    let mut rectangles = Vec::new();
    for rows in 1usize..1 << height {
        for columns in 1usize..1 << width {
            let inside: Vec<(usize, usize)> = (0..height)
                .filter(|row| rows >> row & 1 == 1)
                .flat_map(|row| (0..width).filter(move |column| columns >> column & 1 == 1).map(move |column| (row, column)))
                .collect();
            if inside.iter().all(|&(row, column)| wanted[row][column]) {
                let bits = inside.iter().fold(0usize, |bits, (row, column)| bits | 1 << (row * width + column));
                rectangles.push((bits, (rows.count_ones() + columns.count_ones()) as usize));
            }
        }
    }
    let full = wanted.iter().flatten().enumerate().filter(|(_, wanted)| **wanted).fold(0usize, |bits, (at, _)| bits | 1 << at);
    let mut best = std::collections::HashMap::from([(0usize, 0usize)]);
    let mut queue = std::collections::BTreeSet::from([(0usize, 0usize)]);
    while let Some((cost, state)) = queue.pop_first() {
        if state == full {
            return cost;
        }
        if best[&state] < cost {
            continue;
        }
        for &(bits, words) in &rectangles {
            let (next, cost) = (state | bits, cost + words);
            if next != state && best.get(&next).is_none_or(|known| cost < *known) {
                best.insert(next, cost);
                queue.insert((cost, next));
            }
        }
    }
    unreachable!("the cells one by one cover everything")
}

fn random_scenario(dice: &mut Dice, configuration: &Configuration) -> Scenario {
    let decide = compile(configuration);
    let cases = (0..4).map(|number| {
        let request = random_request(dice);
        let outcome = decide.decide(&svc(), &request).outcome;
        let expect = [("svc".to_owned(), Expectation { outcome, reason: None, place: None })].into_iter().collect();
        Case { name: number.to_string(), users: vec![Located::from("svc")], request, expect, place: None }
    });
    Scenario { cases: cases.collect(), ..Scenario::default() }
}

/// `ROLESMITH_PRUNING_CASES=1000 cargo test --test tuning -- pruning` tries that many cases.
#[test]
fn pruning_ends_where_removing_anything_breaks_an_expectation() {
    // a build without optimisation takes a quarter of the cases, for time
    let asked = std::env::var("ROLESMITH_PRUNING_CASES").ok().and_then(|text| text.parse().ok());
    let cases: u32 = asked.unwrap_or(if cfg!(debug_assertions) { 250 } else { 1000 });
    let grants = |configuration: &Configuration| [Grant::of_role(configuration, "r"), Grant::of_mapping(configuration, "r")].concat();
    let removed: usize = (0..cases)
        .into_par_iter()
        .map(|seed| {
            let mut dice = Dice(u64::from(seed) << 20);
            let configuration = with_role("r", random_role(&mut dice));
            let scenario = random_scenario(&mut dice, &configuration);
            let judge = ScenarioJudge::new(&scenario, &configuration, &compile);
            let pruned = prune(&configuration, Product::OpenSearch3_8, "r", &judge, Extent::RightsAndWays);
            let after = pruned.last_state.expect("the expectations were taken from the configuration");
            let replayed = apply(&pruned.changes, configuration.clone());
            for kind in [DocumentKind::Roles, DocumentKind::RolesMapping] {
                assert!(same(kind, &replayed, &after), "seed {seed}: the changes do not lead to the pruned state");
            }
            assert!(judge.holds(&after), "seed {seed}");
            assert_eq!(pruned.checked, Some(grants(&after).len()), "seed {seed}");
            for grant in grants(&after) {
                let less = apply(&[grant.removal().unwrap()], after.clone());
                assert!(!judge.holds(&less), "seed {seed}: {grant:?} could go too");
            }
            let roles = ["r".to_owned()];
            let holding = |configuration| Holding { configuration, product: Product::OpenSearch3_8, roles: &roles, subject: None };
            assert_eq!(gained(holding(&configuration), holding(&after), is_cluster), [], "seed {seed}: pruning opened something");
            grants(&configuration).len().saturating_sub(grants(&after).len())
        })
        .sum();
    println!("grants fewer after pruning {cases} roles: {removed}");
    assert!(removed > 0);
}

#[test]
fn a_claim_of_no_gain_holds_on_every_name_and_action() {
    let (mut proofs, mut examples, mut exhaustive) = (0, 0, 0);
    for seed in 0..1000u64 {
        let mut dice = Dice(seed << 32);
        let (before, after) = (with_role("r", random_role(&mut dice)), with_role("r", random_role(&mut dice)));
        let roles = ["r".to_owned()];
        let holding = |configuration| Holding { configuration, product: Product::OpenSearch3_8, roles: &roles, subject: None };
        let gains = gained(holding(&before), holding(&after), is_cluster);
        proofs += usize::from(gains.is_empty());
        // every action on every name of the universe, asked one by one
        let universe: Vec<(&str, &str)> = actions().iter().flat_map(|action| UNIVERSE.map(|name| (*action, name))).collect();
        let (old, new) = (
            granted(holding(&before), universe.iter().copied(), is_cluster),
            granted(holding(&after), universe.iter().copied(), is_cluster),
        );
        for (at, (action, name)) in universe.iter().enumerate() {
            let told = gains.iter().any(|gain| gain.action == *action);
            assert!(told || !new[at] || old[at], "seed {seed}: {action} on {name} is gained and not told");
            exhaustive += usize::from(new[at] && !old[at]);
        }
        let asked: Vec<(&str, &str)> = gains.iter().map(|gain| (gain.action.as_str(), gain.index.as_deref().unwrap_or_default())).collect();
        let of = |configuration| granted(holding(configuration), asked.iter().copied(), is_cluster);
        for ((gain, old), new) in gains.iter().zip(of(&before)).zip(of(&after)) {
            assert_eq!((old, new), (false, true), "seed {seed}: {gain:?} is told and is none");
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
    println!("1,000 pairs: {proofs} proofs, {examples} examples, {exhaustive} gains found by trying everything, all of them told");
    assert!(proofs > 10 && examples > 100);
}

#[test]
fn every_repair_makes_the_request_pass_and_the_cheapest_comes_first() {
    let mut dice = Dice(7);
    let nothing = Scenario::default();
    let cluster = cluster();
    let mut tried = 0;
    for _ in 0..40 {
        let configuration = with_role("r", random_role(&mut dice));
        let request = random_request(&mut dice);
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

/// A role whose rules also restrict what is seen of documents.
fn restricted_role(dice: &mut Dice) -> Role {
    let mut role = random_role(dice);
    for rule in &mut role.index_permissions {
        rule.allowed_actions.push(Located::from("read"));
        if dice.below(2) == 0 {
            rule.dls = Some(Located::from([r#"{"term":{"a":1}}"#, r#"{"term":{"b":2}}"#][dice.below(2)]));
        }
        if dice.below(2) == 0 {
            rule.fls = dice.some(&["~a", "~ab", "b", "a*", "ip"], 2);
        }
        if dice.below(2) == 0 {
            rule.masked_fields = dice.some(&["ip", "a*"], 2);
        }
    }
    role
}

/// Whether a field is seen, and whether unmasked, by the words of a sight alone.
fn field(sight: &Sight, name: &str) -> (bool, bool) {
    let Sight::Through { fields, masked, .. } = sight else { return (false, false) };
    let covers = |pattern: &str| rolesmith::engine::pattern::wildcard(pattern, name);
    let (out, within): (Vec<&String>, Vec<&String>) = fields.iter().partition(|field| field.starts_with('~'));
    let seen = if !out.is_empty() {
        !out.iter().any(|field| covers(&field[1..]))
    } else {
        within.is_empty() || within.iter().any(|field| covers(field))
    };
    (seen, seen && !masked.iter().any(|field| covers(field)))
}

#[test]
fn what_is_seen_of_documents_is_compared_as_trying_every_name_and_field_does() {
    let (mut proofs, mut told) = (0, 0);
    for seed in 0..300u64 {
        let mut dice = Dice(seed << 24);
        let (before, after) = (with_role("r", restricted_role(&mut dice)), with_role("r", restricted_role(&mut dice)));
        let (was, is) = (compile(&before), compile(&after));
        let (roles, subject) = (["r".to_owned()], svc());
        let looking = |configuration, engine| Looking {
            holding: Holding { configuration, product: Product::OpenSearch3_8, roles: &roles, subject: Some(&subject) },
            subject: &subject,
            engine,
        };
        let lifts = lifted(looking(&before, &*was), looking(&after, &*is), &[]);
        proofs += usize::from(lifts.is_empty());
        told += lifts.len();
        let read = [("indices:data/read/search", "")];
        for name in UNIVERSE {
            let may = |configuration| {
                let holding = Holding { configuration, product: Product::OpenSearch3_8, roles: &roles, subject: Some(&subject) };
                granted(holding, read.map(|(action, _)| (action, name)), is_cluster)[0]
            };
            if !may(&before) || !may(&after) {
                continue;
            }
            let (old, new) = (was.sight(&subject, name), is.sight(&subject, name));
            for asked in ["a", "ab", "b", "ip", "other"] {
                let ((seen, plain), (sees, plainly)) = (field(&old, asked), field(&new, asked));
                let has = |kept| lifts.iter().any(|lift| lift.kept == kept);
                assert!(seen || !sees || has(Kept::Field), "seed {seed}: {asked} of {name} is seen now: {old:?} {new:?}");
                assert!(plain || !plainly || !seen || has(Kept::Value), "seed {seed}: {asked} of {name} is plain now: {old:?} {new:?}");
            }
            let queries = |sight: &Sight| match sight {
                Sight::Through { queries, .. } => queries.clone(),
                _ => Vec::new(),
            };
            let (old, new) = (queries(&old), queries(&new));
            let more = !old.is_empty() && (new.is_empty() || new.iter().any(|query| !old.contains(query)));
            assert!(!more || lifts.iter().any(|lift| lift.kept == Kept::Documents), "seed {seed}: {name}: {old:?} {new:?}");
        }
    }
    println!("300 pairs of restricted roles: {proofs} without a lift, {told} lifts told");
    assert!(proofs > 5 && told > 100);
}

#[test]
fn a_joint_repair_lets_all_pass_and_opens_no_more_than_one_role_for_all() {
    let mut dice = Dice(11);
    let nothing = Scenario::default();
    let cluster = cluster();
    let (mut tried, mut exact) = (0, 0);
    for _ in 0..if cfg!(debug_assertions) { 20 } else { 200 } {
        let configuration = with_role("r", random_role(&mut dice));
        let engine = compile(&configuration);
        let requests: Vec<Request> =
            (0..3).map(|_| random_request(&mut dice)).filter(|request| engine.decide(&svc(), request).outcome == Outcome::Denied).collect();
        if requests.len() < 2 {
            continue;
        }
        let bench = Bench {
            configuration: &configuration,
            product: Product::OpenSearch3_8,
            cluster: &cluster,
            scenario: &nothing,
            compile: &compile,
            is_cluster,
        };
        let denials: Vec<Denial> = requests.iter().map(|request| Denial { subject: svc(), request: request.clone() }).collect();
        let found = joint(&bench, &denials).expect("each can be repaired by a grant");
        tried += 1;
        exact += usize::from(matches!(found.search, Search::Exact { .. }));
        assert_eq!(found.left, Vec::<usize>::new());
        let after = compile(&apply(&found.repair.changes, configuration.clone()));
        assert!(requests.iter().all(|request| after.decide(&svc(), request).outcome == Outcome::Allowed));
        if let (Search::Exact { .. }, Some(one)) = (found.search, repairs(&bench, &svc(), &requests).first()) {
            assert!(
                found.repair.price.pairs <= one.price.pairs,
                "{} opens {}, {} opens {}",
                found.repair.title,
                found.repair.price.pairs,
                one.title,
                one.price.pairs
            );
        }
    }
    println!("{tried} joint repairs, {exact} of them exact");
    assert!(tried > 5 && exact > 0);
}

#[test]
fn more_candidates_than_can_be_tried_are_chosen_greedily_and_it_is_said() {
    let configuration = with_role("r", Role { index_permissions: Vec::new(), ..Role::default() });
    let (nothing, cluster) = (Scenario::default(), cluster());
    let bench = Bench {
        configuration: &configuration,
        product: Product::OpenSearch3_8,
        cluster: &cluster,
        scenario: &nothing,
        compile: &compile,
        is_cluster,
    };
    // each name brings candidates of its own
    let denials: Vec<Denial> = NAMES
        .iter()
        .map(|name| Request { method: "GET".to_owned(), path: format!("/{name}/_doc/1"), ..Request::default() })
        .map(|request| Denial { subject: svc(), request })
        .collect();
    let found = joint(&bench, &denials).expect("each can be repaired by a grant");
    let Search::Greedy { candidates, bound } = found.search else { panic!("{:?}", found.search) };
    assert!(candidates > 12, "{candidates} candidates");
    // one candidate for all eight: 1 + 1/2 + ... + 1/8
    assert!((bound - 2.717_857).abs() < 1e-6, "{bound}");
    assert_eq!(
        found.search.words(),
        format!("greedy over {candidates} candidates: what they open, added up, is at most 2.7 times the least")
    );
    assert_eq!(found.left, Vec::<usize>::new());
    let after = apply(&found.repair.changes, configuration.clone());
    let engine = compile(&after);
    assert!(denials.iter().all(|denial| engine.decide(&svc(), &denial.request).outcome == Outcome::Allowed));
    // the least is one action on each name, and what else was opened is within the bound
    let pairs = found.repair.price.pairs;
    assert!(pairs >= NAMES.len() && pairs as f64 <= bound * NAMES.len() as f64, "{pairs} pairs by {}", found.repair.title);
}

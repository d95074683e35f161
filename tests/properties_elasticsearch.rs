//! Properties of Elasticsearch on random roles: one privilege more never takes an access away, no order matters,
//! pruning ends where nothing can go, every repair passes, and comparing agrees with asking every action on every name.

mod support;

use std::sync::Arc;

use rayon::prelude::*;
use rolesmith::engine::catalog::elasticsearch::Catalog;
use rolesmith::engine::change::Change;
use rolesmith::engine::cluster::{AliasMember, Cluster, DataStream, Index};
use rolesmith::engine::compare::{Holding, gained};
use rolesmith::engine::evaluate::elasticsearch::{
    ClusterRequest, Names, Permissions, Rules, Stored, compile, is_cluster_action, is_index_action,
};
use rolesmith::engine::evaluate::{Decide, Outcome, Subject};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role, User};
use rolesmith::engine::request::Request;
use rolesmith::engine::scenario::{Case, Expectation, Scenario};
use rolesmith::engine::tune::repair::{Bench, repairs};
use rolesmith::engine::tune::{Extent, Family, Judge, ScenarioJudge, prune};
use rolesmith::source::Located;
use support::dice::Dice;

const PRODUCTS: [Product; 5] =
    [Product::XPack5_1, Product::Elasticsearch6_8, Product::Elasticsearch7_17, Product::Elasticsearch8_17, Product::Elasticsearch9_1];
const INDICES: [&str; 6] = ["logs-a", "logs-b", "hr", "metrics-1", ".security-7", ".ds-app-000001"];
const PATTERNS: [&str; 10] = ["logs-*", "logs-a", "hr", "current", "/logs-[ab]|hr/", "*", "h?", "app", ".sec*", "metrics-<1-3>"];
/// Of every product.
const INDEX: [&str; 10] =
    ["read", "write", "index", "create", "delete", "view_index_metadata", "monitor", "manage", "indices:data/read/get", "all"];
const CLUSTER: [&str; 5] = ["monitor", "manage", "manage_security", "cluster:monitor/main", "manage_index_templates"];

/// What the dice draw here.
trait Draw {
    fn product(&mut self) -> Product;
    fn role(&mut self) -> Role;
    /// Up to three roles and a user who holds them all.
    fn configuration(&mut self) -> Configuration;
    fn request(&mut self) -> Request;
}

impl Draw for Dice {
    fn product(&mut self) -> Product {
        PRODUCTS[self.below(PRODUCTS.len())]
    }

    fn role(&mut self) -> Role {
        let entries = 1 + self.below(3);
        let indices = (0..entries).map(|_| IndexPrivileges {
            names: different(self, &PATTERNS, 3),
            privileges: different(self, &INDEX, 3),
            query: (self.below(4) == 0).then(|| Located::from(r#"{"term":{"a":1}}"#)),
            ..IndexPrivileges::default()
        });
        let indices = indices.collect();
        Role { cluster: different(self, &CLUSTER, 2), indices, ..Role::default() }
    }

    fn configuration(&mut self) -> Configuration {
        let count = 1 + self.below(3);
        held((0..count).map(|number| (format!("r{number}"), self.role())).collect())
    }

    fn request(&mut self) -> Request {
        let name = self.pick(&["logs-a", "logs-b", "hr", "metrics-1", "current", "app", ".security-7", "missing", "logs-*", "logs-a,hr"]);
        let (method, path) = match self.below(9) {
            0 => ("GET", "/".to_owned()),
            1 => ("GET", "/_cluster/health".to_owned()),
            2 => ("PUT", "/_template/t".to_owned()),
            3 => ("GET", format!("/{name}/_search")),
            4 => ("GET", format!("/{name}/_doc/1")),
            5 => ("PUT", format!("/{name}/_doc/1")),
            6 => ("DELETE", format!("/{name}/_doc/1")),
            7 => ("DELETE", format!("/{name}")),
            _ => ("GET", format!("/{name}/_stats")),
        };
        Request { method: method.to_owned(), path, ..Request::default() }
    }
}

/// So many different ones at the most, and at least one.
fn different(dice: &mut Dice, from: &[&str], most: usize) -> Vec<Located<String>> {
    let mut out: Vec<Located<String>> = Vec::new();
    for one in dice.some(from, most) {
        if !out.contains(&one) {
            out.push(one);
        }
    }
    out
}

fn held(roles: Vec<(String, Role)>) -> Configuration {
    let names = roles.iter().map(|(name, _)| Located::from(name.as_str())).collect();
    let mut configuration = Configuration { roles: roles.into_iter().collect(), ..Configuration::default() };
    configuration.users.insert("svc".to_owned(), User { roles: names, ..User::default() });
    configuration
}

fn cluster() -> Cluster {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    cluster.indices = INDICES.iter().map(|name| ((*name).to_owned(), Index::default())).collect();
    cluster.aliases.insert("current".to_owned(), vec![AliasMember { index: "logs-a".to_owned(), ..AliasMember::default() }]);
    cluster.data_streams.insert("app".to_owned(), DataStream { backing: vec![".ds-app-000001".to_owned()], ..DataStream::default() });
    cluster
}

fn svc() -> Subject {
    Subject { user: "svc".to_owned(), ..Subject::default() }
}

fn engine(product: Product, configuration: &Configuration) -> Arc<dyn Decide> {
    compile(product, configuration, &cluster())
}

fn cases(debug: u64, release: u64) -> u64 {
    if cfg!(debug_assertions) { debug } else { release }
}

fn changed(changes: &[Change], mut configuration: Configuration) -> Configuration {
    for change in changes {
        assert!(configuration.change(change), "{change:?}");
    }
    configuration
}

#[test]
fn one_privilege_more_never_takes_an_access_away() {
    let kept: usize = (0..cases(150, 2_000))
        .into_par_iter()
        .map(|seed| {
            let mut dice = Dice(seed << 20);
            let (product, before) = (dice.product(), dice.configuration());
            let mut roles: Vec<(String, Role)> = before.roles.iter().map(|(name, role)| (name.clone(), role.clone())).collect();
            let at = dice.below(roles.len());
            let role = &mut roles[at].1;
            match dice.below(3) {
                0 => role.cluster.push(Located::from(dice.pick(&CLUSTER))),
                1 => {
                    let entry = dice.below(role.indices.len());
                    role.indices[entry].privileges.push(Located::from(dice.pick(&INDEX)));
                }
                _ => role.indices.extend(dice.role().indices),
            }
            let after = held(roles);
            let (was, is) = (engine(product, &before), engine(product, &after));
            let requests: Vec<Request> = (0..12).map(|_| dice.request()).collect();
            let allowed = requests.iter().filter(|request| was.decide(&svc(), request).outcome == Outcome::Allowed);
            let mut kept = 0;
            for request in allowed {
                let verdict = is.decide(&svc(), request);
                // a wildcard may reach more than it did, and answer more
                assert_eq!(verdict.outcome, Outcome::Allowed, "seed {seed}, {product}: {request} {:?}", verdict.reason);
                kept += 1;
            }
            kept
        })
        .sum();
    assert!(kept > 300, "{kept}");
}

#[test]
fn the_order_of_roles_entries_names_and_privileges_never_matters() {
    (0..cases(150, 2_000)).into_par_iter().for_each(|seed| {
        let mut dice = Dice(seed << 21);
        let (product, one) = (dice.product(), dice.configuration());
        let mut roles: Vec<(String, Role)> = one.roles.iter().map(|(name, role)| (name.clone(), role.clone())).collect();
        dice.shuffle(&mut roles);
        for (_, role) in &mut roles {
            dice.shuffle(&mut role.cluster);
            dice.shuffle(&mut role.indices);
            for entry in &mut role.indices {
                dice.shuffle(&mut entry.names);
                dice.shuffle(&mut entry.privileges);
            }
        }
        let other = held(roles);
        let (one, other) = (engine(product, &one), engine(product, &other));
        for _ in 0..12 {
            let request = dice.request();
            let (one, other) = (one.decide(&svc(), &request), other.decide(&svc(), &request));
            assert_eq!(one.outcome, other.outcome, "seed {seed}, {product}: {request}");
            // 7.17 names the roles in the user's order
            if product != Product::Elasticsearch7_17 {
                assert_eq!(one.reason, other.reason, "seed {seed}, {product}: {request}");
            }
        }
    });
}

fn scenario(dice: &mut Dice, product: Product, configuration: &Configuration) -> Scenario {
    let decide = engine(product, configuration);
    let cases = (0..4).map(|number| {
        let request = dice.request();
        let outcome = decide.decide(&svc(), &request).outcome;
        let expect = [("svc".to_owned(), Expectation { outcome, reason: None, place: None })].into_iter().collect();
        Case { name: number.to_string(), users: vec![Located::from("svc")], request, expect, place: None }
    });
    Scenario { cases: cases.collect(), ..Scenario::default() }
}

#[test]
fn pruning_ends_where_removing_anything_breaks_an_expectation() {
    let fewer: usize = (0..cases(60, 1_000))
        .into_par_iter()
        .map(|seed| {
            let mut dice = Dice(seed << 22);
            let (product, configuration) = (dice.product(), held(vec![("r".to_owned(), dice.role())]));
            let scenario = scenario(&mut dice, product, &configuration);
            let compile = |configuration: &Configuration| engine(product, configuration);
            let judge = ScenarioJudge::new(&scenario, &configuration, &compile);
            let pruned = prune(&configuration, product, "r", &judge, Extent::Rights);
            let after = pruned.last_state.expect("the expectations were taken from the configuration");
            assert!(judge.holds(&after) && judge.holds(&changed(&pruned.changes, configuration.clone())), "seed {seed}, {product}");
            assert_eq!(pruned.checked, Some(after.grants("r").len()), "seed {seed}, {product}");
            for grant in after.grants("r") {
                let less = changed(&[after.removal(&grant).unwrap()], after.clone());
                assert!(!judge.holds(&less), "seed {seed}, {product}: {grant:?} could go too");
            }
            let (roles, is_cluster) = (["r".to_owned()], is_cluster_action);
            let holding = |configuration| Holding { configuration, product, roles: &roles, subject: None };
            assert_eq!(gained(holding(&configuration), holding(&after), is_cluster), [], "seed {seed}: pruning opened something");
            configuration.grants("r").len().saturating_sub(after.grants("r").len())
        })
        .sum();
    assert!(fewer > 50, "{fewer}");
}

#[test]
fn every_repair_makes_the_request_pass_and_comes_by_what_it_opens() {
    let nothing = Scenario::default();
    let tried: usize = (0..cases(40, 400))
        .into_par_iter()
        .map(|seed| {
            let mut dice = Dice(seed << 23);
            let (product, configuration) = (dice.product(), held(vec![("r".to_owned(), dice.role())]));
            let request = dice.request();
            if engine(product, &configuration).decide(&svc(), &request).outcome != Outcome::Denied {
                return 0;
            }
            let (cluster, compile) = (cluster(), |configuration: &Configuration| engine(product, configuration));
            let bench = Bench {
                configuration: &configuration,
                product,
                cluster: &cluster,
                scenario: &nothing,
                compile: &compile,
                is_cluster: is_cluster_action,
            };
            let found = repairs(&bench, &svc(), std::slice::from_ref(&request));
            for repair in &found {
                let after = changed(&repair.changes, configuration.clone());
                let verdict = engine(product, &after).decide(&svc(), &request);
                assert_eq!(verdict.outcome, Outcome::Allowed, "seed {seed}, {product}: {request}: {}", repair.title);
            }
            assert!(!found.is_empty(), "seed {seed}, {product}: nothing for {request}");
            1
        })
        .sum();
    assert!(tried > 10, "{tried}");
}

/// Names for trying everything: of the cluster, and others that patterns meet or miss by a letter.
const UNIVERSE: [&str; 12] =
    ["logs-a", "logs-b", "logs-c", "logs-", "logs", "hr", "ha", "metrics-1", "metrics-4", "current", ".security-7", "zzz"];

/// Whether an action is granted, by the evaluator itself; on a name as if nothing of that name were there.
fn grants(permissions: &Permissions, rules: &'static Rules, action: &str, name: &str) -> bool {
    if is_cluster_action(action) {
        return permissions.cluster_action(action, &ClusterRequest::default()).unwrap_or(false);
    }
    permissions.index_action(action) && permissions.authorize(action, &[name], &Names::new(&Cluster::default(), rules)).granted
}

#[test]
fn comparing_agrees_with_asking_every_action_on_every_name() {
    let counts: Vec<(usize, usize)> = (0..cases(40, 500))
        .into_par_iter()
        .map(|seed| {
            let mut dice = Dice(seed << 24);
            let product = dice.product();
            let (before, after) = (held(vec![("r".to_owned(), dice.role())]), held(vec![("r".to_owned(), dice.role())]));
            let (rules, roles, stored) = (Rules::of(product), ["r".to_owned()], Stored::default());
            let holding = |configuration| Holding { configuration, product, roles: &roles, subject: None };
            let gains = gained(holding(&before), holding(&after), is_cluster_action);
            let built = |configuration: &Configuration| Permissions::build(rules, &[("r", &configuration.roles["r"])], &stored).unwrap();
            let (was, is) = (built(&before), built(&after));
            let mut exhaustive = 0;
            for action in Catalog::of(product).actions.iter().filter(|action| is_cluster_action(action) || is_index_action(action)) {
                let told = gains.iter().any(|gain| gain.action == *action);
                for name in UNIVERSE {
                    let gain = grants(&is, rules, action, name) && !grants(&was, rules, action, name);
                    assert!(told || !gain, "seed {seed}, {product}: {action} on {name} is gained and not told");
                    exhaustive += usize::from(gain);
                }
            }
            for gain in &gains {
                assert_eq!(gain.unknown, None, "seed {seed}, {product}");
                let name = gain.index.as_deref().unwrap_or_default();
                if !name.ends_with("::failures") {
                    let both = (grants(&was, rules, &gain.action, name), grants(&is, rules, &gain.action, name));
                    assert_eq!(both, (false, true), "seed {seed}, {product}: {gain:?} is told and is none");
                }
            }
            (gains.len(), exhaustive)
        })
        .collect();
    let (told, found) = counts.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("{} pairs: {told} gains told, {found} found by trying everything, all of them told", counts.len());
    assert!(told > 500 && found > 500);
}

//! The workload that the real evaluators were measured with: the same generator, the same roles, indices and
//! requests, so that the same decisions come out allowed.

use std::sync::Arc;

use rolesmith::engine::cluster::{Cluster, Index};
use rolesmith::engine::evaluate::Subject;
use rolesmith::engine::model::opensearch::{Configuration, IndexPermission, InternalUser, Role};
use rolesmith::source::Located;

/// How many indices the workload's cluster has.
pub const WORKLOAD_INDICES: usize = 10_000;

/// The generator splitmix64.
pub struct SplitMix(pub u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> usize {
        ((self.next() >> 33) % n) as usize
    }
}

/// The name of an index.
pub fn idx(number: usize) -> String {
    format!("team{:02}-app{:02}", number / 100, number % 100)
}

/// The names of all indices.
pub fn index_names() -> Vec<String> {
    (0..WORKLOAD_INDICES).map(idx).collect()
}

/// The cluster: 10,000 indices, no aliases.
pub fn cluster() -> Arc<Cluster> {
    let indices = (0..WORKLOAD_INDICES).map(|number| (idx(number), Index::default())).collect();
    Arc::new(Cluster { indices, known: true, ..Cluster::default() })
}

fn texts(texts: &[&str]) -> Vec<Located<String>> {
    texts.iter().map(|text| Located::from(*text)).collect()
}

fn role(patterns: Vec<String>, actions: &[&str]) -> Role {
    let index_patterns = patterns.into_iter().map(Located::bare).collect();
    let rule = IndexPermission { index_patterns, allowed_actions: texts(actions), ..IndexPermission::default() };
    Role { cluster_permissions: texts(&["cluster_composite_ops"]), index_permissions: vec![rule], ..Role::default() }
}

const ACTIONS: [&[&str]; 4] =
    [&["read"], &["crud"], &["indices:data/read/search*", "indices:data/read/get"], &["indices_monitor", "indices:data/write/index"]];

/// So many roles, the role `wide`, and a user `user<R>` for each number of roles held; `wide<R>` holds `wide`
/// besides.
pub fn configuration(roles: usize, held: &[usize]) -> Configuration {
    let mut random = SplitMix(42);
    let mut configuration = Configuration::default();
    for number in 0..roles {
        let count = 1 + random.below(5);
        let patterns = (0..count)
            .map(|_| match random.below(10) {
                0..=4 => idx(random.below(10_000)),
                5 | 6 => {
                    let team = random.below(100);
                    format!("team{team:02}-app{}*", random.below(10))
                }
                7 | 8 => format!("team{:02}-*", random.below(100)),
                _ => format!(r"/team{:02}-app[0-4]\d/", random.below(100)),
            })
            .collect();
        let actions = ACTIONS[random.below(4)];
        configuration.roles.insert(format!("role_{number}"), role(patterns, actions));
    }
    configuration.roles.insert("wide".to_owned(), role(vec!["team0*".to_owned()], &["read"]));
    for &count in held {
        let mut security_roles: Vec<Located<String>> = (0..count).map(|i| Located::bare(format!("role_{}", i * 7919 % roles))).collect();
        let user = InternalUser { security_roles: security_roles.clone(), ..InternalUser::default() };
        configuration.internal_users.insert(format!("user{count}"), user);
        security_roles.push(Located::from("wide"));
        configuration.internal_users.insert(format!("wide{count}"), InternalUser { security_roles, ..InternalUser::default() });
    }
    configuration
}

/// A user of the workload.
pub fn user(name: &str) -> Subject {
    Subject { user: name.to_owned(), ..Subject::default() }
}

/// The 4,096 single-index requests.
pub fn exact_random() -> Vec<String> {
    let mut random = SplitMix(7);
    (0..4096).map(|_| idx(random.below(10_000))).collect()
}

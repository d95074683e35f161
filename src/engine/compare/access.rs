//! What a set of roles opens that another set does not: over the known actions and over all index names.

use std::collections::BTreeMap;

use super::language::{Difference, difference};
use crate::engine::catalog::opensearch::{self as catalog, BuiltIn, built_in};
use crate::engine::cluster::Cluster;
use crate::engine::model::opensearch::{ActionGroup, Configuration, Role};
use crate::engine::model::{Evaluator, Product};
use crate::engine::pattern::{Matcher, Matchers};

/// Roles with what they need to be read: the configuration's groups and the product's own.
#[derive(Clone, Copy)]
pub struct Holding<'a> {
    /// Where the roles and groups stand.
    pub configuration: &'a Configuration,
    /// Whose built-in roles and groups are there as well.
    pub product: Product,
    /// Names of the roles held.
    pub roles: &'a [String],
}

/// Access that one side has and the other has not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain {
    /// The action.
    pub action: String,
    /// An index name that shows it; none in the cluster stage.
    pub index: Option<String>,
    /// Why it could not be decided, when the difference is not known.
    pub unknown: Option<String>,
}

/// Whether an action is decided by cluster permissions, by the product that the holding is for.
pub type IsCluster = fn(&str) -> bool;

/// The rule of a product.
pub fn is_cluster(product: Product, evaluator: Evaluator) -> IsCluster {
    match (product, evaluator) {
        (Product::OpenDistro1_13, _) => crate::engine::evaluate::opendistro::is_cluster_action,
        (_, Evaluator::V4) => crate::engine::evaluate::opensearch::v4::actions::is_cluster,
        (_, Evaluator::Legacy) => crate::engine::evaluate::opensearch::legacy::is_cluster_action,
    }
}

/// What `after` opens beyond `before`. An empty answer is a proof within these bounds: the catalog's actions
/// and every action named on either side; index names as patterns see them (an alias or a data stream is
/// the name it has); document- and field-level security and protected indices left aside.
pub fn gained(before: Holding<'_>, after: Holding<'_>, is_cluster: IsCluster) -> Vec<Gain> {
    let (before, after) = (Opened::new(before), Opened::new(after));
    let mut actions: Vec<&str> = catalog::actions().to_vec();
    actions.extend(before.literals().chain(after.literals()));
    actions.sort_unstable();
    actions.dedup();
    let mut answers: BTreeMap<(Vec<&str>, Vec<&str>), Difference> = BTreeMap::new();
    let mut gains = Vec::new();
    for action in actions {
        if is_cluster(action) {
            if after.cluster.matches(action) && !before.cluster.matches(action) {
                gains.push(Gain { action: action.to_owned(), index: None, unknown: None });
            }
            continue;
        }
        let (old, new) = (before.patterns(action), after.patterns(action));
        match answers.entry((old, new)).or_insert_with_key(|(old, new)| difference(new, old)) {
            Difference::Nothing => {}
            Difference::Example(name) => gains.push(Gain { action: action.to_owned(), index: Some(name.clone()), unknown: None }),
            Difference::Unknown(why) => gains.push(Gain { action: action.to_owned(), index: None, unknown: Some(why.clone()) }),
        }
    }
    gains
}

/// How many (action, name) pairs a holding opens: the catalog's actions, on the cluster model's indices (the
/// first thousand); one pair for an action of the cluster stage.
pub fn pairs(holding: Holding<'_>, cluster: &Cluster, is_cluster: IsCluster) -> usize {
    let opened = Opened::new(holding);
    let names: Vec<&str> = cluster.indices.keys().map(String::as_str).take(1000).collect();
    let rules: Vec<(Matchers, &Matchers)> =
        opened.rules.iter().map(|(patterns, actions, _)| (Matchers::new(patterns.iter().copied()), actions)).collect();
    let mut count = 0;
    for action in catalog::actions() {
        if is_cluster(action) {
            count += usize::from(opened.cluster.matches(action));
            continue;
        }
        let granting: Vec<&Matchers> = rules.iter().filter(|(_, actions)| actions.matches(action)).map(|(patterns, _)| patterns).collect();
        count += names.iter().filter(|name| granting.iter().any(|patterns| patterns.matches(name))).count();
    }
    count
}

/// The action patterns that a permission stands for: itself, or what the groups of that name hold.
pub fn leaves<'a>(permission: &'a str, configuration: &'a Configuration, product: Product) -> Vec<&'a str> {
    let mut out = Vec::new();
    Groups { own: configuration, built_in: built_in(product) }.leaves(permission, &mut out);
    out
}

/// Roles taken apart into patterns.
struct Opened<'a> {
    cluster: Matchers,
    cluster_texts: Vec<&'a str>,
    rules: Vec<(Vec<&'a str>, Matchers, Vec<&'a str>)>,
}

impl<'a> Opened<'a> {
    fn new(holding: Holding<'a>) -> Self {
        let built_in = built_in(holding.product);
        let groups = Groups { own: holding.configuration, built_in };
        let mut out = Opened { cluster: Matchers::default(), cluster_texts: Vec::new(), rules: Vec::new() };
        for name in holding.roles {
            let Some(role) = built_in.roles.get(name).or_else(|| holding.configuration.roles.get(name)) else { continue };
            out.role(role, &groups);
        }
        out.cluster = Matchers::new(out.cluster_texts.iter().copied());
        out
    }

    fn role(&mut self, role: &'a Role, groups: &Groups<'a>) {
        for permission in &role.cluster_permissions {
            groups.leaves(permission, &mut self.cluster_texts);
        }
        for rule in &role.index_permissions {
            let mut actions = Vec::new();
            rule.allowed_actions.iter().for_each(|action| groups.leaves(action, &mut actions));
            let patterns: Vec<&str> = rule.index_patterns.iter().map(|pattern| pattern.as_str()).collect();
            self.rules.push((patterns, Matchers::new(actions.iter().copied()), actions));
        }
    }

    /// Actions that are named in full on this side.
    fn literals(&self) -> impl Iterator<Item = &'a str> {
        let texts = self.cluster_texts.iter().chain(self.rules.iter().flat_map(|(_, _, actions)| actions));
        texts.copied().filter(|text| matches!(Matcher::new(text), Ok(Matcher::Exact(_))) && text.contains(':'))
    }

    /// The index patterns on which an action is granted, sorted.
    fn patterns(&self, action: &str) -> Vec<&'a str> {
        let granting = self.rules.iter().filter(|(_, matchers, _)| matchers.matches(action));
        let mut patterns: Vec<&str> = granting.flat_map(|(patterns, _, _)| patterns.iter().copied()).collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }
}

struct Groups<'a> {
    own: &'a Configuration,
    built_in: &'a BuiltIn,
}

impl<'a> Groups<'a> {
    fn get(&self, name: &str) -> Option<&'a ActionGroup> {
        self.built_in.action_groups.get(name).or_else(|| self.own.action_groups.get(name))
    }

    /// The action patterns that a written permission stands for; groups may name each other in circles.
    fn leaves(&self, permission: &'a str, out: &mut Vec<&'a str>) {
        let mut seen = Vec::new();
        let mut open = vec![permission];
        while let Some(name) = open.pop() {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            match self.get(name) {
                Some(group) => open.extend(group.allowed_actions.iter().map(|action| action.as_str())),
                None => out.push(name),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::model::opensearch::IndexPermission;
    use crate::source::Located;

    fn configuration(rules: &[(&[&str], &[&str])]) -> Configuration {
        let texts = |items: &[&str]| items.iter().map(|&item| Located::from(item)).collect();
        let rules = rules.iter().map(|(patterns, actions)| IndexPermission {
            index_patterns: texts(patterns),
            allowed_actions: texts(actions),
            ..Default::default()
        });
        let role =
            Role { cluster_permissions: texts(&["cluster_composite_ops_ro"]), index_permissions: rules.collect(), ..Role::default() };
        Configuration { roles: [("r".to_owned(), role)].into_iter().collect(), ..Configuration::default() }
    }

    fn between(before: &Configuration, after: &Configuration) -> Vec<Gain> {
        let roles = ["r".to_owned()];
        let holding = |configuration| Holding { configuration, product: Product::OpenSearch3_4, roles: &roles };
        gained(holding(before), holding(after), |action| action.starts_with("cluster:"))
    }

    #[test]
    fn a_group_for_its_members_gains_nothing() {
        let before = configuration(&[(&["logs-*"], &["read"])]);
        let after = configuration(&[(
            &["logs-a*", "logs-*"],
            &["indices:data/read*", "indices:admin/mappings/fields/get*", "indices:admin/resolve/index"],
        )]);
        assert_eq!(between(&before, &after), []);
        assert_eq!(between(&after, &before), []);
    }

    #[test]
    fn a_wider_pattern_is_shown_by_a_name() {
        let before = configuration(&[(&["logs-a*"], &["indices:data/read/get"])]);
        let after = configuration(&[(&["logs-*"], &["indices:data/read/get"])]);
        assert_eq!(between(&before, &after), [Gain { action: "indices:data/read/get".into(), index: Some("logs-".into()), unknown: None }]);
        assert_eq!(between(&after, &before), []);
    }

    #[test]
    fn an_action_beyond_the_catalog_counts() {
        let before = configuration(&[]);
        let after = configuration(&[(&["x"], &["indices:custom/thing"])]);
        assert_eq!(between(&before, &after)[0].action, "indices:custom/thing");
    }
}

//! OpenSearch's roles taken apart for a comparison: patterns of actions on patterns of names.

use super::access::{Comparable, Gain, Holding, Opens};
use super::language::{Difference, difference};
use crate::engine::catalog::opensearch::{self as catalog, BuiltIn, built_in};
use crate::engine::model::Product;
use crate::engine::model::opensearch::{ActionGroup, Configuration, Role};
use crate::engine::pattern::{Matcher, Matchers};

impl Comparable for Configuration {
    type Opened<'a> = Opened<'a>;

    fn opened<'a>(holding: Holding<'a, Self>) -> Opened<'a> {
        Opened::new(holding)
    }
}

/// The action patterns that a permission stands for: itself, or what the groups of that name hold.
pub fn leaves<'a>(permission: &'a str, configuration: &'a Configuration, product: Product) -> Vec<&'a str> {
    let mut out = Vec::new();
    Groups { own: configuration, built_in: built_in(product) }.leaves(permission, &mut out);
    out
}

/// Roles taken apart into patterns.
pub struct Opened<'a> {
    cluster: Matchers,
    cluster_texts: Vec<&'a str>,
    rules: Vec<Rule<'a>>,
}

struct Rule<'a> {
    patterns: Vec<&'a str>,
    names: Matchers,
    actions: Matchers,
    texts: Vec<&'a str>,
}

impl<'a> Opened<'a> {
    fn new(holding: Holding<'a, Configuration>) -> Self {
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
            self.rules.push(Rule {
                names: Matchers::new(patterns.iter().copied()),
                patterns,
                actions: Matchers::new(actions.iter().copied()),
                texts: actions,
            });
        }
    }
}

impl<'a> Opens for Opened<'a> {
    type Names = &'a str;

    fn known(&self) -> Vec<&str> {
        catalog::actions().to_vec()
    }

    fn literals(&self) -> Vec<&str> {
        let texts = self.cluster_texts.iter().chain(self.rules.iter().flat_map(|rule| &rule.texts)).copied();
        texts.filter(|text| matches!(Matcher::new(text), Ok(Matcher::Exact(_))) && text.contains(':')).collect()
    }

    fn cluster(&self, action: &str) -> bool {
        self.cluster.matches(action)
    }

    fn names(&self, action: &str) -> Vec<&'a str> {
        let granting = self.rules.iter().filter(|rule| rule.actions.matches(action));
        let mut patterns: Vec<&str> = granting.flat_map(|rule| rule.patterns.iter().copied()).collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }

    fn count(&self, action: &str, names: &[&str]) -> usize {
        let granting: Vec<&Rule<'_>> = self.rules.iter().filter(|rule| rule.actions.matches(action)).collect();
        names.iter().filter(|name| granting.iter().any(|rule| rule.names.matches(name))).count()
    }

    fn difference(&self, names: &[&'a str], others: &[&'a str]) -> Difference {
        difference(names, others)
    }

    fn besides(&self, _: &Self) -> Vec<Gain> {
        Vec::new()
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

//! OpenSearch's roles taken apart for a comparison: patterns of actions on patterns of names.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::access::{Comparable, Gain, Holding, Opens};
use super::documents::{Lift, Looking, lifted};
use super::language::{Difference, Names, difference, witness};
use super::permit::Permit;
use super::tenants::lifted_tenants;
use crate::engine::catalog::opensearch::{self as catalog, BuiltIn, built_in};
use crate::engine::model::Product;
use crate::engine::model::opensearch::{ActionGroup, Configuration, IndexPermission, Role, RoleMapping};
use crate::engine::pattern::{Attributes, Matcher, Matchers, has_placeholder};
use crate::source::Located;

impl Comparable for Configuration {
    type Opened<'a> = Opened<'a>;

    fn opened<'a>(holding: Holding<'a, Self>) -> Opened<'a> {
        Opened::new(holding)
    }

    fn lifted(before: Looking<'_, Self>, after: Looking<'_, Self>, permits: &[&Permit]) -> Vec<Lift> {
        let mut out = lifted(before, after, permits);
        out.extend(lifted_tenants(before, after, permits));
        out
    }

    fn role_names(&self) -> Vec<&str> {
        self.roles.keys().map(String::as_str).collect()
    }

    fn may_differ(&self, other: &Self, role: &str) -> bool {
        let rules = |role: &Role| -> Vec<_> {
            let rule = |rule: &IndexPermission| {
                (rule.index_patterns.clone(), rule.dls.clone(), rule.fls.clone(), rule.masked_fields.clone(), rule.allowed_actions.clone())
            };
            role.index_permissions.iter().map(rule).collect()
        };
        let tenant_rules = |role: &Role| -> Vec<_> {
            role.tenant_permissions.iter().map(|rule| (rule.tenant_patterns.clone(), rule.allowed_actions.clone())).collect()
        };
        let same = match (self.roles.get(role), other.roles.get(role)) {
            (Some(old), Some(new)) => {
                old.cluster_permissions == new.cluster_permissions && rules(old) == rules(new) && tenant_rules(old) == tenant_rules(new)
            }
            // a built-in role is in no file
            (old, new) => old.is_none() && new.is_none(),
        };
        !same || !same_surroundings(self, other)
    }

    fn speaks_of_users(&self) -> bool {
        let of_indices = self.roles.values().flat_map(|role| &role.index_permissions).any(|rule| {
            let query = rule.dls.as_ref().is_some_and(|query| has_placeholder(query));
            query || rule.index_patterns.iter().any(|pattern| has_placeholder(pattern))
        });
        let tenants = self.roles.values().flat_map(|role| &role.tenant_permissions).flat_map(|rule| &rule.tenant_patterns);
        of_indices || tenants.into_iter().any(|pattern| has_placeholder(pattern))
    }

    fn held_alone(&self, roles: &[&str], holder: &dyn Fn(&str) -> String) -> Option<Self> {
        let mapping = |role: &str| RoleMapping { users: vec![Located::from(holder(role).as_str())], ..RoleMapping::default() };
        let roles_mapping = roles.iter().map(|role| ((*role).to_owned(), mapping(role))).collect();
        Some(Self { roles_mapping, ..self.clone() })
    }
}

/// What a product brings along; before 1.0 that is nothing.
fn brought(configuration: &Configuration, product: Product) -> &'static BuiltIn {
    static NOTHING: LazyLock<BuiltIn> = LazyLock::new(BuiltIn::default);
    if configuration.is_before_1_0() { &NOTHING } else { built_in(product) }
}

/// Whether groups and settings that change what roles mean are the same.
fn same_surroundings(old: &Configuration, new: &Configuration) -> bool {
    let (a, b) = (&old.action_groups, &new.action_groups);
    let node = |configuration: &Configuration| configuration.node.flag("plugins.security.dfm_empty_overrides_all");
    a.len() == b.len()
        && a.iter().all(|(name, group)| b.get(name).is_some_and(|other| other.allowed_actions == group.allowed_actions))
        && node(old) == node(new)
        && old.is_before_1_0() == new.is_before_1_0()
}

/// The action patterns that a permission stands for: itself, or what the groups of that name hold.
pub fn leaves<'a>(permission: &'a str, configuration: &'a Configuration, product: Product) -> Vec<&'a str> {
    let mut out = Vec::new();
    Groups { own: configuration, built_in: brought(configuration, product) }.leaves(permission, &mut out);
    out
}

/// Roles taken apart into patterns.
pub struct Opened<'a> {
    cluster: Matchers,
    cluster_texts: Vec<&'a str>,
    rules: Vec<Rule<'a>>,
}

struct Rule<'a> {
    patterns: Vec<Cow<'a, str>>,
    names: Matchers,
    actions: Matchers,
    texts: Vec<&'a str>,
}

impl<'a> Opened<'a> {
    fn new(holding: Holding<'a, Configuration>) -> Self {
        let built_in = brought(holding.configuration, holding.product);
        let groups = Groups { own: holding.configuration, built_in };
        let mut out = Opened { cluster: Matchers::default(), cluster_texts: Vec::new(), rules: Vec::new() };
        for name in holding.roles {
            let Some(role) = built_in.roles.get(name).or_else(|| holding.configuration.roles.get(name)) else { continue };
            out.role(role, &groups, holding);
        }
        out.cluster = Matchers::new(out.cluster_texts.iter().copied());
        out
    }

    fn role(&mut self, role: &'a Role, groups: &Groups<'a>, holding: Holding<'a, Configuration>) {
        let written = |pattern: &'a str| match holding.subject.filter(|_| has_placeholder(pattern)) {
            None => Cow::Borrowed(pattern),
            Some(subject) => {
                let (user, backend_roles) = (&subject.user, &subject.backend_roles);
                let attributes = Attributes { user, backend_roles, roles: holding.roles, attributes: &subject.attributes };
                Cow::Owned(attributes.substitute(pattern))
            }
        };
        for permission in &role.cluster_permissions {
            groups.leaves(permission, &mut self.cluster_texts);
        }
        for rule in &role.index_permissions {
            let mut actions = Vec::new();
            rule.allowed_actions.iter().for_each(|action| groups.leaves(action, &mut actions));
            let patterns: Vec<Cow<'a, str>> = rule.index_patterns.iter().map(|pattern| written(pattern.as_str())).collect();
            self.rules.push(Rule {
                names: Matchers::new(patterns.iter().map(|pattern| &**pattern)),
                patterns,
                actions: Matchers::new(actions.iter().copied()),
                texts: actions,
            });
        }
    }
}

impl<'a> Opens for Opened<'a> {
    type Names = Cow<'a, str>;

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

    fn names(&self, action: &str) -> Vec<Cow<'a, str>> {
        let granting = self.rules.iter().filter(|rule| rule.actions.matches(action));
        let mut patterns: Vec<Cow<'a, str>> = granting.flat_map(|rule| rule.patterns.iter().cloned()).collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }

    fn patterns(&self) -> Vec<String> {
        self.rules.iter().flat_map(|rule| rule.patterns.iter().map(|pattern| pattern.clone().into_owned())).collect()
    }

    fn count(&self, action: &str, names: &[&str]) -> usize {
        self.granted_on(action, names).len()
    }

    fn granted_on<'n>(&self, action: &str, names: &[&'n str]) -> Vec<&'n str> {
        let granting: Vec<&Rule<'_>> = self.rules.iter().filter(|rule| rule.actions.matches(action)).collect();
        names.iter().copied().filter(|name| granting.iter().any(|rule| rule.names.matches(name))).collect()
    }

    fn difference(&self, names: &[Cow<'a, str>], others: &[Cow<'a, str>]) -> Difference {
        difference(&texts(names), &texts(others))
    }

    fn difference_beside(&self, names: &[Cow<'a, str>], others: &[Cow<'a, str>], permitted: &[&str]) -> Difference {
        difference(&texts(names), &[texts(others).as_slice(), permitted].concat())
    }

    fn meets(&self, names: &[Cow<'a, str>], others: &[Cow<'a, str>], pattern: &str) -> bool {
        witness(&texts(names), &[pattern], &texts(others), Names::Indices) != Difference::Nothing
    }

    fn besides(&self, _: &Self) -> Vec<Gain> {
        Vec::new()
    }
}

fn texts<'t>(patterns: &'t [Cow<'_, str>]) -> Vec<&'t str> {
    patterns.iter().map(|pattern| &**pattern).collect()
}

/// Every index pattern of a holding, and those on which a document can be read.
pub(super) fn patterns_of(holding: Holding<'_, Configuration>) -> (Vec<String>, Vec<String>) {
    let opened = Opened::new(holding);
    let owned = |mut patterns: Vec<Cow<'_, str>>| -> Vec<String> {
        patterns.sort_unstable();
        patterns.dedup();
        patterns.into_iter().map(Cow::into_owned).collect()
    };
    let all = opened.rules.iter().flat_map(|rule| rule.patterns.iter().cloned()).collect();
    let readable = ["indices:data/read/search", "indices:data/read/get"].iter().flat_map(|action| opened.names(action)).collect();
    (owned(all), owned(readable))
}

/// Whether any rule of a holding restricts what is seen of documents.
pub(super) fn restricts(holding: Holding<'_, Configuration>) -> bool {
    let built_in = brought(holding.configuration, holding.product);
    let roles = holding.roles.iter().filter_map(|name| built_in.roles.get(name).or_else(|| holding.configuration.roles.get(name)));
    roles.flat_map(|role| &role.index_permissions).any(|rule| rule.dls.is_some() || !rule.fls.is_empty() || !rule.masked_fields.is_empty())
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

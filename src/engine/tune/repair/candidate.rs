//! The ways to give what is missing: into which role, as which actions, on which patterns.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::missing::Missing;
use super::{Bench, Candidate, Way, free_name, into_new_role, into_role};
use crate::engine::catalog::opensearch::{actions, built_in};
use crate::engine::change::{Change, IndexRule, MappingChange, RoleChange, RuleChange, RuleNumber};
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::{Configuration, Role};
use crate::engine::pattern::Matchers;
use crate::engine::tune::generalise::{Generalisation, generalise};
use crate::source::Located;

/// How actions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wording {
    /// Each action by its name.
    Exact,
    /// The smallest action group that holds them.
    Group,
}

#[derive(Debug, Clone)]
struct Words {
    wording: Wording,
    patterns: Generalisation,
    groups: Arc<[Group]>,
}

/// An action group and the known actions it holds.
#[derive(Debug, Clone)]
struct Group {
    name: String,
    matchers: Matchers,
    size: usize,
}

/// Every way that is worth trying.
pub(in crate::engine::tune) fn candidates(
    bench: &Bench<'_, Configuration>,
    subject: &Subject,
    held: &[String],
    missing: &Missing,
) -> Vec<Candidate<Configuration>> {
    if missing.is_empty() {
        return Vec::new();
    }
    let groups: Arc<[Group]> = groups(bench).into();
    let mut out = Vec::new();
    let ways = [
        (Wording::Exact, Generalisation::Exact),
        (Wording::Exact, Generalisation::Series),
        (Wording::Group, Generalisation::Exact),
        (Wording::Group, Generalisation::Series),
    ];
    let ways = ways.map(|(wording, patterns)| Words { wording, patterns, groups: groups.clone() });
    for name in held {
        let Some(role) = bench.configuration.roles.get(name).filter(|role| !role.flags.is_static && !role.flags.reserved) else { continue };
        out.extend(into_role(bench.configuration, name, &ways, missing));
        out.extend(widen(name, role, missing));
    }
    let taken = |name: &str| bench.configuration.roles.contains_key(name) || bench.configuration.roles_mapping.contains_key(name);
    let fresh = free_name(&format!("{}_access", subject.user), taken);
    let create = RoleChange::CreateRole {
        role: fresh.clone(),
        description: None,
        cluster_permissions: Vec::new(),
        index_permissions: Vec::new(),
        tenant_permissions: Vec::new(),
    };
    let first = [create.into(), MappingChange::MapUser { role: fresh.clone(), user: subject.user.clone() }.into()];
    out.extend(into_new_role(bench.configuration, &fresh, &ways, missing, &first));
    out.extend(best_fit(bench, subject, held, missing, &groups));
    let names = bench.configuration.roles.keys().chain(built_in(bench.product).roles.keys());
    // trying a role costs a compilation: only those that may hold what is missing are tried
    for name in names.filter(|name| !held.contains(name) && covers(bench, name, missing)).collect::<BTreeSet<_>>() {
        let changes = vec![MappingChange::MapUser { role: name.clone(), user: subject.user.clone() }.into()];
        out.push(Candidate { title: format!("map `{}` to role `{name}`", subject.user), changes, next: None });
    }
    out
}

/// The role, held by somebody else, that grants the most of what is missing: the user is mapped to it, and what it
/// lacks is added.
fn best_fit(
    bench: &Bench<'_, Configuration>,
    subject: &Subject,
    held: &[String],
    missing: &Missing,
    groups: &Arc<[Group]>,
) -> Option<Candidate<Configuration>> {
    let roles =
        bench.configuration.roles.iter().filter(|(name, role)| !held.contains(name) && !role.flags.is_static && !role.flags.reserved);
    let all = missing.cells();
    let fits = roles.map(|(name, _)| (granted(bench, name, missing), name)).filter(|(count, _)| (1..all).contains(count));
    let (_, name) = fits.max_by_key(|(count, _)| *count)?;
    let way = Words { wording: Wording::Exact, patterns: Generalisation::Exact, groups: groups.clone() };
    let changes = vec![MappingChange::MapUser { role: name.clone(), user: subject.user.clone() }.into()];
    let (title, role) = (format!("map `{}` to role `{name}` and add what it lacks", subject.user), name.clone());
    Some(Candidate { title, changes, next: Some(Box::new(move |state, missing| way.give(state, &role, missing))) })
}

/// Whether a role by itself grants all that is missing, as far as its patterns say.
fn covers(bench: &Bench<'_, Configuration>, name: &str, missing: &Missing) -> bool {
    granted(bench, name, missing) == missing.cells()
}

/// How many of the missing cells a role grants by its patterns.
fn granted(bench: &Bench<'_, Configuration>, name: &str, missing: &Missing) -> usize {
    let Some(role) = built_in(bench.product).roles.get(name).or_else(|| bench.configuration.roles.get(name)) else { return 0 };
    let given = |permissions: &[Located<String>]| {
        Matchers::new(
            permissions.iter().flat_map(|permission| crate::engine::compare::leaves(permission, bench.configuration, bench.product)),
        )
    };
    let cluster = given(&role.cluster_permissions);
    let rules: Vec<(Matchers, Matchers)> = role
        .index_permissions
        .iter()
        .map(|rule| (Matchers::new(rule.index_patterns.iter().map(|pattern| pattern.as_str())), given(&rule.allowed_actions)))
        .collect();
    let on = |name: &str, action: &str| rules.iter().any(|(patterns, actions)| patterns.matches(name) && actions.matches(action));
    let in_cluster = missing.cluster.iter().filter(|action| cluster.matches(action)).count();
    let on_indices = missing
        .index
        .iter()
        .map(|(actions, names)| names.iter().map(|name| actions.iter().filter(|action| on(name, action)).count()).sum::<usize>());
    in_cluster + on_indices.sum::<usize>()
}

/// Put the missing names to a rule that has the actions already.
fn widen(name: &str, role: &Role, missing: &Missing) -> Option<Candidate<Configuration>> {
    if !missing.cluster.is_empty() {
        return None;
    }
    let mut changes = Vec::new();
    for (actions, names) in &missing.index {
        let at = role.index_permissions.iter().position(|rule| {
            let given = Matchers::new(rule.allowed_actions.iter().map(|action| action.as_str()));
            actions.iter().all(|action| given.matches(action))
        });
        let rule = RuleNumber::from_index(at?);
        changes.extend(
            names.iter().map(|pattern| RuleChange::AddIndexPattern { role: name.to_owned(), rule, pattern: pattern.clone() }.into()),
        );
    }
    Some(Candidate { title: format!("widen role `{name}`: the missing names to a rule that has the actions"), changes, next: None })
}

impl Way<Configuration> for Words {
    fn summary(&self) -> String {
        let actions = match self.wording {
            Wording::Exact => "the missing actions",
            Wording::Group => "the smallest action groups",
        };
        let names = if self.patterns == Generalisation::Exact { "the very names" } else { "patterns of the names" };
        format!("{actions} on {names}")
    }

    fn give(&self, state: &Configuration, name: &str, missing: &Missing) -> Vec<Change> {
        let nothing = Role::default();
        let role = state.roles.get(name).unwrap_or(&nothing);
        let has = |permission: &str| role.cluster_permissions.iter().any(|given| given.value == permission);
        let cluster = self.words(&missing.cluster).into_iter().filter(|permission| !has(permission));
        let mut changes: Vec<Change> =
            cluster.map(|permission| RoleChange::AddClusterPermission { role: name.to_owned(), permission }.into()).collect();
        for (actions, names) in &missing.index {
            let words = self.words(actions);
            // a rule whose patterns take in all the names, without document- or field-level security
            let at = role.index_permissions.iter().position(|rule| {
                let patterns = Matchers::new(rule.index_patterns.iter().map(|pattern| pattern.as_str()));
                rule.dls.is_none()
                    && rule.fls.is_empty()
                    && rule.masked_fields.is_empty()
                    && names.iter().all(|name| patterns.matches(name))
            });
            match at {
                Some(at) => {
                    let rule = RuleNumber::from_index(at);
                    let new = words
                        .into_iter()
                        .filter(|word| !role.index_permissions[at].allowed_actions.iter().any(|given| given.value == *word));
                    changes.extend(new.map(|action| RuleChange::AddAllowedAction { role: name.to_owned(), rule, action }.into()));
                }
                None => {
                    let patterns =
                        generalise(names.iter().map(String::as_str), self.patterns).into_iter().map(|pattern| pattern.pattern).collect();
                    let rule = IndexRule { index_patterns: patterns, allowed_actions: words, ..IndexRule::default() };
                    changes.push(RoleChange::AddIndexPermission { role: name.to_owned(), rule }.into());
                }
            }
        }
        changes
    }
}

impl Words {
    fn words(&self, actions: &BTreeSet<String>) -> Vec<String> {
        if self.wording == Wording::Exact {
            return actions.iter().cloned().collect();
        }
        // the smallest group that holds all; else for each action the smallest that holds it, else its name
        if let Some(group) = self.smallest(|group| actions.iter().all(|action| group.matchers.matches(action))) {
            return actions.first().map(|_| vec![group.name.clone()]).unwrap_or_default();
        }
        let words: BTreeSet<String> = actions
            .iter()
            .map(|action| self.smallest(|group| group.matchers.matches(action)).map_or_else(|| action.clone(), |group| group.name.clone()))
            .collect();
        words.into_iter().collect()
    }

    fn smallest(&self, holds: impl Fn(&Group) -> bool) -> Option<&Group> {
        self.groups.iter().filter(|group| holds(group)).min_by_key(|group| group.size)
    }
}

/// The configuration's and the product's action groups; not those that hold everything.
fn groups(bench: &Bench<'_, Configuration>) -> Vec<Group> {
    let built_in = built_in(bench.product);
    let all = built_in.action_groups.keys().chain(bench.configuration.action_groups.keys());
    let opened = all.filter_map(|name| {
        let leaves = crate::engine::compare::leaves(name, bench.configuration, bench.product);
        let matchers = Matchers::new(leaves.iter().copied());
        let size = actions().iter().filter(|action| matchers.matches(action)).count();
        (size > 0 && !matchers.has_any()).then(|| Group { name: name.clone(), matchers, size })
    });
    opened.collect()
}

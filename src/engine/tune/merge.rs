//! A draft merged into a role: only what the role does not grant yet.

use std::collections::BTreeSet;

use super::draft::{Draft, DraftRule};
use crate::engine::catalog::opensearch::{actions, built_in};
use crate::engine::change::{Change, IndexRule, RoleChange, RuleChange, RuleNumber};
use crate::engine::compare::leaves;
use crate::engine::model::Product;
use crate::engine::model::opensearch::{Configuration, Role};
use crate::engine::pattern::Matchers;
use crate::source::Located;

/// A draft merged into a role.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// The changes, in order; none when the role grants everything already.
    pub changes: Vec<Change>,
    /// Groups that were used although they hold more than was seen: the group, and what it opens besides.
    pub extras: Vec<(String, Vec<String>)>,
}

/// The changes that make `role` allow everything in the draft; the role is made when it is not there. Actions
/// fold into an action group only where every known action of the group was seen.
pub fn merge(draft: &Draft, role: &str, configuration: &Configuration, product: Product) -> Vec<Change> {
    merge_with(draft, role, configuration, product, 0).changes
}

/// The same, with groups that hold up to `extras` known actions that were not seen; each use of one is told.
pub fn merge_with(draft: &Draft, role: &str, configuration: &Configuration, product: Product, extras: usize) -> Merged {
    let mut out = Merged::default();
    let own = configuration.roles.get(role);
    if own.is_none() {
        let create = RoleChange::CreateRole {
            role: role.to_owned(),
            description: None,
            cluster_permissions: Vec::new(),
            index_permissions: Vec::new(),
            tenant_permissions: Vec::new(),
        };
        out.changes.push(create.into());
    }
    let nothing = Role::default();
    let own = own.unwrap_or(&nothing);
    let given = |items: &[Located<String>]| Matchers::new(items.iter().flat_map(|item| leaves(item, configuration, product)));
    let mut folded = |seen| {
        let (words, more) = fold(seen, configuration, product, extras);
        for item in more {
            if !out.extras.contains(&item) {
                out.extras.push(item);
            }
        }
        words
    };
    let cluster = given(&own.cluster_permissions);
    let seen: BTreeSet<&str> =
        draft.cluster.iter().map(|permission| permission.action.as_str()).filter(|action| !cluster.matches(action)).collect();
    for permission in folded(seen) {
        out.changes.push(RoleChange::AddClusterPermission { role: role.to_owned(), permission }.into());
    }
    let rules: Vec<(Matchers, Matchers)> = own
        .index_permissions
        .iter()
        .map(|rule| (Matchers::new(rule.index_patterns.iter().map(|pattern| pattern.as_str())), given(&rule.allowed_actions)))
        .collect();
    for rule in &draft.rules {
        let names: Vec<&String> = rule.patterns.iter().flat_map(|pattern| &pattern.names).collect();
        let granted = |action: &str| {
            names.iter().all(|name| rules.iter().any(|(patterns, actions)| patterns.matches(name) && actions.matches(action)))
        };
        let seen: BTreeSet<&str> =
            rule.actions.iter().map(|permission| permission.action.as_str()).filter(|action| !granted(action)).collect();
        if !seen.is_empty() {
            out.changes.extend(add(rule, folded(seen), role, own));
        }
    }
    out
}

fn add(rule: &DraftRule, words: Vec<String>, role: &str, own: &Role) -> Vec<Change> {
    let patterns: BTreeSet<&str> = rule.patterns.iter().map(|pattern| pattern.pattern.as_str()).collect();
    let same = own.index_permissions.iter().position(|own| {
        let unrestricted = own.dls.is_none() && own.fls.is_empty() && own.masked_fields.is_empty();
        unrestricted && own.index_patterns.iter().map(|pattern| pattern.as_str()).collect::<BTreeSet<_>>() == patterns
    });
    match same {
        Some(at) => {
            let number = RuleNumber::from_index(at);
            words.into_iter().map(|action| RuleChange::AddAllowedAction { role: role.to_owned(), rule: number, action }.into()).collect()
        }
        None => {
            let rule = IndexRule {
                index_patterns: patterns.into_iter().map(str::to_owned).collect(),
                allowed_actions: words,
                ..IndexRule::default()
            };
            vec![RoleChange::AddIndexPermission { role: role.to_owned(), rule }.into()]
        }
    }
}

/// Replace actions by groups that hold at most `extras` others; those with the fewest others and the most actions
/// first. What the groups hold besides comes back with their names.
fn fold(seen: BTreeSet<&str>, configuration: &Configuration, product: Product, extras: usize) -> (Vec<String>, Vec<(String, Vec<String>)>) {
    let names = built_in(product).action_groups.keys().chain(configuration.action_groups.keys());
    let mut groups: Vec<(&String, BTreeSet<&str>, Vec<String>)> = names
        .map(|name| {
            let matchers = Matchers::new(leaves(name, configuration, product));
            let held: BTreeSet<&str> = actions().iter().copied().filter(|action| matchers.matches(action)).collect();
            let more = held.difference(&seen).map(|action| (*action).to_owned()).collect();
            (name, held, more)
        })
        .filter(|(_, held, more): &(_, _, Vec<String>)| more.len() <= extras && held.len() - more.len() > 1)
        .collect();
    groups.sort_by_key(|(name, held, more)| (more.len(), usize::MAX - held.len(), name.len()));
    let (mut left, mut words, mut added) = (seen.clone(), Vec::new(), Vec::new());
    for (name, held, more) in groups {
        let here = held.intersection(&left).count();
        // a group that is exact takes only what is still whole; one with extras must save words
        if (more.is_empty() && held.is_subset(&left)) || (!more.is_empty() && here > 1 && here > more.len()) {
            left.retain(|action| !held.contains(action));
            words.push(name.clone());
            if !more.is_empty() {
                added.push((name.clone(), more));
            }
        }
    }
    words.extend(left.into_iter().map(str::to_owned));
    (words, added)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tune::{Facts, Generalisation, Observation, Sighting, draft};

    fn learned(seen: &[(&str, &str)]) -> Draft {
        let mut facts = Facts::default();
        for (action, index) in seen {
            let indices = if index.is_empty() { vec![] } else { vec![(*index).to_owned()] };
            facts.add(
                Observation { user: "svc".into(), action: (*action).into(), indices, granted: true },
                Sighting { count: 1, line: 1, ..Sighting::default() },
            );
        }
        draft(&facts, "svc", Generalisation::Series, |action| action.starts_with("cluster:"))
    }

    fn applied(changes: &[Change], mut configuration: Configuration) -> Configuration {
        for change in changes {
            change.apply(&mut configuration).expect("the change applies");
        }
        configuration
    }

    #[test]
    fn a_new_role_holds_what_was_seen() {
        let draft = learned(&[("cluster:monitor/main", ""), ("indices:data/read/get", "hr"), ("indices:data/read/get", "logs-2026.01.02")]);
        let changes = merge(&draft, "svc_role", &Configuration::default(), Product::OpenSearch3_4);
        let after = applied(&changes, Configuration::default());
        let role = &after.roles["svc_role"];
        assert_eq!(role.cluster_permissions[0].value, "cluster:monitor/main");
        let patterns: Vec<&str> = role.index_permissions[0].index_patterns.iter().map(|pattern| pattern.as_str()).collect();
        assert_eq!(patterns, ["hr", "logs-*"]);
        assert!(merge(&draft, "svc_role", &after, Product::OpenSearch3_4).is_empty(), "learning the same again adds nothing");
    }

    #[test]
    fn a_group_is_used_only_where_all_of_it_was_seen() {
        let held = Matchers::new(leaves("get", &Configuration::default(), Product::OpenSearch3_4));
        let all: Vec<(&str, &str)> = actions().iter().filter(|action| held.matches(action)).map(|action| (*action, "hr")).collect();
        let whole = merge(&learned(&all), "r", &Configuration::default(), Product::OpenSearch3_4);
        let after = applied(&whole, Configuration::default());
        assert_eq!(after.roles["r"].index_permissions[0].allowed_actions[0].value, "get");
        let part = merge(&learned(&all[1..]), "r", &Configuration::default(), Product::OpenSearch3_4);
        assert!(
            !applied(&part, Configuration::default()).roles["r"].index_permissions[0]
                .allowed_actions
                .iter()
                .any(|action| action.value == "get")
        );
        let more = merge_with(&learned(&all[1..]), "r", &Configuration::default(), Product::OpenSearch3_4, 1);
        assert_eq!(more.extras, [("get".to_owned(), vec![all[0].0.to_owned()])], "what is opened besides is told");
    }
}

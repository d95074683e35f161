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

/// The changes that make `role` allow everything in the draft; the role is made when it is not there. Actions
/// fold into an action group only where every known action of the group was seen.
pub fn merge(draft: &Draft, role: &str, configuration: &Configuration, product: Product) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let own = configuration.roles.get(role);
    if own.is_none() {
        let create = RoleChange::CreateRole {
            role: role.to_owned(),
            description: None,
            cluster_permissions: Vec::new(),
            index_permissions: Vec::new(),
            tenant_permissions: Vec::new(),
        };
        changes.push(create.into());
    }
    let nothing = Role::default();
    let own = own.unwrap_or(&nothing);
    let given = |items: &[Located<String>]| Matchers::new(items.iter().flat_map(|item| leaves(item, configuration, product)));
    let cluster = given(&own.cluster_permissions);
    let seen: BTreeSet<&str> =
        draft.cluster.iter().map(|permission| permission.action.as_str()).filter(|action| !cluster.matches(action)).collect();
    for permission in fold(seen, configuration, product) {
        changes.push(RoleChange::AddClusterPermission { role: role.to_owned(), permission }.into());
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
            changes.extend(add(rule, fold(seen, configuration, product), role, own));
        }
    }
    changes
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

/// Replace actions by groups that hold nothing else; larger groups first.
fn fold(seen: BTreeSet<&str>, configuration: &Configuration, product: Product) -> Vec<String> {
    let names = built_in(product).action_groups.keys().chain(configuration.action_groups.keys());
    let mut groups: Vec<(&String, BTreeSet<&str>)> = names
        .map(|name| {
            let matchers = Matchers::new(leaves(name, configuration, product));
            (name, actions().iter().copied().filter(|action| matchers.matches(action)).collect::<BTreeSet<_>>())
        })
        .filter(|(_, held)| held.len() > 1 && held.is_subset(&seen))
        .collect();
    groups.sort_by_key(|(name, held)| (usize::MAX - held.len(), name.len()));
    let mut left = seen;
    let mut words = Vec::new();
    for (name, held) in groups {
        if held.is_subset(&left) {
            left.retain(|action| !held.contains(action));
            words.push(name.clone());
        }
    }
    words.extend(left.into_iter().map(str::to_owned));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tune::{Facts, Generalisation, Observation, draft};

    fn learned(seen: &[(&str, &str)]) -> Draft {
        let mut facts = Facts::default();
        for (action, index) in seen {
            let indices = if index.is_empty() { vec![] } else { vec![(*index).to_owned()] };
            facts.add(Observation { user: "svc".into(), action: (*action).into(), indices, granted: true }, 1, 0, 1);
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
    }
}

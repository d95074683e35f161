//! OpenSearch's configuration as one that can be tuned.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::family::{Family, Learned};
use super::grant::Grant;
use super::merge::merge_with;
use super::repair::{Bench, Candidate, Missing, candidates};
use crate::engine::change::{Change, RoleChange, RuleChange, RuleNumber};
use crate::engine::compare::leaves;
use crate::engine::evaluate::Subject;
use crate::engine::model::Product;
use crate::engine::model::opensearch::{Configuration, Role};
use crate::engine::pattern::Matchers;

impl Family for Configuration {
    fn change(&mut self, change: &Change) -> bool {
        change.apply(self).is_ok()
    }

    fn grants(&self, role: &str) -> Vec<Grant> {
        Grant::of_role(self, role)
    }

    fn ways(&self, role: &str) -> Vec<Grant> {
        Grant::of_mapping(self, role)
    }

    fn removal(&self, grant: &Grant) -> Option<Change> {
        grant.removal()
    }

    fn addition(&self, grant: &Grant, text: String) -> Option<Change> {
        grant.addition(text)
    }

    fn narrower(&self, product: Product, grant: &Grant, actions: &BTreeSet<String>) -> Vec<String> {
        let covered = Matchers::new(leaves(&grant.text, self, product));
        actions.iter().filter(|action| covered.matches(action)).cloned().collect()
    }

    fn empty_rules(&self, role: &str) -> Vec<Change> {
        let rules = self.roles.get(role).into_iter().flat_map(|role| role.index_permissions.iter().enumerate());
        let empty = rules.filter(|(_, rule)| rule.index_patterns.is_empty() || rule.allowed_actions.is_empty());
        let mut changes: Vec<Change> = empty
            .map(|(at, _)| RoleChange::RemoveIndexPermission { role: role.to_owned(), rule: RuleNumber::from_index(at) }.into())
            .collect();
        changes.reverse();
        changes
    }

    fn undoes(change: &Change, earlier: &Change) -> bool {
        match (change, earlier) {
            (
                Change::Role(RoleChange::RemoveClusterPermission { role, permission }),
                Change::Role(RoleChange::AddClusterPermission { role: other, permission: added }),
            ) => (role, permission) == (other, added),
            (
                Change::Rule(RuleChange::RemoveAllowedAction { role, rule, action }),
                Change::Rule(RuleChange::AddAllowedAction { role: other, rule: at, action: added }),
            ) => (role, rule, action) == (other, at, added),
            (
                Change::Rule(RuleChange::RemoveIndexPattern { role, rule, pattern }),
                Change::Rule(RuleChange::AddIndexPattern { role: other, rule: at, pattern: added }),
            ) => (role, rule, pattern) == (other, at, added),
            _ => false,
        }
    }

    fn renumbers(change: &Change) -> bool {
        matches!(change, Change::Role(RoleChange::RemoveIndexPermission { .. }))
    }

    fn candidates(bench: &Bench<'_, Self>, subject: &Subject, held: &[String], missing: &Missing) -> Vec<Candidate<Self>> {
        candidates(bench, subject, held, missing)
    }

    fn learned(&self, product: Product, draft: &Draft, role: &str, extras: usize) -> Learned {
        let merged = merge_with(draft, role, self, product, extras);
        let told = merged.extras.into_iter().map(|(group, more)| format!("`{group}` opens besides: {}", more.join(", ")));
        Learned { changes: merged.changes, notes: told.collect() }
    }

    fn has_role(&self, name: &str) -> bool {
        self.roles.contains_key(name)
    }

    fn tunable(&self, _: Product) -> Vec<&str> {
        let own = self.roles.iter().filter(|(_, role)| !role.flags.reserved && !role.flags.is_static);
        own.map(|(name, _)| name.as_str()).collect()
    }

    fn differs(&self, other: &Self, role: &str) -> bool {
        let grants = |role: &Role| {
            let rules = role.index_permissions.iter().map(|rule| (rule.index_patterns.clone(), rule.allowed_actions.clone()));
            (role.cluster_permissions.clone(), rules.collect::<Vec<_>>())
        };
        self.roles.get(role).map(grants) != other.roles.get(role).map(grants)
    }
}

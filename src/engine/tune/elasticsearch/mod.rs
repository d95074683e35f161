//! Elasticsearch's configuration as one that can be tuned: privileges from the least to the most.

mod candidates;
mod learned;
mod privileges;

use std::collections::BTreeSet;

use super::draft::Draft;
use super::family::{Family, Learned};
use super::grant::{Grant, GrantKind, width};
use super::repair::{Bench, Candidate, Missing};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::change::elasticsearch::{ElasticsearchRoleChange, ElasticsearchUserChange, IndexPrivilegesChange, RoleMappingChange};
use crate::engine::change::{Change, ElasticsearchChange, RuleNumber};
use crate::engine::evaluate::Subject;
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role};
use crate::source::Located;
use privileges::{Kind, narrowed};

impl Family for Configuration {
    fn change(&mut self, change: &Change) -> bool {
        matches!(change, Change::Elasticsearch(change) if change.apply(self).is_ok())
    }

    fn grants(&self, name: &str) -> Vec<Grant> {
        let Some(role) = self.roles.get(name) else { return Vec::new() };
        let mut grants = Vec::new();
        let mut add = |kind, item: &Located<String>| {
            grants.push(Grant { role: name.to_owned(), kind, text: item.value.clone(), place: item.place });
        };
        role.cluster.iter().for_each(|item| add(GrantKind::Cluster, item));
        role.run_as.iter().for_each(|item| add(GrantKind::RunAs, item));
        for (at, entry) in role.indices.iter().enumerate() {
            let number = RuleNumber::from_index(at);
            entry.privileges.iter().for_each(|item| add(GrantKind::Action(number), item));
            entry.names.iter().for_each(|item| add(GrantKind::Pattern(number), item));
        }
        grants.sort_by_key(|grant| if grant.text == "all" { (0, 0) } else { width(&grant.text) });
        grants
    }

    fn ways(&self, role: &str) -> Vec<Grant> {
        let users = self.users.iter().filter_map(|(user, body)| {
            let given = body.roles.iter().find(|given| given.value == role)?;
            Some(Grant { role: role.to_owned(), kind: GrantKind::User, text: user.clone(), place: given.place })
        });
        let mappings = self.role_mappings.iter().filter_map(|(mapping, body)| {
            let given = body.roles.iter().find(|given| given.value == role)?;
            Some(Grant { role: role.to_owned(), kind: GrantKind::Mapping, text: mapping.clone(), place: given.place })
        });
        users.chain(mappings).collect()
    }

    fn removal(&self, grant: &Grant) -> Option<Change> {
        let (role, text) = (grant.role.clone(), grant.text.clone());
        Some(match grant.kind {
            GrantKind::Cluster => ElasticsearchRoleChange::RemoveClusterPrivilege { role, privilege: text }.into(),
            GrantKind::RunAs => ElasticsearchRoleChange::RemoveRunAs { role, user: text }.into(),
            // the engine refuses a role with an entry that has no name or no privilege left
            GrantKind::Action(rule) if entry(self, &role, rule).is_some_and(|entry| entry.privileges.len() == 1) => {
                ElasticsearchRoleChange::RemoveIndexPrivileges { role, rule }.into()
            }
            GrantKind::Pattern(rule) if entry(self, &role, rule).is_some_and(|entry| entry.names.len() == 1) => {
                ElasticsearchRoleChange::RemoveIndexPrivileges { role, rule }.into()
            }
            GrantKind::Action(rule) => IndexPrivilegesChange::RemoveIndexPrivilege { role, rule, privilege: text }.into(),
            GrantKind::Pattern(rule) => IndexPrivilegesChange::RemoveIndexName { role, rule, name: text }.into(),
            GrantKind::User => ElasticsearchUserChange::TakeRole { user: text, role }.into(),
            GrantKind::Mapping => RoleMappingChange::RemoveMappedRole { mapping: text, role }.into(),
            GrantKind::BackendRole | GrantKind::Host => return None,
        })
    }

    fn addition(&self, grant: &Grant, text: String) -> Option<Change> {
        let role = grant.role.clone();
        Some(match grant.kind {
            GrantKind::Cluster => ElasticsearchRoleChange::AddClusterPrivilege { role, privilege: text }.into(),
            GrantKind::RunAs => ElasticsearchRoleChange::AddRunAs { role, user: text }.into(),
            GrantKind::Action(rule) => IndexPrivilegesChange::AddIndexPrivilege { role, rule, privilege: text }.into(),
            GrantKind::Pattern(rule) => IndexPrivilegesChange::AddIndexName { role, rule, name: text }.into(),
            GrantKind::User | GrantKind::Mapping | GrantKind::BackendRole | GrantKind::Host => return None,
        })
    }

    fn narrower(&self, product: Product, grant: &Grant, actions: &BTreeSet<String>) -> Vec<String> {
        let kind = if grant.kind == GrantKind::Cluster { Kind::Cluster } else { Kind::Index };
        narrowed(product, kind, &grant.text, actions)
    }

    fn empty_rules(&self, role: &str) -> Vec<Change> {
        let entries = self.roles.get(role).into_iter().flat_map(|role| role.indices.iter().enumerate());
        let empty = entries.filter(|(_, entry)| entry.names.is_empty() || entry.privileges.is_empty());
        let mut changes: Vec<Change> = empty
            .map(|(at, _)| {
                ElasticsearchRoleChange::RemoveIndexPrivileges { role: role.to_owned(), rule: RuleNumber::from_index(at) }.into()
            })
            .collect();
        changes.reverse();
        changes
    }

    fn undoes(change: &Change, earlier: &Change) -> bool {
        let (Change::Elasticsearch(change), Change::Elasticsearch(earlier)) = (change, earlier) else { return false };
        match (change, earlier) {
            (
                ElasticsearchChange::Role(ElasticsearchRoleChange::RemoveClusterPrivilege { role, privilege }),
                ElasticsearchChange::Role(ElasticsearchRoleChange::AddClusterPrivilege { role: other, privilege: added }),
            ) => (role, privilege) == (other, added),
            (
                ElasticsearchChange::Index(IndexPrivilegesChange::RemoveIndexPrivilege { role, rule, privilege }),
                ElasticsearchChange::Index(IndexPrivilegesChange::AddIndexPrivilege { role: other, rule: at, privilege: added }),
            ) => (role, rule, privilege) == (other, at, added),
            (
                ElasticsearchChange::Index(IndexPrivilegesChange::RemoveIndexName { role, rule, name }),
                ElasticsearchChange::Index(IndexPrivilegesChange::AddIndexName { role: other, rule: at, name: added }),
            ) => (role, rule, name) == (other, at, added),
            _ => false,
        }
    }

    fn renumbers(change: &Change) -> bool {
        matches!(change, Change::Elasticsearch(ElasticsearchChange::Role(ElasticsearchRoleChange::RemoveIndexPrivileges { .. })))
    }

    fn candidates(bench: &Bench<'_, Self>, subject: &Subject, held: &[String], missing: &Missing) -> Vec<Candidate<Self>> {
        candidates::candidates(bench, subject, held, missing)
    }

    fn learned(&self, product: Product, draft: &Draft, role: &str, _: usize) -> Learned {
        learned::learned(self, product, draft, role)
    }

    fn has_role(&self, name: &str) -> bool {
        self.roles.contains_key(name)
    }

    fn tunable(&self, product: Product) -> Vec<&str> {
        let reserved = Catalog::of(product).reserved_roles();
        self.roles
            .iter()
            .filter(|(name, role)| !reserved.contains_key(*name) && !is_reserved(role))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    fn differs(&self, other: &Self, role: &str) -> bool {
        let grants = |role: &Role| {
            let entries = role.indices.iter().map(|entry| (entry.names.clone(), entry.privileges.clone()));
            (role.cluster.clone(), role.run_as.clone(), entries.collect::<Vec<_>>())
        };
        self.roles.get(role).map(grants) != other.roles.get(role).map(grants)
    }
}

fn entry<'c>(configuration: &'c Configuration, role: &str, rule: RuleNumber) -> Option<&'c IndexPrivileges> {
    configuration.roles.get(role)?.indices.get(rule.0.checked_sub(1)?)
}

/// Whether the engine's own mark says that the role is built in.
fn is_reserved(role: &Role) -> bool {
    role.metadata.as_ref().and_then(|metadata| metadata.value.get("_reserved")).and_then(serde_json::Value::as_bool) == Some(true)
}

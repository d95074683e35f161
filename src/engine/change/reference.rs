//! Who names an entry: the mappings and users of a role, the mappings of a user, the users of a group
//! or a tenant among roles.

use super::EntryKind;
use crate::engine::model::opensearch::{Configuration, DocumentKind};
use crate::source::{Located, Place};

/// One place that names an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What the naming entry is.
    pub kind: EntryKind,
    /// The naming entry.
    pub name: String,
    /// Where the name stands.
    pub place: Option<Place>,
}

/// Every place that names the entry `name` of a document.
pub fn references(kind: DocumentKind, name: &str, configuration: &Configuration) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut look = |kind: DocumentKind, by: &str, items: &[Located<String>]| {
        out.extend(items.iter().filter(|have| have.value == name).map(|have| Reference {
            kind: kind.into(),
            name: by.to_owned(),
            place: have.place,
        }));
    };
    match kind {
        DocumentKind::Roles => {
            for (user, entry) in &configuration.internal_users {
                look(DocumentKind::InternalUsers, user, &entry.security_roles);
            }
            if let Some(mapping) = configuration.roles_mapping.get(name) {
                out.push(Reference { kind: EntryKind::Mapping, name: name.to_owned(), place: mapping.place });
            }
        }
        DocumentKind::InternalUsers => {
            for (role, mapping) in &configuration.roles_mapping {
                look(DocumentKind::RolesMapping, role, &mapping.users);
            }
        }
        DocumentKind::ActionGroups => {
            for (group, entry) in &configuration.action_groups {
                look(DocumentKind::ActionGroups, group, &entry.allowed_actions);
            }
            for (role, entry) in &configuration.roles {
                look(DocumentKind::Roles, role, &entry.cluster_permissions);
                entry.index_permissions.iter().for_each(|rule| look(DocumentKind::Roles, role, &rule.allowed_actions));
                entry.tenant_permissions.iter().for_each(|rule| look(DocumentKind::Roles, role, &rule.allowed_actions));
            }
        }
        DocumentKind::Tenants => {
            for (role, entry) in &configuration.roles {
                entry.tenant_permissions.iter().for_each(|rule| look(DocumentKind::Roles, role, &rule.tenant_patterns));
            }
        }
        _ => {}
    }
    out
}

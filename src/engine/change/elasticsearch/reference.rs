//! Who names an entry: users and mappings a role, roles and mapping rules a user.

use super::super::{EntryKind, Reference};
use crate::engine::model::elasticsearch::Configuration;

/// Every place that names a role or a user.
pub fn references(kind: EntryKind, name: &str, configuration: &Configuration) -> Vec<Reference> {
    let mut out = Vec::new();
    match kind {
        EntryKind::Role => {
            for (user, entry) in &configuration.users {
                let held = entry.roles.iter().filter(|role| role.value == name);
                out.extend(held.map(|role| Reference { kind: EntryKind::User, name: user.clone(), place: role.place }));
            }
            for (mapping, entry) in &configuration.role_mappings {
                let given = entry.roles.iter().filter(|role| role.value == name);
                out.extend(given.map(|role| Reference { kind: EntryKind::Mapping, name: mapping.clone(), place: role.place }));
            }
        }
        EntryKind::User => {
            for (role, entry) in &configuration.roles {
                let run_as = entry.run_as.iter().filter(|user| user.value == name);
                out.extend(run_as.map(|user| Reference { kind: EntryKind::Role, name: role.clone(), place: user.place }));
            }
            for (mapping, entry) in &configuration.role_mappings {
                if entry.rules.as_ref().is_some_and(|rules| rules.names("username", name)) {
                    out.push(Reference { kind: EntryKind::Mapping, name: mapping.clone(), place: entry.place });
                }
            }
        }
        EntryKind::Mapping | EntryKind::Privilege | EntryKind::Tenant | EntryKind::Setting | EntryKind::SideFile => {}
    }
    out
}

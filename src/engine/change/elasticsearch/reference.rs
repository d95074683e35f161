//! Who names an entry: users and mappings a role, roles and mapping rules a user, roles a stored privilege.

use super::super::{EntryKind, Reference};
use super::stored;
use crate::engine::model::elasticsearch::{ApplicationPrivileges, Configuration};

/// Every place that names a role, a user or a stored privilege.
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
        EntryKind::Privilege => {
            let (application, privilege) = stored::parts(name).unwrap_or((name, ""));
            for (role, entry) in &configuration.roles {
                let of_it = |named: &&ApplicationPrivileges| named.application.as_ref().is_some_and(|named| named.value == application);
                let named = entry.applications.iter().filter(of_it).flat_map(|granted| &granted.privileges);
                let named = named.filter(|named| named.value == privilege);
                out.extend(named.map(|named| Reference { kind: EntryKind::Role, name: role.clone(), place: named.place }));
            }
        }
        EntryKind::Mapping | EntryKind::Tenant | EntryKind::Setting | EntryKind::SideFile => {}
    }
    out
}

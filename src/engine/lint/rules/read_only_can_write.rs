//! One backend role behind a reading and a writing role.

use super::prelude::*;
use crate::engine::lint::glob::covers;
use crate::engine::model::opensearch::Role;

/// "Read-only" users who can write.
pub(super) struct ReadOnlyCanWrite;

impl Rule for ReadOnlyCanWrite {
    fn about(&self) -> About {
        About {
            id: "read-only-can-write",
            title: "one backend role behind a read-only role and one that writes to the same indices",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "Roles only add up. Who has the backend role has both roles, and the read-only one limits nothing.",
            wrong: "# roles.yml
logs_readonly:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
logs_editor:
  index_permissions:
    - index_patterns: ['logs-app-*']
      allowed_actions: [crud]
# roles_mapping.yml
logs_readonly:
  backend_roles: [everyone]  # finds
logs_editor:
  backend_roles: [everyone]
",
            right: "# roles.yml
logs_readonly:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
logs_editor:
  index_permissions:
    - index_patterns: ['logs-app-*']
      allowed_actions: [crud]
# roles_mapping.yml
logs_readonly:
  backend_roles: [everyone]
logs_editor:
  backend_roles: [editors]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        read_only_of_elasticsearch(view, found);
        let configuration = view.input.configuration;
        for (backend, roles) in view.mapped_backend_roles().filter(|(_, roles)| roles.len() > 1) {
            let named = || roles.iter().filter_map(|name| Some((*name, view.role(name)?))).take(64);
            for (reader, reading) in named().filter(|(name, _)| is_read_only(name)) {
                let writer = named().find(|(name, writing)| *name != reader && writes_to_the_same(view, writing, reading));
                if let Some((writer, _)) = writer {
                    let place = configuration
                        .roles_mapping
                        .get(reader)
                        .and_then(|mapping| mapping.backend_roles.iter().find(|name| name.value == backend))
                        .and_then(|name| name.place);
                    found
                        .add(place, format!("backend role `{backend}` has the read-only role `{reader}` and `{writer}`, which writes to the same indices"))
                        .help("map the two roles to different backend roles");
                }
            }
        }
    }
}

/// Whether a role says by its name that it only reads.
pub(super) fn is_read_only(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains("readonly")
        || lower.contains("read_only")
        || lower.contains("read-only")
        || lower.split(['_', '-', '.', ' ']).any(|word| matches!(word, "ro" | "reader" | "readers" | "viewer" | "viewers" | "readall"))
}

fn writes_to_the_same(view: &View<'_>, writing: &Role, reading: &Role) -> bool {
    writing.index_permissions.iter().filter(|rule| view.grants(&rule.allowed_actions, "indices:data/write/index").is_some()).any(|write| {
        let read = reading.index_permissions.iter().flat_map(|rule| &rule.index_patterns);
        read.take(64).any(|read| write.index_patterns.iter().any(|write| covers(write, read) || covers(read, write)))
    })
}

fn read_only_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    for holder in privileges::holders(view).iter().filter(|holder| holder.roles.len() > 1) {
        let named = || holder.roles.iter().filter_map(|(name, place)| Some((*name, *place, privileges::role(view, name)?))).take(64);
        for (reader, place, reading) in named().filter(|(name, ..)| is_read_only(name)) {
            let names: Vec<Located<String>> = reading.indices.iter().flat_map(|entry| entry.names.iter().cloned()).collect();
            let writes = |role: &crate::engine::model::elasticsearch::Role| {
                role.indices.iter().any(|entry| {
                    privileges::grants(view.input.product, entry, "indices:data/write/index") && privileges::meet(&entry.names, &names)
                })
            };
            if let Some((writer, ..)) = named().find(|(name, _, role)| *name != reader && writes(role)) {
                found
                    .add(
                        place,
                        format!("{} has the read-only role `{reader}` and `{writer}`, which writes to the same indices", holder.what),
                    )
                    .help("give the two roles to different people");
            }
        }
    }
}

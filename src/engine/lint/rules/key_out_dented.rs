//! A key of an entry at the left edge.

use super::prelude::*;
use crate::engine::lint::schema::v6_keys;

/// A role's key that became an entry of its own.
pub(super) struct KeyOutDented;

impl Rule for KeyOutDented {
    fn about(&self) -> About {
        About {
            id: "key-out-dented",
            title: "a key of an entry at the left edge, which makes it an entry of its own",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "The key is taken for a role (user, mapping, group) of that name. The entry above it loses what stands there.",
            wrong: "# roles.yml
analyst:
  description: reads
cluster_permissions:  # finds
  - cluster_monitor
",
            right: "# roles.yml
analyst:
  description: reads
  cluster_permissions:
    - cluster_monitor
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        out_dented_of_elasticsearch(view, found);
        let kinds: [(DocumentKind, &[&str]); 4] = [
            (DocumentKind::Roles, &["cluster_permissions", "index_permissions", "tenant_permissions", "index_patterns", "allowed_actions"]),
            (DocumentKind::RolesMapping, &["backend_roles", "and_backend_roles", "users", "hosts"]),
            (DocumentKind::InternalUsers, &["hash", "backend_roles", "attributes", "opendistro_security_roles"]),
            (DocumentKind::ActionGroups, &["allowed_actions"]),
        ];
        for (kind, keys) in kinds {
            for entry in view.top(kind) {
                let Some(name) = entry.key.text() else { continue };
                let old = matches!(name, "cluster" | "indices" | "backendroles" | "permissions")
                    && v6_keys(kind).iter().any(|&(old, _)| old == name);
                // `users` or `cluster` may be a name; with the body of an entry it is one
                let has_body = entry.value.entries().len() > 0 && !old;
                if (keys.contains(&name) || old) && !has_body {
                    found
                        .add(
                            Some(entry.key.place()),
                            format!("`{name}` at the left edge is an entry of its own, not a key of the one above"),
                        )
                        .help("indent it");
                }
            }
        }
    }
}

/// A key of a role that became a role, in Elasticsearch's roles.yml.
fn out_dented_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    const KEYS: [&str; 8] = ["cluster", "indices", "run_as", "applications", "names", "privileges", "field_security", "query"];
    let files = view.input.files.iter().filter(|file| file.kind == FileKind::ElasticsearchRoles);
    for entry in files.filter_map(|file| file.document.root()).flat_map(|root| root.entries()) {
        let Some(name) = entry.key.text().filter(|name| KEYS.contains(name)) else { continue };
        if entry.value.entries().len() == 0 {
            found
                .add(Some(entry.key.place()), format!("`{name}` at the left edge is a role of its own, not a key of the one above"))
                .help("indent it");
        }
    }
}

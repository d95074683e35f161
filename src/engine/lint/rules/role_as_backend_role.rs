//! A role's name where a backend role is expected.

use std::collections::HashSet;

use super::prelude::*;

/// A role given as a backend role, which gives nothing.
pub(super) struct RoleAsBackendRole;

impl Rule for RoleAsBackendRole {
    fn about(&self) -> About {
        About {
            id: "role-as-backend-role",
            title: "a role's name given as a backend role",
            severity: Error,
            confidence: Likely,
            products: OPENSEARCH,
            why: "Backend roles are names that mappings match on; the role itself is given by a mapping, or directly by \
                  `opendistro_security_roles`. A backend role that no mapping names gives nothing.",
            wrong: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
# roles_mapping.yml
log_reader:
  backend_roles: [readers]
# internal_users.yml
kim:
  hash: ''
  backend_roles: [log_reader]  # finds
",
            right: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
# roles_mapping.yml
log_reader:
  backend_roles: [readers]
logstash:
  backend_roles: [logstash]
# internal_users.yml
kim:
  hash: ''
  backend_roles: [readers, logstash]
  opendistro_security_roles: [log_reader]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        if !view.has(DocumentKind::RolesMapping) {
            return;
        }
        let configuration = view.input.configuration;
        let patterns: Vec<&str> =
            view.mapped_backend_roles().map(|(name, _)| name).filter(|name| crate::engine::lint::glob::is_pattern(name)).collect();
        let mut held: HashSet<&str> = HashSet::new();
        for (user, body) in &configuration.internal_users {
            for backend in &body.backend_roles {
                held.insert(&backend.value);
                let mapped = !view.roles_of_backend_role(backend).is_empty() || patterns.iter().any(|pattern| matches(pattern, backend));
                if !mapped && view.is_role(backend) {
                    found
                        .add(
                            backend.place,
                            format!("user `{user}`: `{}` is a role, not a backend role, and no mapping names it", backend.value),
                        )
                        .help("give the role directly under `opendistro_security_roles`, or give the backend role that its mapping names");
                }
            }
        }
        if view.has_external_users() || !view.has(DocumentKind::InternalUsers) {
            return;
        }
        for (role, mapping) in &configuration.roles_mapping {
            for backend in mapping.backend_roles.iter().filter(|name| view.is_role(name) && !held.contains(name.value.as_str())) {
                found
                    .add(backend.place, format!("role `{role}`: `{}` is a role; no user has a backend role of that name", backend.value))
                    .help("name a backend role of the users; roles do not contain roles");
            }
        }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    crate::engine::lint::glob::is_regex(pattern) || crate::engine::lint::glob::covers(pattern, name)
}

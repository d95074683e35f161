//! A role for everybody.

use super::prelude::*;
use crate::engine::model::opensearch::Role;

/// A mapping of `*`.
pub(super) struct MappingOfEveryone;

impl Rule for MappingOfEveryone {
    fn about(&self) -> About {
        About {
            id: "mapping-of-everyone",
            title: "a role that every user has",
            severity: Warning,
            confidence: Likely,
            products: OPENSEARCH,
            why: "`*` takes in every user, those of tomorrow and of every backend included. \
                  A role that is only about the user's own name (`${user.name}`) is what this is for.",
            wrong: "# roles.yml
writer:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [crud]
# roles_mapping.yml
writer:
  users: ['*']  # finds
readall:
  backend_roles: ['*']  # finds
",
            right: "# roles.yml
home:
  index_permissions:
    - index_patterns: ['home-${user.name}']
      allowed_actions: [crud]
# roles_mapping.yml
home:
  users: ['*']
own_index:
  users: ['*']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (name, mapping) in &view.input.configuration.roles_mapping {
            let Some(role) = view.role(name) else { continue };
            if is_about_oneself(role) {
                continue;
            }
            for (what, list) in [("user", &mapping.users), ("backend role", &mapping.backend_roles), ("host", &mapping.hosts)] {
                for everyone in list.iter().filter(|item| super::wildcard_grant::is_everything(item)) {
                    let finding = found.add(everyone.place, format!("every {what} has role `{name}`"));
                    finding.help("name who is meant");
                    if super::everyday_all_access::grants_everything(view, role) {
                        finding.severity(Error);
                    }
                }
            }
        }
    }
}

/// Whether every pattern of a role carries the user's name or attributes.
fn is_about_oneself(role: &Role) -> bool {
    role.index_permissions.iter().flat_map(|rule| &rule.index_patterns).all(|pattern| pattern.contains("${"))
        && role.tenant_permissions.iter().flat_map(|rule| &rule.tenant_patterns).all(|pattern| pattern.contains("${"))
        && role.cluster_permissions.iter().all(|permission| permission.starts_with("cluster_composite_ops"))
}

//! A role that nobody can have.

use super::prelude::*;

/// A role without a mapping and without a user who has it directly.
pub(super) struct RoleWithoutMapping;

impl Rule for RoleWithoutMapping {
    fn about(&self) -> About {
        About {
            id: "role-without-mapping",
            title: "a role that no mapping and no user gives",
            severity: Note,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Nobody has the role. It is either left over, or its mapping is missing or misspelt.",
            wrong: "# roles.yml
log_reader:  # finds
  cluster_permissions: [cluster_monitor]
# roles_mapping.yml
all_access:
  backend_roles: [admin]
# internal_users.yml
kim:
  hash: ''
",
            right: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
writer:
  cluster_permissions: [cluster_monitor]
kibana_read_only:
  reserved: true
# roles_mapping.yml
log_reader:
  backend_roles: [readers]
# internal_users.yml
kim:
  hash: ''
  opendistro_security_roles: [writer]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        if !view.has(DocumentKind::RolesMapping) {
            return;
        }
        let mappings = &view.input.configuration.roles_mapping;
        let users_known = view.has(DocumentKind::InternalUsers);
        for (name, role) in view.roles() {
            // reserved roles come with the product and wait to be mapped
            let shipped = role.flags.reserved || role.flags.is_static || view.built_in.roles.contains_key(name);
            let mapping = mappings.get(name);
            let is_mapped = mapping.is_some_and(|mapping| {
                [&mapping.users, &mapping.backend_roles, &mapping.and_backend_roles, &mapping.hosts].iter().any(|list| !list.is_empty())
            });
            if shipped || is_mapped || view.is_given_directly(name) {
                continue;
            }
            let place = role.place.map(|place| Place { span: Span { end: place.span.start + name.len() as u32, ..place.span }, ..place });
            let message = match mapping {
                Some(_) => format!("the mapping of role `{name}` names nobody"),
                None => format!("nothing maps role `{name}`"),
            };
            let finding = found.add(place, message);
            match users_known {
                true => finding.help("map it in roles_mapping.yml, or remove it"),
                false => {
                    finding.help("map it, or remove it; internal_users.yml was not opened and may give it directly").confidence(Possible)
                }
            };
        }
    }
}

//! Rights by which a holder can give itself any other.

use super::prelude::*;

/// A way from a role to every role.
pub(super) struct Escalation;

impl Rule for Escalation {
    fn about(&self) -> About {
        About {
            id: "escalation",
            title: "a right by which the holder can give itself every other",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Who may change roles, mappings, users or action groups can make itself an administrator; \
                  whatever else the role leaves out is only one request away.",
            wrong: "# roles.yml
helpdesk:
  cluster_permissions:
    - 'restapi:admin/internalusers'  # finds
    - 'restapi:admin/*'  # finds
",
            right: "# roles.yml
helpdesk:
  cluster_permissions:
    - 'restapi:admin/ssl/certs/info'
    - cluster_monitor
security_rest_api_full_access:
  reserved: true
  cluster_permissions:
    - 'restapi:admin/roles'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        const PARTS: [(&str, &str); 5] = [
            ("restapi:admin/roles", "roles"),
            ("restapi:admin/rolesmapping", "role mappings"),
            ("restapi:admin/internalusers", "users and their passwords"),
            ("restapi:admin/actiongroups", "action groups"),
            ("restapi:admin/config/update", "the security settings"),
        ];
        for (name, role) in view.roles().filter(|(_, role)| !role.flags.reserved) {
            for permission in role.cluster_permissions.iter().filter(|permission| permission.starts_with("restapi:")) {
                let opens: Vec<&str> = PARTS
                    .iter()
                    .filter(|(action, _)| crate::engine::lint::glob::covers(permission, action))
                    .map(|&(_, what)| what)
                    .collect();
                if !opens.is_empty() {
                    found
                        .add(permission.place, format!("the holders of role `{name}` may change {}", opens.join(", ")))
                        .help("they can give themselves any role; leave it to administrators");
                }
            }
        }
    }
}

//! Elasticsearch privileges by which a holder can give itself any other.

use super::prelude::*;

/// A way from a role to every role.
pub(super) struct PrivilegeEscalation;

impl Rule for PrivilegeEscalation {
    fn about(&self) -> About {
        About {
            id: "privilege-escalation",
            title: "a privilege by which the holder can give itself every other",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "`manage_security` changes roles, users and mappings; `all` holds it. `grant_api_key` makes keys for others. \
                  Whatever else the role leaves out is one request away.",
            wrong: "# roles.yml
helpdesk:
  cluster: [manage_security]  # finds
ops:
  cluster: [all]  # finds
",
            right: "# roles.yml
helpdesk:
  cluster: [monitor, read_security, manage_own_api_key]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, privilege) in roles.flat_map(|(role, body)| body.cluster.iter().map(move |privilege| (role, privilege))) {
            let may = match privilege.to_lowercase().as_str() {
                "all" => "do everything, changing roles and users included",
                "manage_security" => "change roles, users and mappings",
                "grant_api_key" => "make API keys for other users",
                "manage_service_account" => "make tokens for service accounts",
                raw if privileges::raw(raw, "cluster:admin/xpack/security/role/put") => "change roles",
                raw if privileges::raw(raw, "cluster:admin/xpack/security/user/put") => "change users and their passwords",
                raw if privileges::raw(raw, "cluster:admin/xpack/security/role_mapping/put") => "change role mappings",
                _ => continue,
            };
            found
                .add(privilege.place, format!("the holders of role `{role}` may {may}"))
                .help("leave it to administrators; name what the work needs");
        }
    }
}

//! A tenant rule with one half missing.

use super::prelude::*;

/// A tenant rule that grants nothing.
pub(super) struct TenantGrantsNothing;

impl Rule for TenantGrantsNothing {
    fn about(&self) -> About {
        About {
            id: "tenant-grants-nothing",
            title: "a tenant permission without actions or without patterns",
            severity: Warning,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Without `allowed_actions` the tenant is not even shown; the holders see an empty Dashboards and no error.",
            wrong: "# roles.yml
analyst:
  tenant_permissions:
    - tenant_patterns: [sales]  # finds
",
            right: "# roles.yml
analyst:
  tenant_permissions:
    - tenant_patterns: [sales]
      allowed_actions: [kibana_all_read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (name, role) in view.roles() {
            for rule in &role.tenant_permissions {
                let missing = match (rule.tenant_patterns.is_empty(), rule.allowed_actions.is_empty()) {
                    (false, false) => continue,
                    (false, true) => "`allowed_actions`",
                    (true, false) => "`tenant_patterns`",
                    (true, true) => "anything",
                };
                found
                    .add(rule.place, format!("role `{name}`: a tenant permission without {missing} grants nothing"))
                    .help("`kibana_all_read` and `kibana_all_write` are the usual actions");
            }
        }
    }
}

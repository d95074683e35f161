//! Who may use which tenant, and whether to write.

use indexmap::{IndexMap, IndexSet};

use super::groups::{Groups, Refusal};
use super::matcher::{Matcher, any};
use crate::engine::model::opensearch::Role;

/// Tenants by role: name and whether writing is allowed.
#[derive(Debug, Clone, Default)]
pub(super) struct Tenants {
    by_role: Vec<(String, Vec<(String, bool)>)>,
    /// Whether the global tenant comes with the roles `kibana_user` and `all_access`; not in v6.
    global_by_name: bool,
}

impl Tenants {
    /// Of v7 roles and the defined tenants.
    pub(super) fn new<'a>(
        roles: impl Iterator<Item = (&'a String, &'a Role)>,
        defined: impl Iterator<Item = &'a str>,
        groups: &Groups,
    ) -> Result<Self, Refusal> {
        let defined: Vec<&str> = defined.collect();
        let mut by_role = Vec::new();
        for (name, role) in roles {
            let mut tenants = Vec::new();
            for permission in &role.tenant_permissions {
                let patterns: Vec<Matcher> = permission.tenant_patterns.iter().map(|pattern| Matcher::new(&pattern.value)).collect();
                let actions = groups.resolve(permission.allowed_actions.iter().map(|action| action.value.as_str()))?;
                let write = actions.iter().any(|action| action == "kibana:saved_objects/*/write");
                tenants.extend(defined.iter().filter(|tenant| any(&patterns, tenant)).map(|tenant| ((*tenant).to_owned(), write)));
            }
            by_role.push((name.clone(), tenants));
        }
        Ok(Tenants { by_role, global_by_name: true })
    }

    /// Of v6 roles: each names its tenants.
    pub(super) fn of_v6(by_role: Vec<(String, Vec<(String, bool)>)>) -> Self {
        Tenants { by_role, global_by_name: false }
    }

    /// The tenants of a user who holds `roles`; the private one first. Writing outperforms reading.
    pub(super) fn of(&self, user: &str, roles: &IndexSet<String>) -> IndexMap<String, bool> {
        let mut out = IndexMap::from([(user.to_owned(), true)]);
        for (role, tenants) in &self.by_role {
            if !roles.contains(role) {
                continue;
            }
            for (tenant, write) in tenants.iter().filter(|(tenant, _)| tenant != user) {
                *out.entry(tenant.clone()).or_insert(*write) |= write;
            }
        }
        if self.global_by_name
            && !out.contains_key("global_tenant")
            && ["kibana_user", "all_access", "ALL_ACCESS"].iter().any(|name| roles.contains(*name))
        {
            out.insert("global_tenant".to_owned(), true);
        }
        out
    }
}

//! Dashboards multi-tenancy: requests on exactly one name that starts with the Dashboards index are
//! decided by tenant permissions alone, and sent on to the tenant's own index.

use std::collections::HashSet;

use super::groups::Groups;
use super::names::{Abstraction, Names};
use crate::engine::model::opensearch::{Role, Settings};
use crate::engine::pattern::{Attributes, Matcher, has_placeholder};

/// The settings below `kibana`.
#[derive(Debug, Clone)]
pub struct Dashboards {
    enabled: bool,
    private_tenant: bool,
    server_user: String,
    index: String,
}

/// The action whose presence makes a tenant permission one for writing.
const WRITE: &str = "kibana:saved_objects/*/write";
/// The tenant header's word for the user's own tenant.
const PRIVATE: &str = "__user__";
/// Actions for which the permission to read a tenant suffices.
const READ_ONLY: [&str; 6] = [
    "indices:admin/get",
    "indices:data/read/get",
    "indices:data/read/search",
    "indices:data/read/msearch",
    "indices:data/read/mget",
    "indices:data/read/mget[shard]",
];

impl Dashboards {
    /// Read `config.dynamic`.
    pub fn new(dynamic: &Settings) -> Self {
        Self {
            enabled: dynamic.flag("kibana.multitenancy_enabled").unwrap_or(true),
            private_tenant: dynamic.flag("kibana.private_tenant_enabled").unwrap_or(true),
            server_user: dynamic.text("kibana.server_username").unwrap_or("kibanaserver").to_owned(),
            index: dynamic.text("kibana.index").unwrap_or(".kibana").to_owned(),
        }
    }
}

impl Dashboards {
    /// The user of the Dashboards server itself.
    pub fn server_user(&self) -> &str {
        &self.server_user
    }
}

/// A role's tenant permissions.
#[derive(Debug, Clone)]
pub struct TenantRules(Vec<TenantRule>);

#[derive(Debug, Clone)]
struct TenantRule {
    pattern: String,
    write: bool,
}

impl TenantRules {
    /// Compile a role's tenant permissions.
    pub fn new(role: &Role, groups: &Groups) -> Self {
        let rules = role.tenant_permissions.iter().flat_map(|permission| {
            let write = permission.allowed_actions.iter().any(|action| groups.contains(&action.value, WRITE));
            permission.tenant_patterns.iter().map(move |pattern| TenantRule { pattern: pattern.value.clone(), write })
        });
        Self(rules.collect())
    }

    /// Whether one of them covers the tenant.
    pub fn cover(&self, tenant: &str, write: bool, attributes: &Attributes<'_>) -> bool {
        self.0.iter().filter(|rule| rule.write || !write).any(|rule| {
            let pattern = if has_placeholder(&rule.pattern) { attributes.substitute(&rule.pattern) } else { rule.pattern.clone() };
            Matcher::once(&pattern, tenant)
        })
    }
}

/// What multi-tenancy makes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenancy {
    /// It is none of its business.
    NotConcerned,
    /// Allowed as it stands.
    Allowed,
    /// Allowed, and the request now goes to this alias.
    Redirected(String),
    /// Refused, with the engine's reason.
    Refused(&'static str),
}

/// Who asks, as far as tenants go.
pub struct TenantUser<'a> {
    /// User name.
    pub name: &'a str,
    /// The header's value.
    pub requested: Option<&'a str>,
    /// Tenant permissions of the mapped roles.
    pub rules: Vec<&'a TenantRules>,
    /// For patterns with `${…}`.
    pub attributes: Attributes<'a>,
}

/// Decide a call on `names`; `tenants` are the defined ones and the built-in global tenant.
pub fn tenancy(
    dashboards: &Dashboards,
    tenants: &HashSet<String>,
    lookup: &Names,
    user: &TenantUser<'_>,
    action: &str,
    name: &str,
) -> Tenancy {
    if !dashboards.enabled || user.name == dashboards.server_user {
        return Tenancy::NotConcerned;
    }
    let requested = user.requested.filter(|tenant| !tenant.is_empty());
    if requested == Some(PRIVATE) && !dashboards.private_tenant {
        return Tenancy::Refused("Dashboards Multitenancy: The private tenant feature is disabled.");
    }
    if !name.starts_with(&dashboards.index) {
        return Tenancy::NotConcerned;
    }
    let write = !READ_ONLY.contains(&action);
    let has = |tenant: &str| tenants.contains(tenant) && user.rules.iter().any(|rules| rules.cover(tenant, write, &user.attributes));
    let permitted = match requested {
        None => has("global_tenant"),
        Some(PRIVATE) => true,
        Some(tenant) => has(tenant),
    };
    if !permitted {
        return Tenancy::Refused("Dashboards Multitenancy: Insufficient privileges for tenant.");
    }
    let Some(tenant) = requested else {
        let is_backing_index = name == dashboards.index || alias_of(lookup, name, &dashboards.index) == Some(dashboards.index.as_str());
        return if is_backing_index {
            Tenancy::Allowed
        } else {
            Tenancy::Refused("Dashboards Multitenancy: Referenced index does not match requested tenant (global tenant)")
        };
    };
    let alias = tenant_alias(&dashboards.index, if tenant == PRIVATE { user.name } else { tenant });
    if name == dashboards.index {
        Tenancy::Redirected(alias)
    } else if name.starts_with(&alias) {
        Tenancy::Allowed
    } else {
        Tenancy::Refused("Dashboards Multitenancy: Referenced index does not match requested tenant.")
    }
}

fn alias_of<'a>(lookup: &'a Names, name: &str, prefix: &str) -> Option<&'a str> {
    match lookup.get(name) {
        Some(Abstraction::Index { aliases, .. }) => aliases.iter().map(String::as_str).find(|alias| alias.starts_with(prefix)),
        _ => None,
    }
}

/// The alias that holds a tenant's objects: Java's hash of the name, then its letters and digits.
fn tenant_alias(index: &str, tenant: &str) -> String {
    let hash = tenant.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)));
    let letters: String = tenant.to_lowercase().chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).collect();
    format!("{index}_{hash}_{letters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_alias_is_named_after_its_hash() {
        // recorded in v4-dashboards-multitenancy
        assert_eq!(tenant_alias(".kibana", "tw"), ".kibana_3715_tw");
        assert_eq!(tenant_alias(".kibana", "u_tw"), ".kibana_3580557_utw");
        assert_eq!(tenant_alias(".kibana", "global_tenant"), ".kibana_-1224600378_globaltenant");
    }
}

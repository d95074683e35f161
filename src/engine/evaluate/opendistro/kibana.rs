//! Multi-tenancy: requests to the Kibana index alone are decided by tenant permissions, and sent to
//! the tenant's own index.

use indexmap::IndexMap;

use super::compile::Switches;
use super::java;
use super::resolve::Resolved;

/// What the tenant rules say.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Interception {
    /// Not a matter of tenants; the permissions decide.
    Continue,
    /// The tenant may not be used so.
    Denied(String),
    /// Let through as it is: the tenant's own index was named.
    Granted,
    /// Let through, to the tenant's index behind this alias.
    Moved(String),
}

/// The alias of a tenant's index.
pub(super) fn tenant_alias(kibana_index: &str, tenant: &str) -> String {
    let name: String = tenant.to_lowercase().chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).collect();
    format!("{kibana_index}_{}_{name}", java::hash(tenant))
}

/// Decide by tenants.
pub(super) fn intercept(
    switches: &Switches,
    user: &str,
    requested_tenant: Option<&str>,
    action: &str,
    resolved: &Resolved,
    tenants: &IndexMap<String, bool>,
) -> Interception {
    if !switches.multitenancy || user == switches.kibana_server {
        return Interception::Continue;
    }
    let only = |names: &indexmap::IndexSet<String>| names.len() == 1 && names.contains(&switches.kibana_index);
    let kibana_only = only(&resolved.indices) || only(&resolved.aliases);
    let allowed = |tenant: &str| match tenants.get(tenant) {
        None => Err(format!("tenant `{tenant}` is not allowed for user `{user}`")),
        Some(false) if action.starts_with("indices:data/write") => Err(format!("tenant `{tenant}` is not allowed to write")),
        Some(_) => Ok(()),
    };
    let Some(tenant) = requested_tenant.filter(|tenant| !tenant.is_empty()) else {
        return match allowed("global_tenant") {
            Err(why) if kibana_only => Interception::Denied(why),
            _ => Interception::Continue,
        };
    };
    let tenant = if tenant == "__user__" { user } else { tenant };
    let alias = tenant_alias(&switches.kibana_index, tenant);
    if resolved.indices.len() == 1 && resolved.indices.iter().all(|index| index.starts_with(&alias)) && allowed(tenant).is_ok() {
        return Interception::Granted;
    }
    if !kibana_only {
        return Interception::Continue;
    }
    match allowed(tenant) {
        Err(why) => Interception::Denied(why),
        Ok(()) => Interception::Moved(alias),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alias_carries_the_java_hash_of_the_tenant() {
        // vector multitenancy-on
        assert_eq!(tenant_alias(".kibana", "u_ta"), ".kibana_3580535_uta");
        assert_eq!(tenant_alias(".kibana", "global_tenant"), ".kibana_-1224600378_globaltenant");
    }
}

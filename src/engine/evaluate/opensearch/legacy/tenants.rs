//! Dashboards' tenants: requests that are about the Dashboards index alone are decided by tenant
//! permissions first (rule 24 of the recorded behaviour).

use std::collections::BTreeMap;

use super::groups::Groups;
use super::message::java_hash;
use super::resolved::Resolved;
use super::roles::CompiledRole;
use super::settings::Settings;
use super::variant::Variant;
use crate::engine::model::opensearch::Role;
use crate::engine::pattern::{Attributes, Matcher, has_placeholder};

const WRITE: &str = "kibana:saved_objects/*/write";
const READ_ONLY_ACTIONS: [&str; 6] = [
    "indices:admin/get",
    "indices:data/read/get",
    "indices:data/read/search",
    "indices:data/read/msearch",
    "indices:data/read/mget",
    "indices:data/read/mget[shard]",
];

/// A tenant pattern of a role, and whether it may write.
pub(super) type TenantRule = (String, bool);

/// The tenant rules of a role.
pub(super) fn rules<'a>(role: &'a Role, groups: &Groups<'a>) -> Vec<TenantRule> {
    let mut rules = Vec::new();
    for permission in &role.tenant_permissions {
        let write = groups.resolve(permission.allowed_actions.iter().map(|action| action.value.as_str())).contains(&WRITE);
        rules.extend(permission.tenant_patterns.iter().map(|pattern| (pattern.value.clone(), write)));
    }
    rules
}

/// What the tenant stage says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// The index stage goes on.
    Go,
    /// Refused.
    Refused(String),
    /// Granted without a look at index permissions; the request goes to this index instead, when there is one.
    Granted(Option<String>),
}

/// Which of the tenants the roles open, and whether for writing; `held` are those of the roles that are defined.
pub(super) fn open<'a>(
    tenants: impl Iterator<Item = &'a String> + Clone,
    roles: &[String],
    held: &[std::sync::Arc<CompiledRole>],
    attributes: &Attributes<'_>,
    variant: &Variant,
) -> BTreeMap<String, bool> {
    let mut open: BTreeMap<String, bool> = BTreeMap::new();
    for (pattern, write) in held.iter().flat_map(|role| &role.tenants) {
        let rendered = if has_placeholder(pattern) { attributes.substitute(pattern) } else { pattern.clone() };
        let Ok(matcher) = Matcher::new(&rendered) else { continue };
        for name in tenants.clone().filter(|name| matcher.matches(name)) {
            *open.entry(name.clone()).or_default() |= write;
        }
    }
    let by_default = roles
        .iter()
        .any(|role| role == "kibana_user" || (variant.all_access_opens_global_tenant && (role == "all_access" || role == "ALL_ACCESS")));
    if by_default && !open.contains_key("global_tenant") {
        open.insert("global_tenant".to_owned(), true);
    }
    open
}

/// Who asks, for the tenant stage.
pub(super) struct Asker<'a> {
    pub(super) user: &'a str,
    pub(super) requested_tenant: Option<&'a str>,
    pub(super) open: &'a BTreeMap<String, bool>,
}

/// Decide a request in the tenant stage.
pub(super) fn take(settings: &Settings, asker: &Asker<'_>, action: &str, resolved: &Resolved) -> Taken {
    if !settings.multitenancy {
        return Taken::Go;
    }
    let requested = asker.requested_tenant.unwrap_or_default();
    if requested == "__user__" && !settings.private_tenant {
        return Taken::Refused("private tenants are off".to_owned());
    }
    let server = asker.user == settings.dashboards_user;
    let dashboards_only = !server && is_dashboards_only(resolved, &settings.dashboards_index);
    let allowed = |tenant: &str| {
        let write = asker.open.get(tenant).copied().or((tenant == asker.user).then_some(true));
        write.is_some_and(|write| write || READ_ONLY_ACTIONS.contains(&action))
    };
    if requested.is_empty() {
        return if dashboards_only && !allowed("global_tenant") {
            Taken::Refused("the request is about the Dashboards index alone, and the global tenant is not open".to_owned())
        } else {
            Taken::Go
        };
    }
    let tenant = if requested == "__user__" { asker.user } else { requested };
    let index = tenant_index(&settings.dashboards_index, tenant);
    if !server
        && !resolved.local_all
        && resolved.all.len() == 1
        && resolved.all.iter().all(|name| name.starts_with(&index))
        && allowed(tenant)
    {
        return Taken::Granted(None);
    }
    if dashboards_only {
        return if allowed(tenant) {
            Taken::Granted(Some(index))
        } else {
            Taken::Refused(format!("tenant `{tenant}` is not open for `{action}`"))
        };
    }
    Taken::Go
}

fn is_dashboards_only(resolved: &Resolved, index: &str) -> bool {
    let only = |names: &std::collections::BTreeSet<String>| names.len() == 1 && names.contains(index);
    !resolved.local_all && (only(&resolved.all) || only(&resolved.aliases))
}

/// `.kibana_<hash>_<name>`
fn tenant_index(dashboards_index: &str, tenant: &str) -> String {
    let hash = i32::from_ne_bytes(java_hash(tenant).to_ne_bytes());
    let plain: String = tenant.to_lowercase().chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).collect();
    format!("{dashboards_index}_{hash}_{plain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_an_index_of_its_own() {
        // recorded from 3.8.0
        assert_eq!(tenant_index(".kibana", "global_tenant"), ".kibana_-1224600378_globaltenant");
    }
}

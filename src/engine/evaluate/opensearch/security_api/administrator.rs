//! Endpoints for administrators: users who hold `restapi:admin/…` by name or by a pattern other than `*`,
//! where the node counts that.

use super::endpoint::Endpoint;
use super::{Asked, SecurityApi};
use crate::engine::pattern::{Matcher, wildcard};

/// Whether the request is not one that only administrators make.
pub(super) fn may(api: &SecurityApi<'_>, asked: &Asked<'_>) -> bool {
    match asked.endpoint {
        Endpoint::Allowlist | Endpoint::NodesDn => is_one(api, asked),
        // the old name of the allowlist has no permission of its own
        Endpoint::Whitelist => false,
        Endpoint::Certificates | Endpoint::Ssl => {
            let action = if asked.method == "GET" { "certs/info" } else { "certs/reload" };
            holds(api, asked, &format!("restapi:admin/ssl/{action}"))
        }
        Endpoint::SecurityConfig if asked.method != "GET" => {
            if counts(api) {
                holds(api, asked, "restapi:admin/config/update")
            } else {
                api.configuration.node.flag("plugins.security.unsupported.restapi.allow_securityconfig_modification") == Some(true)
            }
        }
        _ => true,
    }
}

/// Whether the user administers the endpoint.
pub(super) fn is_one(api: &SecurityApi<'_>, asked: &Asked<'_>) -> bool {
    let has_permission = matches!(
        asked.endpoint,
        Endpoint::ActionGroups
            | Endpoint::Allowlist
            | Endpoint::InternalUsers
            | Endpoint::NodesDn
            | Endpoint::RateLimiters
            | Endpoint::Roles
            | Endpoint::RolesMapping
            | Endpoint::Tenants
    );
    has_permission && holds(api, asked, &format!("restapi:admin/{}", asked.endpoint.name().to_lowercase()))
}

/// Whether a list of permissions holds one of administrators, word for word (groups are not looked into).
pub(super) fn names_one<'a>(mut permissions: impl Iterator<Item = &'a str>) -> bool {
    permissions.any(|permission| wildcard("restapi:admin/*", permission))
}

fn counts(api: &SecurityApi<'_>) -> bool {
    api.configuration.node.flag("plugins.security.restapi.admin.enabled") == Some(true)
}

fn holds(api: &SecurityApi<'_>, asked: &Asked<'_>, permission: &str) -> bool {
    let grants = |pattern: &&str| *pattern != "*" && Matcher::once(pattern, permission);
    counts(api) && asked.roles.iter().any(|role| api.permissions(role).iter().any(grants))
}

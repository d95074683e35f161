//! What the API knows: its endpoints, and which methods each path of them has.

use super::SecurityApi;

/// An endpoint as the plugin's settings and permissions name it, or the handler behind it where several
/// share a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Account,
    ActionGroups,
    Allowlist,
    Audit,
    AuthToken,
    Cache,
    Certificates,
    InternalUsers,
    Migrate,
    NodesDn,
    PermissionsInfo,
    RateLimiters,
    Roles,
    RolesMapping,
    SecurityConfig,
    Ssl,
    Tenancy,
    Tenants,
    Upgrade,
    Validate,
    Whitelist,
}

impl Endpoint {
    /// The endpoint of a path's first segment below `/api`.
    pub(super) fn of(resource: &str, is_new: bool) -> Option<Self> {
        Some(match resource {
            "account" => Self::Account,
            "actiongroups" | "actiongroup" => Self::ActionGroups,
            "allowlist" => Self::Allowlist,
            "audit" => Self::Audit,
            "authtoken" => Self::AuthToken,
            "cache" => Self::Cache,
            "certificates" => Self::Certificates,
            "internalusers" | "user" => Self::InternalUsers,
            "migrate" => Self::Migrate,
            "nodesdn" => Self::NodesDn,
            "permissionsinfo" => Self::PermissionsInfo,
            "authfailurelisteners" if is_new => Self::RateLimiters,
            "roles" => Self::Roles,
            "rolesmapping" => Self::RolesMapping,
            "securityconfig" => Self::SecurityConfig,
            "ssl" => Self::Ssl,
            "tenancy" => Self::Tenancy,
            "tenants" => Self::Tenants,
            "_upgrade_check" | "_upgrade_perform" => Self::Upgrade,
            "validate" => Self::Validate,
            "whitelist" if !is_new => Self::Whitelist,
            _ => return None,
        })
    }

    /// The name in `endpoints_disabled` and in refusals.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::ActionGroups => "ACTIONGROUPS",
            Self::Allowlist => "ALLOWLIST",
            Self::Audit => "AUDIT",
            Self::AuthToken => "AUTHTOKEN",
            Self::Cache => "CACHE",
            Self::Certificates | Self::Ssl => "SSL",
            Self::InternalUsers => "INTERNALUSERS",
            Self::Migrate => "MIGRATE",
            Self::NodesDn => "NODESDN",
            Self::PermissionsInfo => "PERMISSIONSINFO",
            Self::RateLimiters => "RATELIMITERS",
            Self::Roles => "ROLES",
            Self::RolesMapping => "ROLESMAPPING",
            Self::SecurityConfig | Self::Upgrade => "CONFIG",
            Self::Tenants | Self::Tenancy => "TENANTS",
            Self::Validate => "VALIDATE",
            Self::Whitelist => "WHITELIST",
        }
    }

    /// The methods that a path of the endpoint has; the engine answers 405 to others.
    pub(super) fn routes(self, api: &SecurityApi<'_>, rest: &[&str]) -> &'static [&'static str] {
        let node = &api.configuration.node;
        let flag = |key: &str| node.flag(key).unwrap_or(false);
        match (self, rest) {
            (Self::Account, []) => &["GET", "PUT"],
            (Self::ActionGroups | Self::InternalUsers | Self::Roles | Self::RolesMapping | Self::Tenants, []) => &["GET", "PATCH"],
            (Self::ActionGroups | Self::InternalUsers | Self::Roles | Self::RolesMapping | Self::Tenants, [_]) => {
                &["GET", "PUT", "DELETE", "PATCH"]
            }
            (Self::InternalUsers, [_, "authtoken"]) | (Self::AuthToken, []) => &["POST"],
            (Self::Allowlist | Self::Whitelist, []) => &["GET", "PUT", "PATCH"],
            (Self::Audit, []) => &["GET", "PATCH"],
            (Self::Audit, ["config"]) => &["PUT"],
            // the others are there to answer that they are not implemented, in 2.19
            (Self::Cache, []) if api.is_new => &["DELETE"],
            (Self::Cache, []) => &["DELETE", "GET", "PUT", "POST"],
            (Self::Certificates, [] | [_]) | (Self::PermissionsInfo, []) => &["GET"],
            (Self::Ssl, ["certs"]) => &["GET"],
            (Self::Ssl, [_, "reloadcerts"]) => &["PUT"],
            (Self::Migrate, []) if !api.is_new => &["POST"],
            (Self::Validate, []) if !api.is_new => &["GET"],
            (Self::NodesDn, rest) if flag("plugins.security.nodes_dn_dynamic_config_enabled") => match rest {
                [] => &["GET", "PATCH"],
                [_] => &["GET", "PUT", "DELETE", "PATCH"],
                _ => &[],
            },
            (Self::RateLimiters, []) => &["GET"],
            (Self::RateLimiters, [_]) => &["PUT", "DELETE"],
            (Self::SecurityConfig, rest) => {
                let writes = flag("plugins.security.unsupported.restapi.allow_securityconfig_modification")
                    || flag("plugins.security.restapi.admin.enabled");
                match (rest, writes) {
                    ([], true) => &["GET", "PATCH"],
                    ([], false) => &["GET"],
                    (["config"], true) => &["PUT"],
                    _ => &[],
                }
            }
            (Self::Tenancy, ["config"]) => &["GET", "PUT"],
            (Self::Upgrade, []) => &["GET", "POST"],
            _ => &[],
        }
    }
}

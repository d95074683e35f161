//! The plugin's own REST API: for roles that the node names (`plugins.security.restapi.roles_enabled`). What
//! explicit `restapi:admin/…` permissions add where the node switches them on is not recorded: unknown.

use crate::engine::catalog::opensearch::BuiltIn;
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::{Configuration, Flags};
use crate::engine::request::opensearch::{Answer, Refusal, Rest};

/// Answers that everyone who is logged in gets.
const FOR_ALL: [&str; 7] = ["account", "authinfo", "health", "whoami", "dashboardsinfo", "permissionsinfo", "kibanainfo"];
/// For super admins, whatever the roles.
const SUPER_ADMIN: [&str; 4] = ["allowlist", "whitelist", "certificates", "ssl"];
/// What the API knows below `/api`.
const KNOWN: [&str; 14] = [
    "roles",
    "rolesmapping",
    "internalusers",
    "actiongroups",
    "tenants",
    "securityconfig",
    "audit",
    "allowlist",
    "certificates",
    "cache",
    "account",
    "permissionsinfo",
    "validate",
    "migrate",
];

fn refuse(message: String) -> Answer {
    Answer::Refuse(Refusal { status: 403, reason: format!(r#"{{"status":"FORBIDDEN","message":"{message}"}}"#) })
}

/// What the API decides by.
pub(super) struct SecurityApi<'a> {
    /// The configuration, whose entries may be guarded.
    pub configuration: &'a Configuration,
    /// The built-in entries.
    pub built_in: &'a BuiltIn,
    /// The user of the Dashboards server.
    pub dashboards_user: &'a str,
    /// Roles that the node lets in.
    pub rest_roles: &'a [String],
    /// Routes answer other methods with 405 (3.x).
    pub checks_methods: bool,
}

/// Decide a request to the API.
pub(super) fn decide(api: &SecurityApi<'_>, subject: &Subject, roles: &[String], rest: &Rest) -> Answer {
    let mut parts = rest.segments.iter().skip(2).map(String::as_str);
    let first = parts.next().unwrap_or_default();
    let resource = if first == "api" { parts.next().unwrap_or_default() } else { first };
    if resource == "tenantinfo" {
        // for the server of Dashboards alone; the answer has no body
        let server = subject.user == api.dashboards_user;
        return if server { Answer::Pass } else { Answer::Refuse(Refusal { status: 403, reason: String::new() }) };
    }
    if FOR_ALL.contains(&resource) {
        return Answer::Pass;
    }
    if first == "api" && !KNOWN.contains(&resource) {
        return Answer::Fail(format!("no handler found for `{}`", rest.segments.join("/")));
    }
    if let Some(error) = other_method(api, resource, &rest.method) {
        return Answer::Fail(error);
    }
    if api.configuration.node.flag("plugins.security.restapi.admin.enabled") == Some(true)
        && roles.iter().any(|role| names_rest_admin(api, role))
    {
        return Answer::Unknown("a `restapi:admin/…` permission is held and switched on: what it adds is not recorded".to_owned());
    }
    if !roles.iter().any(|role| api.rest_roles.contains(role)) {
        return refuse(format!(
            "No permission to access REST API: User {} with Security roles [{}] does not have any role privileged for admin access. No client TLS certificate found in request",
            subject.user,
            roles.join(", ")
        ));
    }
    if SUPER_ADMIN.contains(&resource) {
        return refuse("Access denied".to_owned());
    }
    match parts.next() {
        Some(name) if rest.method != "GET" => guarded(api, resource, name),
        _ => Answer::Pass,
    }
}

/// Whether a role holds a permission on the API by name; `*` does not count.
fn names_rest_admin(api: &SecurityApi<'_>, role: &str) -> bool {
    let role = api.built_in.roles.get(role).or_else(|| api.configuration.roles.get(role));
    role.is_some_and(|role| role.cluster_permissions.iter().any(|permission| permission.starts_with("restapi:")))
}

/// Routes that only know other methods; what they answer then differs between the versions.
fn other_method(api: &SecurityApi<'_>, resource: &str, method: &str) -> Option<String> {
    let new = api.checks_methods;
    let wrong = match resource {
        "migrate" => method != "POST",
        "cache" => new && method != "DELETE",
        "validate" => new && method != "POST",
        _ => false,
    };
    wrong.then(|| format!("incorrect HTTP method {method}"))
}

/// Entries that the API does not change: static, reserved; hidden ones it does not show.
fn guarded(api: &SecurityApi<'_>, resource: &str, name: &str) -> Answer {
    let (configuration, built_in) = (api.configuration, api.built_in);
    let flags: Option<Flags> = match resource {
        "roles" => configuration.roles.get(name).map(|entry| entry.flags).or(built_in.roles.get(name).map(|entry| entry.flags)),
        "actiongroups" => {
            configuration.action_groups.get(name).map(|entry| entry.flags).or(built_in.action_groups.get(name).map(|entry| entry.flags))
        }
        "tenants" => configuration.tenants.get(name).map(|entry| entry.flags).or(built_in.tenants.get(name).map(|entry| entry.flags)),
        "internalusers" => configuration.internal_users.get(name).map(|entry| entry.flags),
        "rolesmapping" => configuration.roles_mapping.get(name).map(|entry| entry.flags),
        _ => None,
    };
    match flags {
        Some(flags) if flags.hidden => Answer::Fail(format!("Resource '{name}' is not available.")),
        Some(flags) if flags.is_static => refuse(format!("Resource '{name}' is static.")),
        Some(flags) if flags.reserved => refuse(format!("Resource '{name}' is reserved.")),
        _ => Answer::Pass,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::catalog::opensearch::built_in;
    use crate::engine::model::Product;
    use crate::engine::model::opensearch::Role;
    use crate::engine::request::Request;
    use crate::source::Located;

    #[test]
    fn a_permission_on_the_api_that_is_switched_on_is_unknown() {
        let role = Role { cluster_permissions: vec![Located::from("restapi:admin/roles")], ..Role::default() };
        let mut configuration = Configuration { roles: [("r".to_owned(), role)].into_iter().collect(), ..Configuration::default() };
        let roles = ["r".to_owned()];
        let request = Request { method: "GET".into(), path: "/_plugins/_security/api/roles".into(), ..Request::default() };
        let ask = |configuration: &Configuration| {
            let built_in = built_in(Product::OpenSearch3_4);
            let api = SecurityApi { configuration, built_in, dashboards_user: "kibanaserver", rest_roles: &[], checks_methods: true };
            decide(&api, &Subject::default(), &roles, &Rest::new(&request))
        };
        assert!(matches!(ask(&configuration), Answer::Refuse(_)), "switched off by default");
        configuration.node.set("plugins.security.restapi.admin.enabled", Located::bare(true.into()));
        assert!(matches!(ask(&configuration), Answer::Unknown(_)));
    }
}

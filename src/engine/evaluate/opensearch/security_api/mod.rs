//! The plugin's own REST API, in its order: the route, the roles that the node lets in
//! (`plugins.security.restapi.roles_enabled`) and what it disables for them, endpoints for administrators
//! (`restapi:admin/…`, where `plugins.security.restapi.admin.enabled` is set), and the guards of single
//! entries.

mod access;
mod administrator;
mod endpoint;
mod entry;
mod patch;

use std::collections::HashSet;

use crate::engine::catalog::opensearch::BuiltIn;
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::Configuration;
use crate::engine::request::opensearch::{Answer, Refusal, Rest};

use endpoint::Endpoint;

/// Answers that everyone who is logged in gets.
const FOR_ALL: [&str; 6] = ["authinfo", "health", "whoami", "dashboardsinfo", "kibanainfo", "sslinfo"];

fn refuse(message: &str) -> Answer {
    Answer::Refuse(Refusal { status: 403, reason: format!(r#"{{"status":"FORBIDDEN","message":"{message}"}}"#) })
}

fn denied() -> Answer {
    refuse("Access denied")
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
    /// The routes of 3.x: `validate`, `migrate` and `whitelist` are gone, `cache` knows one method.
    pub is_new: bool,
}

/// Who asks for what.
struct Asked<'a> {
    subject: &'a Subject,
    roles: &'a [String],
    method: &'a str,
    endpoint: Endpoint,
    /// Path segments behind the endpoint's.
    rest: Vec<&'a str>,
}

/// Decide a request to the API.
pub(super) fn decide(api: &SecurityApi<'_>, subject: &Subject, roles: &[String], rest: &Rest) -> Answer {
    let mut parts = rest.segments.iter().skip(2).map(String::as_str);
    let first = parts.next().unwrap_or_default();
    if first == "tenantinfo" {
        // for the server of Dashboards alone; the answer has no body
        let server = subject.user == api.dashboards_user;
        return if server { Answer::Pass } else { Answer::Refuse(Refusal { status: 403, reason: String::new() }) };
    }
    if FOR_ALL.contains(&first) {
        return Answer::Pass;
    }
    let known = (first == "api").then(|| parts.next().unwrap_or_default()).and_then(|resource| Endpoint::of(resource, api.is_new));
    let Some(endpoint) = known else { return Answer::Fail(format!("no handler found for `{}`", rest.segments.join("/"))) };
    let asked = Asked { subject, roles, method: &rest.method, endpoint, rest: parts.collect() };
    if !endpoint.routes(api, &asked.rest).contains(&asked.method) {
        return Answer::Fail(format!("incorrect HTTP method {}", rest.method));
    }
    if matches!(endpoint, Endpoint::Account | Endpoint::PermissionsInfo) {
        return Answer::Pass;
    }
    if let Some(why) = access::refused(api, &asked) {
        return refuse(&format!("No permission to access REST API: {why}. No client TLS certificate found in request"));
    }
    if !administrator::may(api, &asked) {
        return denied();
    }
    entry::decide(api, &asked, rest)
}

impl SecurityApi<'_> {
    /// The permissions of a role by what is written: groups come to what they hold.
    fn permissions(&self, role: &str) -> HashSet<&str> {
        let role = self.built_in.roles.get(role).or_else(|| self.configuration.roles.get(role));
        let mut open: Vec<&str> = role.into_iter().flat_map(|role| &role.cluster_permissions).map(|action| action.value.as_str()).collect();
        let mut found = HashSet::new();
        while let Some(name) = open.pop() {
            if found.insert(name) {
                let group = self.built_in.action_groups.get(name).or_else(|| self.configuration.action_groups.get(name));
                open.extend(group.into_iter().flat_map(|group| &group.allowed_actions).map(|action| action.value.as_str()));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::catalog::opensearch::built_in;
    use crate::engine::model::Product;
    use crate::engine::model::opensearch::{Flags, Role};
    use crate::engine::request::{Body, Request};
    use crate::source::Located;

    fn role(permission: &str) -> Role {
        Role { cluster_permissions: vec![Located::from(permission)], ..Role::default() }
    }

    fn configuration() -> Configuration {
        let reserved = Role { flags: Flags { reserved: true, ..Flags::default() }, ..role("cluster_monitor") };
        let roles = [("admin", role("restapi:admin/roles")), ("star", role("*")), ("held", reserved), ("api", role("cluster_monitor"))];
        Configuration { roles: roles.into_iter().map(|(name, role)| (name.to_owned(), role)).collect(), ..Configuration::default() }
    }

    fn ask(configuration: &Configuration, roles: &[&str], line: &str, body: Option<serde_json::Value>) -> Result<(), String> {
        let (method, path) = line.split_once(' ').unwrap();
        let path = format!("/_plugins/_security/api/{path}");
        let request = Request { method: method.to_owned(), path, body: body.map_or(Body::None, Body::Json), ..Request::default() };
        let built_in = built_in(Product::OpenSearch3_4);
        let rest_roles = ["api".to_owned()];
        let api = SecurityApi { configuration, built_in, dashboards_user: "kibanaserver", rest_roles: &rest_roles, is_new: true };
        let subject = Subject { user: "ann".to_owned(), ..Subject::default() };
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        match decide(&api, &subject, &roles, &Rest::new(&request)) {
            Answer::Refuse(refusal) => Err(refusal.reason),
            Answer::Pass => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    // expectations below as recorded from 2.19.3 and 3.4.0 (tests/vectors/*/asked-security-api.jsonl.gz)

    #[test]
    fn administrators_change_reserved_entries_where_the_node_counts_them() {
        let mut configuration = configuration();
        let reserved = Err(r#"{"status":"FORBIDDEN","message":"Resource 'held' is reserved."}"#.to_owned());
        assert_eq!(ask(&configuration, &["api", "admin"], "DELETE roles/held", None), reserved, "switched off by default");
        configuration.node.set("plugins.security.restapi.admin.enabled", Located::bare(true.into()));
        assert_eq!(ask(&configuration, &["api", "admin"], "DELETE roles/held", None), Ok(()));
        assert_eq!(ask(&configuration, &["api", "star"], "DELETE roles/held", None), reserved, "`*` does not count");
        let nobody = "No permission to access REST API: User ann with Security roles [admin] does not have any role privileged for admin access. No client TLS certificate found in request";
        let nobody = Err(format!(r#"{{"status":"FORBIDDEN","message":"{nobody}"}}"#));
        assert_eq!(ask(&configuration, &["admin"], "GET roles", None), nobody, "a permission alone does not let in");
    }

    #[test]
    fn nobody_makes_administrators() {
        let mut configuration = configuration();
        configuration.node.set("plugins.security.restapi.admin.enabled", Located::bare(true.into()));
        let denied = Err(r#"{"status":"FORBIDDEN","message":"Access denied"}"#.to_owned());
        let roles = ["api", "admin"];
        let content = serde_json::json!({"cluster_permissions": ["restapi:admin/*"]});
        assert_eq!(ask(&configuration, &roles, "PUT roles/new", Some(content.clone())), denied);
        assert_eq!(ask(&configuration, &roles, "DELETE roles/admin", None), denied);
        assert_eq!(ask(&configuration, &roles, "PUT rolesmapping/admin", Some(serde_json::json!({"users": ["ann"]}))), denied);
        let patch = serde_json::json!([{"op": "add", "path": "/new", "value": content}]);
        assert_eq!(ask(&configuration, &roles, "PATCH roles", Some(patch)), denied);
        assert_eq!(ask(&configuration, &roles, "GET allowlist", None), denied, "an endpoint for its own administrators");
    }

    #[test]
    fn an_endpoint_is_disabled_when_every_role_that_disables_anything_disables_it() {
        let mut configuration = configuration();
        let methods = serde_json::json!(["DELETE"]);
        configuration.node.set("plugins.security.restapi.endpoints_disabled.api.ROLES", Located::bare(methods));
        let why = "No permission to access REST API: User ann with Security roles [api] does not have any access to endpoint ROLES and method DELETE. No client TLS certificate found in request";
        let why = Err(format!(r#"{{"status":"FORBIDDEN","message":"{why}"}}"#));
        assert_eq!(ask(&configuration, &["api"], "DELETE roles/star", None), why);
        assert_eq!(ask(&configuration, &["api"], "GET roles", None), Ok(()));
    }
}

//! The security plugin's own REST API: open to everybody, to the configured roles, or to nobody but the
//! super admin; and entries that it does not change.

use std::collections::HashMap;

use indexmap::IndexSet;

use super::OpenDistro;
use super::java::hash_set_order;
use crate::engine::catalog::opensearch::BuiltIn;
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::{Configuration, Flags};
use crate::engine::request::opensearch::Rest;

/// Flags of the entries, by endpoint and name.
pub(super) type Entries = HashMap<(&'static str, String), Flags>;

/// The entries that the API may refuse to touch.
pub(super) fn entries(configuration: &Configuration, fixed: &BuiltIn) -> Entries {
    let mut out = Entries::new();
    let mut add = |endpoint: &'static str, name: &String, flags: Flags| {
        out.insert((endpoint, name.clone()), flags);
    };
    for (name, role) in fixed.roles.iter().chain(&configuration.roles) {
        add("roles", name, role.flags);
    }
    for (name, group) in fixed.action_groups.iter().chain(&configuration.action_groups) {
        add("actiongroups", name, group.flags);
    }
    for (name, tenant) in fixed.tenants.iter().chain(&configuration.tenants) {
        add("tenants", name, tenant.flags);
    }
    for (name, mapping) in &configuration.roles_mapping {
        add("rolesmapping", name, mapping.flags);
    }
    for (name, user) in &configuration.internal_users {
        add("internalusers", name, user.flags);
    }
    out
}

fn answer(message: &str) -> String {
    format!(r#"{{"status":"FORBIDDEN","message":"{message}"}}"#)
}

impl OpenDistro {
    /// The refusal's body; none when the request passes, or ends otherwise than by a refusal.
    pub(super) fn security_api(&self, subject: &Subject, mapped: &IndexSet<String>, request: &Rest) -> Option<String> {
        let rest: Vec<&str> = request.segments.iter().map(String::as_str).skip(2).collect();
        match rest.as_slice() {
            // for the Kibana server alone; the body stays empty
            ["tenantinfo"] => return (subject.user != self.compiled.switches.kibana_server).then(String::new),
            ["api", "ssl", "certs"] => return Some(String::new()),
            ["api", "account" | "permissionsinfo"] => return None,
            ["api", ..] => {}
            _ => return None,
        }
        if !self.compiled.switches.rest_roles.iter().any(|role| mapped.contains(role)) {
            let names = hash_set_order(mapped.iter().map(String::as_str)).join(", ");
            return Some(answer(&format!(
                "No permission to access REST API: User {} with Open Distro Security Roles [{names}] does not have any role privileged for admin access. No client TLS certificate found in request",
                subject.user
            )));
        }
        match rest.as_slice() {
            ["api", "whitelist", ..] => Some(answer("API allowed only for super admin.")),
            ["api", endpoint, name] if request.method != "GET" && request.method != "HEAD" => {
                let found = self.entries.iter().find(|((of, entry), _)| of == endpoint && entry == name);
                // a hidden entry is answered as if it were not there (404), which is no refusal
                found
                    .filter(|(_, flags)| !flags.hidden && (flags.reserved || flags.is_static))
                    .map(|_| answer(&format!("Resource '{name}' is read-only.")))
            }
            _ => None,
        }
    }
}

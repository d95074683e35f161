//! Who may use the security plugin's own REST API.

use indexmap::IndexSet;

use super::OpenDistro;
use super::java::hash_set_order;
use crate::engine::evaluate::Subject;
use crate::engine::request::opensearch::Rest;

impl OpenDistro {
    /// The refusal's text; none when the request passes.
    pub(super) fn security_api(&self, subject: &Subject, mapped: &IndexSet<String>, request: &Rest) -> Option<String> {
        let _ = request;
        let roles = &self.compiled.switches.rest_roles;
        if roles.iter().any(|role| mapped.contains(role)) {
            return None;
        }
        let names = hash_set_order(mapped.iter().map(String::as_str)).join(", ");
        Some(format!(
            "No permission to access REST API: User {} with Open Distro Security Roles [{names}] does not have any role privileged for admin access. No client TLS certificate found in request",
            subject.user
        ))
    }
}

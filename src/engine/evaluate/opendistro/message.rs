//! The texts of refusals, byte for byte.

use super::java::hash_set_order;
use crate::engine::evaluate::Subject;

/// 403 of the evaluator.
pub(crate) fn denial(missing: &[String], subject: &Subject) -> String {
    let roles = hash_set_order(subject.backend_roles.iter().map(String::as_str)).join(", ");
    let tenant = subject.requested_tenant.as_deref().unwrap_or("null");
    format!(
        "no permissions for [{}] and User [name={}, backend_roles=[{roles}], requestedTenant={tenant}]",
        missing.join(", "),
        subject.user
    )
}

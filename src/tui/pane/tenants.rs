//! Tenants and who may use them.

use super::detail;
use crate::engine::model::opensearch::TenantPermission;
use crate::engine::pattern::Matcher;
use crate::tui::data::Data;
use crate::tui::line::{Line, Target};
use crate::tui::theme::Tone;

/// Tenants of the files, then the built-in ones.
pub fn rows(data: &Data) -> Vec<String> {
    let own = data.configuration().tenants.keys().cloned();
    own.chain(data.static_tenants().keys().filter(|name| !data.configuration().tenants.contains_key(*name)).cloned()).collect()
}

/// The description.
pub fn columns(data: &Data, name: &str) -> Vec<(Tone, String)> {
    let text = data.tenant(name).and_then(|tenant| tenant.description.as_ref()).map(|text| text.value.clone());
    vec![(Tone::Dim, text.unwrap_or_default())]
}

/// Everything about a tenant.
pub fn detail(data: &Data, name: &str) -> Vec<Line> {
    let Some(tenant) = data.tenant(name) else { return Vec::new() };
    let mut lines = vec![detail::title(data, name, tenant.flags, tenant.place)];
    lines.extend(detail::guard(tenant.flags).map(|text| Line::new(Tone::Dim, text)));
    detail::description(&mut lines, tenant.description.as_ref());
    lines.push(Line::blank());
    lines.push(Line::heading("roles that may use it"));
    let roles = data.configuration().roles.iter().chain(data.static_roles());
    let uses = roles.flat_map(|(role, body)| {
        let named = |rule: &&TenantPermission| rule.tenant_patterns.iter().any(|pattern| Matcher::once(pattern, name));
        body.tenant_permissions.iter().filter(named).map(move |rule| (role, rule))
    });
    let found = detail::listed(&mut lines, uses, |(role, rule)| {
        let held = detail::joined(rule.allowed_actions.iter().map(|item| item.as_str()), 4);
        Line::new(Tone::Plain, "  ").and(Tone::Name, role).and(Tone::Dim, format!("  {held}")).to(Target::Role(role.clone()))
    });
    if found == 0 {
        lines.push(Line::new(Tone::Dim, "  none: add a tenant rule to a role with `n` in its detail"));
    }
    lines
}

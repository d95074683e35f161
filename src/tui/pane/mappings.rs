//! Role mappings: who is named, and what that brings them.

use super::detail;
use crate::tui::data::Data;
use crate::tui::line::{Line, ListField, Target};
use crate::tui::theme::Tone;

/// Who is named.
pub fn columns(data: &Data, name: &str) -> Vec<(Tone, String)> {
    let Some(mapping) = data.configuration().roles_mapping.get(name) else { return Vec::new() };
    let named = mapping.users.iter().chain(&mapping.backend_roles).chain(&mapping.and_backend_roles).chain(&mapping.hosts);
    let named = detail::joined(named.map(|item| item.as_str()), 3);
    vec![if named.is_empty() { (Tone::Warn, "nobody".to_owned()) } else { (Tone::Dim, named) }]
}

/// Everything about a mapping.
pub fn detail(data: &Data, name: &str) -> Vec<Line> {
    let Some(mapping) = data.configuration().roles_mapping.get(name) else { return Vec::new() };
    let mut lines = vec![detail::title(data, name, mapping.flags, mapping.place)];
    lines.extend(detail::guard(mapping.flags).map(|text| Line::new(Tone::Dim, text)));
    detail::description(&mut lines, mapping.description.as_ref());
    lines.push(Line::blank());
    let user = |item: &str| data.configuration().internal_users.contains_key(item).then(|| Target::User(item.to_owned()));
    detail::list(&mut lines, 0, "users", ListField::MappingUsers, &mapping.users, user);
    detail::list(&mut lines, 0, "backend roles (any one)", ListField::MappingBackendRoles, &mapping.backend_roles, |_| None);
    detail::list(&mut lines, 0, "backend roles (all of them)", ListField::MappingAndBackendRoles, &mapping.and_backend_roles, |_| None);
    detail::list(&mut lines, 0, "hosts", ListField::MappingHosts, &mapping.hosts, |_| None);
    lines.push(Line::blank());
    let Some(role) = data.role(name) else {
        lines.push(Line::new(Tone::Warn, format!("no role `{name}`: this mapping brings nothing")));
        return lines;
    };
    lines.push(Line::heading("brings the role").to(Target::Role(name.to_owned())));
    if !role.cluster_permissions.is_empty() {
        let held = detail::joined(role.cluster_permissions.iter().map(|item| item.as_str()), 6);
        lines.push(Line::new(Tone::Dim, "  cluster: ").and(Tone::Value, held).to(Target::Role(name.to_owned())));
    }
    for rule in &role.index_permissions {
        let patterns = detail::joined(rule.index_patterns.iter().map(|item| item.as_str()), 4);
        let held = detail::joined(rule.allowed_actions.iter().map(|item| item.as_str()), 6);
        lines.push(
            Line::new(Tone::Plain, "  ")
                .and(Tone::Value, patterns)
                .and(Tone::Dim, ": ")
                .and(Tone::Plain, held)
                .to(Target::Role(name.to_owned())),
        );
    }
    lines
}

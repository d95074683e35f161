//! Users of the internal database: their roles and by which way, what they may do, how they fare in the grid.

use super::detail;
use crate::tui::access::{Way, roles_of};
use crate::tui::data::Data;
use crate::tui::line::{Line, ListField, Spot, Target};
use crate::tui::simulation::Simulation;
use crate::tui::theme::Tone;

/// Backend roles.
pub fn columns(data: &Data, name: &str) -> Vec<(Tone, String)> {
    let Some(user) = data.configuration().internal_users.get(name) else { return Vec::new() };
    vec![(Tone::Dim, detail::joined(user.backend_roles.iter().chain(&user.security_roles).map(|role| role.as_str()), 3))]
}

/// Everything about a user.
pub fn detail(data: &Data, simulation: &Simulation, name: &str) -> Vec<Line> {
    let Some(user) = data.configuration().internal_users.get(name) else { return Vec::new() };
    let mut lines = vec![detail::title(data, name, user.flags, user.place)];
    lines.extend(detail::guard(user.flags).map(|text| Line::new(Tone::Dim, text)));
    detail::description(&mut lines, user.description.as_ref());
    let password = Line::new(Tone::Dim, "password     ").on(Spot::Password);
    lines.push(match &user.hash {
        Some(_) => password.and(Tone::Plain, "set, hash masked"),
        None => password.and(Tone::Warn, "none: nobody can log in as this user"),
    });
    lines.push(Line::blank());
    let roles = roles_of(data.configuration(), name, user);
    lines.push(Line::heading("roles").and(Tone::Dim, format!("  {}", roles.len())));
    for (role, way) in &roles {
        let known = data.role(role).is_some();
        let mut line = Line::new(Tone::Plain, "  ").and(if known { Tone::Name } else { Tone::Warn }, *role);
        line = match way {
            Way::Direct => line.and(Tone::Dim, "  given directly"),
            Way::User(pattern) => line.and(Tone::Dim, format!("  by mapping of user `{pattern}`")),
            Way::BackendRole(pattern) => line.and(Tone::Dim, format!("  by mapping of backend role `{pattern}`")),
            Way::AllBackendRoles => line.and(Tone::Dim, "  by mapping of all backend roles"),
        };
        if !known {
            line = line.and(Tone::Warn, "  no such role");
        }
        lines.push(line.to(Target::Role((*role).to_owned())));
    }
    if roles.is_empty() {
        lines.push(Line::new(Tone::Dim, "  none: this user may do nothing; map a backend role, or `m` maps the user"));
    }
    lines.push(Line::blank());
    detail::list(&mut lines, 0, "backend roles", ListField::UserBackendRoles, &user.backend_roles, |_| None);
    detail::list(&mut lines, 0, "roles given directly", ListField::UserRoles, &user.security_roles, |role| {
        Some(Target::Role(role.to_owned()))
    });
    lines.push(Line::heading("attributes").and(Tone::Dim, format!("  {}", user.attributes.len())).on(Spot::Attributes));
    for (key, value) in &user.attributes {
        lines.push(Line::new(Tone::Dim, format!("  {key}: ")).and(Tone::Value, value.as_str()).on(Spot::Attribute(key.clone())));
    }
    lines.push(Line::blank());
    lines.push(Line::heading("may do"));
    for (role, _) in &roles {
        let Some(body) = data.role(role) else { continue };
        if !body.cluster_permissions.is_empty() {
            let held = detail::joined(body.cluster_permissions.iter().map(|item| item.as_str()), 4);
            lines.push(permission("cluster", &held, role));
        }
        for rule in &body.index_permissions {
            let patterns = detail::joined(rule.index_patterns.iter().map(|item| item.as_str()), 3);
            let held = detail::joined(rule.allowed_actions.iter().map(|item| item.as_str()), 4);
            let mut line = permission(&patterns, &held, role);
            for (limited, word) in [(rule.dls.is_some(), "DLS"), (!rule.fls.is_empty(), "FLS"), (!rule.masked_fields.is_empty(), "masked")]
            {
                if limited {
                    line = line.and(Tone::Warn, format!(" {word}"));
                }
            }
            lines.push(line);
        }
    }
    requests(&mut lines, simulation, name);
    lines
}

/// One thing that a user may do, and through which role.
pub fn permission(on: &str, held: &str, role: &str) -> Line {
    Line::new(Tone::Plain, "  ")
        .and(Tone::Value, on)
        .and(Tone::Dim, ": ")
        .and(Tone::Plain, held)
        .and(Tone::Dim, format!("  {role}"))
        .to(Target::Role(role.to_owned()))
}

/// How a user fares in the simulator.
pub fn requests(lines: &mut Vec<Line>, simulation: &Simulation, name: &str) {
    let Some(column) = simulation.subjects.iter().position(|subject| subject.user == name) else { return };
    lines.push(Line::blank());
    lines.push(Line::heading("requests"));
    detail::listed(lines, simulation.requests.iter().enumerate(), |(row, request)| {
        let (tone, word) = simulation.word(row, column);
        Line::new(Tone::Plain, "  ").and(tone, format!("{word:<8}")).and(Tone::Plain, request.label()).to(Target::Verdict(row, column))
    });
}

//! Roles: their rules down to leaf actions, who has them, which requests use them.

use super::detail;
use crate::engine::model::opensearch::{IndexPermission, Role};
use crate::tui::coverage;
use crate::tui::data::Data;
use crate::tui::holders::Holder;
use crate::tui::line::{Line, ListField, Spot, Target};
use crate::tui::simulation::Simulation;
use crate::tui::symbols::Symbols;
use crate::tui::theme::Tone;

/// Roles of the files, then the built-in ones that the files do not name.
pub fn rows(data: &Data) -> Vec<String> {
    let own = data.configuration().roles.keys().cloned();
    own.chain(data.static_roles().keys().filter(|name| !data.configuration().roles.contains_key(*name)).cloned()).collect()
}

/// Rules at a glance.
pub fn columns(data: &Data, simulation: &Simulation, symbols: &Symbols, name: &str) -> Vec<(Tone, String)> {
    let Some(role) = data.role(name) else { return Vec::new() };
    let mut columns = Vec::new();
    if role.flags.is_static {
        columns.push((Tone::Dim, "static".to_owned()));
    } else if role.flags.reserved {
        columns.push((Tone::Dim, "reserved".to_owned()));
    } else if let Some(coverage) = simulation.used.of(name, role) {
        columns.push((Tone::Good, coverage.bar(4, symbols)));
    }
    let patterns = role.index_permissions.iter().flat_map(|rule| rule.index_patterns.iter().map(|pattern| pattern.as_str()));
    columns.push((Tone::Dim, detail::joined(patterns, 2)));
    columns
}

/// Everything about a role.
pub fn detail(data: &Data, simulation: &Simulation, symbols: &Symbols, name: &str) -> Vec<Line> {
    let Some(role) = data.role(name) else { return Vec::new() };
    let mut lines = vec![detail::title(data, name, role.flags, role.place)];
    lines.extend(detail::guard(role.flags).map(|text| Line::new(Tone::Dim, text)));
    detail::description(&mut lines, role.description.as_ref());
    lines.push(Line::blank());
    let privilege = |item: &str| Some(Target::Privilege(item.to_owned()));
    detail::list(&mut lines, 0, "cluster permissions", ListField::ClusterPermissions, &role.cluster_permissions, privilege);
    for (number, rule) in role.index_permissions.iter().enumerate() {
        lines.push(Line::blank());
        index_rule(data, &mut lines, number, rule);
    }
    for (number, rule) in role.tenant_permissions.iter().enumerate() {
        lines.push(Line::blank());
        let head = Line::heading(format!("tenant rule {}", number + 1)).on(Spot::TenantRule(number));
        lines.push(detail::at(data, head, rule.place));
        detail::list(&mut lines, 2, "tenant patterns", ListField::TenantPatterns(number), &rule.tenant_patterns, |tenant| {
            Some(Target::Tenant(tenant.to_owned()))
        });
        detail::list(&mut lines, 2, "actions", ListField::TenantActions(number), &rule.allowed_actions, privilege);
    }
    lines.push(Line::blank());
    lines.extend(simulation.used.of(name, role).map(|coverage| coverage::line(&coverage, symbols)));
    who(data, &mut lines, name);
    lines.push(Line::blank());
    leaves(data, &mut lines, role);
    used_by(simulation, &mut lines, name);
    lines
}

fn index_rule(data: &Data, lines: &mut Vec<Line>, number: usize, rule: &IndexPermission) {
    let head = Line::heading(format!("index rule {}", number + 1)).on(Spot::Rule(number));
    lines.push(detail::at(data, head, rule.place));
    detail::list(lines, 2, "index patterns", ListField::IndexPatterns(number), &rule.index_patterns, |_| None);
    detail::list(lines, 2, "actions", ListField::Actions(number), &rule.allowed_actions, |item| Some(Target::Privilege(item.to_owned())));
    let dls = Line::new(Tone::Dim, "  documents (DLS)  ").on(Spot::Dls(number));
    lines.push(match &rule.dls {
        Some(query) => dls.and(Tone::Warn, query.trim()),
        None => dls.and(Tone::Dim, "all"),
    });
    detail::list(lines, 2, "fields (FLS)", ListField::Fls(number), &rule.fls, |_| None);
    detail::list(lines, 2, "masked fields", ListField::MaskedFields(number), &rule.masked_fields, |_| None);
}

fn who(data: &Data, lines: &mut Vec<Line>, name: &str) {
    let mapping = data.configuration().roles_mapping.get(name);
    let head = Line::heading("who has it").to(Target::Mapping(name.to_owned()));
    lines.push(detail::at(data, head, mapping.and_then(|mapping| mapping.place)));
    let mut found = 0;
    for holder in data.holders(name, detail::LISTED) {
        found += 1;
        lines.push(match holder {
            Holder::User(user) => Line::new(Tone::Plain, "  ").and(Tone::Name, user).to(Target::User(user.to_owned())),
            Holder::BackendRole(role) => {
                Line::new(Tone::Dim, "  anyone with backend role ").and(Tone::Value, role).to(Target::Mapping(name.to_owned()))
            }
            Holder::Pattern(kind, text) => {
                Line::new(Tone::Dim, format!("  {kind} ")).and(Tone::Value, text).to(Target::Mapping(name.to_owned()))
            }
        });
    }
    if found == 0 {
        lines.push(Line::new(Tone::Dim, "  nobody: the role is not mapped; `m` in the list maps it"));
    }
}

fn leaves(data: &Data, lines: &mut Vec<Line>, role: &Role) {
    let groups = role
        .cluster_permissions
        .iter()
        .chain(role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions))
        .filter(|item| data.group(item).is_some());
    let mut seen = Vec::new();
    for group in groups {
        if seen.contains(&group.as_str()) {
            continue;
        }
        seen.push(group.as_str());
    }
    if seen.is_empty() {
        return;
    }
    lines.push(Line::heading("groups, down to their actions"));
    for group in seen {
        let expanded = data.expand(group);
        lines.push(
            Line::new(Tone::Plain, "  ")
                .and(Tone::Name, group)
                .and(Tone::Dim, format!("  {}", detail::count(expanded.len(), "action")))
                .to(Target::Privilege(group.to_owned())),
        );
        detail::listed(lines, expanded, |leaf| Line::new(Tone::Plain, "    ").and(Tone::Value, leaf));
    }
}

/// The requests of the simulator whose evidence goes through a role.
pub fn used_by(simulation: &Simulation, lines: &mut Vec<Line>, name: &str) {
    let used = simulation.uses(name);
    if used.is_empty() {
        return;
    }
    lines.push(Line::blank());
    lines.push(Line::heading("requests that use it").and(Tone::Dim, format!("  {}", used.len())));
    detail::listed(lines, used, |(row, column)| {
        let subject = simulation.subjects.get(column).map_or("", |subject| subject.user.as_str());
        let label = simulation.requests.get(row).map(|request| request.label()).unwrap_or_default();
        let (tone, word) = simulation.word(row, column);
        Line::new(Tone::Plain, "  ")
            .and(tone, format!("{word:<8}"))
            .and(Tone::Plain, label)
            .and(Tone::Dim, format!("  {subject}"))
            .to(Target::Verdict(row, column))
    });
}

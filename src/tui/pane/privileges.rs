//! Privileges: action groups of the files, built-in groups, and the actions that roles name themselves.

use indexmap::IndexSet;

use super::detail;
use crate::engine::model::opensearch::{Configuration, Role};
use crate::tui::data::Data;
use crate::tui::line::{Line, ListField, Target};
use crate::tui::theme::Tone;

/// Groups of the files, the built-in ones, then what roles and groups name beside them.
pub fn rows(data: &Data) -> Vec<String> {
    let configuration = data.configuration();
    let mut rows: IndexSet<&str, foldhash::fast::RandomState> = configuration.action_groups.keys().map(String::as_str).collect();
    rows.extend(data.static_groups().keys().map(String::as_str));
    for (_, role) in configuration.roles.sayings() {
        rows.extend(named(role));
    }
    rows.extend(configuration.action_groups.values().flat_map(|group| group.allowed_actions.iter().map(|item| item.as_str())));
    rows.into_iter().map(str::to_owned).collect()
}

/// The actions and groups that a role names.
fn named(role: &Role) -> impl Iterator<Item = &str> {
    let rules = role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions);
    let tenants = role.tenant_permissions.iter().flat_map(|rule| &rule.allowed_actions);
    role.cluster_permissions.iter().chain(rules).chain(tenants).map(|item| item.as_str())
}

/// Whether the rows are the same over two configurations: no group was touched, and the roles that were name what they
/// named.
pub fn rows_stay(before: &Configuration, now: &Configuration) -> bool {
    let (one, two) = (&before.roles, &now.roles);
    let mut pairs = one.sayings().zip(two.sayings()).enumerate();
    before.action_groups.is(&now.action_groups)
        && one.len() == two.len()
        && pairs.all(|(at, ((_, before), (_, now)))| one.alike_at(at, two, at) || named(before).eq(named(now)))
}

/// What it is.
pub fn columns(data: &Data, name: &str) -> Vec<(Tone, String)> {
    vec![match data.group(name) {
        Some(group) if group.flags.is_static => (Tone::Dim, "built-in group".to_owned()),
        Some(group) => (Tone::Dim, detail::count(group.allowed_actions.len(), "item")),
        None if name.contains('*') => (Tone::Dim, "pattern".to_owned()),
        None => (Tone::Dim, "action".to_owned()),
    }]
}

/// Everything about a group or an action.
pub fn detail(data: &Data, name: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    match data.group(name) {
        Some(group) => {
            lines.push(detail::title(data, name, group.flags, group.place));
            lines.extend(detail::guard(group.flags).map(|text| Line::new(Tone::Dim, text)));
            detail::description(&mut lines, group.description.as_ref());
            lines.push(Line::blank());
            detail::list(&mut lines, 0, "holds", ListField::GroupActions, &group.allowed_actions, |item| {
                Some(Target::Privilege(item.to_owned()))
            });
            let expanded = data.expand(name);
            lines.push(Line::blank());
            lines.push(Line::heading("down to its actions").and(Tone::Dim, format!("  {}", expanded.len())));
            detail::listed(&mut lines, expanded, |leaf| Line::new(Tone::Plain, "  ").and(Tone::Value, leaf));
        }
        None => {
            lines.push(Line::heading(name));
            let what = if name.contains('*') { "a pattern of actions" } else { "an action, named as it is" };
            lines.push(Line::new(Tone::Dim, what));
        }
    }
    lines.push(Line::blank());
    let holders = data.roles_with(name);
    lines.push(Line::heading("roles that hold it").and(Tone::Dim, format!("  {}", holders.len())));
    detail::listed(&mut lines, holders, |(role, through)| {
        let line = Line::new(Tone::Plain, "  ").and(Tone::Name, role).to(Target::Role(role.to_owned()));
        if through == name { line } else { line.and(Tone::Dim, format!("  through {through}")) }
    });
    lines
}

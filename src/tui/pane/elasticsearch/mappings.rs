//! Role mappings: the roles that they give, and whom their rules mean, drawn as a tree.

use super::super::detail;
use super::roles::{list, role};
use crate::engine::change::elasticsearch::distinguished_names;
use crate::engine::model::elasticsearch::{Configuration, Rule};
use crate::source::Located;
use crate::tui::data::Data;
use crate::tui::line::{ElasticsearchList as List, Line, Spot, Target};
use crate::tui::theme::Tone;

/// The roles that it gives.
pub fn columns(all: &Configuration, name: &str) -> Vec<(Tone, String)> {
    let Some(mapping) = all.role_mappings.get(name) else { return Vec::new() };
    let mut columns = Vec::new();
    if mapping.enabled.as_ref().is_some_and(|flag| !flag.value) {
        columns.push((Tone::Warn, "disabled".to_owned()));
    }
    let roles = mapping.roles.iter().map(|role| role.as_str());
    let templates = if mapping.role_templates.is_empty() { "" } else { "templates" };
    let roles = detail::joined(roles.chain([templates]).filter(|role| !role.is_empty()), 3);
    columns.push(if roles.is_empty() { (Tone::Warn, "no role".to_owned()) } else { (Tone::Dim, roles) });
    columns
}

/// Everything about a mapping.
pub fn detail(all: &Configuration, data: &Data, name: &str) -> Vec<Line> {
    let Some(mapping) = all.role_mappings.get(name) else { return Vec::new() };
    let mut lines = vec![detail::marked(data, name, &[], mapping.place)];
    if mapping.by_role {
        lines.push(Line::new(Tone::Dim, "role_mapping.yml: whoever has one of these names, or is of such a group, has the role"));
        lines.push(Line::blank());
        lines.push(Line::heading("gives role  ").and(Tone::Name, name).to(Target::Role(name.to_owned())));
        let names: Vec<Located<String>> = distinguished_names(mapping)
            .iter()
            .map(|name| Located { value: name.value.as_str().unwrap_or_default().to_owned(), place: name.place })
            .collect();
        list(&mut lines, 0, "distinguished names", List::Dns, &names, |_| None);
    } else {
        let enabled = mapping.enabled.as_ref().is_none_or(|flag| flag.value);
        let line = Line::new(Tone::Dim, "enabled  ").on(Spot::Enabled);
        lines.push(if enabled { line.and(Tone::Plain, "yes") } else { line.and(Tone::Warn, "no: it gives nothing") });
        lines.push(Line::blank());
        list(&mut lines, 0, "gives roles", List::MappedRoles, &mapping.roles, |role| Some(Target::Role(role.to_owned())));
        if !mapping.role_templates.is_empty() {
            lines.push(Line::heading("role templates").and(Tone::Warn, "  their roles are unknown here"));
            for template in &mapping.role_templates {
                lines.push(detail::at(data, Line::new(Tone::Plain, "  ").and(Tone::Value, template.value.to_string()), template.place));
            }
        }
        lines.push(Line::blank());
        lines.push(Line::heading("to whom"));
        match &mapping.rules {
            Some(rules) => tree(&mut lines, rules, "", "", &mut Vec::new()),
            None => lines.push(Line::new(Tone::Warn, "  nobody: there are no rules").on(Spot::MappingRule(Vec::new()))),
        }
    }
    lines.push(Line::blank());
    for name in &mapping.roles {
        let Some((body, _)) = role(all, data, name) else {
            lines.push(Line::new(Tone::Warn, format!("no role `{}`: it brings nothing", name.value)));
            continue;
        };
        lines.push(Line::heading("brings ").and(Tone::Name, name.as_str()).to(Target::Role(name.value.clone())));
        if !body.cluster.is_empty() {
            let held = detail::joined(body.cluster.iter().map(|item| item.as_str()), 6);
            lines.push(Line::new(Tone::Dim, "  cluster: ").and(Tone::Value, held));
        }
        for entry in &body.indices {
            let names = detail::joined(entry.names.iter().map(|item| item.as_str()), 4);
            let held = detail::joined(entry.privileges.iter().map(|item| item.as_str()), 6);
            lines.push(Line::new(Tone::Plain, "  ").and(Tone::Value, names).and(Tone::Dim, ": ").and(Tone::Plain, held));
        }
    }
    lines
}

/// A rule and those inside it; `first` stands before its own line, `rest` before those below.
fn tree(lines: &mut Vec<Line>, rule: &Rule, first: &str, rest: &str, path: &mut Vec<usize>) {
    let line = Line::new(Tone::Dim, format!("  {first}")).on(Spot::MappingRule(path.clone()));
    let inner: &[Rule] = match rule {
        Rule::Any(rules) => {
            lines.push(line.and(Tone::Heading, "any of").and(Tone::Dim, if rules.is_empty() { "  none: nobody" } else { "" }));
            rules
        }
        Rule::All(rules) => {
            lines.push(line.and(Tone::Heading, "all of").and(Tone::Dim, if rules.is_empty() { "  none: everybody" } else { "" }));
            rules
        }
        Rule::Except(rule) => {
            lines.push(line.and(Tone::Warn, "except"));
            std::slice::from_ref(&**rule)
        }
        Rule::Field(name, values) => {
            let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let values: Vec<String> = values.iter().map(|value| text(&value.value)).collect();
            let word = if values.len() > 1 { " is one of " } else { " is " };
            lines.push(line.and(Tone::Name, name.as_str()).and(Tone::Dim, word).and(Tone::Value, values.join(", ")));
            return;
        }
    };
    for (number, one) in inner.iter().enumerate() {
        let last = number + 1 == inner.len();
        let (branch, below) = if last { ("`- ", "   ") } else { ("|- ", "|  ") };
        path.push(number);
        tree(lines, one, &format!("{rest}{branch}"), &format!("{rest}{below}"), path);
        path.pop();
    }
}

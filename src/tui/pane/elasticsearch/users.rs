//! Users of the file and the native realm: their roles and by which way, what they may do.

use std::collections::BTreeMap;

use super::super::detail;
use super::roles::{list, role};
use crate::engine::model::elasticsearch::{Configuration, User};
use crate::tui::data::Data;
use crate::tui::line::{ElasticsearchList as List, Line, Spot, Target};
use crate::tui::pane::users::{permission, requests};
use crate::tui::simulation::Simulation;
use crate::tui::theme::Tone;

/// Roles.
pub fn columns(all: &Configuration, name: &str) -> Vec<(Tone, String)> {
    let Some(user) = all.users.get(name) else { return Vec::new() };
    vec![(Tone::Dim, detail::joined(user.roles.iter().map(|role| role.as_str()), 3))]
}

/// The mappings whose rules mean a user by name or metadata; groups come with whoever logs in elsewhere.
fn mapped<'a>(all: &'a Configuration, name: &str, user: &User) -> Vec<(&'a str, &'a str)> {
    let mut fields = BTreeMap::from([("username".to_owned(), vec![serde_json::Value::from(name)])]);
    for (key, value) in user.metadata.as_ref().and_then(|metadata| metadata.value.as_object()).into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        fields.insert(format!("metadata.{key}"), values);
    }
    let enabled = all.role_mappings.iter().filter(|(_, mapping)| mapping.enabled.as_ref().is_none_or(|flag| flag.value));
    let meant = enabled.filter(|(_, mapping)| mapping.rules.as_ref().is_some_and(|rules| rules.matches(&fields)));
    meant.flat_map(|(name, mapping)| mapping.roles.iter().map(move |role| (role.as_str(), name.as_str()))).collect()
}

/// Everything about a user.
pub fn detail(all: &Configuration, data: &Data, simulation: &Simulation, name: &str) -> Vec<Line> {
    let Some(user) = all.users.get(name) else { return Vec::new() };
    let mut lines = vec![detail::marked(data, name, &[], user.place)];
    lines.push(Line::new(Tone::Dim, if user.native { "native realm" } else { "file realm" }));
    for (word, text) in [("full name    ", &user.full_name), ("mail         ", &user.email)] {
        if let Some(text) = text {
            lines.push(Line::new(Tone::Dim, word).and(Tone::Plain, text.as_str()));
        }
    }
    if user.native {
        let enabled = user.enabled.as_ref().is_none_or(|flag| flag.value);
        let line = Line::new(Tone::Dim, "enabled      ").on(Spot::Enabled);
        lines.push(if enabled { line.and(Tone::Plain, "yes") } else { line.and(Tone::Warn, "no: nobody can log in as this user") });
    } else {
        let password = Line::new(Tone::Dim, "password     ").on(Spot::Password);
        lines.push(match &user.hash {
            Some(_) => password.and(Tone::Plain, "set, hash masked"),
            None => password.and(Tone::Warn, "none: `users` has no line for this user"),
        });
    }
    lines.push(Line::blank());
    list(&mut lines, 0, "roles", List::UserRoles, &user.roles, |role| Some(Target::Role(role.to_owned())));
    let mut held: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
    for (role, mapping) in mapped(all, name, user) {
        lines.push(
            Line::new(Tone::Plain, "  ")
                .and(Tone::Name, role)
                .and(Tone::Dim, format!("  by role mapping `{mapping}`"))
                .to(Target::Mapping(mapping.to_owned())),
        );
        held.push(role);
    }
    lines.push(Line::blank());
    lines.push(Line::heading("may do"));
    for name in held {
        let Some((body, _)) = role(all, data, name) else {
            lines.push(Line::new(Tone::Warn, format!("  no role `{name}`")));
            continue;
        };
        if body.refusal.is_some() {
            lines.push(Line::new(Tone::Bad, format!("  the engine refuses role `{name}`")).to(Target::Role(name.to_owned())));
            continue;
        }
        if !body.cluster.is_empty() {
            lines.push(permission("cluster", &detail::joined(body.cluster.iter().map(|item| item.as_str()), 4), name));
        }
        for entry in &body.indices {
            let names = detail::joined(entry.names.iter().map(|item| item.as_str()), 3);
            let mut line = permission(&names, &detail::joined(entry.privileges.iter().map(|item| item.as_str()), 4), name);
            for (limited, word) in [(entry.query.is_some(), "DLS"), (entry.field_security.is_some(), "FLS")] {
                if limited {
                    line = line.and(Tone::Warn, format!(" {word}"));
                }
            }
            lines.push(line);
        }
        for entry in &body.applications {
            let application = entry.application.as_ref().map_or("-", |name| name.as_str());
            lines.push(permission(application, &detail::joined(entry.privileges.iter().map(|item| item.as_str()), 4), name));
        }
        if !body.run_as.is_empty() {
            lines.push(permission("run as", &detail::joined(body.run_as.iter().map(|item| item.as_str()), 4), name));
        }
    }
    requests(&mut lines, simulation, name);
    lines
}

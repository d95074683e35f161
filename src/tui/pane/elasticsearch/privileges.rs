//! Privileges: what the roles name, the named ones of the product with their action patterns, stored
//! application privileges.

use indexmap::IndexSet;

use super::super::detail;
use super::roles::list;
use crate::engine::catalog::elasticsearch::{Privilege, Selector, deprecated};
use crate::engine::model::elasticsearch::{Configuration, StoredPrivilege};
use crate::tui::data::Data;
use crate::tui::line::{ElasticsearchList as List, Line, Target};
use crate::tui::theme::Tone;

/// A stored application privilege by `application name`.
pub fn stored<'a>(all: &'a Configuration, name: &str) -> Option<&'a StoredPrivilege> {
    let (application, privilege) = name.split_once(' ')?;
    all.privileges.iter().find(|stored| stored.application == application && stored.name == privilege)
}

/// What the roles name, then the product's named privileges, then stored application privileges.
pub fn rows(all: &Configuration, data: &Data) -> Vec<String> {
    let catalog = data.elasticsearch_catalog();
    let mut rows: IndexSet<String> = IndexSet::new();
    for role in all.roles.values() {
        let indices = role.indices.iter().flat_map(|entry| &entry.privileges);
        rows.extend(role.cluster.iter().chain(indices).map(|item| item.value.clone()));
        for entry in &role.applications {
            let application = entry.application.as_ref().map_or("-", |name| name.as_str());
            rows.extend(entry.privileges.iter().map(|privilege| format!("{application} {}", privilege.value)));
        }
    }
    rows.extend(catalog.cluster.iter().chain(&catalog.index).map(|privilege| privilege.name.clone()));
    rows.extend(all.privileges.iter().map(|stored| format!("{} {}", stored.application, stored.name)));
    rows.into_iter().collect()
}

/// What it is.
pub fn columns(all: &Configuration, data: &Data, name: &str) -> Vec<(Tone, String)> {
    let catalog = data.elasticsearch_catalog();
    let mut columns = Vec::new();
    if deprecated(data.workspace().product(), name).is_some() {
        columns.push((Tone::Warn, "deprecated".to_owned()));
    }
    let word = match (catalog.cluster_privilege(name), catalog.index_privilege(name)) {
        (Some(_), Some(_)) => "cluster, index",
        (Some(_), None) => "cluster",
        (None, Some(_)) => "index",
        (None, None) if stored(all, name).is_some() => "stored",
        (None, None) if name.contains(' ') => "application",
        (None, None) if name.contains(':') => "action pattern",
        (None, None) => "unknown",
    };
    columns.push((if word == "unknown" { Tone::Bad } else { Tone::Dim }, word.to_owned()));
    columns
}

/// Everything about a privilege.
pub fn detail(all: &Configuration, data: &Data, name: &str) -> Vec<Line> {
    let catalog = data.elasticsearch_catalog();
    let mut lines = vec![detail::marked(data, name, &[], stored(all, name).and_then(|stored| stored.place))];
    if let Some(text) = deprecated(data.workspace().product(), name) {
        lines.push(Line::new(Tone::Warn, text));
    }
    let found = [("cluster privilege", catalog.cluster_privilege(name)), ("index privilege", catalog.index_privilege(name))];
    for (word, privilege) in found {
        if let Some(privilege) = privilege {
            lines.push(Line::blank());
            named(&mut lines, word, privilege);
        }
    }
    if let Some(stored) = stored(all, name) {
        lines.push(Line::blank());
        list(&mut lines, 0, "actions of the stored privilege", List::StoredActions, &stored.actions, |_| None);
    }
    if found.iter().all(|(_, privilege)| privilege.is_none()) && stored(all, name).is_none() {
        lines.push(match name {
            _ if name.contains(' ') => Line::new(Tone::Dim, "of an application; what it stands for is not among the files"),
            _ if name.contains(':') => Line::new(Tone::Dim, "a pattern of actions"),
            _ => Line::new(Tone::Bad, "no privilege of this product: the engine refuses a role that names it"),
        });
    }
    lines.push(Line::blank());
    let holders = holders(all, name);
    lines.push(Line::heading("roles that name it").and(Tone::Dim, format!("  {}", holders.len())));
    detail::listed(&mut lines, holders, |(role, on)| {
        let line = Line::new(Tone::Plain, "  ").and(Tone::Name, role).to(Target::Role(role.to_owned()));
        if on.is_empty() { line } else { line.and(Tone::Dim, format!("  on {on}")) }
    });
    lines
}

fn named(lines: &mut Vec<Line>, word: &str, privilege: &Privilege) {
    lines.push(Line::heading(word).and(Tone::Dim, format!("  {}", detail::count(privilege.allow.len(), "action pattern"))));
    match privilege.selector {
        Selector::Data => {}
        Selector::Failures => lines.push(Line::new(Tone::Dim, "  of the failure store of data streams")),
        Selector::Both => lines.push(Line::new(Tone::Dim, "  of documents and of the failure store")),
    }
    if privilege.own_api_keys {
        lines.push(Line::new(Tone::Dim, "  looks at the request: one's own API keys alone"));
    }
    for pattern in &privilege.allow {
        lines.push(Line::new(Tone::Plain, "  ").and(Tone::Value, pattern));
    }
    for pattern in &privilege.except {
        lines.push(Line::new(Tone::Warn, "  except ").and(Tone::Value, pattern));
    }
}

/// The roles that name a privilege, and on what.
fn holders<'a>(all: &'a Configuration, name: &str) -> Vec<(&'a str, String)> {
    let mut out = Vec::new();
    for (role, body) in &all.roles {
        if body.cluster.iter().any(|item| item.as_str() == name) {
            out.push((role.as_str(), "the cluster".to_owned()));
        }
        for entry in body.indices.iter().filter(|entry| entry.privileges.iter().any(|item| item.as_str() == name)) {
            out.push((role.as_str(), detail::joined(entry.names.iter().map(|name| name.as_str()), 3)));
        }
        for entry in &body.applications {
            let application = entry.application.as_ref().map_or("-", |name| name.as_str());
            if entry.privileges.iter().any(|item| format!("{application} {}", item.value) == name) {
                out.push((role.as_str(), detail::joined(entry.resources.iter().map(|name| name.as_str()), 3)));
            }
        }
    }
    out
}

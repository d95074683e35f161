//! Roles: what they allow on the cluster, on indices and in applications, who has them.

use super::super::detail;
use crate::engine::model::elasticsearch::{ApplicationPrivileges, Configuration, IndexPrivileges, RemoteIndexPrivileges, Role};
use crate::source::Located;
use crate::tui::data::Data;
use crate::tui::line::{ElasticsearchList as List, Line, ListField, Spot, Target};
use crate::tui::pane::roles::used_by;
use crate::tui::simulation::Simulation;
use crate::tui::theme::Tone;

/// Roles of the files, then the product's reserved ones that the files do not name.
pub fn rows(all: &Configuration, data: &Data) -> Vec<String> {
    let reserved = data.elasticsearch_catalog().reserved_roles().keys();
    all.roles.keys().chain(reserved.filter(|name| !all.roles.contains_key(*name))).cloned().collect()
}

/// A role as the engine takes it: a reserved one before one of the files of the same name.
pub fn role<'a>(all: &'a Configuration, data: &Data, name: &str) -> Option<(&'a Role, bool)> {
    let reserved: Option<&'static Role> = data.elasticsearch_catalog().reserved_roles().get(name);
    all.roles.get(name).map(|role| (role, reserved.is_some())).or(reserved.map(|role| (role, true)))
}

/// Names at a glance.
pub fn columns(all: &Configuration, data: &Data, name: &str) -> Vec<(Tone, String)> {
    let Some((role, reserved)) = role(all, data, name) else { return Vec::new() };
    let mut columns = Vec::new();
    if data.workspace().refusal(name).is_some() {
        columns.push((Tone::Bad, "refused".to_owned()));
    } else if reserved {
        columns.push((Tone::Dim, "reserved".to_owned()));
    }
    let names = role.indices.iter().flat_map(|entry| entry.names.iter().map(|name| name.as_str()));
    columns.push((Tone::Dim, detail::joined(names, 2)));
    columns
}

/// Everything about a role.
pub fn detail(all: &Configuration, data: &Data, simulation: &Simulation, name: &str) -> Vec<Line> {
    let Some((role, reserved)) = role(all, data, name) else { return Vec::new() };
    let marks: &[&str] = if reserved { &["reserved"] } else { &[] };
    let mut lines = vec![detail::marked(data, name, marks, role.place)];
    if reserved && role.place.is_some() {
        lines.push(Line::new(Tone::Dim, "the product's own role of this name counts, not the file's"));
    } else if reserved {
        lines.push(Line::new(Tone::Dim, "built into the product; it cannot be changed"));
    }
    if let Some(refusal) = data.workspace().refusal(name) {
        lines.push(detail::at(
            data,
            Line::new(Tone::Bad, "the engine refuses this role: ").and(Tone::Plain, &refusal.message),
            refusal.place,
        ));
    }
    if role.description.is_some() {
        detail::description(&mut lines, role.description.as_ref());
    }
    lines.push(Line::blank());
    list(&mut lines, 0, "cluster privileges", List::Cluster, &role.cluster, privilege);
    if let Some(global) = &role.global {
        lines.push(detail::at(data, Line::heading("global privileges"), global.place));
        lines.push(Line::new(Tone::Plain, "  ").and(Tone::Value, global.value.to_string()));
    }
    for (number, entry) in role.indices.iter().enumerate() {
        lines.push(Line::blank());
        indices(data, &mut lines, number, entry);
    }
    for (number, entry) in role.applications.iter().enumerate() {
        lines.push(Line::blank());
        application(data, &mut lines, number, entry);
    }
    lines.push(Line::blank());
    let user = |name: &str| all.users.contains_key(name).then(|| Target::User(name.to_owned()));
    list(&mut lines, 0, "run as", List::RunAs, &role.run_as, user);
    for (number, entry) in role.remote_indices.iter().enumerate() {
        lines.push(Line::blank());
        remote(data, &mut lines, number, entry);
    }
    if let Some(metadata) = &role.metadata {
        lines.push(Line::new(Tone::Dim, "metadata  ").and(Tone::Plain, metadata.value.to_string()));
    }
    lines.push(Line::blank());
    who(all, data, &mut lines, name);
    used_by(simulation, &mut lines, name);
    lines
}

fn privilege(name: &str) -> Option<Target> {
    Some(Target::Privilege(name.to_owned()))
}

/// A list of texts under a heading.
pub fn list(
    lines: &mut Vec<Line>,
    indent: usize,
    heading: &str,
    field: List,
    items: &[Located<String>],
    target: impl Fn(&str) -> Option<Target>,
) {
    detail::list(lines, indent, heading, ListField::Elasticsearch(field), items, target);
}

fn indices(data: &Data, lines: &mut Vec<Line>, number: usize, entry: &IndexPrivileges) {
    let head = Line::heading(format!("index privileges {}", number + 1)).on(Spot::Rule(number));
    lines.push(detail::at(data, head, entry.place));
    list(lines, 2, "names", List::Names(number), &entry.names, |_| None);
    list(lines, 2, "privileges", List::Privileges(number), &entry.privileges, privilege);
    let query = Line::new(Tone::Dim, "  documents (query)  ").on(Spot::Dls(number));
    lines.push(match &entry.query {
        Some(text) => query.and(Tone::Warn, text.trim()),
        None => query.and(Tone::Dim, "all"),
    });
    let security = entry.field_security.as_ref();
    match security.and_then(|security| security.grant.as_ref()) {
        Some(grant) => list(lines, 2, "fields granted", List::Grant(number), grant, |_| None),
        None => {
            let head = Line::new(Tone::Dim, "  fields granted").on(Spot::List(ListField::Elasticsearch(List::Grant(number))));
            lines.push(head.and(Tone::Dim, "  all"));
        }
    }
    let except = security.and_then(|security| security.except.as_deref()).unwrap_or_default();
    list(lines, 2, "fields excepted", List::Except(number), except, |_| None);
    let restricted = entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
    let line = Line::new(Tone::Dim, "  restricted indices  ").on(Spot::Restricted(number));
    lines.push(if restricted { line.and(Tone::Warn, "allowed too") } else { line.and(Tone::Dim, "not meant") });
}

fn application(data: &Data, lines: &mut Vec<Line>, number: usize, entry: &ApplicationPrivileges) {
    let head = Line::heading(format!("application privileges {}", number + 1)).on(Spot::Application(number));
    lines.push(detail::at(data, head, entry.place));
    let name = entry.application.as_ref().map_or("-", |name| name.as_str());
    lines.push(Line::new(Tone::Dim, "  application  ").and(Tone::Value, name));
    let stored = |privilege: &str| Some(Target::Privilege(format!("{name} {privilege}")));
    list(lines, 2, "privileges", List::ApplicationPrivileges(number), &entry.privileges, stored);
    list(lines, 2, "resources", List::Resources(number), &entry.resources, |_| None);
}

fn remote(data: &Data, lines: &mut Vec<Line>, number: usize, entry: &RemoteIndexPrivileges) {
    let head = Line::heading(format!("remote index privileges {}", number + 1)).and(Tone::Warn, "  shown, not evaluated");
    lines.push(detail::at(data, head, entry.privileges.place));
    for (word, items) in [("clusters", &entry.clusters), ("names", &entry.privileges.names), ("privileges", &entry.privileges.privileges)] {
        let items = detail::joined(items.iter().map(|item| item.as_str()), 6);
        lines.push(Line::new(Tone::Dim, format!("  {word}  ")).and(Tone::Value, items));
    }
}

fn who(all: &Configuration, data: &Data, lines: &mut Vec<Line>, name: &str) {
    lines.push(Line::heading("who has it"));
    let users = all.users.iter().flat_map(|(user, body)| {
        body.roles.iter().filter(|role| role.as_str() == name).map(move |role| (user, role.place, "", Target::User(user.clone())))
    });
    let mappings = all.role_mappings.iter().flat_map(|(mapping, body)| {
        let given = body.roles.iter().filter(|role| role.as_str() == name);
        given.map(move |role| (mapping, role.place, "whoever role mapping names: ", Target::Mapping(mapping.clone())))
    });
    let found = detail::listed(lines, users.chain(mappings), |(holder, place, word, target)| {
        detail::at(data, Line::new(Tone::Dim, format!("  {word}")).and(Tone::Name, holder), place).to(target)
    });
    if found == 0 {
        lines.push(Line::new(Tone::Dim, "  nobody: no user and no role mapping names it; `m` in the list gives it to a user"));
    }
}

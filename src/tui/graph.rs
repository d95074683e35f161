//! How access flows to the entry under the cursor: user → backend role → mapping → role → rule.

use super::access::{Way, roles_of};
use super::data::Data;
use super::escape::width;
use super::line::{Line, Target};
use super::pane::Pane;
use super::pane::detail::{at, joined};
use super::pane::elasticsearch::roles::role;
use super::state::State;
use super::symbols::Symbols;
use super::theme::Tone;
use crate::engine::model::elasticsearch::Configuration;
use crate::source::{Located, Place};

/// The chains through the current entry, one branch a line, deeper to the right.
pub fn lines(state: &State) -> Vec<Line> {
    let data = state.open.data();
    if let Some(all) = data.elasticsearch() {
        return elasticsearch(state, all);
    }
    let all = data.configuration();
    let Some(name) = state.list().name() else { return Vec::new() };
    let users: Vec<&str> = match state.pane {
        Pane::Users => vec![name],
        Pane::Roles | Pane::Mappings => {
            let holds = |user: &&String| {
                all.internal_users.get(*user).is_some_and(|body| roles_of(all, user, body).iter().any(|(role, _)| *role == name))
            };
            all.internal_users.keys().filter(holds).take(50).map(String::as_str).collect()
        }
        _ => return vec![Line::new(Tone::Dim, "users, roles and mappings have a flow of access; nothing here")],
    };
    let mut lines = Vec::new();
    for user in users {
        let Some(body) = all.internal_users.get(user) else { continue };
        lines.push(Line::heading(format!("user {user}")).to(Target::User(user.to_owned())));
        let mut roles = roles_of(all, user, body);
        if state.pane != Pane::Users {
            roles.retain(|(role, _)| *role == name);
        }
        for (index, (role, way)) in roles.iter().enumerate() {
            branch(data, &mut lines, &state.symbols, role, way, index + 1 == roles.len());
        }
    }
    if lines.is_empty() {
        lines.push(Line::new(Tone::Dim, "no user of the database has it; a backend role of LDAP or SAML may"));
    }
    lines
}

/// One way to a role, and below it the role's rules.
fn branch(data: &Data, lines: &mut Vec<Line>, symbols: &Symbols, name: &str, way: &Way<'_>, last: bool) {
    let sign = if last { symbols.branch.1 } else { symbols.branch.0 };
    let line = Line::new(Tone::Border, sign);
    let step = |line: Line| line.and(Tone::Dim, symbols.step);
    let line = match way {
        Way::Direct => step(line.and(Tone::Value, "opendistro_security_roles")),
        Way::User(pattern) => step(line.and(Tone::Dim, "mapping of user ").and(Tone::Value, *pattern)),
        Way::BackendRole(pattern) => {
            let line = step(line.and(Tone::Dim, "backend role ").and(Tone::Value, *pattern));
            step(line.and(Tone::Dim, "mapping"))
        }
        Way::AllBackendRoles => step(line.and(Tone::Dim, "all backend roles of the mapping")),
    };
    lines.push(line.and(Tone::Dim, "role ").and(Tone::Name, name).to(Target::Role(name.to_owned())));
    let Some(role) = data.role(name) else { return };
    let mut rules: Vec<Allowed> = Vec::new();
    if !role.cluster_permissions.is_empty() {
        let held = joined(role.cluster_permissions.iter().map(|item| item.as_str()), 5);
        rules.push(("cluster".to_owned(), held, role.cluster_permissions.first().and_then(|item| item.place)));
    }
    for rule in &role.index_permissions {
        let patterns = joined(rule.index_patterns.iter().map(|item| item.as_str()), 4);
        rules.push((patterns, joined(rule.allowed_actions.iter().map(|item| item.as_str()), 5), rule.place));
    }
    allowed(data, lines, symbols, rules, last);
}

/// What a rule is about, what it allows there, and where it stands.
type Allowed = (String, String, Option<Place>);

/// The rules below a role.
fn allowed(data: &Data, lines: &mut Vec<Line>, symbols: &Symbols, rules: Vec<Allowed>, last: bool) {
    let trunk = if last { " ".repeat(width(symbols.branch.1)) } else { symbols.trunk.to_owned() };
    let count = rules.len();
    for (index, (on, held, place)) in rules.into_iter().enumerate() {
        let sign = if index + 1 == count { symbols.branch.1 } else { symbols.branch.0 };
        let line = Line::new(Tone::Border, format!("{trunk}{sign}")).and(Tone::Value, on).and(Tone::Dim, ": ").and(Tone::Plain, held);
        let mut line = at(data, line, place);
        line.target = place.map(Target::Place);
        lines.push(line);
    }
}

/// The same in Elasticsearch's words: user → role → what it allows, and role mapping → role.
fn elasticsearch(state: &State, all: &Configuration) -> Vec<Line> {
    let (data, symbols) = (state.open.data(), &state.symbols);
    let Some(name) = state.list().name() else { return Vec::new() };
    let given = |roles: &[Located<String>]| roles.iter().any(|role| role.as_str() == name);
    let wanted = |own: Pane, entry: &str, roles: &[Located<String>]| match state.pane {
        Pane::Roles => given(roles),
        pane => pane == own && entry == name,
    };
    let users = all.users.iter().filter(|(user, body)| wanted(Pane::Users, user, &body.roles));
    let users = users.map(|(user, body)| (Line::heading(format!("user {user}")).to(Target::User(user.clone())), &body.roles));
    let mappings = all.role_mappings.iter().filter(|(mapping, body)| wanted(Pane::Mappings, mapping, &body.roles));
    let mappings = mappings.map(|(mapping, body)| {
        (Line::heading(format!("whoever role mapping {mapping} means")).to(Target::Mapping(mapping.clone())), &body.roles)
    });
    let mut lines = Vec::new();
    for (head, roles) in users.chain(mappings).take(50) {
        lines.push(head);
        let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).filter(|role| state.pane != Pane::Roles || *role == name).collect();
        for (index, held) in roles.iter().enumerate() {
            let last = index + 1 == roles.len();
            let sign = if last { symbols.branch.1 } else { symbols.branch.0 };
            let line = Line::new(Tone::Border, sign).and(Tone::Dim, "role ").and(Tone::Name, *held);
            lines.push(line.to(Target::Role((*held).to_owned())));
            let Some((body, _)) = role(all, data, held) else { continue };
            let mut rules: Vec<Allowed> = Vec::new();
            if let Some(first) = body.cluster.first() {
                rules.push(("cluster".to_owned(), joined(body.cluster.iter().map(|item| item.as_str()), 5), first.place));
            }
            for entry in &body.indices {
                let names = joined(entry.names.iter().map(|item| item.as_str()), 4);
                rules.push((names, joined(entry.privileges.iter().map(|item| item.as_str()), 5), entry.place));
            }
            allowed(data, &mut lines, symbols, rules, last);
        }
    }
    if lines.is_empty() {
        lines.push(Line::new(Tone::Dim, "no user and no role mapping of the files leads here"));
    }
    lines
}

//! How access flows to the entry under the cursor: user → backend role → mapping → role → rule.

use super::access::{Way, roles_of};
use super::line::{Line, Target};
use super::pane::Pane;
use super::pane::detail::joined;
use super::state::State;
use super::theme::Tone;

/// The chains through the current entry, one branch a line, deeper to the right.
pub fn lines(state: &State) -> Vec<Line> {
    let data = state.open.data();
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
        lines.push(Line::new(Tone::Heading, user).to(Target::User(user.to_owned())));
        for (role, way) in roles_of(all, user, body) {
            if state.pane != Pane::Users && role != name {
                continue;
            }
            let by = match &way {
                Way::Direct => "opendistro_security_roles".to_owned(),
                Way::User(pattern) => format!("mapping of user {pattern}"),
                Way::BackendRole(pattern) => format!("backend role {pattern}{}mapping", state.symbols.step),
                Way::AllBackendRoles => "mapping of all backend roles".to_owned(),
            };
            lines.push(
                Line::new(Tone::Dim, format!("  {}{by}", state.symbols.step.trim_start()))
                    .and(Tone::Dim, state.symbols.step)
                    .and(Tone::Name, role)
                    .to(Target::Role(role.to_owned())),
            );
            let Some(role) = data.role(role) else { continue };
            if !role.cluster_permissions.is_empty() {
                let held = joined(role.cluster_permissions.iter().map(|item| item.as_str()), 5);
                lines.push(Line::new(Tone::Dim, format!("      {}cluster: ", state.symbols.step.trim_start())).and(Tone::Value, held));
            }
            for rule in &role.index_permissions {
                let patterns = joined(rule.index_patterns.iter().map(|item| item.as_str()), 4);
                let held = joined(rule.allowed_actions.iter().map(|item| item.as_str()), 5);
                lines.push(
                    Line::new(Tone::Dim, format!("      {}", state.symbols.step.trim_start()))
                        .and(Tone::Value, patterns)
                        .and(Tone::Dim, ": ")
                        .and(Tone::Plain, held),
                );
            }
        }
    }
    if lines.is_empty() {
        lines.push(Line::new(Tone::Dim, "no user of the database has it; a backend role of LDAP or SAML may"));
    }
    lines
}

//! Whole entries: new, copied, renamed, deleted, mapped.

use super::{completions, elasticsearch};
use crate::engine::change::{
    Change, GroupChange, IndexRule, MappingChange, RoleChange, SettingChange, TenantChange, TenantRule, UserChange,
};
use crate::engine::model::opensearch::Role;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::dialog::question::{Question, Then};
use crate::tui::event::{Effect, Password};
use crate::tui::line::{Line, Target};
use crate::tui::open::pane_of;
use crate::tui::pane::Pane;
use crate::tui::pane::elasticsearch::privileges::stored;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Ask for the name of a new entry.
pub fn start_new(state: &mut State) {
    let pane = state.pane;
    let (note, candidates) = match pane {
        _ if state.open.data().elasticsearch().is_some() => match elasticsearch::new_note(pane) {
            Some(note) => (note, Vec::new()),
            None => return state.tell(Tone::Dim, "nothing can be made here"),
        },
        Pane::Mappings => ("the role to map", completions::roles(state.open.data())),
        Pane::Settings => ("`key=value` below `config.dynamic`", Vec::new()),
        Pane::Findings | Pane::Simulator => return state.tell(Tone::Dim, "nothing can be made here"),
        Pane::Users => ("a name; its password comes next", Vec::new()),
        _ => ("a name", Vec::new()),
    };
    let title = format!("new {}", pane.entry());
    state.dialogs.push(Dialog::Prompt(Prompt::new(title, note, "", Purpose::New(pane)).with(candidates)));
}

/// The changes that make an entry, or the prompt that is needed first.
pub fn new(state: &mut State, pane: Pane, name: &str) -> Vec<Change> {
    let own = name.to_owned();
    if state.open.data().elasticsearch().is_some() && pane != Pane::Users {
        return elasticsearch::new(pane, name).into_iter().collect();
    }
    let change: Change = match pane {
        Pane::Users => {
            ask_password(state, name, None);
            return Vec::new();
        }
        Pane::Roles => RoleChange::CreateRole {
            role: own,
            description: None,
            cluster_permissions: Vec::new(),
            index_permissions: Vec::new(),
            tenant_permissions: Vec::new(),
        }
        .into(),
        Pane::Mappings => MappingChange::CreateMapping { role: own }.into(),
        Pane::Privileges => {
            GroupChange::CreateActionGroup { group: own, allowed_actions: Vec::new(), r#type: None, description: None }.into()
        }
        Pane::Tenants => TenantChange::CreateTenant { tenant: own, description: String::new() }.into(),
        Pane::Settings => {
            let (key, value) = name.split_once('=').unwrap_or((name, "true"));
            let value = serde_json::from_str(value.trim()).unwrap_or_else(|_| serde_json::Value::String(value.trim().to_owned()));
            SettingChange::SetSetting { key: key.trim().to_owned(), value }.into()
        }
        Pane::Simulator | Pane::Findings => return Vec::new(),
    };
    vec![change]
}

/// Ask for the password of a user that is yet to be made.
pub fn ask_password(state: &mut State, name: &str, copy_of: Option<String>) {
    let purpose = Purpose::FirstPassword(name.to_owned(), copy_of);
    let prompt = Prompt::new(format!("password of {name}"), "kept as a bcrypt hash only", "", purpose).secret();
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// Hash a password.
pub fn password(user: &str, password: String, copy_of: Option<String>, new: bool) -> Effect {
    Effect::Hash { user: user.to_owned(), password: Password(password), copy_of, new }
}

/// Ask for the name of a copy.
pub fn start_duplicate(state: &mut State) {
    let Some(name) = state.list().name().map(str::to_owned) else { return };
    let pane = state.pane;
    let privilege = pane == Pane::Privileges && state.open.data().elasticsearch().is_some();
    if privilege || matches!(pane, Pane::Findings | Pane::Settings | Pane::Simulator) {
        return state.tell(Tone::Dim, "there is nothing to copy here");
    }
    let prompt = Prompt::new(format!("copy {} {name}", pane.entry()), "the copy's name", &name, Purpose::Duplicate(pane, name.clone()));
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// The changes that copy an entry.
pub fn duplicate(state: &mut State, pane: Pane, name: &str, to: &str) -> Vec<Change> {
    let (from, to) = (name.to_owned(), to.to_owned());
    let data = state.open.data();
    if let Some(all) = data.elasticsearch().filter(|_| pane != Pane::Users) {
        return elasticsearch::duplicate(all, data, pane, name, &to).into_iter().collect();
    }
    let all = data.configuration();
    match pane {
        Pane::Users => {
            ask_password(state, &to, Some(from));
            Vec::new()
        }
        Pane::Roles if all.roles.contains_key(name) => vec![RoleChange::CopyRole { role: from, to }.into()],
        Pane::Roles => copy_built_in(state, name, to).into_iter().collect(),
        Pane::Privileges => vec![GroupChange::CopyActionGroup { group: from, to }.into()],
        Pane::Mappings => {
            let Some(mapping) = all.roles_mapping.get(name) else { return Vec::new() };
            let role = || to.clone();
            let mut changes: Vec<Change> = vec![MappingChange::CreateMapping { role: role() }.into()];
            changes.extend(mapping.users.iter().map(|user| MappingChange::MapUser { role: role(), user: user.value.clone() }.into()));
            let backend = mapping.backend_roles.iter();
            changes.extend(backend.map(|name| MappingChange::MapBackendRole { role: role(), backend_role: name.value.clone() }.into()));
            let all_of = mapping.and_backend_roles.iter();
            changes.extend(all_of.map(|name| MappingChange::MapAndBackendRole { role: role(), backend_role: name.value.clone() }.into()));
            changes.extend(mapping.hosts.iter().map(|host| MappingChange::MapHost { role: role(), host: host.value.clone() }.into()));
            changes
        }
        Pane::Tenants => {
            let text = state.open.data().tenant(name).and_then(|tenant| tenant.description.as_ref());
            vec![TenantChange::CreateTenant { tenant: to, description: text.map(|text| text.value.clone()).unwrap_or_default() }.into()]
        }
        Pane::Settings | Pane::Simulator | Pane::Findings => Vec::new(),
    }
}

/// A role of one's own with what a built-in one holds.
fn copy_built_in(state: &State, name: &str, to: String) -> Option<Change> {
    state.open.data().role(name).map(|role| create_role(role, to))
}

/// The change that makes a role like another one.
pub fn create_role(role: &Role, to: String) -> Change {
    let texts = |items: &[crate::source::Located<String>]| items.iter().map(|item| item.value.clone()).collect::<Vec<_>>();
    RoleChange::CreateRole {
        role: to,
        description: role.description.as_ref().map(|text| text.value.clone()),
        cluster_permissions: texts(&role.cluster_permissions),
        index_permissions: role.index_permissions.iter().map(IndexRule::from).collect(),
        tenant_permissions: role.tenant_permissions.iter().map(TenantRule::from).collect(),
    }
    .into()
}

/// Ask for another name.
pub fn start_rename(state: &mut State) {
    let Some(name) = state.list().name().map(str::to_owned) else { return };
    let pane = state.pane;
    let elasticsearch = state.open.data().elasticsearch().is_some();
    match pane {
        Pane::Privileges if elasticsearch && !is_stored(state, &name) => {
            state.tell(Tone::Dim, "the product's own privileges have their names")
        }
        Pane::Mappings if !elasticsearch => state.tell(Tone::Dim, "a mapping bears its role's name: rename the role in the roles pane"),
        Pane::Users | Pane::Roles | Pane::Mappings | Pane::Privileges | Pane::Tenants => {
            let title = format!("rename {} {name}", pane.entry());
            let prompt = Prompt::new(title, "every reference to it follows", &name, Purpose::Rename(pane, name.clone()));
            state.dialogs.push(Dialog::Prompt(prompt));
        }
        Pane::Simulator | Pane::Findings | Pane::Settings => state.tell(Tone::Dim, "there is nothing to rename here"),
    }
}

/// Whether a privilege of Elasticsearch is a stored one, which can be edited.
fn is_stored(state: &State, name: &str) -> bool {
    state.open.data().elasticsearch().is_some_and(|all| stored(all, name).is_some())
}

/// The change that renames an entry.
pub fn rename(state: &State, pane: Pane, name: &str, to: &str) -> Option<Change> {
    if state.open.data().elasticsearch().is_some() {
        return elasticsearch::rename(pane, name, to);
    }
    let (name, to) = (name.to_owned(), to.to_owned());
    Some(match pane {
        Pane::Users => UserChange::RenameUser { user: name, to }.into(),
        Pane::Roles => RoleChange::RenameRole { role: name, to }.into(),
        Pane::Privileges => GroupChange::RenameActionGroup { group: name, to }.into(),
        Pane::Tenants => TenantChange::RenameTenant { tenant: name, to }.into(),
        Pane::Mappings | Pane::Simulator | Pane::Findings | Pane::Settings => return None,
    })
}

/// The change that deletes an entry.
fn delete(state: &State, pane: Pane, name: &str) -> Option<Change> {
    if state.open.data().elasticsearch().is_some() {
        // the product's own privileges stay
        return elasticsearch::delete(pane, name).filter(|_| pane != Pane::Privileges || is_stored(state, name));
    }
    let name = name.to_owned();
    Some(match pane {
        Pane::Users => UserChange::DeleteUser { user: name }.into(),
        Pane::Roles => RoleChange::DeleteRole { role: name }.into(),
        Pane::Mappings => MappingChange::DeleteMapping { role: name }.into(),
        Pane::Privileges => GroupChange::DeleteActionGroup { group: name }.into(),
        Pane::Tenants => TenantChange::DeleteTenant { tenant: name }.into(),
        Pane::Settings => SettingChange::RemoveSetting { key: name }.into(),
        Pane::Simulator | Pane::Findings => return None,
    })
}

/// Ask before deleting, with everything that would point at nothing.
pub fn start_delete(state: &mut State) {
    let names = state.list().chosen();
    let pane = state.pane;
    let changes: Vec<Change> = names.iter().filter_map(|name| delete(state, pane, name)).collect();
    if changes.is_empty() {
        return state.tell(Tone::Dim, "there is nothing to delete here");
    }
    let workspace = state.open.data().workspace();
    let mut lines = Vec::new();
    for (name, change) in names.iter().zip(&changes) {
        lines.push(Line::new(Tone::Bad, format!("delete {} ", pane.entry())).and(Tone::Name, name));
        if let Some(word) = workspace.guarded(change) {
            lines.push(Line::new(Tone::Warn, format!("  it is {word}")));
        }
        for reference in workspace.breaks(change) {
            let line =
                Line::new(Tone::Dim, "  breaks ").and(Tone::Plain, format!("{} ", pane_of(reference.kind).map_or("entry", Pane::entry)));
            let mut line = line.and(Tone::Name, &reference.name);
            if let Some(at) = reference.place.and_then(|place| state.open.data().at(place)) {
                line = line.and(Tone::Dim, format!("  {at}"));
            }
            if let Some(place) = reference.place {
                line = line.to(Target::Place(place));
            }
            lines.push(line);
        }
    }
    if lines.len() == names.len() {
        lines.push(Line::new(Tone::Dim, "nothing else names it"));
    }
    let title = if names.len() == 1 { format!("delete {}?", names[0]) } else { format!("delete {} entries?", names.len()) };
    state.dialogs.push(Dialog::Question(Question::new(title, lines, Then::Changes(changes))));
}

/// Ask whom or what to map.
pub fn start_map(state: &mut State) {
    let chosen = state.list().chosen();
    if chosen.is_empty() {
        return;
    }
    let data = state.open.data();
    let prompt = match state.pane {
        Pane::Users => {
            Prompt::new(format!("map {} to a role", names(&chosen)), "the role", "", Purpose::MapTo(chosen)).with(completions::roles(data))
        }
        Pane::Roles if data.elasticsearch().is_some() => {
            let title = format!("give {} to a user", names(&chosen));
            Prompt::new(title, "the user", "", Purpose::MapFrom(chosen)).with(completions::users(data))
        }
        Pane::Mappings if data.elasticsearch().is_some() => {
            return state.tell(Tone::Dim, "edit whom it means in the detail: `e` on a rule, `a` adds one");
        }
        Pane::Roles | Pane::Mappings => {
            let title = format!("map to {}", names(&chosen));
            let mut candidates = completions::users(data);
            candidates.extend(completions::backend_roles(data).into_iter().map(|role| format!("backend:{role}")));
            Prompt::new(title, "a user, `backend:ROLE` or `host:NAME`", "", Purpose::MapFrom(chosen)).with(candidates)
        }
        _ => return state.tell(Tone::Dim, "users and roles can be mapped, nothing here"),
    };
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// A few names, the rest counted.
pub fn names(all: &[String]) -> String {
    match all {
        [one] => one.clone(),
        many => format!("{} entries", many.len()),
    }
}

/// The changes that map users to a role.
pub fn map_to(state: &State, users: &[String], role: &str) -> Vec<Change> {
    if let Some(all) = state.open.data().elasticsearch() {
        return elasticsearch::give(all, users, &[role.to_owned()]);
    }
    let mut changes = create_mapping(state, role);
    let mapping = state.open.data().configuration().roles_mapping.get(role);
    let mapped = |user: &str| mapping.is_some_and(|mapping| mapping.users.iter().any(|have| have.as_str() == user));
    let new = users.iter().filter(|user| !mapped(user));
    changes.extend(new.map(|user| MappingChange::MapUser { role: role.to_owned(), user: user.clone() }.into()));
    changes
}

/// The changes that map somebody to roles.
pub fn map_from(state: &State, roles: &[String], who: &str) -> Vec<Change> {
    if let Some(all) = state.open.data().elasticsearch() {
        return elasticsearch::give(all, &[who.to_owned()], roles);
    }
    let mut changes = Vec::new();
    for role in roles {
        changes.extend(create_mapping(state, role));
        let role = role.clone();
        changes.push(match who.split_once(':') {
            Some(("backend", backend_role)) => MappingChange::MapBackendRole { role, backend_role: backend_role.trim().to_owned() }.into(),
            Some(("host", host)) => MappingChange::MapHost { role, host: host.trim().to_owned() }.into(),
            _ => MappingChange::MapUser { role, user: who.to_owned() }.into(),
        });
    }
    changes
}

fn create_mapping(state: &State, role: &str) -> Vec<Change> {
    let there = state.open.data().configuration().roles_mapping.contains_key(role);
    if there { Vec::new() } else { vec![MappingChange::CreateMapping { role: role.to_owned() }.into()] }
}

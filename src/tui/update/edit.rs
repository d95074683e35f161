//! Edits of what the cursor is on. Every edit is a list of changes, done as one step.

use super::{completions, elasticsearch, entries, fields, template};
use crate::engine::change::{Change, PasswordHash, UserChange};
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::area::{self, Area};
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::dialog::question::{Question, Then};
use crate::tui::event::Effect;
use crate::tui::layout::Focus;
use crate::tui::line::{ElasticsearchList, Line, ListField, Spot};
use crate::tui::open::{describe, pane_of};
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// How a rule of a role mapping is written on one line.
const RULE: &str = "`username=a, b`, `except groups=x`, `any`, `all`, or the API's JSON";

/// Do the action if it edits.
pub fn act(state: &mut State, action: Action, _effects: &mut Vec<Effect>) -> bool {
    let edits = matches!(
        action,
        Action::New
            | Action::NewFrom
            | Action::Edit
            | Action::Add
            | Action::Delete
            | Action::Remove
            | Action::Duplicate
            | Action::Rename
            | Action::Password
            | Action::Map
            | Action::Repeat
            | Action::Undo
            | Action::Redo
    );
    if !edits {
        return false;
    }
    if state.read_only {
        state.tell(Tone::Warn, "read-only: `R` allows edits");
        return true;
    }
    match (action, state.focus) {
        (Action::Undo, _) => step(state, "undone", |state| {
            let label = state.open.undo()?;
            state.log.undid();
            Some(label)
        }),
        (Action::Redo, _) => step(state, "done again", |state| {
            let label = state.open.redo()?;
            state.log.redid();
            Some(label)
        }),
        (Action::Repeat, _) => repeat(state, 1),
        (Action::Duplicate, _) => entries::start_duplicate(state),
        (Action::Rename, _) => entries::start_rename(state),
        (Action::Map, _) => entries::start_map(state),
        (Action::Password, _) => start_password(state),
        (Action::New, Focus::List) => entries::start_new(state),
        (Action::New, Focus::Detail) => start_part(state),
        (Action::NewFrom, _) => template::start(state),
        (Action::Delete, Focus::List) => entries::start_delete(state),
        (Action::Delete, Focus::Detail) => cut(state),
        (Action::Add, _) => start_add(state),
        (Action::Remove, _) => start_remove(state),
        (_, Focus::List) => edit_entry(state),
        (_, Focus::Detail) => start_edit(state),
    }
    true
}

fn step(state: &mut State, word: &str, take: impl FnOnce(&mut State) -> Option<String>) {
    match take(state) {
        Some(label) => state.tell(Tone::Changed, format!("{word}: {label}")),
        None => state.tell(Tone::Dim, format!("nothing to be {word}")),
    }
}

/// Do changes, after asking where an entry is guarded.
pub fn apply(state: &mut State, changes: Vec<Change>) -> bool {
    if changes.is_empty() {
        return false;
    }
    let workspace = state.open.data().workspace();
    let mut lines = Vec::new();
    for change in &changes {
        let (kind, name) = change.subject();
        let Some(pane) = pane_of(kind) else { continue };
        if let Some(word) = workspace.guarded(change)
            && !state.agreed.contains(&(pane, name.to_owned()))
        {
            let text = format!("{} `{name}` is {word}: the REST API refuses to change it, securityadmin takes the file", pane.entry());
            let line = Line::new(Tone::Warn, text);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    if !lines.is_empty() {
        state.dialogs.push(Dialog::Question(Question::new("change a guarded entry?", lines, Then::Changes(changes))));
        return false;
    }
    now(state, changes)
}

/// Do changes without asking.
pub fn now(state: &mut State, changes: Vec<Change>) -> bool {
    if state.read_only {
        state.tell(Tone::Warn, "read-only: `R` allows edits");
        return false;
    }
    let label = match changes.as_slice() {
        [one] => describe(one),
        many => format!("{} and {} more", many.first().map(describe).unwrap_or_default(), many.len().saturating_sub(1)),
    };
    match state.open.apply(changes.iter().cloned().map(Into::into).collect()) {
        Ok(()) => {
            state.log.did(changes.clone());
            state.last = changes;
            state.tell(Tone::Changed, format!("{label}  (`u` takes it back)"));
            true
        }
        Err(message) => {
            state.tell(Tone::Bad, message);
            false
        }
    }
}

/// Do the last edit again: on the marked entries, or on so many from the cursor on, as one step.
pub fn repeat(state: &mut State, count: usize) {
    let names = if state.list().marked() > 0 { state.list().chosen() } else { state.list().from_cursor(count) };
    let mut changes = Vec::new();
    for name in &names {
        for change in &state.last {
            let (kind, subject) = change.subject();
            if pane_of(kind) != Some(state.pane) {
                continue;
            }
            let Ok(mut value) = serde_json::to_value(change) else { continue };
            for key in ["role", "mapping", "user", "group", "tenant", "key", "privilege"] {
                if value.get(key).and_then(|have| have.as_str()) == Some(subject) {
                    value[key] = serde_json::Value::String(name.clone());
                    break;
                }
            }
            changes.extend(serde_json::from_value::<Change>(value));
        }
    }
    if changes.is_empty() {
        return state.tell(Tone::Dim, "no edit of this pane to do again");
    }
    apply(state, changes);
}

fn start_password(state: &mut State) {
    let Some(name) = state.list().name().map(str::to_owned).filter(|_| state.pane == Pane::Users) else {
        return state.tell(Tone::Dim, "only users have passwords");
    };
    let native = |name: &str| state.open.data().elasticsearch().and_then(|all| all.users.get(name)).is_some_and(|user| user.native);
    if native(&name) {
        return state.tell(Tone::Dim, "the native realm's passwords are set by the API alone");
    }
    let prompt = Prompt::new(format!("new password of {name}"), "kept as a bcrypt hash only", "", Purpose::Password(name)).secret();
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// A password was hashed.
pub fn hashed(state: &mut State, user: String, hash: String, copy_of: Option<String>, new: bool) {
    let hash = PasswordHash(hash);
    if let Some(all) = state.open.data().elasticsearch() {
        let change = elasticsearch::hashed(all, &user, hash, copy_of.as_deref(), new);
        if apply(state, vec![change]) {
            state.refresh();
            state.lists[Pane::Users as usize].select(&user);
        }
        return;
    }
    let change = match copy_of {
        Some(from) => UserChange::CopyUser { user: from, to: user.clone(), hash },
        None if new => UserChange::CreateUser {
            user: user.clone(),
            hash,
            description: None,
            backend_roles: Vec::new(),
            security_roles: Vec::new(),
            attributes: indexmap::IndexMap::new(),
        },
        None => UserChange::SetHash { user: user.clone(), hash },
    };
    if apply(state, vec![change.into()]) {
        state.refresh();
        state.lists[Pane::Users as usize].select(&user);
    }
}

fn current(state: &State) -> Option<(Pane, String)> {
    Some((state.pane, state.list().name()?.to_owned()))
}

fn start_part(state: &mut State) {
    let Some((pane, name)) = current(state) else { return };
    let spot = state.spot();
    let elasticsearch = state.open.data().elasticsearch().is_some();
    let prompt = match (pane, spot) {
        (Pane::Roles, _) if elasticsearch => {
            let title = format!("new index privileges of {name}");
            let note = "`logs-*: read, write`; `application NAME: read on RESOURCE` for an application";
            Prompt::new(title, note, "", Purpose::NewRule(name))
        }
        _ if elasticsearch => return start_add(state),
        (Pane::Roles, Some(Spot::TenantRule(_) | Spot::List(ListField::TenantPatterns(_) | ListField::TenantActions(_)))) => Prompt::new(
            format!("new tenant rule of {name}"),
            "tenant patterns, then actions after a colon",
            "",
            Purpose::NewTenantRule(name),
        ),
        (Pane::Roles, _) => {
            let title = format!("new index rule of {name}");
            let note = "`logs-*: read, search`; `tenant NAME: kibana_all_read` makes a tenant rule";
            Prompt::new(title, note, "", Purpose::NewRule(name))
        }
        (Pane::Users, _) => Prompt::new(
            format!("new attribute of {name}"),
            "`name=value`, in queries `${attr.internal.name}`",
            "",
            Purpose::NewAttribute(name),
        ),
        _ => return start_add(state),
    };
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// The list that `a` adds to: the one under the cursor, or the entry's most wanted one.
fn field(state: &State) -> Option<ListField> {
    match state.spot() {
        Some(Spot::List(field) | Spot::Item(field, _)) => return Some(field),
        _ if state.open.data().elasticsearch().is_some() => {}
        Some(Spot::Rule(rule) | Spot::Dls(rule)) => return Some(ListField::Actions(rule)),
        Some(Spot::TenantRule(rule)) => return Some(ListField::TenantActions(rule)),
        _ => {}
    }
    if state.open.data().elasticsearch().is_some() {
        if let Some(Spot::Rule(rule) | Spot::Dls(rule) | Spot::Restricted(rule)) = state.spot() {
            return Some(ListField::Elasticsearch(ElasticsearchList::Privileges(rule)));
        }
        if let Some(Spot::Application(rule)) = state.spot() {
            return Some(ListField::Elasticsearch(ElasticsearchList::ApplicationPrivileges(rule)));
        }
        let field = elasticsearch::fields::field(state.open.data(), state.pane, state.list().name()?);
        return field.map(ListField::Elasticsearch);
    }
    match state.pane {
        Pane::Users => Some(ListField::UserBackendRoles),
        Pane::Mappings => Some(ListField::MappingUsers),
        Pane::Privileges => Some(ListField::GroupActions),
        Pane::Roles => {
            let role = state.open.data().role(state.list().name()?)?;
            Some(if role.index_permissions.is_empty() { ListField::ClusterPermissions } else { ListField::Actions(0) })
        }
        Pane::Simulator | Pane::Findings | Pane::Tenants | Pane::Settings => None,
    }
}

fn start_add(state: &mut State) {
    let names = match state.focus {
        Focus::List => state.list().chosen(),
        Focus::Detail => state.list().name().map(str::to_owned).into_iter().collect(),
    };
    if matches!(state.spot(), Some(Spot::Attributes | Spot::Attribute(_))) {
        return start_part(state);
    }
    if let Some(spot @ Spot::MappingRule(_)) = state.spot() {
        let title = format!("new rule of {}", entries::names(&names));
        let prompt = Prompt::new(title, RULE, "", Purpose::Add(state.pane, names, spot));
        return state.dialogs.push(Dialog::Prompt(prompt));
    }
    let Some(field) = field(state).filter(|_| !names.is_empty()) else {
        return state.tell(Tone::Dim, "nothing can be added here");
    };
    let word = fields::word(field);
    let place = match field {
        ListField::Actions(rule) | ListField::IndexPatterns(rule) => format!(", index rule {}", rule + 1),
        ListField::Elasticsearch(field) => elasticsearch::fields::where_in(field),
        _ => String::new(),
    };
    let title = format!("add to {}{place}", entries::names(&names));
    let candidates = completions::of(state, field);
    let purpose = Purpose::Add(state.pane, names, Spot::List(field));
    state.dialogs.push(Dialog::Prompt(Prompt::new(title, word, "", purpose).with(candidates)));
}

/// Ask what to take out of the entry's most wanted list, or out of that of every marked entry.
fn start_remove(state: &mut State) {
    let names = state.list().chosen();
    let Some(field) = field(state).filter(|_| !names.is_empty()) else {
        return state.tell(Tone::Dim, "nothing can be removed from this entry; `d` deletes it");
    };
    let data = state.open.data();
    let mut held: Vec<String> = Vec::new();
    for item in names.iter().flat_map(|name| fields::items(data, name, field)) {
        if !held.contains(&item.value) {
            held.push(item.value.clone());
        }
    }
    if held.is_empty() {
        return state.tell(Tone::Dim, format!("no {} to remove", fields::word(field)));
    }
    let title = format!("remove from {}", entries::names(&names));
    let prompt = Prompt::new(title, fields::word(field), "", Purpose::Remove(names, field)).with(held);
    state.dialogs.push(Dialog::Prompt(prompt));
}

fn edit_entry(state: &mut State) {
    match state.pane {
        Pane::Settings => {
            let Some(name) = state.list().name().map(str::to_owned) else { return };
            edit_spot(state, Spot::Setting(name));
        }
        Pane::Findings | Pane::Simulator => state.tell(Tone::Dim, "nothing to edit here"),
        _ => {
            state.focus = Focus::Detail;
            let first = state.detail.lines().iter().position(|line| matches!(line.spot, Some(Spot::Item(..))));
            if let Some(first) = first {
                state.detail.go(first);
            }
            state.tell(Tone::Dim, "`e` edits the line, `a` adds, `d` removes, `n` adds a rule");
        }
    }
}

fn start_edit(state: &mut State) {
    match state.spot() {
        Some(spot) => edit_spot(state, spot),
        None => state.tell(Tone::Dim, "nothing to edit on this line"),
    }
}

fn edit_spot(state: &mut State, spot: Spot) {
    let Some((pane, name)) = current(state) else { return };
    match &spot {
        Spot::List(_) | Spot::Attributes => return start_add(state),
        Spot::Password => return start_password(state),
        Spot::Rule(_) | Spot::TenantRule(_) => return state.tell(Tone::Dim, "a rule: edit its lines, `a` adds, `d` removes it"),
        Spot::Application(_) => return state.tell(Tone::Dim, "a rule: edit its lines, `a` adds, `d` removes it"),
        Spot::Restricted(_) | Spot::Enabled => {
            let all = state.open.data().elasticsearch();
            let changes = all.and_then(|all| elasticsearch::fields::toggle(all, pane, &name, &spot)).into_iter().collect();
            apply(state, changes);
            return;
        }
        Spot::Missing(..) => return state.tell(Tone::Dim, "`r` repairs what is missing"),
        _ => {}
    }
    let Some(text) = fields::text(state.open.data(), pane, &name, &spot) else { return };
    if let Spot::Dls(rule) = spot {
        let word = if state.open.data().elasticsearch().is_some() { "index privileges" } else { "index rule" };
        let title = format!("documents of {name}, {word} {}", rule + 1);
        let area = Area::new(title, "a query as JSON; empty for all documents", &text, area::Purpose::Dls(name, rule));
        state.dialogs.push(Dialog::Area(Box::new(area)));
        return;
    }
    let (note, candidates) = match &spot {
        Spot::Item(field, _) => (fields::word(*field), completions::of(state, *field)),
        Spot::Description => ("free text; empty takes it out", Vec::new()),
        Spot::MappingRule(_) => (RULE, Vec::new()),
        Spot::Setting(_) => ("true, false, a number, a text, or a list as JSON", Vec::new()),
        _ => ("", Vec::new()),
    };
    let title = format!("edit {name}");
    let purpose = Purpose::Replace(pane, name, spot, text.clone());
    state.dialogs.push(Dialog::Prompt(Prompt::new(title, note, &text, purpose).with(candidates)));
}

fn cut(state: &mut State) {
    let Some((_, name)) = current(state) else { return };
    let Some(spot) = state.spot() else { return state.tell(Tone::Dim, "nothing to remove on this line") };
    if matches!(spot, Spot::Description)
        && state.open.data().elasticsearch().is_none()
        && let Some(change) = fields::describe(state.pane, &name, "")
    {
        apply(state, vec![change]);
        return;
    }
    let changes = fields::cut(state.open.data(), &name, &spot);
    if changes.is_empty() {
        state.tell(Tone::Dim, "this line cannot be removed");
    } else {
        apply(state, changes);
    }
}

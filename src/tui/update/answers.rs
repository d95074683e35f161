//! What the answer of a dialog does.

use super::{act, completions, edit, elasticsearch, entries, fields, grid, jump, read, template};
use crate::engine::change::elasticsearch::IndexPrivilegesChange;
use crate::engine::change::{Change, IndexRule, RoleChange, RuleChange, RuleNumber, TenantRule, UserChange};
use crate::guide::TOPICS;
use crate::tui::bindings::Context;
use crate::tui::data::Data;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::area::{self, Area};
use crate::tui::dialog::choice::Options;
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::event::Effect;
use crate::tui::line::{ListField, Spot};
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// The operator agreed to change guarded entries.
pub fn agree(state: &mut State, changes: &[Change]) {
    for change in changes {
        let (kind, name) = change.subject();
        if let Some(pane) = crate::tui::open::pane_of(kind) {
            state.agreed.insert((pane, name.to_owned()));
        }
    }
}

/// Do what a row of a choice stands for.
pub fn chose(state: &mut State, chosen: Option<(usize, Options)>, effects: &mut Vec<Effect>) {
    let Some((row, options)) = chosen else { return };
    match options {
        Options::Actions(actions) => {
            if let Some((action, _)) = actions.get(row) {
                let context = state.contexts().first().copied().unwrap_or(Context::Panes);
                act(state, context, *action, effects);
            }
        }
        Options::Targets(targets) => {
            if let Some((target, _)) = targets.get(row) {
                jump::jump(state, target);
            }
        }
        Options::Pages => {
            if let Some(page) = TOPICS.get(row) {
                state.dialogs.push(read::page(page));
            }
        }
        Options::Repairs(repairs) => {
            if let Some(changes) = repairs.get(row) {
                edit::apply(state, changes.clone());
            }
        }
    }
}

/// Take a text.
pub fn accept_area(state: &mut State, area: &Area, effects: &mut Vec<Effect>) {
    let text = area.whole();
    match &area.purpose {
        area::Purpose::Dls(role, rule) => {
            let dls = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            if state.open.data().elasticsearch().is_some() {
                let (role, rule) = (role.clone(), RuleNumber::from_index(*rule));
                edit::apply(state, vec![IndexPrivilegesChange::SetIndexQuery { role, rule, query: dls }.into()]);
                return;
            }
            edit::apply(state, vec![RuleChange::SetDls { role: role.clone(), rule: RuleNumber::from_index(*rule), dls }.into()]);
        }
        area::Purpose::Requests => grid::add_text(state, &text, effects),
    }
}

/// Comma-separated texts, trimmed, none empty.
fn parts(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// `logs-*, metrics-*: read, search`; an action holds colons too, so the first `: ` decides.
fn rule(text: &str) -> (Vec<String>, Vec<String>) {
    match text.split_once(": ").or_else(|| text.strip_suffix(':').map(|head| (head, ""))) {
        Some((patterns, actions)) => (parts(patterns), parts(actions)),
        None => (parts(text), Vec::new()),
    }
}

/// Take a line, or say what is wrong with it.
pub fn accept_prompt(state: &mut State, mut prompt: Prompt, effects: &mut Vec<Effect>) {
    let answer = if prompt.secret { prompt.input.text() } else { prompt.answer().trim().to_owned() };
    let may_be_empty = matches!(prompt.purpose, Purpose::Replace(_, _, Spot::Description | Spot::Attribute(_), _));
    if answer.is_empty() && !may_be_empty {
        prompt.problem = Some("type something, or esc to close".to_owned());
        state.dialogs.push(Dialog::Prompt(prompt));
        return;
    }
    let doubted = match &prompt.purpose {
        Purpose::Add(_, _, Spot::List(field)) | Purpose::Replace(_, _, Spot::Item(field, _), _) => {
            completions::doubt(state, *field, &answer)
        }
        _ => None,
    };
    if let Some(doubt) = doubted
        && prompt.problem.as_ref() != Some(&doubt)
    {
        prompt.problem = Some(doubt);
        prompt.highlight = None;
        prompt.input.set(&answer);
        state.dialogs.push(Dialog::Prompt(prompt));
        return;
    }
    let mut select = None;
    let changes: Vec<Change> = match prompt.purpose {
        Purpose::New(pane) => {
            let changes = entries::new(state, pane, &answer);
            // what is typed may say more than the name
            let made = changes.first().map_or(answer.as_str(), |change| change.subject().1);
            select = Some((pane, made.to_owned()));
            changes
        }
        Purpose::Template => {
            template::choose(state, prompt, &answer);
            return;
        }
        Purpose::NewFrom(template) => {
            select = Some((Pane::Roles, answer.clone()));
            template::create(state, &template, &answer).into_iter().collect()
        }
        Purpose::Duplicate(pane, name) => {
            select = Some((pane, answer.clone()));
            entries::duplicate(state, pane, &name, &answer)
        }
        Purpose::Rename(pane, name) => {
            select = Some((pane, answer.clone()));
            entries::rename(state, pane, &name, &answer).into_iter().collect()
        }
        Purpose::Add(_, names, Spot::List(field)) => add(state, &names, field, &answer),
        Purpose::Add(_, names, Spot::MappingRule(path)) => {
            match elasticsearch::fields::add_rule(state.open.data(), &names, &path, &answer) {
                Ok(changes) => changes,
                Err(problem) => return state.tell(Tone::Bad, problem),
            }
        }
        Purpose::Add(..) => Vec::new(),
        Purpose::Remove(names, field) => {
            let data = state.open.data();
            let holds = |name: &&String| has(data, name, field, &answer);
            let changes: Vec<Change> = names.iter().filter(holds).map(|name| fields::remove(name, field, &answer)).collect();
            if changes.is_empty() {
                state.tell(Tone::Warn, format!("none of them has `{answer}`"));
            }
            changes
        }
        Purpose::Replace(_, _, _, old) if old == answer => Vec::new(),
        Purpose::Replace(pane, name, spot, old) => match fields::edit(state.open.data(), pane, &name, &spot, &old, &answer) {
            Ok(changes) => changes,
            Err(problem) => return state.tell(Tone::Bad, problem),
        },
        Purpose::Password(user) => {
            state.tell(Tone::Dim, "hashing...");
            effects.push(entries::password(&user, answer, None, false));
            Vec::new()
        }
        Purpose::FirstPassword(user, copy_of) => {
            state.tell(Tone::Dim, "hashing...");
            effects.push(entries::password(&user, answer, copy_of, true));
            Vec::new()
        }
        Purpose::NewRule(role) if state.open.data().elasticsearch().is_some() => vec![elasticsearch::new_rule(role, &answer, rule)],
        Purpose::NewRule(role) => match answer.strip_prefix("tenant ") {
            Some(rest) => vec![tenant_rule(role, rest)],
            None => {
                let (index_patterns, allowed_actions) = rule(&answer);
                let rule = IndexRule { index_patterns, allowed_actions, ..IndexRule::default() };
                vec![RoleChange::AddIndexPermission { role, rule }.into()]
            }
        },
        Purpose::NewTenantRule(role) => vec![tenant_rule(role, &answer)],
        Purpose::NewAttribute(user) => {
            let (attribute, value) = answer.split_once('=').unwrap_or((answer.as_str(), ""));
            vec![UserChange::SetAttribute { user, attribute: attribute.trim().to_owned(), value: value.trim().to_owned() }.into()]
        }
        Purpose::Request(row) => {
            grid::add_line(state, row, &answer);
            Vec::new()
        }
        Purpose::Subject => {
            grid::add_subject(state, &answer);
            Vec::new()
        }
        Purpose::Learn => {
            super::study::learn(state, &answer, effects);
            Vec::new()
        }
        Purpose::LogFile => {
            let (text, _) = state.log.text();
            effects.push(Effect::Write { path: answer.clone(), text });
            Vec::new()
        }
        Purpose::MapTo(users) => entries::map_to(state, &users, &answer),
        Purpose::MapFrom(roles) => entries::map_from(state, &roles, &answer),
    };
    if edit::apply(state, changes)
        && let Some((pane, name)) = select
    {
        let name = if pane == Pane::Settings { name.split('=').next().unwrap_or_default().trim().to_owned() } else { name };
        state.refresh();
        state.list_mut().select(&name);
    }
}

fn tenant_rule(role: String, text: &str) -> Change {
    let (tenant_patterns, allowed_actions) = rule(text);
    RoleChange::AddTenantPermission { role, rule: TenantRule { tenant_patterns, allowed_actions } }.into()
}

/// Whether a list of an entry has an item.
fn has(data: &Data, name: &str, field: ListField, item: &str) -> bool {
    match field {
        ListField::Elasticsearch(field) => elasticsearch::fields::items(data, name, field).iter().any(|have| have.as_str() == item),
        _ => fields::items(data, name, field).iter().any(|have| have.as_str() == item),
    }
}

fn add(state: &State, names: &[String], field: ListField, answer: &str) -> Vec<Change> {
    let data = state.open.data();
    let lacks = |name: &String| !has(data, name, field, answer);
    let mut changes = Vec::new();
    for name in names.iter().filter(|name| names.len() == 1 || lacks(name)) {
        changes.push(match (field, answer.split_once(':')) {
            (ListField::MappingUsers, Some(("backend", role))) => fields::add(name, ListField::MappingBackendRoles, role.trim()),
            (ListField::MappingUsers, Some(("host", host))) => fields::add(name, ListField::MappingHosts, host.trim()),
            _ => fields::add(name, field, answer),
        });
    }
    changes
}

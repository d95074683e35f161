//! Keys and text while a dialog is open, and what its answer does.

use super::{act, completions, edit, entries, fields, grid, jump, movement, read};
use crate::engine::change::{Change, IndexRule, RoleChange, RuleChange, RuleNumber, TenantRule, UserChange};
use crate::guide::TOPICS;
use crate::tui::action::Action;
use crate::tui::bindings::Context;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::area::{self, Area};
use crate::tui::dialog::choice::Options;
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::event::Effect;
use crate::tui::key::Key;
use crate::tui::line::{ListField, Spot};
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Text was pasted: into what is being typed, else into the grid.
pub fn paste(state: &mut State, text: &str) {
    match state.dialogs.last_mut() {
        Some(Dialog::Filter(input)) => {
            input.insert(text);
            let text = input.text();
            state.list_mut().narrow(&text);
        }
        Some(Dialog::Prompt(prompt)) => {
            prompt.input.insert(text);
            prompt.narrow();
        }
        Some(Dialog::Choice(choice)) => {
            choice.input.insert(text);
            choice.narrow();
        }
        Some(Dialog::Area(area)) => {
            area.text.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        Some(_) => {}
        None => grid::start_paste(state, text),
    }
}

/// A key while a dialog is open.
pub fn key(state: &mut State, key: Key, action: Option<Action>, effects: &mut Vec<Effect>) {
    let Some(mut dialog) = state.dialogs.pop() else { return };
    let height = state.size.1 as usize;
    let keep = match &mut dialog {
        Dialog::Filter(input) => match action {
            Some(Action::Accept) => false,
            Some(Action::Cancel) => {
                state.list_mut().narrow("");
                false
            }
            Some(Action::NextCompletion) => {
                state.list_mut().step(1);
                true
            }
            Some(Action::PreviousCompletion) => {
                state.list_mut().step(-1);
                true
            }
            _ => {
                if input.key(key) {
                    let text = input.text();
                    state.list_mut().narrow(&text);
                }
                true
            }
        },
        Dialog::Reader(reader) => match action {
            Some(Action::Tour) if reader.help => {
                state.dialogs.push(read::tour(state, 0));
                return;
            }
            Some(Action::Cancel) => match reader.tour {
                Some(step) if key.to_string() == "enter" => {
                    if let Some(next) = read::tour_after(state, step) {
                        state.dialogs.push(next);
                    }
                    return;
                }
                _ => false,
            },
            Some(Action::Yank) => {
                effects.push(Effect::Copy(reader.scroll.text()));
                true
            }
            Some(action) => {
                if let Some(by) = movement::steps(action, height.saturating_sub(6)) {
                    reader.scroll.roll(by, read::reader_height(state.size));
                }
                true
            }
            None => true,
        },
        Dialog::Matrix(matrix) => read::matrix_key(state, matrix, action, effects),
        Dialog::Choice(choice) => match action {
            Some(Action::Accept) => {
                let row = choice.row();
                let chosen = row.map(|row| (row, choice.options.clone()));
                chose(state, chosen, effects);
                return;
            }
            Some(Action::Cancel) => false,
            Some(action) if movement::steps(action, 10).is_some() => {
                choice.step(movement::steps(action, 10).unwrap_or_default());
                true
            }
            _ => {
                if choice.input.key(key) {
                    choice.narrow();
                }
                true
            }
        },
        Dialog::Prompt(prompt) => match action {
            Some(Action::Accept) => {
                accept_prompt(state, prompt.clone(), effects);
                return;
            }
            Some(Action::Cancel) => false,
            Some(Action::Complete) => {
                if prompt.complete() {
                    prompt.narrow();
                }
                true
            }
            Some(Action::NextCompletion) => {
                prompt.step(1);
                true
            }
            Some(Action::PreviousCompletion) => {
                prompt.step(-1);
                true
            }
            _ => {
                if prompt.input.key(key) {
                    prompt.narrow();
                }
                true
            }
        },
        Dialog::Area(area) => match action {
            Some(Action::Accept) if area.problem().is_none() => {
                accept_area(state, area);
                return;
            }
            Some(Action::Cancel) => false,
            Some(Action::Accept) => true,
            _ => {
                area.text.input(crossterm::event::KeyEvent::from(key));
                true
            }
        },
        Dialog::Question(question) => match action {
            Some(Action::Accept) => {
                agree(state, &question.changes);
                edit::now(state, question.changes.clone());
                return;
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                question.scroll.roll(movement::steps(action, height / 2).unwrap_or_default(), height / 2);
                true
            }
            None => true,
        },
        Dialog::Save(save) => match action {
            Some(Action::Accept) => {
                effects.push(Effect::Save { force: false });
                state.leaving = save.then_quit;
                false
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                let inner = read::reader_height(state.size);
                save.scroll.roll(movement::steps(action, inner).unwrap_or_default(), inner);
                true
            }
            None => true,
        },
        Dialog::Conflict(conflict) => match action {
            Some(Action::Reload) => {
                effects.push(Effect::Reload);
                false
            }
            Some(Action::Merge) => {
                effects.push(Effect::Merge);
                false
            }
            Some(Action::KeepMine) => {
                effects.push(Effect::Save { force: true });
                false
            }
            Some(Action::Compare) => {
                effects.push(Effect::Compare);
                true
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                let inner = read::reader_height(state.size);
                conflict.scroll.roll(movement::steps(action, inner).unwrap_or_default(), inner);
                true
            }
            None => true,
        },
        Dialog::Recovery(offer) => match action {
            Some(Action::Recover) => {
                effects.push(Effect::Recover(Box::new(offer.recovery.clone())));
                false
            }
            Some(Action::Forget) => {
                effects.push(Effect::Forget(Box::new(offer.recovery.clone())));
                false
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                let inner = read::reader_height(state.size);
                offer.scroll.roll(movement::steps(action, inner).unwrap_or_default(), inner);
                true
            }
            None => true,
        },
        Dialog::Leave => match action {
            Some(Action::SaveAndQuit) => {
                read::start_save(state, true);
                return;
            }
            Some(Action::Discard) => {
                state.quit = true;
                false
            }
            Some(Action::Cancel) => false,
            _ => true,
        },
    };
    if keep {
        state.dialogs.push(dialog);
    }
}

fn agree(state: &mut State, changes: &[Change]) {
    for change in changes {
        let (kind, name) = change.subject();
        if let Some(pane) = crate::tui::open::pane_of(kind) {
            state.agreed.insert((pane, name.to_owned()));
        }
    }
}

fn chose(state: &mut State, chosen: Option<(usize, Options)>, effects: &mut Vec<Effect>) {
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

fn accept_area(state: &mut State, area: &Area) {
    let text = area.whole();
    match &area.purpose {
        area::Purpose::Dls(role, rule) => {
            let dls = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            edit::apply(state, vec![RuleChange::SetDls { role: role.clone(), rule: RuleNumber::from_index(*rule), dls }.into()]);
        }
        area::Purpose::Requests => grid::add_text(state, &text),
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

fn accept_prompt(state: &mut State, mut prompt: Prompt, effects: &mut Vec<Effect>) {
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
            select = Some((pane, answer.clone()));
            entries::new(state, pane, &answer)
        }
        Purpose::Duplicate(pane, name) => {
            select = Some((pane, answer.clone()));
            entries::duplicate(state, pane, &name, &answer)
        }
        Purpose::Rename(pane, name) => {
            select = Some((pane, answer.clone()));
            entries::rename(pane, &name, &answer).into_iter().collect()
        }
        Purpose::Add(_, names, Spot::List(field)) => add(state, &names, field, &answer),
        Purpose::Add(..) => Vec::new(),
        Purpose::Replace(_, _, _, old) if old == answer => Vec::new(),
        Purpose::Replace(pane, name, spot, old) => fields::edit(pane, &name, &spot, &old, &answer),
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

fn add(state: &State, names: &[String], field: ListField, answer: &str) -> Vec<Change> {
    let data = state.open.data();
    let lacks = |name: &String| !fields::items(data, name, field).iter().any(|have| have.as_str() == answer);
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

//! Going from pane to pane, and how the panes look.

use super::jump;
use crate::tui::action::Action;
use crate::tui::bindings::{BINDINGS, Context};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::choice::{Choice, Options};
use crate::tui::event::Effect;
use crate::tui::input::Input;
use crate::tui::layout::Focus;
use crate::tui::line::Target;
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Do the action if it is one of these.
pub fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) -> bool {
    if let Some(pane) = Pane::shown_by(action) {
        show(state, pane);
        return true;
    }
    let at = state.pane as usize;
    match action {
        Action::NextPane => show(state, Pane::ALL[(at + 1) % Pane::ALL.len()]),
        Action::PreviousPane => show(state, Pane::ALL[(at + Pane::ALL.len() - 1) % Pane::ALL.len()]),
        Action::SwitchFocus => {
            state.focus = match state.focus {
                Focus::List => Focus::Detail,
                Focus::Detail => Focus::List,
            }
        }
        Action::FocusList => state.focus = Focus::List,
        Action::FocusDetail => state.focus = Focus::Detail,
        Action::Open => open(state),
        Action::Back => back(state),
        Action::Filter => {
            state.focus = Focus::List;
            let text = state.list().filter().text().to_owned();
            state.dialogs.push(Dialog::Filter(Input::new(&text)));
        }
        Action::Find => find(state),
        Action::Palette => palette(state),
        Action::Mark => {
            state.list_mut().mark();
            state.list_mut().step(1);
        }
        Action::MarkAll => state.list_mut().mark_all(),
        Action::Sort => {
            let sort = state.list_mut().resort();
            state.tell(Tone::Dim, format!("sorted: {}", sort.word()));
        }
        Action::Zoom => state.zoom = !state.zoom,
        Action::Widen => state.split = (state.split + 5).min(80),
        Action::Narrow => state.split = state.split.saturating_sub(5).max(15),
        Action::Theme => {
            state.themes.rotate_left(1);
            let name = state.theme().name.clone();
            state.tell(Tone::Dim, format!("theme: {name}"));
        }
        Action::ReadOnly => {
            state.read_only = !state.read_only;
            let text = if state.read_only { "read-only: edits are refused" } else { "edits are allowed" };
            state.tell(Tone::Warn, text);
        }
        Action::Stop if state.work.is_some() || state.simulation.waiting => effects.push(Effect::Stop),
        Action::Stop => state.tell(Tone::Dim, "no work is under way"),
        Action::Quit if state.open.is_dirty() => state.dialogs.push(Dialog::Leave),
        Action::Quit => state.quit = true,
        _ => return false,
    }
    true
}

fn show(state: &mut State, pane: Pane) {
    if state.pane != pane {
        let here = state.here();
        state.back.push(here);
        state.pane = pane;
        state.focus = Focus::List;
    }
}

fn open(state: &mut State) {
    match (state.focus, state.target()) {
        (Focus::List, Some(_)) => state.focus = Focus::Detail,
        (Focus::List, None) => {}
        (Focus::Detail, Some(target)) => jump::jump(state, &target),
        (Focus::Detail, None) => state.tell(Tone::Dim, "nothing to follow on this line"),
    }
}

fn back(state: &mut State) {
    if state.zoom {
        state.zoom = false;
    } else if state.focus == Focus::Detail {
        state.focus = Focus::List;
    } else if state.list_mut().unmark() {
    } else if !state.list().filter().text().is_empty() {
        state.list_mut().narrow("");
    } else if !jump::back(state) {
        state.tell(Tone::Dim, "nothing further back; `q` leaves");
    }
}

fn palette(state: &mut State) {
    let mut contexts = state.contexts();
    contexts.extend([Context::List, Context::Detail, Context::Grid, Context::Anywhere]);
    let mut actions: Vec<(Action, String)> = Vec::new();
    let (mut names, mut notes) = (Vec::new(), Vec::new());
    for binding in BINDINGS {
        let known = actions.iter().any(|(action, _)| *action == binding.action);
        if known || !contexts.contains(&binding.context) {
            continue;
        }
        let key = state.keymap.key_of(&contexts, binding.action).map(|key| key.to_string()).unwrap_or_default();
        names.push(format!("{}  {}", binding.action.name(), binding.help));
        notes.push(key.clone());
        actions.push((binding.action, key));
    }
    state.dialogs.push(Dialog::Choice(Choice::new("commands", Options::Actions(actions), names, notes)));
}

fn find(state: &mut State) {
    let mut targets: Vec<(Target, &'static str)> = Vec::new();
    let (mut names, mut notes) = (Vec::new(), Vec::new());
    for pane in Pane::ALL {
        for (row, name) in state.list_of(pane).names().iter().enumerate() {
            let entry = state.open.data().entry(pane);
            targets.push((pane.target(row, name), entry));
            names.push(name.clone());
            notes.push(entry.to_owned());
        }
    }
    state.dialogs.push(Dialog::Choice(Choice::new("find anything", Options::Targets(targets), names, notes)));
}

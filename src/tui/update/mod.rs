//! `update`: what happened goes in, the state changes, effects come out. Nothing here touches the
//! world.

mod completions;
mod dialogs;
mod edit;
mod entries;
mod fields;
mod grid;
mod jump;
mod mouse;
mod movement;
mod panes;
mod read;
mod text;

pub use grid::ask;

use super::action::Action;
use super::bindings::Context;
use super::event::{Answer, Effect, Event};
use super::key::Key;
use super::state::State;
use super::theme::Tone;

/// Take an event.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    match event {
        Event::Key(key) => press(state, key, &mut effects),
        Event::Paste(text) => dialogs::paste(state, &text),
        Event::Mouse(mouse) => mouse::mouse(state, mouse, &mut effects),
        Event::Resize(columns, rows) => state.size = (columns, rows),
        Event::Answer(answer) => take(state, answer),
        Event::FilesChanged => effects.push(Effect::Look),
        Event::Suspend => effects.push(Effect::Suspend),
        Event::Terminate => {
            state.quit = true;
            state.ended = true;
        }
    }
    state.refresh();
    if state.take_ask() {
        effects.extend(grid::ask(state));
        state.refresh();
    }
    if state.take_lint() {
        let workspace = Box::new(state.open.data().workspace().clone());
        effects.push(Effect::Lint { revision: state.open.revision(), workspace });
    }
    effects
}

fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    if key.to_string() == "ctrl-z" {
        effects.push(Effect::Suspend);
        return;
    }
    let contexts = state.contexts();
    let action = state.keymap.action(&contexts, key);
    if state.dialogs.is_empty() {
        state.notice = None;
        if let Some(action) = action {
            state.fresh = false;
            act(state, contexts.first().copied().unwrap_or(Context::Panes), action, effects);
        }
        return;
    }
    dialogs::key(state, key, action, effects);
}

/// Do an action of the panes, by key or from the palette.
pub fn act(state: &mut State, context: Context, action: Action, effects: &mut Vec<Effect>) {
    if movement::movement(state, action) {
        return;
    }
    let repairs = action == Action::Repair && state.pane == super::pane::Pane::Simulator;
    if (context == Context::Grid || repairs) && grid::act(state, action, effects) {
        return;
    }
    if edit::act(state, action, effects) || panes::act(state, action, effects) || read::act(state, action, effects) {
        return;
    }
    let text = match action {
        Action::Repair => "in the simulator: a denied request can be repaired".to_owned(),
        other => format!("`{}` has nothing to do here", other.name()),
    };
    state.tell(Tone::Dim, text);
}

fn take(state: &mut State, answer: Answer) {
    match answer {
        Answer::Grid { generation, now, other } => grid::answered(state, generation, now, other),
        Answer::Hashed { user, hash, copy_of, new } => edit::hashed(state, user, hash, copy_of, new),
        Answer::Repairs(found) => grid::repairs(state, found),
        Answer::Edited { pane, name, text } => read::edited(state, pane, &name, text),
        Answer::Findings { revision, found } if revision == state.open.revision() => {
            state.open.take_findings(found);
            state.relist();
        }
        Answer::Findings { .. } => {}
        Answer::Copied(what) => state.tell(Tone::Good, what),
        Answer::Failed(message) => state.tell(Tone::Bad, message),
    }
}

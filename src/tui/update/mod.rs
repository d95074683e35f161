//! `update`: what happened goes in, the state changes, effects come out. Nothing here touches the
//! world.

mod answers;
mod compared;
mod completions;
mod count;
mod dialogs;
mod edit;
mod elasticsearch;
mod entries;
mod fields;
mod fix;
mod grid;
mod jump;
mod matrix;
mod mouse;
mod movement;
mod panes;
mod raw;
mod read;
mod study;
mod template;
mod text;
mod tour;

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
        Event::Progress(work) => state.work = Some(work),
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
    follow(&mut *state);
    if state.take_lint() {
        let workspace = Box::new(state.open.data().workspace().clone());
        effects.push(Effect::Lint { revision: state.open.revision(), workspace });
    }
    effects
}

/// Bring what hangs on the cursor up to date: the raw text beside it.
pub fn follow(state: &mut State) {
    raw::follow(state);
}

fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    let contexts = state.contexts();
    let action = state.keymap.action(&contexts, key);
    if action == Some(Action::Suspend) {
        effects.push(Effect::Suspend);
        return;
    }
    if !state.dialogs.is_empty() {
        dialogs::key(state, key, action, effects);
        return;
    }
    state.notice = None;
    if count::digit(state, key, action) {
        return;
    }
    let times = state.count.take();
    if let Some(action) = action {
        state.fresh = false;
        let context = contexts.first().copied().unwrap_or(Context::Panes);
        count::act(state, context, action, times, effects);
    }
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
    if action == Action::Fix {
        return fix::start(state);
    }
    if study::act(state, action, effects) {
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
        Answer::Grid { generation, now, other, saved } => {
            grid::answered(state, generation, now, other, saved);
            matrix::follow(state);
            read::follow_save(state);
        }
        Answer::Hashed { user, hash, copy_of, new } => edit::hashed(state, user, hash, copy_of, new),
        Answer::Repairs(found) => grid::repairs(state, found),
        Answer::Edited { pane, name, text } => read::edited(state, pane, &name, text),
        Answer::Findings { revision, found } if revision == state.open.revision() => {
            state.open.take_findings(found);
            state.relist();
        }
        Answer::Findings { .. } => {}
        Answer::Roles { roles, grid } => {
            state.work = None;
            matrix::answered(state, roles, grid);
        }
        Answer::RoleDifferences { revision, found } => {
            state.work = None;
            read::compared(state, revision, &found);
        }
        Answer::Settings { found, question } => {
            state.work = None;
            state.dialogs.push(compared::dialog(&found, &question));
        }
        Answer::Stopped => {
            state.work = None;
            state.simulation.given_up |= std::mem::take(&mut state.simulation.waiting);
            read::follow_save(state);
            state.tell(Tone::Warn, "given up; the next edit asks again");
        }
        Answer::Offers(title, offers) => {
            state.work = None;
            grid::offer(state, title, offers);
        }
        Answer::Text(title, lines) => {
            state.work = None;
            state.notice = None;
            state.dialogs.push(super::dialog::Dialog::Reader(super::dialog::reader::Reader::new(title, lines)));
        }
        Answer::Copied(what) => state.tell(Tone::Good, what),
        Answer::Failed(message) => {
            state.work = None;
            state.tell(Tone::Bad, message);
        }
    }
}

//! A number before a key: how often, or to which row.

use super::edit;
use crate::tui::action::Action;
use crate::tui::bindings::Context;
use crate::tui::event::Effect;
use crate::tui::key::Key;
use crate::tui::layout::Focus;
use crate::tui::state::State;

/// No number is larger.
const MOST: usize = 99_999;

/// Take a key that begins or continues a number; whether it was one.
pub fn digit(state: &mut State, key: Key, action: Option<Action>) -> bool {
    let plain = Key { modifiers: key.modifiers - crossterm::event::KeyModifiers::ALT, ..key };
    let digit = plain.typed().and_then(|c| c.to_digit(10)).map(|digit| digit as usize);
    state.count = match (state.count, action, digit) {
        (None, Some(Action::Count), digit) => Some(digit.unwrap_or(0)),
        (Some(so_far), _, Some(digit)) => Some((so_far * 10 + digit).min(MOST)),
        _ => return false,
    };
    true
}

/// Do an action, so often as was typed before it where that means something.
pub fn act(state: &mut State, context: Context, action: Action, count: Option<usize>, effects: &mut Vec<Effect>) {
    let Some(count) = count.filter(|count| *count > 0) else {
        // Backing out of a number that was begun is all that the key does.
        if count.is_none() || action != Action::Back {
            super::act(state, context, action, effects);
        }
        return;
    };
    match action {
        Action::Back => {}
        Action::Top | Action::Bottom => match state.focus {
            Focus::List => state.list_mut().go(count - 1),
            Focus::Detail => state.detail.go(count - 1),
        },
        Action::Repeat => edit::repeat(state, count),
        Action::Down
        | Action::Up
        | Action::Left
        | Action::Right
        | Action::HalfDown
        | Action::HalfUp
        | Action::PageDown
        | Action::PageUp
        | Action::Undo
        | Action::Redo
        | Action::Mark
        | Action::NextPane
        | Action::PreviousPane
        | Action::Widen
        | Action::Narrow => {
            for _ in 0..count {
                let before = (state.open.revision(), state.here(), state.split, state.list().cursor());
                super::act(state, context, action, effects);
                if before == (state.open.revision(), state.here(), state.split, state.list().cursor()) {
                    break;
                }
            }
        }
        _ => super::act(state, context, action, effects),
    }
}

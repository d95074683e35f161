//! Moving the cursor.

use crate::tui::action::Action;
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::state::State;

/// How far a movement goes in something `length` long, of which `height` is seen.
pub fn steps(action: Action, height: usize) -> Option<isize> {
    let page = height.max(2) as isize - 1;
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::HalfDown => (page / 2).max(1),
        Action::HalfUp => -(page / 2).max(1),
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::Top => isize::MIN / 2,
        Action::Bottom => isize::MAX / 2,
        _ => return None,
    })
}

/// Move, if the action is a movement.
pub fn movement(state: &mut State, action: Action) -> bool {
    let height = match state.focus {
        Focus::List => state.list_height(state.pane),
        Focus::Detail => state.detail_size().1,
    };
    if let Some(by) = steps(action, height) {
        match state.focus {
            Focus::List => state.list_mut().step(by),
            Focus::Detail => state.detail.step(by),
        }
        return true;
    }
    let simulation = &mut state.simulation;
    match (action, state.pane, state.focus) {
        (Action::Left, Pane::Simulator, Focus::List) => simulation.column = simulation.column.saturating_sub(1),
        (Action::Right, Pane::Simulator, Focus::List) => {
            simulation.column = (simulation.column + 1).min(simulation.subjects.len().saturating_sub(1));
        }
        _ => return false,
    }
    true
}

//! The tour walks: each step puts the panes where it speaks of.

use super::edit;
use crate::engine::change::RuleChange;
use crate::engine::change::RuleNumber;
use crate::engine::evaluate::Outcome;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::reader::{Kind, Reader};
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::tour::{GRANT, STEPS, TURNED, step as words};

/// What the tour asks about on the sample: the request, who sends it, the role that lacks the pattern.
const ASKED: (&str, &str, &str, &str) = ("GET /k8s-*/_search", "dana", "k8s_viewer", "k8s-*");

/// A step of the tour.
pub fn dialog(state: &State, step: usize, granted: bool) -> Dialog {
    let (title, lines) = words(state, step, granted);
    Dialog::Reader(Reader::new(title, lines).kind(Kind::Tour(step, granted)))
}

/// The step behind one, with the panes where it speaks of; none behind the last.
pub fn after(state: &mut State, step: usize, granted: bool) -> Option<Dialog> {
    let next = step + 1;
    let mut granted = granted;
    match next {
        1 => go(state, Pane::Users, Focus::List),
        2 => {
            go(state, Pane::Simulator, Focus::List);
            refused(state);
        }
        3 => go(state, Pane::Simulator, Focus::Detail),
        GRANT => {
            granted = grant(state);
            go(state, Pane::Roles, Focus::List);
            state.refresh();
            state.list_mut().select(ASKED.2);
        }
        TURNED => go(state, Pane::Simulator, Focus::List),
        _ if granted => {
            take_back(state);
            granted = false;
        }
        _ => {}
    }
    state.refresh();
    (next < STEPS).then(|| dialog(state, next, granted))
}

/// The tour ends before its last step: what it did is taken back.
pub fn end(state: &mut State, granted: bool) {
    if granted {
        take_back(state);
    }
}

fn take_back(state: &mut State) {
    if state.open.undo().is_some() {
        state.log.undid();
    }
    state.notice = None;
}

fn go(state: &mut State, pane: Pane, focus: Focus) {
    state.pane = pane;
    state.focus = focus;
    state.zoom = false;
    state.refresh();
}

/// Put the cursor on a request that is refused: the sample's own, else the first.
fn refused(state: &mut State) {
    let simulation = &state.simulation;
    let own = simulation.requests.iter().position(|asked| asked.label() == ASKED.0);
    let column = simulation.names.iter().position(|name| name == ASKED.1);
    let found = own.zip(column).or_else(|| {
        let cells = (0..simulation.requests.len()).flat_map(|row| (0..simulation.names.len()).map(move |column| (row, column)));
        cells.into_iter().find(|(row, column)| simulation.verdict(*row, *column).is_some_and(|verdict| verdict.outcome == Outcome::Denied))
    });
    let Some((row, column)) = found else { return };
    state.simulation.column = column;
    state.list_mut().narrow("");
    state.list_mut().select_row(row);
}

/// Grant what is missing, where the files are the sample, as it came.
fn grant(state: &mut State) -> bool {
    if state.open.data().workspace().root().is_some() || state.open.is_dirty() || state.read_only {
        return false;
    }
    let (_, _, role, pattern) = ASKED;
    let change = RuleChange::AddIndexPattern { role: role.to_owned(), rule: RuleNumber::from_index(0), pattern: pattern.to_owned() };
    let done = edit::now(state, vec![change.into()]);
    state.notice = None;
    done
}

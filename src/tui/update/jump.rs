//! Jumps from one pane to another, and the way back.

use crate::source::Place;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::reader::Reader;
use crate::tui::layout::Focus;
use crate::tui::line::Target;
use crate::tui::pane::Pane;
use crate::tui::state::{State, Stop};
use crate::tui::theme::Tone;

/// How many steps back are kept.
const BACK: usize = 100;

/// Go to what a target names.
pub fn jump(state: &mut State, target: &Target) {
    let here = state.here();
    let (pane, reached) = match target {
        Target::Place(place) => return place_of(state, *place),
        Target::Request(row) => (Pane::Simulator, state.lists[Pane::Simulator as usize].select_row(*row)),
        Target::Finding(row) => {
            let list = &mut state.lists[Pane::Findings as usize];
            (Pane::Findings, list.select_row(*row) || (unfilter(list), list.select_row(*row)).1)
        }
        Target::Verdict(row, column) => {
            state.simulation.column = *column;
            let list = &mut state.lists[Pane::Simulator as usize];
            (Pane::Simulator, list.select_row(*row) || (unfilter(list), list.select_row(*row)).1)
        }
        named => {
            let Some((pane, name)) = Pane::of(named) else { return };
            let list = &mut state.lists[pane as usize];
            let reached = list.select(name) || (unfilter(list), list.select(name)).1;
            if !reached {
                let what = format!("no {} `{name}` in the opened files", state.open.data().entry(pane));
                state.tell(Tone::Warn, what);
                return;
            }
            (pane, reached)
        }
    };
    if !reached {
        return;
    }
    if state.back.last() != Some(&here) {
        state.back.push(here);
    }
    if state.back.len() > BACK {
        state.back.remove(0);
    }
    state.pane = pane;
    state.focus = if matches!(target, Target::Verdict(..)) { Focus::Detail } else { Focus::List };
}

fn unfilter(list: &mut crate::tui::list::List) {
    list.narrow("");
}

/// Show the text around a place, read only.
pub fn place_of(state: &mut State, place: Place) {
    let data = state.open.data();
    let title = data.at(place).unwrap_or_default();
    let mut reader = Reader::new(title, data.excerpt(place, 1000));
    let line = reader.scroll.lines().iter().position(|line| line.text().starts_with('>')).unwrap_or(0);
    reader.scroll.go(line);
    state.dialogs.push(Dialog::Reader(reader));
}

/// Return to where the last jump started; whether there was one.
pub fn back(state: &mut State) -> bool {
    let Some(Stop { pane, focus, name, line, column }) = state.back.pop() else { return false };
    state.pane = pane;
    state.focus = focus;
    state.simulation.column = column;
    if let Some(name) = name {
        state.list_mut().select(&name);
    }
    state.refresh();
    state.detail.go(line);
    true
}

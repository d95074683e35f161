//! The raw text follows the cursor.

use super::{fields, jump};
use crate::source::Place;
use crate::tui::layout::{Focus, inside};
use crate::tui::line::{Line, Target};
use crate::tui::pane::Pane;
use crate::tui::raw::Raw;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Show the text beside, or no longer; where there is no room for both, over everything.
pub fn toggle(state: &mut State) {
    if state.raw.take().is_some() {
        return;
    }
    state.raw = Some(Raw::default());
    if state.regions().raw.is_some() {
        return;
    }
    state.raw = None;
    match state.entry_place() {
        Some(place) => jump::place_of(state, place),
        None => state.tell(Tone::Dim, "this entry stands in no file"),
    }
}

/// The place that the cursor is on: the item, else what the line names, else the entry.
fn live(state: &State) -> Option<Place> {
    let data = state.open.data();
    if state.focus == Focus::Detail
        && let Some(line) = state.detail.line()
    {
        let name = state.list().name()?;
        let spot = line.spot.as_ref().and_then(|spot| fields::place(data, state.pane, name, spot));
        let target = || match line.target.as_ref()? {
            Target::Place(place) => Some(*place),
            named => {
                let (pane, name) = Pane::of(named)?;
                data.entry_place(pane, name)
            }
        };
        if let Some(place) = spot.or_else(target) {
            return Some(place);
        }
    }
    state.entry_place()
}

/// Bring the text up to date with the cursor.
pub fn follow(state: &mut State) {
    let Some(height) = state.regions().raw.map(|area| inside(area).height as usize) else { return };
    let place = live(state);
    let made = Some((place, height, state.open.revision()));
    if state.raw.as_ref().is_none_or(|raw| raw.made == made) {
        return;
    }
    let data = state.open.data();
    let (title, lines) = match place {
        Some(place) => (data.at(place).unwrap_or_default(), data.window(place, height)),
        None => ("text".to_owned(), vec![Line::new(Tone::Dim, "stands in no file")]),
    };
    state.raw = Some(Raw { title, lines, made });
}

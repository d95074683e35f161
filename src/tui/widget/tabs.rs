//! The line at the top: the panes with their digits and counts, and the breadcrumb below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::paint;
use crate::tui::action::Action;
use crate::tui::bindings::Context;
use crate::tui::escape::width;
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// The tabs that fit, each with its first column: names and counts, names, or digits and the current name.
fn tabs(state: &State) -> Vec<(Pane, u16, String)> {
    let named = |pane: Pane, counts: bool| {
        let total = state.list_of(pane).total();
        let digit = pane as usize + 1;
        if counts { format!(" {digit} {} {total} ", pane.title()) } else { format!(" {digit} {} ", pane.title()) }
    };
    let forms: [&dyn Fn(Pane) -> String; 4] = [
        &|pane| named(pane, true),
        &|pane| named(pane, false),
        &|pane| {
            let small = matches!(pane, Pane::Tenants | Pane::Settings) && pane != state.pane;
            if small { format!(" {}", pane as usize + 1) } else { named(pane, false) }
        },
        &|pane| if pane == state.pane { named(pane, true) } else { format!(" {} ", pane as usize + 1) },
    ];
    let room = usize::from(state.size.0);
    let texts = forms.iter().map(|form| Pane::ALL.map(form)).find(|texts| texts.iter().map(|text| width(text)).sum::<usize>() <= room);
    let mut at = 0;
    let texts = texts.unwrap_or_else(|| Pane::ALL.map(forms[3]));
    Pane::ALL
        .into_iter()
        .zip(texts)
        .map(|(pane, text)| {
            let from = at;
            at += width(&text) as u16;
            (pane, from, text)
        })
        .collect()
}

/// The pane whose tab is at a column.
pub fn pane_at(state: &State, column: u16) -> Option<Pane> {
    tabs(state).into_iter().find(|(_, from, text)| (*from..from + width(text) as u16).contains(&column)).map(|(pane, ..)| pane)
}

/// Draw the tabs.
pub fn draw(buffer: &mut Buffer, state: &State, area: Rect) {
    let bar = state.theme().style(Tone::Bar);
    paint::fill(buffer, area, bar);
    for (pane, from, text) in tabs(state) {
        let here = pane == state.pane;
        let style = if here { bar.patch(state.theme().style(Tone::Focus)).add_modifier(Modifier::UNDERLINED) } else { bar };
        let room = area.width.saturating_sub(from) as usize;
        buffer.set_stringn(area.x + from, area.y, &text, room, style);
    }
}

/// Draw where one is, and what is under way.
pub fn crumbs(buffer: &mut Buffer, state: &State, area: Rect) {
    let mut right = Vec::new();
    if let Some(count) = state.count {
        right.push((Tone::Key, format!("{} {count}  ", Action::Count.name())));
    }
    match &state.work {
        Some(work) => {
            let stop = state.keymap.key_of(&[Context::Panes], Action::Stop).map(|key| format!(", {key} stops")).unwrap_or_default();
            right.push((Tone::Warn, format!("{}{stop}  ", work.words())));
        }
        None if state.simulation.waiting => right.push((Tone::Dim, "asking  ".to_owned())),
        None => {}
    }
    if state.read_only {
        right.push((Tone::Warn, "read-only  ".to_owned()));
    }
    let edits = state.open.edits().max(1);
    if state.open.is_dirty() {
        right.push((Tone::Changed, format!("{edits} unsaved ")));
    }
    let mut left = vec![(Tone::Heading, format!(" {}", crate::tui::escape::safe(&state.title)))];
    let mut steps: Vec<String> =
        state.back.iter().rev().take(2).rev().map(|stop| stop.name.clone().unwrap_or_else(|| stop.pane.title().to_owned())).collect();
    steps.push(state.pane.title().to_owned());
    steps.extend(state.list().name().map(str::to_owned));
    if state.focus == Focus::Detail {
        steps.push("detail".to_owned());
    }
    for step in steps {
        left.push((Tone::Dim, state.symbols.step.to_owned()));
        left.push((Tone::Plain, crate::tui::escape::safe(&step).into_owned()));
    }
    let taken: usize = right.iter().map(|(_, text)| width(text)).sum();
    let room = area.width.saturating_sub(taken as u16);
    paint::spans(buffer, state, (area.x, area.y), room.saturating_sub(1), &left, Style::new());
    paint::spans(buffer, state, (area.x + room, area.y), taken as u16, &right, Style::new());
}

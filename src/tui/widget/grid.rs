//! The simulator's grid: requests by users, in words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{list, paint};
use crate::tui::escape::{fit, safe, width};
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::simulation::Flip;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Columns of one cell, when there is room for the words of a flip, and when there is not.
fn cell_width(state: &State, inner: Rect) -> u16 {
    let users = state.simulation.subjects.len().max(1) as u16;
    let names = state.simulation.subjects.iter().map(|subject| width(&safe(&subject.user)) as u16 + 1).max().unwrap_or(8);
    let wide = if state.other.is_some() { 17 } else { 15 };
    if inner.width / 3 + users * wide <= inner.width { wide.max(names.min(20)) } else { 11 }
}

/// Columns of the request's label, of a cell, and how many users fit.
fn measures(state: &State, inner: Rect) -> (u16, u16, usize) {
    let cell = cell_width(state, inner);
    let widest = state.simulation.requests.iter().map(|asked| width(&safe(asked.label())) as u16).max().unwrap_or(0) + 3;
    let users = state.simulation.subjects.len() as u16;
    let wanted = inner.width.saturating_sub(users * cell).max(inner.width * 2 / 5);
    let label = widest.clamp(10, wanted.max(10)).min(inner.width);
    (label, cell, usize::from((inner.width - label) / cell.max(1)))
}

/// The first user shown, so that the one under the cursor is.
fn first(state: &State, fits: usize) -> usize {
    (state.simulation.column + 1).saturating_sub(fits.max(1))
}

/// The user whose column is at `x`.
pub fn column_at(state: &State, inner: Rect, x: u16) -> Option<usize> {
    let (label, cell, fits) = measures(state, inner);
    let at = x.checked_sub(inner.x + label)? / cell.max(1);
    let column = first(state, fits) + usize::from(at);
    (column < state.simulation.subjects.len()).then_some(column)
}

/// The text of a cell: the word, and how it changed or differs.
pub fn cell(state: &State, row: usize, column: usize) -> Vec<(Tone, String)> {
    let simulation = &state.simulation;
    let (tone, word) = simulation.word(row, column);
    let mut spans = vec![(tone, word.to_owned())];
    if let Some((other, text)) = simulation.other_word(row, column) {
        let differs = text != word;
        spans.push((if differs { Tone::Changed } else { Tone::Dim }, format!("{}{text}", if differs { " ! " } else { " = " })));
        return spans.into_iter().map(|(tone, text)| (if text.contains('!') { other } else { tone }, text)).collect();
    }
    match simulation.flip(row, column) {
        Some(Flip::Gained) => spans.push((Tone::Changed, " gained".to_owned())),
        Some(Flip::Lost) => spans.push((Tone::Changed, " lost".to_owned())),
        None if simulation.unexpected(row, column).is_some() => spans.push((Tone::Bad, " !".to_owned())),
        None => {}
    }
    spans
}

/// Draw the grid.
pub fn draw(buffer: &mut Buffer, state: &State, area: Rect) {
    let pane = Pane::Simulator;
    let focused = state.pane == pane && state.focus == Focus::List;
    let simulation = &state.simulation;
    let (gained, lost) = simulation.flips();
    let mut title = list::title(state, pane);
    if (gained, lost) != (0, 0) {
        title.push_str(&format!(" {} {gained} gained {lost} lost", state.symbols.dot));
    }
    if state.other.is_some() {
        title.push_str(&format!(" {} beside: {}", state.symbols.dot, simulation.other_name));
    }
    let cells = (0..simulation.requests.len()).flat_map(|row| (0..simulation.subjects.len()).map(move |column| (row, column)));
    let unexpected = cells.filter(|(row, column)| simulation.unexpected(*row, *column).is_some()).count();
    if unexpected > 0 {
        title.push_str(&format!(" {} {unexpected} not as expected (!)", state.symbols.dot));
    }
    let inner = paint::frame(buffer, state, area, &title, &list::note(state, pane), focused);
    let inner = list::filter_line(buffer, state, pane, inner);
    let rows = state.list_of(pane);
    if rows.is_empty() {
        return list::empty(buffer, state, pane, inner);
    }
    let (label, cell_wide, fits) = measures(state, inner);
    let from = first(state, fits);
    let shown = simulation.subjects.iter().enumerate().skip(from).take(fits);
    for (index, (column, subject)) in shown.clone().enumerate() {
        let tone = if focused && column == simulation.column { Tone::Focus } else { Tone::Heading };
        let name = fit(&safe(&subject.user), usize::from(cell_wide.saturating_sub(1)), state.symbols.ellipsis);
        paint::spans(buffer, state, (inner.x + label + index as u16 * cell_wide, inner.y), cell_wide, &[(tone, name)], Style::new());
    }
    let more = simulation.subjects.len().saturating_sub(from + fits);
    let head = match (simulation.subjects.len(), more + from) {
        (0, _) => "no user yet: a adds one".to_owned(),
        (_, 0) => "request".to_owned(),
        (_, hidden) => format!("request ({hidden} users aside)"),
    };
    let head = crate::tui::escape::cut(&head, usize::from(label.saturating_sub(1)), state.symbols.ellipsis).into_owned();
    paint::spans(buffer, state, (inner.x, inner.y), label, &[(Tone::Dim, head)], Style::new());
    for (index, (row, name)) in rows.visible(usize::from(inner.height.saturating_sub(1))).enumerate() {
        let y = inner.y + 1 + index as u16;
        let here = rows.offset + index == rows.cursor();
        let base = match (here, focused) {
            (true, true) => state.theme().style(Tone::Shadow),
            _ => Style::new(),
        };
        paint::fill(buffer, Rect { x: inner.x, y, width: inner.width, height: 1 }, base);
        let sign = if here { state.symbols.cursor } else { " " };
        let marks = rows.filter().marks(name);
        let mut spans = vec![(Tone::Key, format!("{sign} "))];
        spans.extend(paint::marked(name, &marks, Tone::Plain));
        paint::spans(buffer, state, (inner.x, y), label.saturating_sub(1), &spans, base);
        for (index, (column, _)) in shown.clone().enumerate() {
            let at = (inner.x + label + index as u16 * cell_wide, y);
            let mut cell_base = base;
            if here && column == simulation.column && focused {
                cell_base = state.theme().style(Tone::Cursor);
                paint::fill(buffer, Rect { x: at.0, y, width: cell_wide.saturating_sub(1), height: 1 }, cell_base);
            }
            paint::spans(buffer, state, at, cell_wide.saturating_sub(1), &cell(state, row, column), cell_base);
        }
    }
}

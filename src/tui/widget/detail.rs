//! The detail of the current row.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint;
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::raw::Raw;
use crate::tui::scroll::Scroll;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Rows above and below a window, for its lower edge.
pub fn beyond(state: &State, scroll: &Scroll, height: usize) -> String {
    match scroll.beyond(height) {
        (0, 0) => String::new(),
        (above, below) => format!("{}{above} {}{below}", state.symbols.more.0, state.symbols.more.1),
    }
}

/// Draw the rows of a scroll, the line under the cursor marked when `cursor` says how.
pub fn rows(buffer: &mut Buffer, state: &State, scroll: &Scroll, inner: Rect, cursor: Option<Tone>) {
    for (index, row) in scroll.visible(usize::from(inner.height)).iter().enumerate() {
        let y = inner.y + index as u16;
        let base = match cursor {
            Some(tone) if row.line == scroll.cursor() => state.theme().style(tone),
            _ => Style::new(),
        };
        paint::fill(buffer, Rect { x: inner.x, y, width: inner.width, height: 1 }, base);
        paint::spans(buffer, state, (inner.x, y), inner.width, &row.spans, base);
    }
}

/// Draw the detail.
pub fn draw(buffer: &mut Buffer, state: &State, area: Rect) {
    let focused = state.focus == Focus::Detail;
    let height = usize::from(area.height.saturating_sub(2));
    let title = match state.list().name() {
        Some(_) if state.pane == Pane::Findings => format!("finding {}", state.list().cursor() + 1),
        Some(name) => format!("{} {name}", state.open.data().entry(state.pane)),
        None => state.open.data().entry(state.pane).to_owned(),
    };
    let hidden = state.regions().hidden.unwrap_or_default();
    let note = format!("{hidden} {}", beyond(state, &state.detail, height));
    let inner = paint::frame(buffer, state, area, &title, note.trim(), focused);
    rows(buffer, state, &state.detail, inner, focused.then_some(Tone::Cursor));
}

/// Draw the file's text beside the detail.
pub fn raw(buffer: &mut Buffer, state: &State, raw: &Raw, area: Rect) {
    let inner = paint::frame(buffer, state, area, &raw.title, "", false);
    for (index, line) in raw.lines.iter().take(usize::from(inner.height)).enumerate() {
        let y = inner.y + index as u16;
        let here = line.spans.first().is_some_and(|(_, text)| text.starts_with('>'));
        let base = if here { state.theme().style(Tone::Shadow) } else { Style::new() };
        paint::fill(buffer, Rect { x: inner.x, y, width: inner.width, height: 1 }, base);
        paint::spans(buffer, state, (inner.x, y), inner.width, &line.spans, base);
    }
}

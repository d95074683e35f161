//! A list with its marks, matched letters and columns.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint;
use crate::source::Severity;
use crate::tui::dialog::Dialog;
use crate::tui::escape::{cut, safe, width};
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// The title over a list: its name, how many, how many marked.
pub fn title(state: &State, pane: Pane) -> String {
    let list = state.list_of(pane);
    let mut title = format!("{} {}", pane as usize + 1, pane.title());
    if list.len() == list.total() {
        title.push_str(&format!(" {}", list.total()));
    } else {
        title.push_str(&format!(" {}/{}", list.len(), list.total()));
    }
    if list.marked() > 0 {
        title.push_str(&format!(" {} {} marked", state.symbols.dot, list.marked()));
    }
    title
}

/// What the lower edge says: rows beyond the window, and what a narrow screen hides.
pub fn note(state: &State, pane: Pane) -> String {
    let list = state.list_of(pane);
    let height = state.list_height(pane);
    let (above, below) = (list.offset, list.len().saturating_sub(list.offset + height));
    let hidden = state.regions().hidden.unwrap_or_default();
    match (above, below) {
        (0, 0) => hidden.to_owned(),
        _ => format!("{hidden} {}{above} {}{below}", state.symbols.more.0, state.symbols.more.1).trim_start().to_owned(),
    }
}

/// The filter line of a list, drawn at its foot; the inside that is left.
pub fn filter_line(buffer: &mut Buffer, state: &State, pane: Pane, inner: Rect) -> Rect {
    let list = state.list_of(pane);
    let typing = match state.dialogs.last() {
        Some(Dialog::Filter(input)) if pane == state.pane => Some(input),
        _ => None,
    };
    if typing.is_none() && (list.filter().text().is_empty() || pane != state.pane) {
        return inner;
    }
    let foot = Rect { y: inner.y + inner.height.saturating_sub(1), height: inner.height.min(1), ..inner };
    let mut spans = vec![(Tone::Key, "/".to_owned())];
    match typing {
        Some(input) => {
            let (head, tail) = input.halves();
            spans.push((Tone::Plain, safe(&head).into_owned()));
            spans.push((Tone::Cursor, tail.chars().next().map_or(" ".to_owned(), |c| safe(&c.to_string()).into_owned())));
            spans.push((Tone::Plain, safe(&tail.chars().skip(1).collect::<String>()).into_owned()));
        }
        None => spans.push((Tone::Plain, safe(list.filter().text()).into_owned())),
    }
    if let Some(problem) = list.filter().problem() {
        spans.push((Tone::Warn, format!("  {problem}")));
    }
    paint::spans(buffer, state, (foot.x, foot.y), foot.width, &spans, Style::new());
    Rect { height: inner.height.saturating_sub(1), ..inner }
}

/// Draw a list.
pub fn draw(buffer: &mut Buffer, state: &State, pane: Pane, area: Rect) {
    let here = pane == state.pane;
    let focused = here && state.focus == Focus::List;
    let inner = paint::frame(buffer, state, area, &title(state, pane), &note(state, pane), focused);
    let inner = filter_line(buffer, state, pane, inner);
    let list = state.list_of(pane);
    if list.is_empty() {
        empty(buffer, state, pane, inner);
        return;
    }
    let names: Vec<(usize, &str)> = list.visible(inner.height as usize).collect();
    let widest = names.iter().map(|(_, name)| width(&safe(name))).max().unwrap_or(0);
    let name_room = widest.min(usize::from(inner.width) * 3 / 5).max(8);
    for (index, (row, name)) in names.into_iter().enumerate() {
        let y = inner.y + index as u16;
        let under_cursor = list.offset + index == list.cursor();
        let base = match (under_cursor, focused) {
            (true, true) => state.theme().style(Tone::Cursor),
            (true, false) => state.theme().style(Tone::Shadow),
            _ => Style::new(),
        };
        let line = Rect { x: inner.x, y, width: inner.width, height: 1 };
        paint::fill(buffer, line, base);
        let sign = if list.is_marked(name) {
            state.symbols.mark
        } else if under_cursor {
            state.symbols.cursor
        } else {
            " "
        };
        let second = match state.open.data().mark(pane, name) {
            _ if list.is_changed(name) => (Tone::Changed, "*"),
            Some(Severity::Error) => (Tone::Bad, "!"),
            Some(_) => (Tone::Warn, "?"),
            None => (Tone::Plain, " "),
        };
        let signs = [(Tone::Key, sign.to_owned()), (second.0, second.1.to_owned())];
        paint::spans(buffer, state, (inner.x, y), 2, &signs, base);
        let columns = pane.columns(state.open.data(), &state.simulation, &state.symbols, row, name);
        let room = if columns.iter().all(|(_, text)| text.is_empty()) { usize::from(inner.width) } else { name_room };
        let marks = list.filter().marks(name);
        let shown = paint::marked(name, &marks, Tone::Plain);
        let left = inner.width.saturating_sub(2);
        paint::spans(buffer, state, (inner.x + 2, y), left.min(room as u16), &shown, base);
        let mut x = 2 + name_room as u16 + 1;
        for (tone, text) in columns {
            let room = inner.width.saturating_sub(x);
            if room < 3 || text.is_empty() {
                continue;
            }
            let text = cut(&safe(&text), room as usize, state.symbols.ellipsis).into_owned();
            x += paint::spans(buffer, state, (inner.x + x, y), room, &[(tone, text)], base) + 1;
        }
    }
}

/// What is missing and what to do about it.
pub fn empty(buffer: &mut Buffer, state: &State, pane: Pane, inner: Rect) {
    let list = state.list_of(pane);
    let texts = if list.total() > 0 {
        [format!("Nothing matches `{}`.", list.filter().text()), "esc shows everything again.".to_owned()]
    } else {
        pane.empty(state.open.data()).map(str::to_owned)
    };
    let mut y = inner.y;
    for (tone, text) in [(Tone::Plain, &texts[0]), (Tone::Dim, &texts[1])] {
        let mut scroll = crate::tui::scroll::Scroll::new(vec![crate::tui::line::Line::new(tone, format!(" {text}"))]);
        scroll.fit(usize::from(inner.width), usize::from(inner.height));
        for row in scroll.visible(usize::from(inner.height)) {
            if y >= inner.y + inner.height {
                return;
            }
            paint::spans(buffer, state, (inner.x, y), inner.width, &row.spans, Style::new());
            y += 1;
        }
    }
}

//! Text into cells: spans in tones, titles, frames.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Clear, Widget};

use crate::tui::escape::{cut, safe, width};
use crate::tui::layout::inside;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Write `spans` from (`x`, `y`) on, at most `columns` wide; the columns used.
pub fn spans(buffer: &mut Buffer, state: &State, at: (u16, u16), columns: u16, spans: &[(Tone, String)], under: Style) -> u16 {
    let mut used = 0;
    for (index, (tone, text)) in spans.iter().enumerate() {
        let room = columns.saturating_sub(used);
        if room == 0 {
            break;
        }
        let last = index + 1 == spans.len();
        let shown =
            if last || width(text) > room as usize { cut(text, room as usize, state.symbols.ellipsis) } else { text.as_str().into() };
        let style = state.theme().style(*tone).patch(under);
        buffer.set_stringn(at.0 + used, at.1, &shown, room as usize, style);
        used += width(&shown) as u16;
    }
    used
}

/// Fill a row with a style.
pub fn fill(buffer: &mut Buffer, area: Rect, style: Style) {
    buffer.set_style(area, style);
}

/// A frame with a title on its upper edge and a note on its lower one; the inside.
pub fn frame(buffer: &mut Buffer, state: &State, area: Rect, title: &str, note: &str, focused: bool) -> Rect {
    let tone = if focused { Tone::Focus } else { Tone::Border };
    let style = state.theme().style(tone);
    let room = usize::from(area.width.saturating_sub(4));
    let title = safe(title);
    let mut block = Block::bordered().border_set(state.symbols.border).border_style(style);
    if !title.is_empty() {
        block = block.title(format!(" {} ", cut(&title, room, state.symbols.ellipsis)));
    }
    if !note.is_empty() {
        block = block.title_bottom(ratatui::text::Line::from(format!(" {} ", cut(note, room, state.symbols.ellipsis))).right_aligned());
    }
    block.title_style(style).render(area, buffer);
    inside(area)
}

/// A frame over what is there.
pub fn over(buffer: &mut Buffer, state: &State, area: Rect, title: &str, note: &str) -> Rect {
    Clear.render(area, buffer);
    buffer.set_style(area, state.theme().style(Tone::Plain));
    frame(buffer, state, area, title, note, true)
}

/// `text` in two tones: the letters of `marks` as matched.
pub fn marked(text: &str, marks: &[u32], tone: Tone) -> Vec<(Tone, String)> {
    if marks.is_empty() {
        return vec![(tone, safe(text).into_owned())];
    }
    let mut spans: Vec<(Tone, String)> = Vec::new();
    for (index, c) in text.chars().enumerate() {
        let tone = if marks.binary_search(&(index as u32)).is_ok() { Tone::Match } else { tone };
        let shown = safe(c.encode_utf8(&mut [0; 4])).into_owned();
        match spans.last_mut() {
            Some((last, text)) if *last == tone => text.push_str(&shown),
            _ => spans.push((tone, shown)),
        }
    }
    spans
}

//! The dialog on top.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

use super::{detail, matrix, paint, prompt};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::area::Area;
use crate::tui::dialog::reader::Kind;
use crate::tui::layout::middle;
use crate::tui::line::Line;
use crate::tui::scroll::Scroll;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Draw a dialog over `area`, the part between the lines at the top and at the foot.
pub fn draw(buffer: &mut Buffer, state: &State, dialog: &Dialog, area: Rect) {
    let frame = dialog.frame(area);
    match dialog {
        Dialog::Filter(_) => {}
        Dialog::Reader(reader) => {
            let cursor = match reader.kind {
                Kind::Links => Some(Tone::Cursor),
                // A place in a file is marked at the start of its lines.
                Kind::Text if reader.scroll.lines().iter().any(|line| line.text().starts_with('>')) => Some(Tone::Shadow),
                _ => None,
            };
            scroll(buffer, state, &reader.title, &reader.scroll, frame, cursor);
        }
        Dialog::Matrix(view) => matrix::draw(buffer, state, view, area),
        Dialog::Choice(choice) => prompt::choice(buffer, state, choice, area),
        Dialog::Prompt(view) => prompt::draw(buffer, state, view, area),
        Dialog::Area(view) => text_area(buffer, state, view, area),
        Dialog::Question(question) => scroll(buffer, state, &question.title, &question.scroll, frame, None),
        Dialog::Save(save) => scroll(buffer, state, "save?", &save.scroll, frame, None),
        Dialog::Conflict(conflict) => scroll(buffer, state, &conflict.message, &conflict.scroll, frame, None),
        Dialog::Recovery(offer) => scroll(buffer, state, "unsaved edits are left from before", &offer.scroll, frame, None),
        Dialog::Merge(merge) => {
            let (lines, at) = merge.lines(state.symbols.cursor);
            let mut view = Scroll::new(lines);
            view.go(at);
            scroll(buffer, state, "merge", &view, frame, None);
        }
        Dialog::Leave => {
            let count = state.open.edits();
            let lines = vec![
                Line::new(Tone::Changed, format!("{count} edits are not saved.")),
                Line::new(Tone::Plain, "`s` looks at the differences and saves, `d` discards, esc stays."),
            ];
            scroll(buffer, state, "leave?", &Scroll::new(lines), frame, None);
        }
    }
}

fn scroll(buffer: &mut Buffer, state: &State, title: &str, view: &Scroll, area: Rect, cursor: Option<Tone>) {
    let mut view = view.clone();
    view.fit_frame(area);
    let height = usize::from(area.height.saturating_sub(2));
    let inner = paint::over(buffer, state, area, title, &detail::beyond(state, &view, height));
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    detail::rows(buffer, state, &view, inner, cursor);
}

fn text_area(buffer: &mut Buffer, state: &State, view: &Area, area: Rect) {
    let rows = (view.text.lines().len() as u16 + 5).max(12).min(area.height);
    let area = middle(area, 100, rows);
    let inner = paint::over(buffer, state, area, &view.title, "ctrl-s accepts, esc cancels");
    let text = Rect { height: inner.height.saturating_sub(1), ..inner };
    let mut editor = view.text.clone();
    editor.set_cursor_line_style(Style::new());
    editor.set_cursor_style(state.theme().style(Tone::Cursor));
    editor.set_style(state.theme().style(Tone::Plain));
    (&editor).render(text, buffer);
    let below = match view.problem() {
        Some(problem) => (Tone::Bad, problem),
        None => (Tone::Dim, view.note.clone()),
    };
    let y = inner.y + inner.height.saturating_sub(1);
    paint::spans(buffer, state, (inner.x, y), inner.width, &[below], Style::new());
}

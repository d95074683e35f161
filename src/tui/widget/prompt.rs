//! Lines being typed, and choices by typing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{detail, paint};
use crate::tui::dialog::choice::Choice;
use crate::tui::dialog::prompt::{COMPLETIONS, Prompt};
use crate::tui::escape::{safe, width};
use crate::tui::input::Input;
use crate::tui::layout::middle;
use crate::tui::line::Line;
use crate::tui::scroll::Scroll;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// What is typed, with the cursor; cut on the left when it is longer than its room.
fn typed(input: &Input, secret: bool, room: usize) -> Vec<(Tone, String)> {
    let (head, tail) = input.halves();
    let show = |text: &str| if secret { "*".repeat(text.chars().count()) } else { safe(text).into_owned() };
    let (mut head, tail) = (show(&head), show(&tail));
    while width(&head) + 1 > room && !head.is_empty() {
        head.remove(0);
    }
    let mut rest = tail.chars();
    let under = rest.next().map_or(" ".to_owned(), String::from);
    vec![(Tone::Plain, head), (Tone::Cursor, under), (Tone::Plain, rest.collect())]
}

/// Draw a prompt.
pub fn draw(buffer: &mut Buffer, state: &State, prompt: &Prompt, area: Rect) {
    let (completions, highlight) = prompt.completions();
    let rows = 4 + completions.len() as u16;
    let area = middle(area, 76, rows);
    let note = if prompt.total() > COMPLETIONS { format!("{} match", prompt.total()) } else { String::new() };
    let inner = paint::over(buffer, state, area, &prompt.title, &note);
    let mut spans = vec![(Tone::Key, "> ".to_owned())];
    spans.extend(typed(&prompt.input, prompt.secret, usize::from(inner.width).saturating_sub(2)));
    paint::spans(buffer, state, (inner.x, inner.y), inner.width, &spans, Style::new());
    let below = match &prompt.problem {
        Some(problem) => (Tone::Bad, safe(problem).into_owned()),
        None => (Tone::Dim, prompt.note.clone()),
    };
    paint::spans(buffer, state, (inner.x, inner.y + 1), inner.width, &[below], Style::new());
    let text = prompt.input.text();
    for (index, completion) in completions.into_iter().enumerate() {
        let y = inner.y + 2 + index as u16;
        if y >= inner.y + inner.height {
            break;
        }
        let here = highlight == Some(index);
        let base = if here { state.theme().style(Tone::Cursor) } else { Style::new() };
        paint::fill(buffer, Rect { x: inner.x, y, width: inner.width, height: 1 }, base);
        let sign = if here { state.symbols.cursor } else { " " };
        let mut spans = vec![(Tone::Key, format!("{sign} "))];
        let marks = crate::tui::filter::Filter::new(text.trim_start_matches(['!', '/'])).marks(completion);
        spans.extend(paint::marked(completion, &marks, Tone::Plain));
        paint::spans(buffer, state, (inner.x, y), inner.width, &spans, base);
    }
}

/// Draw a choice.
pub fn choice(buffer: &mut Buffer, state: &State, choice: &Choice, area: Rect) {
    let rows = (area.height * 3 / 4).clamp(6, 24);
    let area = middle(area, 90, rows);
    let note = format!("{} of {}", choice.shown.len(), choice.names.len());
    let inner = paint::over(buffer, state, area, &choice.title, &note);
    let mut spans = vec![(Tone::Key, "> ".to_owned())];
    spans.extend(typed(&choice.input, false, usize::from(inner.width).saturating_sub(2)));
    paint::spans(buffer, state, (inner.x, inner.y), inner.width, &spans, Style::new());
    // notes that would hide their rows stand at the foot, for the highlighted one
    let long = choice.notes.iter().any(|note| width(note) as u16 > inner.width / 3);
    let foot = if long { (inner.height / 3).clamp(2, 5) } else { 0 };
    let height = usize::from(inner.height.saturating_sub(1 + foot));
    if let Some(row) = choice.row().filter(|_| long) {
        let note = choice.notes.get(row).map(String::as_str).unwrap_or_default();
        let mut view = Scroll::new(vec![Line::new(Tone::Plain, &choice.names[row]), Line::new(Tone::Changed, note)]);
        view.fit(usize::from(inner.width.saturating_sub(2)), usize::from(foot));
        let area = Rect { x: inner.x + 1, y: inner.y + inner.height - foot, width: inner.width.saturating_sub(2), height: foot };
        detail::rows(buffer, state, &view, area, None);
    }
    let first = (choice.cursor + 1).saturating_sub(height);
    let filter = choice.filter();
    for (index, &row) in choice.shown.iter().enumerate().skip(first).take(height) {
        let y = inner.y + 1 + (index - first) as u16;
        let base = if index == choice.cursor { state.theme().style(Tone::Cursor) } else { Style::new() };
        paint::fill(buffer, Rect { x: inner.x, y, width: inner.width, height: 1 }, base);
        let name = &choice.names[row as usize];
        let note = choice.notes.get(row as usize).map(String::as_str).unwrap_or_default();
        let sign = if index == choice.cursor { state.symbols.cursor } else { " " };
        let mut spans = vec![(Tone::Key, format!("{sign} "))];
        spans.extend(paint::marked(name, &filter.marks(name), Tone::Plain));
        let taken = if long { 0 } else { width(note) as u16 + 1 };
        paint::spans(buffer, state, (inner.x, y), inner.width.saturating_sub(taken + 1), &spans, base);
        if long {
            continue;
        }
        let x = inner.x + inner.width.saturating_sub(taken);
        paint::spans(buffer, state, (x, y), taken, &[(Tone::Key, note.to_owned())], base);
    }
    if choice.shown.is_empty() {
        paint::spans(buffer, state, (inner.x, inner.y + 1), inner.width, &[(Tone::Dim, "  nothing matches".to_owned())], Style::new());
    }
}

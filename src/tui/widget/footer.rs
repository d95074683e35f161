//! The last two lines: what there is to tell, and the keys that matter here, from the live keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint;
use crate::tui::bindings::Context;
use crate::tui::escape::{safe, width};
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Draw the notice, or on the first screen what this is.
pub fn notice(buffer: &mut Buffer, state: &State, area: Rect) {
    let spans = match &state.notice {
        Some((tone, text)) => vec![(*tone, format!(" {}", safe(text)))],
        None if state.fresh && state.dialogs.is_empty() => welcome(state),
        None => Vec::new(),
    };
    paint::spans(buffer, state, (area.x, area.y), area.width, &spans, Style::new());
}

fn welcome(state: &State) -> Vec<(Tone, String)> {
    use crate::tui::action::Action;
    let key = |action| state.keymap.key_of(&[Context::Panes, Context::List], action).map(|key| key.to_string()).unwrap_or_default();
    let mut spans = vec![(Tone::Plain, " Who may do what: ".to_owned())];
    for (action, text) in [(Action::Open, "looks closer"), (Action::Simulator, "asks requests"), (Action::Help, "explains every key")] {
        if spans.len() > 1 {
            spans.push((Tone::Dim, ", ".to_owned()));
        }
        spans.push((Tone::Key, key(action)));
        spans.push((Tone::Plain, format!(" {text}")));
    }
    spans
}

/// Draw the keys that matter here.
pub fn hints(buffer: &mut Buffer, state: &State, area: Rect) {
    let mut used = 0;
    for context in state.contexts() {
        for row in state.keymap.of(context).filter(|row| !row.binding.hint.is_empty()) {
            let Some(key) = row.keys.first().map(ToString::to_string) else { continue };
            let wide = (width(&key) + width(row.binding.hint) + 3) as u16;
            if used + wide > area.width {
                continue;
            }
            let spans = [(Tone::Key, format!(" {key}")), (Tone::Dim, format!(" {} ", row.binding.hint))];
            used += paint::spans(buffer, state, (area.x + used, area.y), area.width - used, &spans, Style::new());
        }
    }
}

//! An earlier sitting was killed and left unsaved edits behind.

use crate::tui::line::Line;
use crate::tui::open::describe_action;
use crate::tui::scroll::Scroll;
use crate::tui::theme::Tone;
use crate::workspace;

/// The edits, offered; nothing is done before the operator says so.
#[derive(Debug, Clone)]
pub struct Recovery {
    /// What can be brought back.
    pub recovery: workspace::Recovery,
    /// What it is, for the eye.
    pub scroll: Scroll,
}

impl Recovery {
    /// Offer what was left behind.
    pub fn new(recovery: workspace::Recovery) -> Self {
        let count = recovery.actions.len();
        let edits = if count == 1 { "1 edit".to_owned() } else { format!("{count} edits") };
        let mut lines = vec![
            Line::new(Tone::Changed, format!("An earlier sitting ended without saving {edits}.")),
            Line::new(Tone::Plain, "`r` brings them back unsaved, `d` forgets them, esc keeps them for the next time."),
        ];
        if recovery.stale {
            lines.push(Line::new(Tone::Warn, "Files have changed since, so some may no longer fit; those are named."));
        }
        lines.extend(recovery.actions.iter().map(|action| Line::new(Tone::Dim, format!("- {}", describe_action(action)))));
        Self { recovery, scroll: Scroll::new(lines) }
    }
}

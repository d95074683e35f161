//! Yes or no, with what it means.

use crate::engine::change::Change;
use crate::engine::lint::Fix;
use crate::tui::line::Line;
use crate::tui::pane::Pane;
use crate::tui::scroll::Scroll;

/// What is done when the answer is yes.
#[derive(Debug, Clone)]
pub enum Then {
    /// Edits, as one step.
    Changes(Vec<Change>),
    /// What removes a finding.
    Fix(Box<Fix>),
    /// The editor opens once more with the text as it was left.
    Editor {
        /// Where the entry stands.
        pane: Pane,
        /// The entry.
        name: String,
        /// The text that could not be taken.
        text: String,
    },
}

/// A question before something is done.
#[derive(Debug, Clone)]
pub struct Question {
    /// Over it.
    pub title: String,
    /// What breaks, what is guarded.
    pub scroll: Scroll,
    /// What is done when the answer is yes.
    pub then: Then,
}

impl Question {
    /// Ask before doing something.
    pub fn new(title: impl Into<String>, lines: Vec<Line>, then: Then) -> Self {
        Question { title: title.into(), scroll: Scroll::new(lines), then }
    }
}

//! Yes or no, with what it means.

use crate::engine::change::Change;
use crate::tui::line::Line;
use crate::tui::scroll::Scroll;

/// A question before edits are done.
#[derive(Debug, Clone)]
pub struct Question {
    /// Over it.
    pub title: String,
    /// What breaks, what is guarded.
    pub scroll: Scroll,
    /// What is done when the answer is yes.
    pub changes: Vec<Change>,
}

impl Question {
    /// Ask before doing `changes`.
    pub fn new(title: impl Into<String>, lines: Vec<Line>, changes: Vec<Change>) -> Self {
        Question { title: title.into(), scroll: Scroll::new(lines), changes }
    }
}

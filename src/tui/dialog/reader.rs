//! Text that is only read: the help, an entry as it stands in its file, the log, the tour.

use crate::tui::line::Line;
use crate::tui::scroll::Scroll;

/// What the text is, for the keys that only some of them have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Text and nothing else.
    #[default]
    Text,
    /// The help, from which the tour can be started.
    Help,
    /// A step of the tour, and whether the tour has made its edit.
    Tour(usize, bool),
    /// What was done in this sitting.
    Log,
    /// Lines that lead somewhere, with a cursor.
    Links,
}

/// A text over the panes.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Over it.
    pub title: String,
    /// Its lines.
    pub scroll: Scroll,
    /// What it is.
    pub kind: Kind,
}

impl Reader {
    /// Show lines under a title.
    pub fn new(title: impl Into<String>, lines: Vec<Line>) -> Self {
        Reader { title: title.into(), scroll: Scroll::new(lines), kind: Kind::Text }
    }

    /// The same as another kind of text.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }
}

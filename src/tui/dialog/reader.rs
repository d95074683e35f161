//! Text that is only read: the help, an entry as it stands in its file, the log, the tour.

use crate::tui::line::Line;
use crate::tui::scroll::Scroll;

/// A text over the panes.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Over it.
    pub title: String,
    /// Its lines.
    pub scroll: Scroll,
    /// The step of the tour that it is.
    pub tour: Option<usize>,
    /// Whether it is the help, from which the tour can be started.
    pub help: bool,
}

impl Reader {
    /// Show lines under a title.
    pub fn new(title: impl Into<String>, lines: Vec<Line>) -> Self {
        Reader { title: title.into(), scroll: Scroll::new(lines), tour: None, help: false }
    }
}

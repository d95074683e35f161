//! What saving would write, and whose access changes.

use crate::tui::line::Line;
use crate::tui::scroll::Scroll;

/// The differences.
#[derive(Debug, Clone, Default)]
pub struct Save {
    /// Access of the requests, of people, and the text.
    pub scroll: Scroll,
    /// Whose access changes; empty until it is compared.
    pub people: Vec<Line>,
    /// What the text gains and loses.
    pub text: Vec<Line>,
    /// Leave after saving.
    pub then_quit: bool,
}

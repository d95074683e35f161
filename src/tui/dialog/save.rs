//! What saving would write, and whose access changes.

use crate::tui::scroll::Scroll;

/// The differences.
#[derive(Debug, Clone, Default)]
pub struct Save {
    /// Text and access differences.
    pub scroll: Scroll,
    /// Leave after saving.
    pub then_quit: bool,
}

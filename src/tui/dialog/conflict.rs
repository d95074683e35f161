//! A file changed on disk since it was read.

use crate::tui::scroll::Scroll;

/// The files, and the difference once it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Conflict {
    /// What changed, in words.
    pub message: String,
    /// What is shown below the message.
    pub scroll: Scroll,
    /// Whether the difference shows.
    pub compared: bool,
}

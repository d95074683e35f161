//! The file's text beside the structured view, at the place that the cursor is on.

use super::line::Line;
use crate::source::Place;

/// A window on a file.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// File, line and column of the place.
    pub title: String,
    /// The lines around it, those of the place marked.
    pub lines: Vec<Line>,
    /// What the lines were made from: the place, the height, the revision.
    pub made: Option<(Option<Place>, usize, u64)>,
}

//! Comparing access: of patterns over all names, of configurations, of verdicts before and after an edit.

mod language;

pub use language::{Difference, difference};

//! Comparing access: of patterns over all names, of configurations, of verdicts before and after an edit.

mod access;
mod language;

pub use access::{Gain, Holding, IsCluster, gained, leaves, pairs};
pub use language::{Difference, difference};

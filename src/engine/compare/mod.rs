//! Comparing access: of patterns over all names, of configurations, of verdicts before and after an edit.

mod access;
mod language;
mod replay;

pub use access::{Gain, Holding, IsCluster, gained, is_cluster, leaves, pairs};
pub use language::{Difference, difference};
pub use replay::{Flip, flips};

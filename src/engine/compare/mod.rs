//! Comparing access: of patterns over all names, of configurations, of verdicts before and after an edit.

mod access;
mod elasticsearch;
mod language;
mod opensearch;
mod replay;

pub use access::{Comparable, Gain, Holding, IsCluster, Opens, gained, gained_on, is_cluster, pairs};
pub use language::{Difference, difference};
pub use opensearch::leaves;
pub use replay::{Flip, flips};

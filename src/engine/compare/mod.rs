//! Comparing access: of patterns over all names, of configurations, of verdicts before and after an edit.

mod access;
mod across;
mod documents;
mod elasticsearch;
mod entries;
mod language;
mod opensearch;
mod people;
mod permit;
mod replay;
mod settings;
mod tenants;

pub use access::{Comparable, Gain, Holding, IsCluster, Opens, gained, gained_beside, granted, is_cluster, opened, pairs};
pub use across::{gained_on, known_to_both, sorted_names};
pub use documents::{Kept, Lift, Looking, lifted};
pub use language::{Difference, Names, cells, difference, witness};
pub use opensearch::leaves;
pub use people::{AccessDifference, CompileIn, Side, Told, differences};
pub use permit::{Permit, read_permits};
pub use replay::{Flip, flips};
pub use settings::{Setting, narrowing, settings};
pub use tenants::lifted_tenants;

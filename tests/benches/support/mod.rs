//! What the benches share: the workload, the clock, the table that they print.

#![allow(dead_code, unused_imports, reason = "each bench takes its part")]

mod elasticsearch;
mod measure;
mod workload;

pub use elasticsearch::{names, names_cluster, roles_json, shared_names};
pub use measure::{Row, Table, best, once, peak_memory, wanted};
pub use workload::{SplitMix, WORKLOAD_INDICES, cluster, configuration, exact_random, idx, index_names, user};

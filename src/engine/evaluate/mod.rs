//! `decide(configuration, cluster, request) → verdict with evidence`; one file a stage, one folder an
//! evaluator. The panes, the commands, the tests and the tuner call the same `decide`.

mod verdict;

pub use verdict::{Call, Cell, Evidence, Hop, Indices, Item, Outcome, Reduction, Scope, Subject, Verdict};

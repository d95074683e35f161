//! `decide(configuration, cluster, request) → verdict with evidence`; one file a stage, one folder an
//! evaluator. The panes, the commands, the tests and the tuner call the same `decide`.

mod compile;
mod doubt;
pub mod elasticsearch;
pub mod opendistro;
pub mod opensearch;
mod queries;
mod recompile;
mod unsecured;
mod verdict;
mod view;

pub use compile::compile;
pub use recompile::{Recompiled, Recompiler};
pub use unsecured::Unsecured;
pub use verdict::{ApiKey, Call, Cell, Evidence, Hop, Indices, Item, Outcome, Reduction, Scope, Sight, SubAction, Subject, Verdict};
pub use view::{HASHED, View};

use super::request::Request;

/// A compiled configuration of any product, ready to answer.
pub trait Decide: Send + Sync {
    /// Answer a request as the product would. Total and pure; the cells of the calls stay empty.
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict;

    /// The same verdict with every cell of every call, its evidence, and the nearest rule for what is
    /// missing; calls behind the first denial are answered as if it had been granted, so that all
    /// missing permissions of the whole request show at once.
    fn explain(&self, subject: &Subject, request: &Request) -> Verdict;

    /// What of an index's documents the subject sees, of an index that need not exist.
    fn sight(&self, _subject: &Subject, _index: &str) -> Sight {
        Sight::Unknown
    }
}

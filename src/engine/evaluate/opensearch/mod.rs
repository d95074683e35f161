//! OpenSearch Security's evaluators.

pub mod v4;

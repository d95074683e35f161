//! The pure engine: configuration and request in, verdict and evidence out. No files, clock,
//! environment, terminal or output.

pub mod catalog;
pub mod change;
pub mod cluster;
pub mod compare;
pub mod convert;
pub mod evaluate;
pub mod export;
pub mod lint;
pub mod model;
pub mod pattern;
pub mod request;
pub mod review;
pub mod scenario;
pub mod tune;

//! rolesmith: design roles for OpenSearch Security, Open Distro and Elasticsearch in the terminal.

pub mod cli;
pub mod engine;
pub mod guide;
pub mod report;
pub mod source;
pub mod tui;
pub mod workspace;
pub mod yaml;

//! rolesmith: design roles for OpenSearch Security, Open Distro and Elasticsearch in the terminal.

pub mod engine;
pub mod source;
pub mod tui;
pub mod workspace;
pub mod yaml;

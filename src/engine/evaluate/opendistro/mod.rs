//! Open Distro Security 1.13 on Elasticsearch OSS 7.10: one file a stage.
//!
//! The order: bulk short cut → resolution → restore, security index, protected indices → cluster
//! permissions → index discovery → tenants → reduction (`do_not_fail_on_forbidden`) → the full check →
//! filtered aliases → what DLS, FLS and masking cannot bear. Read from the plugin's source and recorded
//! in `tests/vectors/opendistro-1.13`.

mod ask;
mod compile;
mod documents;
mod evaluate;
mod groups;
mod index_check;
mod java;
mod kibana;
mod mapping;
mod matcher;
mod message;
mod protection;
mod reduce;
mod resolve;
mod role_pattern;
mod substitute;
mod tenants;

use std::sync::Arc;

use crate::engine::catalog::opensearch::built_in;
use crate::engine::cluster::Cluster;
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;

pub use groups::Refusal;

/// A compiled Open Distro configuration over a cluster.
#[derive(Debug)]
pub struct OpenDistro {
    configuration: Arc<Configuration>,
    cluster: Arc<Cluster>,
    compiled: compile::Compiled,
}

impl OpenDistro {
    /// Compile a configuration in the v7 form. The engine refuses some as a whole and keeps the one that
    /// it has; so does this.
    pub fn new(configuration: Arc<Configuration>, cluster: Arc<Cluster>) -> Result<Self, Refusal> {
        let compiled = compile::compile(&configuration, built_in(Product::OpenDistro1_13))?;
        Ok(Self { configuration, cluster, compiled })
    }
}

//! Open Distro Security 1.13 on Elasticsearch OSS 7.10: one file a stage.
//!
//! The order: bulk short cut → resolution → restore, security index, protected indices → cluster
//! permissions → index discovery → tenants → reduction (`do_not_fail_on_forbidden`) → the full check →
//! filtered aliases → what DLS, FLS and masking cannot bear. Read from the plugin's source and recorded
//! in `tests/vectors/opendistro-1.13`.

mod ask;
mod compile;
mod decide;
mod documents;
mod evaluate;
mod explain;
mod gate;
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
mod security_api;
mod substitute;
mod tenants;
mod v6;
mod view;

use std::collections::HashSet;
use std::sync::Arc;

use crate::engine::catalog::opensearch::built_in;
use crate::engine::cluster::Cluster;
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::opensearch::v6::Form;
use crate::engine::request::opensearch::Fanout;

pub(crate) use evaluate::is_cluster_action;
pub use groups::Refusal;

/// A compiled Open Distro configuration over a cluster.
pub struct OpenDistro {
    cluster: Arc<Cluster>,
    compiled: compile::Compiled,
    users: HashSet<String>,
    entries: security_api::Entries,
    fanout: Fanout,
}

impl OpenDistro {
    /// Compile a configuration. The engine refuses some as a whole and keeps the one that it has; so does
    /// this. One that is written in the form before 1.0 throughout is evaluated as it stands.
    pub fn new(configuration: &Configuration, cluster: Arc<Cluster>) -> Result<Self, Refusal> {
        let users = configuration.internal_users.keys().cloned().collect();
        let all_old = configuration.forms.values().all(|form| *form == Form::V6);
        if let Some(old) = configuration.before_1_0.as_ref().filter(|_| all_old) {
            let compiled = v6::compile(old, configuration)?;
            return Ok(Self { cluster, compiled, users, entries: security_api::Entries::new(), fanout: Fanout::open_distro() });
        }
        let fixed = built_in(Product::OpenDistro1_13);
        let compiled = compile::compile(configuration, fixed)?;
        let entries = security_api::entries(configuration, fixed);
        Ok(Self { cluster, compiled, users, entries, fanout: Fanout::open_distro() })
    }
}

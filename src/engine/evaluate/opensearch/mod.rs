//! OpenSearch Security's evaluators.

pub mod legacy;
mod mapping;
pub mod v4;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use mapping::RolesMapping;

use super::{Decide, Subject};
use crate::engine::cluster::Cluster;
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};

/// Compile a configuration for the evaluator of a product.
pub fn compile(product: Product, evaluator: Evaluator, configuration: &Configuration, cluster: &Cluster) -> Arc<dyn Decide> {
    let _ = evaluator;
    Arc::new(legacy::Legacy::new(product, configuration, cluster))
}

/// The subject that a user of the internal database is; none when there is no such user.
pub fn subject(configuration: &Configuration, user: &str) -> Option<Subject> {
    let entry = configuration.internal_users.get(user)?;
    let attributes: BTreeMap<String, String> =
        entry.attributes.iter().map(|(name, value)| (format!("attr.internal.{name}"), value.value.clone())).collect();
    Some(Subject {
        user: user.to_owned(),
        backend_roles: entry.backend_roles.iter().map(|role| role.value.clone()).collect(),
        attributes,
        requested_tenant: None,
        host: None,
    })
}

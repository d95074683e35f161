//! OpenSearch Security's evaluators.

mod document_rules;
pub mod legacy;
mod mapping;
mod security_api;
pub mod v4;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use mapping::RolesMapping;

use super::{Decide, Subject};
use crate::engine::cluster::Cluster;
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};

/// What `_cat/shards` shows, whatever is permitted.
const TABLE_OF_SHARDS: &str =
    "the table of shards comes from the cluster state: it lists every index, whatever is permitted (recorded from 2.19.3 to 3.8.0)";

/// Compile a configuration for the evaluator of a product.
pub fn compile(product: Product, evaluator: Evaluator, configuration: &Configuration, cluster: &Arc<Cluster>) -> Arc<dyn Decide> {
    match evaluator {
        Evaluator::V4 if product == Product::OpenSearch3_8 => Arc::new(v4::V4::new(configuration.clone(), Arc::clone(cluster))),
        _ => Arc::new(legacy::Legacy::new(product, configuration, cluster)),
    }
}

/// The evaluator that a configuration chooses: v4 where `privileges_evaluation_type` says so in any case of
/// its letters, and the product has it (3.7 and later).
pub fn evaluator(product: Product, configuration: &Configuration) -> Evaluator {
    let named = configuration.dynamic.text("privileges_evaluation_type").is_some_and(|name| name.eq_ignore_ascii_case("v4"));
    if named && product == Product::OpenSearch3_8 { Evaluator::V4 } else { Evaluator::Legacy }
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
        api_key: None,
    })
}

//! From a product and a configuration to the evaluator that answers: the one entry of all callers.

use std::sync::Arc;

use super::doubt::{Doubting, Doubts};
use super::opendistro::OpenDistro;
use super::opensearch;
use super::{Decide, Outcome, Subject, Unsecured, Verdict};
use crate::engine::cluster::Cluster;
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};
use crate::engine::request::Request;

/// Compile a configuration for the product that answers. A configuration that the product refuses as a
/// whole gives an evaluator whose every verdict is unknown, with the product's reason.
pub fn compile(product: Product, evaluator: Evaluator, configuration: &Configuration, cluster: &Arc<Cluster>) -> Arc<dyn Decide> {
    match Doubts::of(configuration, cluster) {
        None => certain(product, evaluator, configuration, cluster),
        Some((doubts, mended)) => {
            let engine = certain(product, evaluator, mended.as_ref().unwrap_or(configuration), cluster);
            Arc::new(Doubting { engine, doubts })
        }
    }
}

/// Compile a configuration whose patterns all have an answer.
fn certain(product: Product, evaluator: Evaluator, configuration: &Configuration, cluster: &Arc<Cluster>) -> Arc<dyn Decide> {
    match product {
        Product::OpenDistro1_13 => match OpenDistro::new(configuration, cluster.clone()) {
            Ok(engine) => Arc::new(engine),
            Err(refusal) => Arc::new(Refused(refusal.to_string())),
        },
        Product::ElasticsearchOss => Arc::new(Unsecured::OPEN_SOURCE),
        _ if product.is_elasticsearch() && configuration.node.switches_security_off() => Arc::new(Unsecured::SWITCHED_OFF),
        _ if product.is_elasticsearch() => Arc::new(Refused(format!(
            "no file of {product} is open: roles.yml, users_roles, or the JSON of its security API; a cluster without security is the product `elasticsearch-oss`"
        ))),
        _ => opensearch::compile(product, evaluator, configuration, cluster),
    }
}

/// Answers for a configuration that the product would not load.
struct Refused(String);

impl Decide for Refused {
    fn decide(&self, _: &Subject, _: &Request) -> Verdict {
        Verdict {
            outcome: Outcome::Unknown,
            status: None,
            reason: None,
            roles: Vec::new(),
            calls: Vec::new(),
            items: Vec::new(),
            unknown: vec![self.0.clone()],
            notes: Vec::new(),
        }
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.decide(subject, request)
    }
}

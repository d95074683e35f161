//! One configuration under each evaluator, product and setting that an operator may choose between.

use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};
use crate::source::Located;

/// One way to answer.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What it is called beside the others.
    pub name: &'static str,
    /// The product that answers.
    pub product: Product,
    /// Its evaluator.
    pub evaluator: Evaluator,
    /// The configuration, with the setting changed.
    pub configuration: Configuration,
}

/// The ways to compare: the recorded versions with the legacy evaluator, v4, and narrowing on and off under
/// the product and evaluator that the configuration is for.
pub fn settings(product: Product, evaluator: Evaluator, configuration: &Configuration) -> Vec<Setting> {
    let versions = [
        ("2.19", Product::OpenSearch2_19, Evaluator::Legacy),
        ("3.4", Product::OpenSearch3_4, Evaluator::Legacy),
        ("3.8", Product::OpenSearch3_8, Evaluator::Legacy),
        ("v4", Product::OpenSearch3_8, Evaluator::V4),
    ];
    let key = narrowing(evaluator);
    let narrowed = [("narrowing on", true), ("narrowing off", false)].map(|(name, is)| {
        let mut configuration = configuration.clone();
        configuration.dynamic.set(key, Located::bare(serde_json::Value::Bool(is)));
        Setting { name, product, evaluator, configuration }
    });
    let versions = versions.map(|(name, product, evaluator)| Setting { name, product, evaluator, configuration: configuration.clone() });
    versions.into_iter().chain(narrowed).collect()
}

/// The key that lets an evaluator narrow requests to what is permitted.
pub fn narrowing(evaluator: Evaluator) -> &'static str {
    if evaluator == Evaluator::V4 { "privileges_evaluation_ignore_unauthorized_indices" } else { "do_not_fail_on_forbidden" }
}

//! What the recorded versions do differently.

use crate::engine::evaluate::queries::Queries;
use crate::engine::model::Product;

/// One version's ways.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    /// A configuration that defines a built-in name again is refused as a whole (2.19).
    pub(super) refuses_static_overrides: bool,
    /// Backend roles are printed in the order of a Java hash set (2.19).
    pub(super) hash_order: bool,
    /// Refused restores and filtered aliases name the action in the text (3.x); 2.19 names nothing.
    pub(super) names_refused_action: bool,
    /// A tenant's refusal of a cluster action counts (3.8); before, the action passes all the same.
    pub(super) tenants_refuse_cluster_actions: bool,
    /// `all_access` opens the global tenant when no role says anything about it (2.19).
    pub(super) all_access_opens_global_tenant: bool,
    /// Document-level security hides everything that no role covers (3.x).
    pub(super) hides_uncovered: bool,
    /// An alias or a data stream that is not granted by its name may be granted by its members (3.8).
    pub(super) breaks_down: bool,
    /// A document query that does not parse restricts nothing (3.8); before, it fails or hides everything.
    pub(super) ignores_broken_queries: bool,
    /// What it takes for a document query.
    pub(super) queries: Queries,
}

impl Variant {
    pub(super) fn of(product: Product) -> Self {
        let old = product <= Product::OpenSearch2_19;
        Self {
            refuses_static_overrides: old,
            hash_order: old,
            names_refused_action: !old,
            tenants_refuse_cluster_actions: product >= Product::OpenSearch3_8,
            all_access_opens_global_tenant: old,
            hides_uncovered: !old,
            breaks_down: product >= Product::OpenSearch3_8,
            ignores_broken_queries: product >= Product::OpenSearch3_8,
            queries: if old { Queries::OpenSearch2 } else { Queries::OpenSearch3 },
        }
    }
}

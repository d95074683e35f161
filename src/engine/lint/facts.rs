//! What is built into OpenSearch Security: roles, action groups, tenants, and the known actions.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::engine::model::Product;

/// One product's built-in names.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Static {
    /// Built-in roles.
    pub roles: BTreeMap<String, StaticRole>,
    /// Built-in action groups and what they hold.
    pub action_groups: BTreeMap<String, Vec<String>>,
    /// Built-in tenants.
    pub tenants: Vec<String>,
}

/// What a built-in role grants.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct StaticRole {
    /// Cluster permissions.
    pub cluster_permissions: Vec<String>,
    /// Index permissions.
    pub index_permissions: Vec<StaticRule>,
}

/// One rule of a built-in role.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct StaticRule {
    /// Patterns.
    pub index_patterns: Vec<String>,
    /// Actions and groups.
    pub allowed_actions: Vec<String>,
}

/// The built-in names of a product; empty for Elasticsearch.
pub(super) fn built_in(product: Product) -> &'static Static {
    static ALL: OnceLock<HashMap<String, Static>> = OnceLock::new();
    static NONE: OnceLock<Static> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_str(include_str!("../../../assets/lint/opensearch-static.json")).unwrap_or_default())
        .get(product.name())
        .unwrap_or_else(|| NONE.get_or_init(Static::default))
}

/// Every action that is known, of OpenSearch and its usual plugins, sorted.
pub(super) fn actions() -> &'static [&'static str] {
    static ACTIONS: OnceLock<Vec<&'static str>> = OnceLock::new();
    ACTIONS.get_or_init(|| include_str!("../../../assets/lint/opensearch-actions.txt").lines().collect())
}

/// Whether the evaluators decide an action by cluster permissions alone (engine notes, rule 11; for
/// Open Distro its rule 7).
pub(super) fn is_cluster_action(product: Product, action: &str) -> bool {
    const EXACT: [&str; 5] = [
        "indices:data/write/bulk",
        "indices:data/read/mget",
        "indices:data/read/mtv",
        "indices:data/write/reindex",
        "indices:data/read/search/template/render",
    ];
    let open_distro = product == Product::OpenDistro1_13;
    if !action.starts_with("indices:") {
        return action != "system:admin/system_index";
    }
    action.starts_with("indices:admin/template/")
        || (!open_distro && action.starts_with("indices:admin/index_template/"))
        || action.starts_with("indices:data/read/scroll")
        || (!open_distro && action.starts_with("indices:data/read/msearch"))
        || (open_distro && action == "indices:data/read/msearch")
        || (EXACT.contains(&action) && !(open_distro && action.ends_with("/render")))
}

//! The names that lint compares with: the catalog's and those of the usual plugins.

use std::sync::LazyLock;

use crate::engine::catalog::opensearch as catalog;
use crate::engine::model::Product;

/// Every action that is known, of OpenSearch and its usual plugins, sorted.
pub(super) fn actions() -> &'static [&'static str] {
    static ACTIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let further = include_str!("../../../assets/lint/further-actions.txt").lines();
        let mut all: Vec<&str> = catalog::actions().iter().copied().chain(further).collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    &ACTIONS
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

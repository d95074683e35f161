//! What v4 makes of an action's name before it looks at any privilege.

/// The privilege behind a transport action: three internal actions are asked for under another name.
pub fn normalize(action: &str) -> &str {
    match action {
        "indices:admin/auto_create" => "indices:admin/create",
        "indices:admin/mapping/auto_put" => "indices:admin/mapping/put",
        "internal:indices/admin/upgrade" => "indices:admin/upgrade",
        other => other,
    }
}

/// Actions named `indices:` that are nevertheless decided by cluster permissions. Unlike the legacy
/// evaluator there are no prefixes for scroll and msearch.
const CLUSTER: [&str; 10] = [
    "indices:data/write/bulk",
    "indices:data/read/mget",
    "indices:data/read/msearch",
    "indices:data/read/mtv",
    "indices:data/read/scroll",
    "indices:data/read/scroll/clear",
    "indices:data/read/msearch/template",
    "indices:data/write/reindex",
    "indices:data/read/search/template/render",
    "indices:data/read/point_in_time/readall",
];

/// Whether cluster permissions alone decide the action.
pub fn is_cluster(action: &str) -> bool {
    action.starts_with("cluster:")
        || action.starts_with("indices:admin/template/")
        || action.starts_with("indices:admin/index_template/")
        || CLUSTER.contains(&action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scroll_is_listed_by_name_and_not_by_prefix() {
        assert!(is_cluster("indices:data/read/scroll/clear"));
        assert!(!is_cluster("indices:data/read/scroll/other"));
        assert!(!is_cluster("indices:data/read/point_in_time/create"));
    }
}

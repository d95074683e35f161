//! `do_not_fail_on_forbidden`: narrow a request to what is permitted (rule 9 of the recorded behaviour).

use crate::engine::cluster::IndicesOptions;
use crate::engine::pattern::wildcard;
use crate::engine::request::opensearch::{Shape, TransportRequest};

const REDUCIBLE: [&str; 7] = [
    "indices:data/read/*",
    "indices:admin/mappings/fields/get*",
    "indices:admin/shards/search_shards",
    "indices:admin/resolve/index",
    "indices:monitor/settings/get",
    "indices:monitor/stats",
    "indices:admin/aliases/get",
];

/// Whether requests of this action may be narrowed.
pub(super) fn reducible(action: &str) -> bool {
    REDUCIBLE.iter().any(|pattern| wildcard(pattern, action))
}

/// Write the permitted names into the request; false when its class does not take them.
///
/// After an alias or a data stream was broken down to its members (3.8), nothing of it is kept: the request
/// itself names no members.
pub(super) fn narrow(call: &mut TransportRequest, names: &[String]) -> bool {
    let fits = match call.shape {
        Shape::Many => !names.is_empty(),
        Shape::One => names.len() == 1,
        Shape::Nodes => return true,
        Shape::Fixed | Shape::Parts | Shape::Other => false,
    };
    if fits {
        for group in &mut call.groups {
            group.expressions = names.to_vec();
        }
    }
    fits
}

/// Make the request come to nothing (`do_not_fail_on_forbidden_empty`); none when its class cannot, otherwise
/// what it then is about.
/// Only searches, search shards and field mappings then really are about nothing: the others take an empty
/// list for every index.
pub(super) fn empty(call: &mut TransportRequest) -> Option<Vec<String>> {
    if call.shape != Shape::Many {
        return None;
    }
    let to_nothing = matches!(call.class, "SearchRequest" | "ClusterSearchShardsRequest" | "GetFieldMappingsRequest");
    for group in &mut call.groups {
        group.expressions.clear();
        if to_nothing {
            group.options = IndicesOptions {
                ignore_unavailable: true,
                allow_no_indices: true,
                open: false,
                closed: false,
                hidden: false,
                ..IndicesOptions::STRICT_EXPAND_OPEN
            };
        }
    }
    Some(if to_nothing { Vec::new() } else { vec!["*".to_owned()] })
}

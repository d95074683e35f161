//! `GET _alias`

use serde_json::Value;

use super::{Cluster, member};
use crate::engine::cluster::AliasMember;

pub(super) fn read(value: &Value, cluster: &mut Cluster) {
    for (index, entry) in value.as_object().into_iter().flatten() {
        cluster.indices.entry(index.clone()).or_default();
        for (alias, options) in entry.get("aliases").and_then(Value::as_object).into_iter().flatten() {
            let filter = options.get("filter").cloned();
            let is_write_index = options.get("is_write_index").and_then(Value::as_bool);
            member(cluster, alias, AliasMember { index: index.clone(), filter, is_write_index });
        }
    }
}

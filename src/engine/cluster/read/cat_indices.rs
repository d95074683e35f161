//! `GET _cat/indices?format=json`

use serde_json::Value;

use super::Cluster;

pub(super) fn read(value: &Value, cluster: &mut Cluster) {
    for row in value.as_array().into_iter().flatten() {
        let Some(name) = row.get("index").and_then(Value::as_str) else { continue };
        let index = cluster.indices.entry(name.to_owned()).or_default();
        index.closed = row.get("status").and_then(Value::as_str) == Some("close");
    }
}

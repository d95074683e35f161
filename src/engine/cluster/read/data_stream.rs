//! `GET _data_stream`

use serde_json::Value;

use super::{Cluster, rows};
use crate::engine::cluster::{DataStream, Index};

pub(super) fn read(value: &Value, cluster: &mut Cluster) {
    for row in rows(value, "data_streams") {
        let Some(name) = row.get("name").and_then(Value::as_str) else { continue };
        let stream = stream(row);
        for index in stream.backing.iter().chain(&stream.failure) {
            // backing indices are hidden unless somebody made them visible
            cluster.indices.entry(index.clone()).or_insert(Index { hidden: true, ..Index::default() });
        }
        cluster.data_streams.insert(name.to_owned(), stream);
    }
}

/// The backing and failure indices of a data stream as the API and the cluster state print them.
pub(super) fn stream(row: &Value) -> DataStream {
    let names = |value: &Value, key| {
        rows(value, key).filter_map(|index| index.get("index_name").and_then(Value::as_str)).map(str::to_owned).collect::<Vec<_>>()
    };
    let failure = row.get("failure_store").map(|store| names(store, "indices")).unwrap_or_else(|| names(row, "failure_indices"));
    DataStream { backing: names(row, "indices"), failure, aliases: Vec::new() }
}

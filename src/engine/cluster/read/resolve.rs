//! `GET _resolve/index/*?expand_wildcards=all`

use serde_json::Value;

use super::{Cluster, member, rows, texts};
use crate::engine::cluster::{AliasMember, DataStream, Index};

pub(super) fn read(value: &Value, cluster: &mut Cluster) {
    for row in rows(value, "indices") {
        let Some(name) = row.get("name").and_then(Value::as_str) else { continue };
        let attributes = texts(row, "attributes");
        let has = |word: &str| attributes.iter().any(|attribute| attribute == word);
        cluster.indices.insert(name.to_owned(), Index { hidden: has("hidden"), closed: has("closed"), ..Index::default() });
        for alias in texts(row, "aliases") {
            member(cluster, &alias, AliasMember { index: name.to_owned(), ..AliasMember::default() });
        }
    }
    for row in rows(value, "aliases") {
        let Some(alias) = row.get("name").and_then(Value::as_str) else { continue };
        for index in texts(row, "indices") {
            member(cluster, alias, AliasMember { index, ..AliasMember::default() });
        }
    }
    for row in rows(value, "data_streams") {
        let Some(name) = row.get("name").and_then(Value::as_str) else { continue };
        let backing = texts(row, "backing_indices");
        cluster.data_streams.insert(name.to_owned(), DataStream { backing, ..DataStream::default() });
    }
}

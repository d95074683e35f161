//! `GET _cluster/state/metadata`

use serde_json::Value;

use super::{Cluster, data_stream, member, texts};
use crate::engine::cluster::{AliasMember, Index};

pub(super) fn read(value: &Value, cluster: &mut Cluster) {
    let Some(metadata) = value.get("metadata") else { return };
    for (name, entry) in entries(metadata, &["indices"]) {
        let hidden = entry
            .get("settings")
            .and_then(|settings| settings.get("index").and_then(|index| index.get("hidden")).or_else(|| settings.get("index.hidden")));
        let index = Index {
            hidden: hidden.is_some_and(|hidden| hidden.as_bool() == Some(true) || hidden.as_str() == Some("true")),
            closed: entry.get("state").and_then(Value::as_str) == Some("close"),
            ..Index::default()
        };
        cluster.indices.insert(name.clone(), index);
        for alias in texts(entry, "aliases") {
            member(cluster, &alias, AliasMember { index: name.clone(), ..AliasMember::default() });
        }
    }
    for (name, entry) in entries(metadata, &["data_stream", "data_stream"]) {
        cluster.data_streams.insert(name.clone(), data_stream::stream(entry));
    }
    for (alias, entry) in entries(metadata, &["data_stream", "data_stream_aliases"]) {
        for stream in texts(entry, "data_streams") {
            if let Some(stream) = cluster.data_streams.get_mut(&stream) {
                stream.aliases.push(alias.clone());
            }
        }
    }
    for (_, template) in entries(metadata, &["index_template", "index_template"]) {
        if template.get("data_stream").is_some_and(Value::is_object) {
            cluster.data_stream_patterns.extend(texts(template, "index_patterns"));
        }
    }
}

fn entries<'v>(value: &'v Value, path: &[&str]) -> impl Iterator<Item = (&'v String, &'v Value)> {
    path.iter().try_fold(value, |value, key| value.get(key)).and_then(Value::as_object).into_iter().flatten()
}

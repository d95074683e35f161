//! A cluster model from what a cluster prints; one file a format. A format is told by its shape, so that
//! files may have any name.

mod alias;
mod cat_indices;
mod data_stream;
mod resolve;
mod state;

use serde_json::Value;

use super::{AliasMember, Cluster};

/// What a cluster printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClusterFormat {
    /// `GET _resolve/index/*?expand_wildcards=all`: all that is needed but aliases' filters.
    ResolveIndex,
    /// `GET _alias`
    Alias,
    /// `GET _cat/indices?format=json`
    CatIndices,
    /// `GET _data_stream`
    DataStream,
    /// `GET _cluster/state/metadata`
    State,
}

impl ClusterFormat {
    /// The request that prints it.
    pub fn request(self) -> &'static str {
        match self {
            ClusterFormat::ResolveIndex => "GET _resolve/index/*?expand_wildcards=all",
            ClusterFormat::Alias => "GET _alias",
            ClusterFormat::CatIndices => "GET _cat/indices?format=json",
            ClusterFormat::DataStream => "GET _data_stream",
            ClusterFormat::State => "GET _cluster/state/metadata",
        }
    }

    /// Tell the format by its shape.
    pub fn detect(value: &Value) -> Option<Self> {
        if let Some(rows) = value.as_array() {
            let first = rows.first()?;
            return (first.get("index").is_some() && (first.get("status").is_some() || first.get("health").is_some()))
                .then_some(ClusterFormat::CatIndices);
        }
        let map = value.as_object()?;
        if map.get("metadata").and_then(|metadata| metadata.get("indices")).is_some_and(Value::is_object) {
            return Some(ClusterFormat::State);
        }
        if map.get("indices").is_some_and(Value::is_array) && map.get("aliases").is_none_or(Value::is_array) {
            return Some(ClusterFormat::ResolveIndex);
        }
        if map.get("data_streams").is_some_and(Value::is_array) {
            return Some(ClusterFormat::DataStream);
        }
        (!map.is_empty() && map.values().all(|entry| entry.get("aliases").is_some_and(Value::is_object))).then_some(ClusterFormat::Alias)
    }
}

/// Read one print-out into `cluster`, beside what others brought.
pub fn read_cluster(format: ClusterFormat, value: &Value, cluster: &mut Cluster) {
    match format {
        ClusterFormat::ResolveIndex => resolve::read(value, cluster),
        ClusterFormat::Alias => alias::read(value, cluster),
        ClusterFormat::CatIndices => cat_indices::read(value, cluster),
        ClusterFormat::DataStream => data_stream::read(value, cluster),
        ClusterFormat::State => state::read(value, cluster),
    }
    cluster.known = true;
}

/// The entries of an array or nothing.
fn rows<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The texts of an array; a lone text is an array of one.
fn texts(value: &Value, key: &str) -> Vec<String> {
    match value.get(key) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Add an index to an alias, or add what is known of the membership.
fn member(cluster: &mut Cluster, alias: &str, member: AliasMember) {
    let members = cluster.aliases.entry(alias.to_owned()).or_default();
    match members.iter_mut().find(|have| have.index == member.index) {
        Some(have) => {
            have.filter = member.filter.or(have.filter.take());
            have.is_write_index = member.is_write_index.or(have.is_write_index);
        }
        None => members.push(member),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> (ClusterFormat, Cluster) {
        let mut cluster = Cluster::default();
        let format = ClusterFormat::detect(&value).unwrap();
        read_cluster(format, &value, &mut cluster);
        (format, cluster)
    }

    #[test]
    fn resolve_index_brings_all_three() {
        let (format, cluster) = read(json!({
            "indices": [
                {"name": "logs-1", "aliases": ["logs"], "attributes": ["open"]},
                {"name": "old", "attributes": ["closed", "hidden"]},
                {"name": ".ds-app-000001", "attributes": ["open", "hidden"], "data_stream": "app"}
            ],
            "aliases": [{"name": "logs", "indices": ["logs-1"]}],
            "data_streams": [{"name": "app", "backing_indices": [".ds-app-000001"], "timestamp_field": "@timestamp"}]
        }));
        assert_eq!(format, ClusterFormat::ResolveIndex);
        assert!(cluster.indices["old"].closed && cluster.indices["old"].hidden);
        assert_eq!(cluster.aliases["logs"][0].index, "logs-1");
        assert_eq!(cluster.data_streams["app"].backing, [".ds-app-000001"]);
        assert!(cluster.known);
    }

    #[test]
    fn aliases_carry_filters_and_write_indices() {
        let (format, cluster) =
            read(json!({"a-1": {"aliases": {"a": {"is_write_index": true, "filter": {"term": {"x": 1}}}}}, "b": {"aliases": {}}}));
        assert_eq!(format, ClusterFormat::Alias);
        assert_eq!(cluster.aliases["a"][0].is_write_index, Some(true));
        assert!(cluster.aliases["a"][0].filter.is_some());
        assert!(cluster.indices.contains_key("b"));
    }

    #[test]
    fn cat_indices_tells_closed_ones() {
        let (format, cluster) = read(json!([{"health": "green", "status": "open", "index": "a"}, {"status": "close", "index": "b"}]));
        assert_eq!(format, ClusterFormat::CatIndices);
        assert!(!cluster.indices["a"].closed && cluster.indices["b"].closed);
    }

    #[test]
    fn data_streams_list_their_backing_indices() {
        let (format, cluster) = read(json!({"data_streams": [{"name": "s", "hidden": false,
            "indices": [{"index_name": ".ds-s-000001", "index_uuid": "u"}], "failure_store": {"indices": [{"index_name": ".fs-s-1"}]}}]}));
        assert_eq!(format, ClusterFormat::DataStream);
        assert_eq!(cluster.data_streams["s"].backing, [".ds-s-000001"]);
        assert_eq!(cluster.data_streams["s"].failure, [".fs-s-1"]);
        assert!(cluster.indices[".ds-s-000001"].hidden);
    }

    #[test]
    fn the_state_brings_indices_streams_and_templates() {
        let (format, cluster) = read(json!({"cluster_name": "c", "metadata": {
            "indices": {
                "a-1": {"state": "open", "aliases": ["a"], "settings": {"index": {"hidden": "true"}}},
                "b": {"state": "close", "aliases": []}
            },
            "data_stream": {"data_stream": {"s": {"name": "s", "indices": [{"index_name": ".ds-s-000001"}]}}},
            "index_template": {"index_template": {"t": {"index_patterns": ["s-*"], "data_stream": {}}, "u": {"index_patterns": ["u"]}}}
        }}));
        assert_eq!(format, ClusterFormat::State);
        assert!(cluster.indices["a-1"].hidden && cluster.indices["b"].closed);
        assert_eq!(cluster.aliases["a"][0].index, "a-1");
        assert_eq!(cluster.data_streams["s"].backing, [".ds-s-000001"]);
        assert_eq!(cluster.data_stream_patterns, ["s-*"]);
    }

    #[test]
    fn other_json_is_none_of_them() {
        for value in [json!({}), json!([]), json!({"logs": {"mappings": {}}}), json!("x"), json!([1])] {
            assert_eq!(ClusterFormat::detect(&value), None);
        }
    }
}

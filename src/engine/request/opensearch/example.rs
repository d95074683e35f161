//! A REST request for a transport action: the simplest one that asks for it.

use serde_json::{Value, json};

use crate::engine::request::{Body, Request};

/// Action, method, path (`{}` is the index), body (as JSON text, `{}` likewise; lines for bulk and multi requests).
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Actions of which a client's request is made; what the engine does by itself on the way (shards, replicas) is left
/// out.
const ROWS: [Row; 92] = [
    ("cluster:admin/component_template/delete", "DELETE", "/_component_template/example", ""),
    ("cluster:admin/component_template/get", "GET", "/_component_template/example", ""),
    ("cluster:admin/component_template/put", "PUT", "/_component_template/example", r#"{"template":{}}"#),
    ("cluster:admin/ingest/pipeline/delete", "DELETE", "/_ingest/pipeline/example", ""),
    ("cluster:admin/ingest/pipeline/get", "GET", "/_ingest/pipeline/example", ""),
    ("cluster:admin/ingest/pipeline/put", "PUT", "/_ingest/pipeline/example", r#"{"processors":[]}"#),
    ("cluster:admin/ingest/pipeline/simulate", "POST", "/_ingest/pipeline/_simulate", r#"{"pipeline":{"processors":[]},"docs":[]}"#),
    ("cluster:admin/repository/delete", "DELETE", "/_snapshot/example", ""),
    ("cluster:admin/repository/get", "GET", "/_snapshot/example", ""),
    ("cluster:admin/repository/put", "PUT", "/_snapshot/example", r#"{"type":"fs","settings":{"location":"example"}}"#),
    ("cluster:admin/repository/verify", "POST", "/_snapshot/example/_verify", ""),
    ("cluster:admin/reroute", "POST", "/_cluster/reroute", ""),
    ("cluster:admin/script/delete", "DELETE", "/_scripts/example", ""),
    ("cluster:admin/script/get", "GET", "/_scripts/example", ""),
    ("cluster:admin/script/put", "PUT", "/_scripts/example", r#"{"script":{"lang":"painless","source":"1"}}"#),
    ("cluster:admin/settings/update", "PUT", "/_cluster/settings", r#"{"transient":{}}"#),
    ("cluster:admin/snapshot/create", "PUT", "/_snapshot/example/example", ""),
    ("cluster:admin/snapshot/delete", "DELETE", "/_snapshot/example/example", ""),
    ("cluster:admin/snapshot/get", "GET", "/_snapshot/example/example", ""),
    ("cluster:admin/snapshot/status", "GET", "/_snapshot/_status", ""),
    ("cluster:admin/tasks/cancel", "POST", "/_tasks/node:1/_cancel", ""),
    ("cluster:monitor/allocation/explain", "GET", "/_cluster/allocation/explain", ""),
    ("cluster:monitor/health", "GET", "/_cluster/health", ""),
    ("cluster:monitor/main", "GET", "/", ""),
    ("cluster:monitor/nodes/hot_threads", "GET", "/_nodes/hot_threads", ""),
    ("cluster:monitor/nodes/info", "GET", "/_nodes", ""),
    ("cluster:monitor/nodes/stats", "GET", "/_nodes/stats", ""),
    ("cluster:monitor/nodes/usage", "GET", "/_nodes/usage", ""),
    ("cluster:monitor/remote/info", "GET", "/_remote/info", ""),
    ("cluster:monitor/state", "GET", "/_cluster/state", ""),
    ("cluster:monitor/stats", "GET", "/_cluster/stats", ""),
    ("cluster:monitor/task", "GET", "/_cluster/pending_tasks", ""),
    ("cluster:monitor/tasks/lists", "GET", "/_tasks", ""),
    ("indices:admin/aliases", "POST", "/_aliases", r#"{"actions":[{"add":{"index":"{}","alias":"example-alias"}}]}"#),
    ("indices:admin/aliases/get", "GET", "/{}/_alias", ""),
    ("indices:admin/analyze", "GET", "/{}/_analyze", r#"{"text":"example"}"#),
    ("indices:admin/block/add", "PUT", "/{}/_block/write", ""),
    ("indices:admin/cache/clear", "POST", "/{}/_cache/clear", ""),
    ("indices:admin/close", "POST", "/{}/_close", ""),
    ("indices:admin/create", "PUT", "/{}-new", ""),
    ("indices:admin/data_stream/create", "PUT", "/_data_stream/{}", ""),
    ("indices:admin/data_stream/delete", "DELETE", "/_data_stream/{}", ""),
    ("indices:admin/data_stream/get", "GET", "/_data_stream/{}", ""),
    ("indices:admin/delete", "DELETE", "/{}", ""),
    ("indices:admin/flush", "POST", "/{}/_flush", ""),
    ("indices:admin/forcemerge", "POST", "/{}/_forcemerge", ""),
    ("indices:admin/get", "GET", "/{}", ""),
    ("indices:admin/index_template/delete", "DELETE", "/_index_template/example", ""),
    ("indices:admin/index_template/get", "GET", "/_index_template/example", ""),
    ("indices:admin/index_template/put", "PUT", "/_index_template/example", r#"{"index_patterns":["example-*"]}"#),
    ("indices:admin/mapping/put", "PUT", "/{}/_mapping", r#"{"properties":{}}"#),
    ("indices:admin/mappings/fields/get", "GET", "/{}/_mapping/field/example", ""),
    ("indices:admin/mappings/get", "GET", "/{}/_mapping", ""),
    ("indices:admin/open", "POST", "/{}/_open", ""),
    ("indices:admin/refresh", "POST", "/{}/_refresh", ""),
    ("indices:admin/resize", "POST", "/{}/_clone/{}-new", ""),
    ("indices:admin/resolve/index", "GET", "/_resolve/index/{}", ""),
    ("indices:admin/rollover", "POST", "/{}/_rollover", ""),
    ("indices:admin/settings/update", "PUT", "/{}/_settings", r#"{"index":{}}"#),
    ("indices:admin/shards/search_shards", "GET", "/{}/_search_shards", ""),
    ("indices:admin/template/delete", "DELETE", "/_template/example", ""),
    ("indices:admin/template/get", "GET", "/_template/example", ""),
    ("indices:admin/template/put", "PUT", "/_template/example", r#"{"index_patterns":["example-*"]}"#),
    ("indices:admin/upgrade", "POST", "/{}/_upgrade", ""),
    ("indices:admin/validate/query", "GET", "/{}/_validate/query", ""),
    ("indices:data/read/explain", "GET", "/{}/_explain/1", r#"{"query":{"match_all":{}}}"#),
    ("indices:data/read/field_caps", "GET", "/{}/_field_caps?fields=*", ""),
    ("indices:data/read/get", "GET", "/{}/_doc/1", ""),
    ("indices:data/read/mget", "GET", "/_mget", r#"{"docs":[{"_index":"{}","_id":"1"}]}"#),
    ("indices:data/read/mget[shard]", "GET", "/_mget", r#"{"docs":[{"_index":"{}","_id":"1"}]}"#),
    ("indices:data/read/msearch", "GET", "/_msearch", "{\"index\":\"{}\"}\n{}"),
    ("indices:data/read/mtv", "GET", "/_mtermvectors", r#"{"docs":[{"_index":"{}","_id":"1"}]}"#),
    ("indices:data/read/rank_eval", "GET", "/{}/_rank_eval", r#"{"requests":[]}"#),
    ("indices:data/read/scroll", "POST", "/_search/scroll", r#"{"scroll_id":"example"}"#),
    ("indices:data/read/scroll/clear", "DELETE", "/_search/scroll", r#"{"scroll_id":"example"}"#),
    ("indices:data/read/search", "GET", "/{}/_search", ""),
    ("indices:data/read/tv", "GET", "/{}/_termvectors/1", ""),
    ("indices:data/write/bulk", "POST", "/_bulk", "{\"index\":{\"_index\":\"{}\"}}\n{}"),
    ("indices:data/write/bulk[s]", "POST", "/_bulk", "{\"index\":{\"_index\":\"{}\"}}\n{}"),
    ("indices:data/write/delete", "DELETE", "/{}/_doc/1", ""),
    ("indices:data/write/delete/byquery", "POST", "/{}/_delete_by_query", r#"{"query":{"match_all":{}}}"#),
    ("indices:data/write/index", "PUT", "/{}/_doc/1", r#"{"example":1}"#),
    ("indices:data/write/reindex", "POST", "/_reindex", r#"{"source":{"index":"{}"},"dest":{"index":"{}-new"}}"#),
    ("indices:data/write/update", "POST", "/{}/_update/1", r#"{"doc":{}}"#),
    ("indices:data/write/update/byquery", "POST", "/{}/_update_by_query", ""),
    ("indices:monitor/recovery", "GET", "/{}/_recovery", ""),
    ("indices:monitor/segments", "GET", "/{}/_segments", ""),
    ("indices:monitor/settings/get", "GET", "/{}/_settings", ""),
    ("indices:monitor/shard_stores", "GET", "/{}/_shard_stores", ""),
    ("indices:monitor/stats", "GET", "/{}/_stats", ""),
    ("indices:monitor/upgrade", "GET", "/{}/_upgrade", ""),
    ("cluster:admin/snapshot/restore", "POST", "/_snapshot/example/example/_restore", ""),
];

/// The simplest request that asks for an action, on an index where it is about one; none for actions that no
/// client asks for by itself.
pub fn example(action: &str, index: Option<&str>) -> Option<Request> {
    let (_, method, path, body) = ROWS.iter().find(|row| row.0 == action)?;
    // only a lone `{}` between quotes or in a path stands for the index
    let index = index.unwrap_or("example");
    let path = path.replace("{}", index);
    let quoted = Value::String(index.to_owned()).to_string();
    let body = body.replace("\"{}\"", &quoted).replace("\"{}-new\"", &Value::String(format!("{index}-new")).to_string());
    let body = if body.is_empty() { Body::None } else { Body::parse(&body, &path) };
    Some(Request { method: (*method).to_owned(), path, body, headers: Vec::new() })
}

/// The requests for some actions on some indices, none twice. Reading and writing of documents comes first.
pub fn examples<'a>(actions: impl IntoIterator<Item = &'a str>, indices: &[String]) -> Vec<Request> {
    let mut out: Vec<Request> = Vec::new();
    for action in actions {
        let several = matches!(action, "indices:data/read/search" | "indices:admin/delete" | "indices:monitor/stats" | "indices:admin/get");
        let one = if several && indices.len() > 1 {
            example(action, Some(&indices.join(",")))
        } else {
            example(action, indices.first().map(String::as_str))
        };
        if let Some(mut request) = one {
            if action.starts_with("indices:data/write/bulk") && indices.len() > 1 {
                let lines = indices.iter().flat_map(|index| [json!({ "index": { "_index": index } }), json!({})]);
                request.body = Body::Lines(lines.collect());
            }
            if !out.contains(&request) {
                out.push(request);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::engine::cluster::{Cluster, Index};
    use crate::engine::evaluate::{Decide, Subject, compile};
    use crate::engine::model::opensearch::{Configuration, InternalUser, RoleMapping};
    use crate::engine::model::{Evaluator, Product};
    use crate::source::Located;

    #[test]
    fn each_request_asks_for_its_action() {
        let mapping = RoleMapping { users: vec![Located::from("admin")], ..RoleMapping::default() };
        let configuration = Configuration {
            roles_mapping: [("all_access".to_owned(), mapping)].into_iter().collect(),
            internal_users: [("admin".to_owned(), InternalUser::default())].into_iter().collect(),
            ..Configuration::default()
        };
        let cluster = Cluster { indices: [("hr".to_owned(), Index::default())].into_iter().collect(), known: true, ..Cluster::default() };
        let cluster = std::sync::Arc::new(cluster);
        let engines: Vec<_> = [
            (Product::OpenSearch3_8, Evaluator::V4),
            (Product::OpenSearch3_8, Evaluator::Legacy),
            (Product::OpenDistro1_13, Evaluator::Legacy),
        ]
        .map(|(product, evaluator)| compile(product, evaluator, &configuration, &cluster))
        .to_vec();
        let subject = Subject { user: "admin".to_owned(), ..Subject::default() };
        let asked = |engine: &dyn Decide, request: &Request| -> BTreeSet<String> {
            engine.explain(&subject, request).calls.into_iter().flat_map(|call| call.required.into_iter().chain([call.action])).collect()
        };
        let wrong: Vec<String> = ROWS
            .iter()
            .filter_map(|(action, ..)| {
                let request = example(action, Some("hr")).expect("it is in the table");
                let asks = engines.iter().any(|engine| asked(&**engine, &request).contains(*action));
                (!asks).then(|| format!("{request} asks for {:?}, not for {action}", asked(&*engines[0], &request)))
            })
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
    }
}

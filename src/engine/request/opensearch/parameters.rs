//! Parameters that a route does not know: the engine answers 400 before security is asked.

use super::rest::Rest;

/// How a request wants its expressions to be read.
const OPTIONS: [&str; 3] = ["ignore_unavailable", "allow_no_indices", "expand_wildcards"];

/// Routes that take none of them, as 3.4.0 answered on each route of its catalog. `POST /_aliases` is not
/// `GET /_aliases`, which does.
const WITHOUT_OPTIONS: [&str; 53] = [
    "/",
    "/_analyze",
    "/_bulk",
    "/_cat",
    "/_cat/allocation",
    "/_cat/cluster_manager",
    "/_cat/count",
    "/_cat/count/{index}",
    "/_cat/fielddata",
    "/_cat/health",
    "/_cat/master",
    "/_cat/nodeattrs",
    "/_cat/nodes",
    "/_cat/pending_tasks",
    "/_cat/pit_segments",
    "/_cat/plugins",
    "/_cat/repositories",
    "/_cat/segments",
    "/_cat/segments/{index}",
    "/_cat/shards",
    "/_cat/shards/{index}",
    "/_cat/tasks",
    "/_cat/templates",
    "/_cat/thread_pool",
    "/_cluster/allocation/explain",
    "/_cluster/pending_tasks",
    "/_cluster/reroute",
    "/_cluster/settings",
    "/_cluster/stats",
    "/_component_template",
    "/_component_template/{name}",
    "/_data_stream",
    "/_data_stream/{name}",
    "/_index_template",
    "/_index_template/{name}",
    "/_mget",
    "/_msearch/template",
    "/_mtermvectors",
    "/_reindex",
    "/_remote/info",
    "/_render/template",
    "/_template",
    "/_template/{name}",
    "/{index}/_analyze",
    "/{index}/_bulk",
    "/{index}/_create/{id}",
    "/{index}/_doc",
    "/{index}/_doc/{id}",
    "/{index}/_explain/{id}",
    "/{index}/_mget",
    "/{index}/_source/{id}",
    "/{index}/_termvectors/{id}",
    "/{index}/_update/{id}",
];

/// Beginnings of templates whose routes take none either.
const FAMILIES: [&str; 12] = [
    "/_cluster/decommission",
    "/_cluster/routing",
    "/_filecache",
    "/_index_template/_simulate",
    "/_ingest/",
    "/_list/shards",
    "/_nodes",
    "/_script_",
    "/_scripts",
    "/_search/pipeline",
    "/_search/point_in_time/_all",
    "/_tasks",
];

/// Whether a request says how its expressions are to be read.
pub(super) fn has_options(rest: &Rest) -> bool {
    rest.query.iter().any(|(name, _)| OPTIONS.contains(&name.as_str()))
}

/// The parameter that the route does not know, if there is one.
pub(super) fn unrecognized<'a>(template: &str, rest: &'a Rest) -> Option<&'a str> {
    let takes = !WITHOUT_OPTIONS.contains(&template)
        && !FAMILIES.iter().any(|family| template.starts_with(family))
        && (template != "/_aliases" || rest.method != "POST");
    rest.query.iter().map(|(name, _)| name.as_str()).find(|name| !takes && OPTIONS.contains(name))
}

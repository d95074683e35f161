//! APIs about the cluster, its nodes and tasks: one call each.

use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::transport::{Group, Shape, TransportRequest};
use crate::engine::cluster::IndicesOptions;

use Does::{Nodes, Other, Play};

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET HEAD", "/", Nodes("cluster:monitor/main", "MainRequest")),
    route("GET", "/_cluster/health", Play(health)),
    route("GET", "/_cluster/health/{index}", Play(health)),
    route("GET", "/_cluster/settings", Play(state)),
    route("PUT", "/_cluster/settings", Other("cluster:admin/settings/update", "ClusterUpdateSettingsRequest")),
    route("GET", "/_cluster/state", Play(state)),
    route("GET", "/_cluster/state/{metric}", Play(state)),
    route("GET", "/_cluster/state/{metric}/{index}", Play(state)),
    route("GET", "/_cluster/stats", Nodes("cluster:monitor/stats", "ClusterStatsRequest")),
    route("GET", "/_cluster/stats/nodes/{nodes}", Nodes("cluster:monitor/stats", "ClusterStatsRequest")),
    route("GET", "/_cluster/pending_tasks", Other("cluster:monitor/task", "PendingClusterTasksRequest")),
    route("POST", "/_cluster/reroute", Other("cluster:admin/reroute", "ClusterRerouteRequest")),
    route("GET POST", "/_cluster/allocation/explain", Other("cluster:monitor/allocation/explain", "ClusterAllocationExplainRequest")),
    route(
        "POST",
        "/_cluster/voting_config_exclusions",
        Other("cluster:admin/voting_config/add_exclusions", "AddVotingConfigExclusionsRequest"),
    ),
    route(
        "DELETE",
        "/_cluster/voting_config_exclusions",
        Other("cluster:admin/voting_config/clear_exclusions", "ClearVotingConfigExclusionsRequest"),
    ),
    route(
        "GET",
        "/_cluster/decommission/awareness/{attribute}/_status",
        Other("cluster:admin/decommission/awareness/get", "GetDecommissionStateRequest"),
    ),
    route(
        "GET",
        "/_cluster/routing/awareness/{attribute}/weights",
        Other("cluster:admin/routing/awareness/weights/get", "ClusterGetWeightedRoutingRequest"),
    ),
    route("GET", "/_remote/info", Other("cluster:monitor/remote/info", "RemoteInfoRequest")),
    route("GET", "/_nodes", Nodes("cluster:monitor/nodes/info", "NodesInfoRequest")),
    route("GET", "/_nodes/{nodes}", Nodes("cluster:monitor/nodes/info", "NodesInfoRequest")),
    route("GET", "/_nodes/{nodes}/{metrics}", Nodes("cluster:monitor/nodes/info", "NodesInfoRequest")),
    route("GET", "/_nodes/stats", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_nodes/{nodes}/stats", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_nodes/stats/{metric}", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_nodes/{nodes}/stats/{metric}", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_nodes/stats/{metric}/{index_metric}", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_nodes/{nodes}/stats/{metric}/{index_metric}", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_nodes/hot_threads", Nodes("cluster:monitor/nodes/hot_threads", "NodesHotThreadsRequest")),
    route("GET", "/_nodes/{nodes}/hot_threads", Nodes("cluster:monitor/nodes/hot_threads", "NodesHotThreadsRequest")),
    route("GET", "/_nodes/usage", Nodes("cluster:monitor/nodes/usage", "NodesUsageRequest")),
    route("GET", "/_nodes/{nodes}/usage", Nodes("cluster:monitor/nodes/usage", "NodesUsageRequest")),
    route(
        "POST",
        "/_nodes/reload_secure_settings",
        Nodes("cluster:admin/nodes/reload_secure_settings", "NodesReloadSecureSettingsRequest"),
    ),
    route("GET", "/_tasks", Other("cluster:monitor/tasks/lists", "ListTasksRequest")),
    route("GET", "/_tasks/{task}", Other("cluster:monitor/task/get", "GetTaskRequest")),
    route("POST", "/_tasks/_cancel", Other("cluster:admin/tasks/cancel", "CancelTasksRequest")),
    route("POST", "/_tasks/{task}/_cancel", Other("cluster:admin/tasks/cancel", "CancelTasksRequest")),
    route("GET", "/_dangling", Nodes("cluster:admin/indices/dangling/list", "ListDanglingIndicesRequest")),
];

/// What 3.x has besides.
pub(super) const ROUTES_3: &[Route] =
    &[route("POST", "/_filecache/prune", Nodes("cluster:admin/filecache/prune", "PruneFileCacheRequest"))];

/// A cluster state is asked for leniently: missing indices are passed over.
pub(super) fn state_of(expressions: Vec<String>) -> TransportRequest {
    let group = Group::new(expressions, IndicesOptions::LENIENT_EXPAND_OPEN).with_streams();
    TransportRequest::new("cluster:monitor/state", "ClusterStateRequest", Shape::Many, vec![group])
}

/// The health of the cluster or of some indices.
pub(super) fn health_of(expressions: Vec<String>) -> TransportRequest {
    let group = Group::new(expressions, IndicesOptions::LENIENT_EXPAND_HIDDEN).with_streams();
    TransportRequest::new("cluster:monitor/health", "ClusterHealthRequest", Shape::Many, vec![group])
}

fn health(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let mut call = health_of(rest.names("index"));
    for group in &mut call.groups {
        group.options = rest.options(group.options);
    }
    player.call(call).map(|_| ())
}

fn state(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let mut call = state_of(rest.names("index"));
    for group in &mut call.groups {
        group.options = rest.options(group.options);
    }
    player.call(call).map(|_| ())
}

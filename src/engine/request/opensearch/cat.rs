//! The `_cat` and `_list` APIs: tables made of several calls.

use super::aliases::get_aliases;
use super::cluster::{health_of, state_of};
use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::search::search_of;
use super::transport::{Group, Shape, TransportRequest};
use crate::engine::cluster::IndicesOptions;

use Does::{Nodes, Other, Play};

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/_cat", Play(help)),
    route("GET", "/_cat/indices", Play(indices)),
    route("GET", "/_cat/indices/{index}", Play(indices)),
    route("GET", "/_list/indices", Play(list_indices)),
    route("GET", "/_list/indices/{index}", Play(list_indices)),
    route("GET", "/_cat/aliases", Play(aliases)),
    route("GET", "/_cat/aliases/{alias}", Play(aliases)),
    route("GET", "/_cat/shards", Play(shards)),
    route("GET", "/_cat/shards/{index}", Play(shards)),
    route("GET", "/_list/shards", Play(list_shards)),
    route("GET", "/_list/shards/{index}", Play(list_shards)),
    route("GET", "/_cat/count", Play(count)),
    route("GET", "/_cat/count/{index}", Play(count)),
    route("GET", "/_cat/segments", Play(segments)),
    route("GET", "/_cat/segments/{index}", Play(segments)),
    route("GET", "/_cat/recovery", Play(recovery)),
    route("GET", "/_cat/recovery/{index}", Play(recovery)),
    route("GET", "/_cat/segment_replication", Play(segment_replication)),
    route("GET", "/_cat/segment_replication/{index}", Play(segment_replication)),
    route("GET", "/_cat/nodes", Play(nodes)),
    route("GET", "/_cat/thread_pool", Play(nodes)),
    route("GET", "/_cat/thread_pool/{pools}", Play(nodes)),
    route("GET", "/_cat/allocation", Play(allocation)),
    route("GET", "/_cat/allocation/{nodes}", Play(allocation)),
    route("GET", "/_cat/nodeattrs", Play(node_info)),
    route("GET", "/_cat/plugins", Play(node_info)),
    route("GET", "/_cat/master", Play(state)),
    route("GET", "/_cat/cluster_manager", Play(state)),
    route("GET", "/_cat/templates", Play(state)),
    route("GET", "/_cat/templates/{name}", Play(state)),
    route("GET", "/_cat/health", Play(health)),
    route("GET", "/_cat/pending_tasks", Other("cluster:monitor/task", "PendingClusterTasksRequest")),
    route("GET", "/_cat/tasks", Other("cluster:monitor/tasks/lists", "ListTasksRequest")),
    route("GET", "/_cat/repositories", Other("cluster:admin/repository/get", "GetRepositoriesRequest")),
    route("GET", "/_cat/snapshots", Other("cluster:admin/snapshot/get", "GetSnapshotsRequest")),
    route("GET", "/_cat/snapshots/{repository}", Other("cluster:admin/snapshot/get", "GetSnapshotsRequest")),
    route("GET", "/_cat/fielddata", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
    route("GET", "/_cat/fielddata/{fields}", Nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")),
];

const TABLE: IndicesOptions = IndicesOptions::LENIENT_EXPAND_HIDDEN;

fn help(_: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    Ok(())
}

fn ask_stats(player: &mut Player<'_>, expressions: Vec<String>, options: IndicesOptions) -> Result<(), Stop> {
    let group = Group::new(expressions, options).with_streams();
    player.call(TransportRequest::new("indices:monitor/stats", "IndicesStatsRequest", Shape::Many, vec![group])).map(|_| ())
}

/// The settings first; then, at once, the state, and with it statistics and health.
fn indices_table(player: &mut Player<'_>, rest: &Rest, by_name: bool) -> Result<(), Stop> {
    let names = rest.names("index");
    let options = rest.options(IndicesOptions::STRICT_EXPAND);
    let group = Group::new(names.clone(), options).with_streams();
    let call = player.call(TransportRequest::new("indices:monitor/settings/get", "GetSettingsRequest", Shape::Many, vec![group]))?;
    player.concrete(&call.group())?;
    let state = player.call(state_of(names.clone()))?;
    player.concrete(&state.group())?;
    // pages are made of the names in the cluster state, hidden and closed ones included
    let names = if by_name { player.concrete(&Group::new(names, IndicesOptions::LENIENT_EXPAND_HIDDEN).with_streams())? } else { names };
    ask_stats(player, names.clone(), TABLE)?;
    player.call(health_of(names)).map(|_| ())
}

fn indices(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    indices_table(player, rest, false)
}

fn list_indices(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    indices_table(player, rest, true)
}

fn aliases(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(Vec::new(), rest.options(IndicesOptions::STRICT_EXPAND_HIDDEN)).with_streams();
    get_aliases(player, group, rest.names("alias"))
}

fn shards_table(player: &mut Player<'_>, rest: &Rest, by_name: bool) -> Result<(), Stop> {
    let names = rest.names("index");
    player.call(TransportRequest::other("cluster:monitor/shards", "CatShardsRequest"))?;
    player.call(state_of(names.clone()))?;
    let names = if by_name {
        player.concrete(&Group::new(names, IndicesOptions { hidden: true, ..IndicesOptions::STRICT_EXPAND_OPEN }))?
    } else {
        names
    };
    ask_stats(player, names, IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED)
}

fn shards(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    shards_table(player, rest, false)
}

fn list_shards(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    shards_table(player, rest, true)
}

fn count(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED));
    player.call(search_of(group, None, None)).map(|_| ())
}

fn segments(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    player.call(state_of(rest.names("index")))?;
    player.call_on(rest, "indices:monitor/segments", "IndicesSegmentsRequest", IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED).map(|_| ())
}

fn recovery(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    player.call_on(rest, "indices:monitor/recovery", "RecoveryRequest", IndicesOptions::STRICT_EXPAND).map(|_| ())
}

fn segment_replication(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let options = IndicesOptions::STRICT_EXPAND;
    player.call_on(rest, "indices:monitor/segment_replication", "SegmentReplicationStatsRequest", options).map(|_| ())
}

fn state(player: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    player.call(state_of(Vec::new())).map(|_| ())
}

fn health(player: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    player.call(health_of(Vec::new())).map(|_| ())
}

fn nodes(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    node_info(player, rest)?;
    player.call(TransportRequest::nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")).map(|_| ())
}

fn node_info(player: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    player.call(state_of(Vec::new()))?;
    player.call(TransportRequest::nodes("cluster:monitor/nodes/info", "NodesInfoRequest")).map(|_| ())
}

fn allocation(player: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    player.call(state_of(Vec::new()))?;
    player.call(TransportRequest::nodes("cluster:monitor/nodes/stats", "NodesStatsRequest")).map(|_| ())
}

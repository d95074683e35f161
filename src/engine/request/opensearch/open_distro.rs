//! Where Elasticsearch OSS 7.10 under Open Distro goes other ways than OpenSearch 2.

use super::cluster::state_of;
use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::transport::{Group, Shape, TransportRequest};
use crate::engine::cluster::IndicesOptions;

use Does::{Other, Play};

/// The routes that differ.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/_cat/shards", Play(shards)),
    route("GET", "/_cat/shards/{index}", Play(shards)),
    route("GET POST", "/_render/template", Other("indices:data/read/search/template", "SearchTemplateRequest")),
    route("GET POST", "/_render/template/{id}", Other("indices:data/read/search/template", "SearchTemplateRequest")),
    route("GET POST", "/_flush/synced", Play(synced_flush)),
    route("GET POST", "/{index}/_flush/synced", Play(synced_flush)),
    // documents by type, still there in 7.10
    route("GET HEAD", "/{index}/{type}/{id}", Play(typed_get)),
];

/// The state first, then the statistics; there is no action of its own.
fn shards(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let names = rest.names("index");
    player.call(state_of(names.clone()))?;
    let group = Group::new(names, IndicesOptions::LENIENT_EXPAND_HIDDEN).with_streams();
    player.call(TransportRequest::new("indices:monitor/stats", "IndicesStatsRequest", Shape::Many, vec![group])).map(|_| ())
}

fn synced_flush(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    player.call_on(rest, "indices:admin/synced_flush", "SyncedFlushRequest", IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED).map(|_| ())
}

fn typed_get(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::single(rest.segment("index").unwrap_or_default());
    player.call(TransportRequest::new("indices:data/read/get", "GetRequest", Shape::One, vec![group])).map(|_| ())
}

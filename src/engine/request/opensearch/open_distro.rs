//! Where Elasticsearch OSS 7.10 under Open Distro goes other ways than OpenSearch 2.

use super::cluster::{health_of, state_of};
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
    route("GET", "/_cat/indices", Play(indices)),
    route("GET", "/_cat/indices/{index}", Play(indices)),
    // documents by type, still there in 7.10: also for paths that later versions know as something else
    route("GET HEAD", "/{index}/{type}/{id}", Play(typed_get)),
];

/// The security plugin's own API, under its old prefix alone.
pub(super) const SECURITY_API: &[Route] = &[
    route("GET", "/_opendistro/_security/sslinfo", Play(security)),
    route("GET POST", "/_opendistro/_security/authinfo", Play(security)),
    route("GET POST", "/_opendistro/_security/health", Play(security)),
    route("GET POST", "/_opendistro/_security/kibanainfo", Play(security)),
    route("GET POST", "/_opendistro/_security/tenantinfo", Play(security)),
    route("GET PUT", "/_opendistro/_security/api/account", Play(security)),
    route("GET", "/_opendistro/_security/api/permissionsinfo", Play(security)),
    route("GET", "/_opendistro/_security/api/ssl/certs", Play(security)),
    route("GET", "/_opendistro/_security/api/validate", Play(security)),
    route("POST", "/_opendistro/_security/api/migrate", Play(security)),
    route("GET PUT POST DELETE", "/_opendistro/_security/api/cache", Play(security)),
    route("GET PUT PATCH", "/_opendistro/_security/api/whitelist", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/audit", Play(security)),
    route("PUT", "/_opendistro/_security/api/audit/config", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/securityconfig", Play(security)),
    route("PUT", "/_opendistro/_security/api/securityconfig/{name}", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/roles", Play(security)),
    route("GET PUT PATCH DELETE", "/_opendistro/_security/api/roles/{name}", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/rolesmapping", Play(security)),
    route("GET PUT PATCH DELETE", "/_opendistro/_security/api/rolesmapping/{name}", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/internalusers", Play(security)),
    route("GET PUT PATCH DELETE", "/_opendistro/_security/api/internalusers/{name}", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/actiongroups", Play(security)),
    route("GET PUT PATCH DELETE", "/_opendistro/_security/api/actiongroups/{name}", Play(security)),
    route("GET PATCH", "/_opendistro/_security/api/tenants", Play(security)),
    route("GET PUT PATCH DELETE", "/_opendistro/_security/api/tenants/{name}", Play(security)),
];

fn security(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    player.security_api(rest)
}

/// The settings first; then statistics, state and health at once, each asked whatever the others answer.
/// The first refusal among them is the table's.
fn indices(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let names = rest.names("index");
    let group = Group::new(names.clone(), rest.options(IndicesOptions::STRICT_EXPAND_OPEN)).with_streams();
    let call = player.call(TransportRequest::new("indices:monitor/settings/get", "GetSettingsRequest", Shape::Many, vec![group]))?;
    player.concrete(&call.group())?;
    let group = Group::new(names.clone(), IndicesOptions::LENIENT_EXPAND_HIDDEN).with_streams();
    let stats = TransportRequest::new("indices:monitor/stats", "IndicesStatsRequest", Shape::Many, vec![group]);
    let mut first = None;
    for call in [stats, state_of(names.clone()), health_of(names)] {
        let (refusal, _) = player.attempt(call);
        first = first.or(refusal);
    }
    first.map_or(Ok(()), |refusal| Err(Stop::Refused(refusal)))
}

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

//! APIs on whole indices.

use serde_json::Value;

use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::transport::{Details, Group, Shape, TransportRequest};
use crate::engine::cluster::{IndicesOptions, Kind};

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("PUT", "/{index}", Play(create)),
    route("DELETE", "/{index}", Play(delete)),
    route("GET HEAD", "/{index}", Play(get)),
    route("POST", "/{index}/_close", Play(close)),
    route("POST", "/{index}/_open", Play(open)),
    route("PUT", "/{index}/_block/{block}", Play(block)),
    route("PUT POST", "/{index}/_shrink/{target}", Play(resize)),
    route("PUT POST", "/{index}/_split/{target}", Play(split)),
    route("PUT POST", "/{index}/_clone/{target}", Play(resize)),
    route("POST", "/{alias}/_rollover", Play(rollover)),
    route("POST", "/{alias}/_rollover/{new_index}", Play(rollover)),
    route("GET", "/_mapping", Play(get_mapping)),
    route("GET", "/{index}/_mapping", Play(get_mapping)),
    route("GET", "/_mapping/field/{fields}", Play(get_field_mapping)),
    route("GET", "/{index}/_mapping/field/{fields}", Play(get_field_mapping)),
    route("PUT POST", "/{index}/_mapping", Play(put_mapping)),
    route("PUT POST", "/{index}/_mappings", Play(put_mapping)),
    route("GET", "/_settings", Play(get_settings)),
    route("GET", "/_settings/{name}", Play(get_settings)),
    route("GET", "/{index}/_settings", Play(get_settings)),
    route("GET", "/{index}/_settings/{name}", Play(get_settings)),
    route("PUT", "/_settings", Play(put_settings)),
    route("PUT", "/{index}/_settings", Play(put_settings)),
    route("GET", "/_resolve/index/{index}", Play(resolve)),
    route("GET POST", "/_analyze", Play(analyze)),
    route("GET POST", "/{index}/_analyze", Play(analyze)),
    route("GET POST", "/_refresh", Play(refresh)),
    route("GET POST", "/{index}/_refresh", Play(refresh)),
    route("GET POST", "/_flush", Play(flush)),
    route("GET POST", "/{index}/_flush", Play(flush)),
    route("POST", "/_forcemerge", Play(forcemerge)),
    route("POST", "/{index}/_forcemerge", Play(forcemerge)),
    route("POST", "/_cache/clear", Play(clear_cache)),
    route("POST", "/{index}/_cache/clear", Play(clear_cache)),
    route("GET", "/_stats", Play(stats)),
    route("GET", "/_stats/{metric}", Play(stats)),
    route("GET", "/{index}/_stats", Play(stats)),
    route("GET", "/{index}/_stats/{metric}", Play(stats)),
    route("GET", "/_segments", Play(segments)),
    route("GET", "/{index}/_segments", Play(segments)),
    route("GET", "/_recovery", Play(recovery)),
    route("GET", "/{index}/_recovery", Play(recovery)),
    route("GET", "/_shard_stores", Play(shard_stores)),
    route("GET", "/{index}/_shard_stores", Play(shard_stores)),
    route("POST", "/_upgrade", Play(upgrade)),
    route("POST", "/{index}/_upgrade", Play(upgrade)),
    route("GET", "/_upgrade", Play(upgrade_status)),
    route("GET", "/{index}/_upgrade", Play(upgrade_status)),
    route("GET POST", "/_validate/query", Play(validate)),
    route("GET POST", "/{index}/_validate/query", Play(validate)),
    route("GET", "/_remotestore/stats/{index}", Play(remote_store_stats)),
    route("GET", "/_remotestore/stats/{index}/{shard}", Play(remote_store_stats)),
];

const OPEN: IndicesOptions = IndicesOptions::STRICT_EXPAND_OPEN;
const OPEN_ONLY: IndicesOptions = IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED;
const ALL_STATES: IndicesOptions = IndicesOptions::STRICT_EXPAND;

/// One call on the indices of the path; `streams` for requests that take data streams.
fn one(
    player: &mut Player<'_>,
    rest: &Rest,
    call: (&'static str, &'static str),
    options: IndicesOptions,
    streams: bool,
) -> Result<TransportRequest, Stop> {
    let group = Group { streams, ..Group::new(rest.names("index"), rest.options(options)) };
    player.call(TransportRequest::new(call.0, call.1, Shape::Many, vec![group]))
}

/// Then one call for each shard of what the engine resolves; refusals there are failures of shards.
fn each_shard(player: &mut Player<'_>, group: &Group, call: (&'static str, &'static str), times: u32) -> Result<(), Stop> {
    for index in player.concrete(group)? {
        if player.resolver.index(&index).is_some_and(|index| index.closed) {
            continue;
        }
        let mut refused = false;
        for _ in 0..times {
            // an index with a refused shard does not come into the next phase
            if refused {
                break;
            }
            for _ in 0..player.shards(&index) {
                let child = TransportRequest::new(call.0, call.1, Shape::One, vec![Group::single(index.clone())]);
                let (refusal, after) = player.attempt(child);
                refused |= after.is_none();
                // only a refresh is answered with the status of its failed shards
                if call.0 == "indices:admin/refresh[s]" {
                    player.failed(refusal);
                }
            }
        }
    }
    Ok(())
}

fn create(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let aliases = rest.field("aliases").and_then(Value::as_object).map(|aliases| aliases.keys().cloned().collect()).unwrap_or_default();
    let group = Group::single(rest.segment("index").unwrap_or_default());
    let call = TransportRequest::new("indices:admin/create", "CreateIndexRequest", Shape::One, vec![group]);
    player.call(call.with(Details::CreateIndex { aliases })).map(|_| ())
}

fn delete(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let options = IndicesOptions { ignore_aliases: true, ..ALL_STATES };
    one(player, rest, ("indices:admin/delete", "DeleteIndexRequest"), options, false).map(|_| ())
}

fn get(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:admin/get", "GetIndexRequest"), OPEN, true).map(|_| ())
}

fn close(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let call = one(player, rest, ("indices:admin/close", "CloseIndexRequest"), OPEN, false)?;
    each_shard(player, &call.group(), ("indices:admin/close[s]", "ShardRequest"), 2)
}

fn open(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let options = IndicesOptions { open: false, closed: true, ..OPEN };
    one(player, rest, ("indices:admin/open", "OpenIndexRequest"), options, false).map(|_| ())
}

fn block(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let call = one(player, rest, ("indices:admin/block/add", "AddIndexBlockRequest"), OPEN, false)?;
    each_shard(player, &call.group(), ("indices:admin/block/add[s]", "ShardRequest"), 1)
}

/// A split says into how many shards; that is checked before security is asked.
fn split(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let settings = rest.field("settings");
    let names = |settings: &Value| {
        let number = "number_of_shards";
        settings.get(number).or(settings.get(format!("index.{number}"))).or(settings.pointer("/index/number_of_shards")).is_some()
    };
    if settings.is_some_and(names) {
        resize(player, rest)
    } else {
        Err(Stop::Engine("index.number_of_shards is required for split operations".to_owned()))
    }
}

fn resize(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let source = rest.segment("index").unwrap_or_default().to_owned();
    let aliases = rest.field("aliases").and_then(Value::as_object).map(|aliases| aliases.keys().cloned().collect()).unwrap_or_default();
    let part = |name: &str| Group { streams: true, ..Group::new(vec![name.to_owned()], IndicesOptions::LENIENT_EXPAND_OPEN) };
    let groups = vec![part(&source), part(rest.segment("target").unwrap_or_default())];
    let call = TransportRequest::new("indices:admin/resize", "ResizeRequest", Shape::Fixed, groups).with(Details::Resize { aliases });
    player.call(call)?;
    stats_of(player, Group::new(vec![source], OPEN_ONLY).with_streams())
}

/// The statistics that the engine asks for on its own behalf, as the user.
fn stats_of(player: &mut Player<'_>, group: Group) -> Result<(), Stop> {
    player.call(TransportRequest::new("indices:monitor/stats", "IndicesStatsRequest", Shape::Many, vec![group])).map(|_| ())
}

fn rollover(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let target = rest.segment("alias").unwrap_or_default().to_owned();
    let new_index = rest.segment("new_index").map(str::to_owned);
    let mut groups = vec![Group::single(target.clone())];
    groups.extend(new_index.clone().map(Group::single));
    let details = Details::Rollover { target: target.clone(), new_index: new_index.clone() };
    let call = if player.fanout.rollover_is_read {
        TransportRequest::new("indices:admin/rollover", "RolloverRequest", Shape::Fixed, groups)
    } else {
        TransportRequest::other("indices:admin/rollover", "RolloverRequest")
    };
    player.call(call.with(details))?;
    check_rollover(player, &target, new_index.as_deref())?;
    stats_of(player, Group::new(vec![target], OPEN_ONLY).with_streams())
}

/// What the engine checks before it asks for statistics.
fn check_rollover(player: &Player<'_>, target: &str, new_index: Option<&str>) -> Result<(), Stop> {
    let write_index = match player.resolver.kind(target) {
        Some(Kind::DataStream) if new_index.is_some() => return Err(Stop::Engine("a data stream takes no new name".to_owned())),
        Some(Kind::DataStream) => return Ok(()),
        Some(Kind::Alias) => player.resolver.write_index(target),
        Some(Kind::Index) if !player.cluster().known => Some(target.to_owned()),
        _ => None,
    };
    let Some(write_index) = write_index else {
        return Err(Stop::Engine(format!("rollover target [{target}] is no alias with a write index")));
    };
    let numbered =
        write_index.rsplit_once('-').is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    if player.cluster().known && new_index.is_none() && !numbered {
        return Err(Stop::Engine(format!("index name [{write_index}] does not match pattern '^.*-\\d+$'")));
    }
    let exists = new_index.is_some_and(|name| player.cluster().known && player.resolver.kind(name).is_some());
    if exists { Err(Stop::Engine("the new index exists".to_owned())) } else { Ok(()) }
}

fn get_mapping(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:admin/mappings/get", "GetMappingsRequest"), OPEN, true).map(|_| ())
}

fn get_field_mapping(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let call = one(player, rest, ("indices:admin/mappings/fields/get", "GetFieldMappingsRequest"), OPEN, true)?;
    for index in player.concrete(&call.group())? {
        let child = TransportRequest::new(
            "indices:admin/mappings/fields/get[index]",
            "GetFieldMappingsIndexRequest",
            Shape::One,
            vec![Group::single(index)],
        );
        player.attempt(child);
    }
    Ok(())
}

fn put_mapping(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let options = IndicesOptions { allow_no_indices: false, closed: true, ..OPEN };
    one(player, rest, ("indices:admin/mapping/put", "PutMappingRequest"), options, true).map(|_| ())
}

fn get_settings(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:monitor/settings/get", "GetSettingsRequest"), OPEN, true).map(|_| ())
}

fn put_settings(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let options = IndicesOptions { allow_no_indices: false, ..ALL_STATES };
    one(player, rest, ("indices:admin/settings/update", "UpdateSettingsRequest"), options, true).map(|_| ())
}

fn resolve(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:admin/resolve/index", "Request"), OPEN, true).map(|_| ())
}

fn analyze(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let name = rest.segment("index").or_else(|| rest.param("index")).or_else(|| rest.field("index").and_then(Value::as_str));
    let group = name.map_or_else(|| Group { expressions: Vec::new(), ..Group::single("") }, Group::single);
    player.call(TransportRequest::new("indices:admin/analyze", "Request", Shape::One, vec![group])).map(|_| ())
}

fn refresh(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    refresh_of(player, Group::new(rest.names("index"), rest.options(OPEN_ONLY)))
}

/// A refresh and its shards.
pub(super) fn refresh_of(player: &mut Player<'_>, group: Group) -> Result<(), Stop> {
    let call = player.call(TransportRequest::new("indices:admin/refresh", "RefreshRequest", Shape::Many, vec![group.with_streams()]))?;
    each_shard(player, &call.group(), ("indices:admin/refresh[s]", "BasicReplicationRequest"), 1)
}

/// The refresh of indices that the request has written to; some of them it may have made.
pub(super) fn refresh_written(player: &mut Player<'_>, names: Vec<String>) -> Result<(), Stop> {
    let group = Group::new(names.clone(), OPEN_ONLY).with_streams();
    player.call(TransportRequest::new("indices:admin/refresh", "RefreshRequest", Shape::Many, vec![group]))?;
    for name in names {
        for _ in 0..player.shards(&name) {
            let child =
                TransportRequest::new("indices:admin/refresh[s]", "BasicReplicationRequest", Shape::One, vec![Group::single(&*name)]);
            let (refusal, _) = player.attempt(child);
            player.failed(refusal);
        }
    }
    Ok(())
}

fn flush(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let call = one(player, rest, ("indices:admin/flush", "FlushRequest"), OPEN_ONLY, true)?;
    each_shard(player, &call.group(), ("indices:admin/flush[s]", "ShardFlushRequest"), 1)
}

fn forcemerge(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:admin/forcemerge", "ForceMergeRequest"), OPEN_ONLY, true).map(|_| ())
}

fn clear_cache(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:admin/cache/clear", "ClearIndicesCacheRequest"), OPEN_ONLY, true).map(|_| ())
}

fn stats(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:monitor/stats", "IndicesStatsRequest"), OPEN_ONLY, true).map(|_| ())
}

fn segments(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:monitor/segments", "IndicesSegmentsRequest"), OPEN_ONLY, true).map(|_| ())
}

fn recovery(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:monitor/recovery", "RecoveryRequest"), ALL_STATES, true).map(|_| ())
}

fn shard_stores(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:monitor/shard_stores", "IndicesShardStoresRequest"), ALL_STATES, true).map(|_| ())
}

fn upgrade(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:admin/upgrade", "UpgradeRequest"), OPEN_ONLY, true).map(|_| ())
}

fn upgrade_status(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("indices:monitor/upgrade", "UpgradeStatusRequest"), OPEN_ONLY, true).map(|_| ())
}

fn validate(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let options = IndicesOptions { allow_no_indices: false, ..OPEN };
    one(player, rest, ("indices:admin/validate/query", "ValidateQueryRequest"), options, true).map(|_| ())
}

fn remote_store_stats(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    one(player, rest, ("cluster:monitor/_remotestore/stats", "RemoteStoreStatsRequest"), OPEN_ONLY, true).map(|_| ())
}

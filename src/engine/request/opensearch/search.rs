//! Searches, counts, field capabilities, scrolls, points in time.

use serde_json::Value;

use super::parameters::has_options;
use super::pit_id;
use super::player::{Player, Stop};
use super::rest::{Rest, names_in};
use super::route::{Does, Route, route};
use super::transport::{Details, Group, Shape, TransportRequest};
use crate::engine::cluster::{IndicesOptions, ResolveError};

use Does::{Nodes, Other, Play};

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET POST", "/_search", Play(search)),
    route("GET POST", "/{index}/_search", Play(search)),
    route("GET POST", "/_count", Play(search)),
    route("GET POST", "/{index}/_count", Play(search)),
    route("GET POST", "/_search/template", Play(template)),
    route("GET POST", "/{index}/_search/template", Play(template)),
    route("GET POST", "/_render/template", Other("indices:data/read/search/template/render", "SearchTemplateRequest")),
    route("GET POST", "/_render/template/{id}", Other("indices:data/read/search/template/render", "SearchTemplateRequest")),
    route("GET POST", "/_field_caps", Play(field_caps)),
    route("GET POST", "/{index}/_field_caps", Play(field_caps)),
    route("GET POST", "/_search_shards", Play(search_shards)),
    route("GET POST", "/{index}/_search_shards", Play(search_shards)),
    route("GET POST", "/_rank_eval", Play(rank_eval)),
    route("GET POST", "/{index}/_rank_eval", Play(rank_eval)),
    route("GET POST", "/_search/scroll", Nodes("indices:data/read/scroll", "SearchScrollRequest")),
    route("GET POST", "/_search/scroll/{scroll_id}", Nodes("indices:data/read/scroll", "SearchScrollRequest")),
    route("DELETE", "/_search/scroll", Nodes("indices:data/read/scroll/clear", "ClearScrollRequest")),
    route("DELETE", "/_search/scroll/{scroll_id}", Nodes("indices:data/read/scroll/clear", "ClearScrollRequest")),
    route("POST", "/{index}/_search/point_in_time", Play(create_pit)),
    route("GET", "/_search/point_in_time/_all", Nodes("indices:data/read/point_in_time/readall", "GetAllPitNodesRequest")),
    route("DELETE", "/_search/point_in_time", Play(delete_pit)),
    route("DELETE", "/_search/point_in_time/_all", Play(delete_all_pits)),
    route("GET", "/_cat/pit_segments", Play(pit_segments)),
    route("GET", "/_cat/pit_segments/_all", Play(all_pit_segments)),
];

const DEFAULT: IndicesOptions = IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED;

/// A search on a group, with what of its body decides.
pub(super) fn search_of(group: Group, body: Option<&Value>, size_param: Option<&str>) -> TransportRequest {
    let pit = body.is_some_and(|body| body.get("pit").is_some());
    let profile = body.and_then(|body| body.get("profile")).and_then(Value::as_bool).unwrap_or(false);
    let details = Details::Search { index_discovery: is_index_discovery(body, size_param), pit, profile };
    TransportRequest::new("indices:data/read/search", "SearchRequest", Shape::Many, vec![group.with_streams()]).with(details)
}

/// Ask for a search, then for what its body looks up elsewhere.
pub(super) fn run(player: &mut Player<'_>, call: TransportRequest, body: Option<&Value>) -> Result<TransportRequest, Stop> {
    let call = player.call(call)?;
    // the default pipeline of the indices is looked for first, and passes over missing ones; then come
    // lookups, then the indices themselves
    let group = call.group();
    match player.resolver.concrete(&group.expressions, group.options, group.streams) {
        Ok(_) | Err(ResolveError::Missing(_)) => {}
        Err(other) => return Err(other.into()),
    }
    let mut lookups = Vec::new();
    if let Some(query) = body.and_then(|body| body.get("query")) {
        terms_lookups(query, &mut lookups);
    }
    for index in lookups {
        let group = Group::single(index);
        let found = player.call(TransportRequest::new("indices:data/read/get", "GetRequest", Shape::One, vec![group]))?;
        player.concrete(&found.group())?;
    }
    player.concrete(&call.group())?;
    Ok(call)
}

fn search(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let body = rest.json();
    let mut group = Group::new(rest.names("index"), rest.options(DEFAULT));
    if let Some(id) = body.and_then(|body| body.pointer("/pit/id")).and_then(Value::as_str) {
        if has_options(rest) {
            return Err(Stop::Engine("[indicesOptions] cannot be used with point in time".to_owned()));
        }
        let indices = pit_id::indices_of(id);
        group.expressions = indices.ok_or_else(|| Stop::Unknown("the id of the point in time does not say its indices".to_owned()))?;
    }
    run(player, search_of(group, body, rest.param("size")), body).map(|_| ())
}

/// How Dashboards finds indices (rule 20 of the recorded behaviour).
fn is_index_discovery(body: Option<&Value>, size_param: Option<&str>) -> bool {
    let Some(body) = body.and_then(Value::as_object) else { return false };
    let size_is_zero = size_param.map_or_else(|| body.get("size").and_then(Value::as_u64) == Some(0), |size| size == "0");
    let aggregations = body.get("aggs").or_else(|| body.get("aggregations")).and_then(Value::as_object);
    let only = aggregations.filter(|all| all.len() == 1).and_then(|all| all.get("indices")).and_then(Value::as_object);
    let Some(only) = only else { return false };
    let on_index = only.get("terms").and_then(|terms| terms.get("field")).and_then(Value::as_str) == Some("_index");
    let childless =
        !["aggs", "aggregations"].iter().any(|key| only.get(*key).and_then(Value::as_object).is_some_and(|inner| !inner.is_empty()));
    size_is_zero && body.get("query").is_none() && on_index && childless
}

/// Indices that `terms` queries look documents up in. The depth is bounded by the parser of the body.
fn terms_lookups(query: &Value, out: &mut Vec<String>) {
    let mut open = vec![query];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(terms)) = fields.get("terms") {
                    for field in terms.values() {
                        if let (Some(index), Some(_)) = (field.get("index").and_then(Value::as_str), field.get("id")) {
                            out.push(index.to_owned());
                        }
                    }
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

fn template(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(DEFAULT)).with_streams();
    let call =
        player.call(TransportRequest::new("indices:data/read/search/template", "SearchTemplateRequest", Shape::Many, vec![group]))?;
    let source = rest.field("source").filter(|source| source.is_object());
    if rest.field("id").is_some() || source.is_none() {
        player.note("the template's own query is not read: lookups in it are not asked about");
    }
    run(player, search_of(call.group(), source, None), source).map(|_| ())
}

fn field_caps(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(IndicesOptions::STRICT_EXPAND_OPEN)).with_streams();
    let call = player.call(TransportRequest::new("indices:data/read/field_caps", "FieldCapabilitiesRequest", Shape::Many, vec![group]))?;
    for index in player.concrete(&call.group())? {
        player.part(|player| {
            let group = Group::single(index);
            let child =
                TransportRequest::new("indices:data/read/field_caps[index]", "FieldCapabilitiesIndexRequest", Shape::One, vec![group]);
            player.call(child).map(|_| ())
        });
    }
    Ok(())
}

fn search_shards(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(IndicesOptions::LENIENT_EXPAND_OPEN)).with_streams();
    player
        .call(TransportRequest::new("indices:admin/shards/search_shards", "ClusterSearchShardsRequest", Shape::Many, vec![group]))
        .map(|_| ())
}

fn rank_eval(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(DEFAULT)).with_streams();
    let call = player.call(TransportRequest::new("indices:data/read/rank_eval", "RankEvalRequest", Shape::Many, vec![group]))?;
    let count = rest.field("requests").and_then(Value::as_array).map_or(0, Vec::len);
    let groups: Vec<Group> = (0..count).map(|_| call.group()).collect();
    let inner = player.call(TransportRequest::new("indices:data/read/msearch", "MultiSearchRequest", Shape::Parts, groups))?;
    for group in inner.groups {
        player.part(|player| run(player, search_of(group, None, None), None).map(|_| ()));
    }
    Ok(())
}

fn create_pit(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(DEFAULT)).with_streams();
    player.call(TransportRequest::new("indices:data/read/point_in_time/create", "CreatePitRequest", Shape::Many, vec![group])).map(|_| ())
}

fn pits(action: &'static str, class: &'static str, ids: &[String]) -> TransportRequest {
    let read: Vec<Option<Vec<String>>> = ids.iter().map(|id| pit_id::indices_of(id)).collect();
    let unreadable = read.iter().any(Option::is_none);
    let mut indices: Vec<String> = read.into_iter().flatten().flatten().collect();
    indices.sort();
    indices.dedup();
    TransportRequest::other(action, class).with(Details::Pits { indices: Some(indices), unreadable })
}

fn delete_pit(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let ids = names_in(rest.field("pit_id"));
    if ids.is_empty() {
        return Err(Stop::Engine("no pit ids specified".to_owned()));
    }
    player.call(pits("indices:data/read/point_in_time/delete", "DeletePitRequest", &ids)).map(|_| ())
}

fn delete_all_pits(player: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    let all = Details::Pits { indices: None, unreadable: false };
    player.call(TransportRequest::other("indices:data/read/point_in_time/delete", "DeletePitRequest").with(all))?;
    player.call(TransportRequest::nodes("indices:data/read/point_in_time/readall", "GetAllPitNodesRequest")).map(|_| ())
}

fn pit_segments(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let ids = names_in(rest.field("pit_id"));
    if ids.is_empty() {
        return Err(Stop::Engine("no pit ids specified".to_owned()));
    }
    player.call(pits("indices:monitor/point_in_time/segments", "PitSegmentsRequest", &ids)).map(|_| ())
}

fn all_pit_segments(player: &mut Player<'_>, _: &Rest) -> Result<(), Stop> {
    let all = Details::Pits { indices: None, unreadable: false };
    player.call(TransportRequest::other("indices:monitor/point_in_time/segments", "PitSegmentsRequest").with(all))?;
    player.call(TransportRequest::nodes("indices:data/read/point_in_time/readall", "GetAllPitNodesRequest")).map(|_| ())
}

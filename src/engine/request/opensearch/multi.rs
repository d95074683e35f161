//! Requests made of many: `_mget`, `_msearch`, `_mtermvectors`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::gate::Refusal;
use super::player::{Player, Stop};
use super::rest::{Rest, names_in, with_params};
use super::route::{Does, Route, route};
use super::search;
use super::shard::shard_of;
use super::transport::{Details, Group, Shape, TransportRequest};
use crate::engine::cluster::IndicesOptions;

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET POST", "/_mget", Play(mget)),
    route("GET POST", "/{index}/_mget", Play(mget)),
    route("GET POST", "/_mtermvectors", Play(mtermvectors)),
    route("GET POST", "/{index}/_mtermvectors", Play(mtermvectors)),
    route("GET POST", "/_msearch", Play(msearch)),
    route("GET POST", "/{index}/_msearch", Play(msearch)),
    route("GET POST", "/_msearch/template", Play(msearch_template)),
    route("GET POST", "/{index}/_msearch/template", Play(msearch_template)),
];

/// The actions of one API over documents by id.
struct ById {
    action: &'static str,
    class: &'static str,
    shard_action: &'static str,
    shard_class: &'static str,
}

fn mget(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    by_id(
        player,
        rest,
        &ById {
            action: "indices:data/read/mget",
            class: "MultiGetRequest",
            shard_action: "indices:data/read/mget[shard]",
            shard_class: "MultiGetShardRequest",
        },
    )
}

fn mtermvectors(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    by_id(
        player,
        rest,
        &ById {
            action: "indices:data/read/mtv",
            class: "MultiTermVectorsRequest",
            shard_action: "indices:data/read/mtv[shard]",
            shard_class: "MultiTermVectorsShardRequest",
        },
    )
}

fn by_id(player: &mut Player<'_>, rest: &Rest, api: &ById) -> Result<(), Stop> {
    let default = rest.segment("index").map(str::to_owned);
    let mut wanted: Vec<(String, String)> = Vec::new();
    for doc in rest.field("docs").and_then(Value::as_array).into_iter().flatten() {
        let index = doc.get("_index").and_then(Value::as_str).map(str::to_owned).or_else(|| default.clone());
        let id = doc.get("_id").and_then(Value::as_str).unwrap_or_default().to_owned();
        wanted.push((index.ok_or_else(|| Stop::Engine("a document lacks its index".to_owned()))?, id));
    }
    for id in names_in(rest.field("ids")) {
        wanted.push((default.clone().ok_or_else(|| Stop::Engine("ids without an index".to_owned()))?, id));
    }
    if wanted.is_empty() {
        return Err(Stop::Engine("no documents to get".to_owned()));
    }
    let groups = wanted.iter().map(|(index, _)| Group::single(index.clone())).collect();
    let call = player.call(TransportRequest::new(api.action, api.class, Shape::Parts, groups))?;
    for (item, group) in wanted.iter_mut().zip(call.groups) {
        item.0 = group.expressions.into_iter().next().unwrap_or_default();
    }
    // one call a shard; a document whose index does not resolve to exactly one is the engine's own failure
    let mut shards: BTreeMap<(String, u32), Vec<usize>> = BTreeMap::new();
    for (position, (index, id)) in wanted.iter().enumerate() {
        let concrete = player.concrete(&Group { streams: false, ..Group::single(index.clone()) });
        if let Ok([index]) = concrete.as_deref() {
            shards.entry((index.clone(), shard_of(id, player.shards(index)))).or_default().push(position);
        }
    }
    let mut refusals: Vec<Option<Refusal>> = vec![None; wanted.len()];
    for ((index, _), positions) in shards {
        // a shard's request keeps the names as written, aliases included
        let mut names: Vec<String> = positions.iter().filter_map(|&position| wanted.get(position)).map(|(name, _)| name.clone()).collect();
        names.dedup();
        let group = Group { expressions: names, ..Group::single("") };
        let child = TransportRequest::new(api.shard_action, api.shard_class, Shape::One, vec![group]).with(Details::Shard { index });
        let refusal = player.part(|player| player.call(child).map(|_| ()));
        for position in positions {
            if let Some(slot) = refusals.get_mut(position) {
                slot.clone_from(&refusal);
            }
        }
    }
    for ((index, _), refusal) in wanted.iter().zip(refusals) {
        player.item("get", index, refusal);
    }
    Ok(())
}

/// The searches of an `_msearch`: header and body in turn.
fn searches(rest: &Rest) -> Vec<(Group, Option<Value>)> {
    let default = rest.names("index");
    rest.lines()
        .chunks(2)
        .map(|pair| {
            let header = pair.first().cloned().unwrap_or(Value::Null);
            let mut names = names_in(header.get("index").or_else(|| header.get("indices")));
            if names.is_empty() {
                names.clone_from(&default);
            }
            let options = with_params(rest.options(IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED), |name| match header.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Bool(flag) => Some(flag.to_string()),
                _ => None,
            });
            (Group::new(names, options).with_streams(), pair.get(1).cloned())
        })
        .collect()
}

fn msearch(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    run(player, searches(rest))
}

fn run(player: &mut Player<'_>, searches: Vec<(Group, Option<Value>)>) -> Result<(), Stop> {
    let groups = searches.iter().map(|(group, _)| group.clone()).collect();
    let call = player.call(TransportRequest::new("indices:data/read/msearch", "MultiSearchRequest", Shape::Parts, groups))?;
    for (group, (_, body)) in call.groups.into_iter().zip(searches) {
        let named = group.expressions.join(",");
        let refusal = player.part(|player| search::run(player, search::search_of(group, body.as_ref(), None), body.as_ref()).map(|_| ()));
        player.item("search", &named, refusal);
    }
    Ok(())
}

fn msearch_template(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    player.call(TransportRequest::other("indices:data/read/msearch/template", "MultiSearchTemplateRequest"))?;
    let searches = searches(rest).into_iter().map(|(group, body)| {
        let source = body.as_ref().and_then(|body| body.get("source")).filter(|source| source.is_object()).cloned();
        (group, source)
    });
    run(player, searches.collect())
}

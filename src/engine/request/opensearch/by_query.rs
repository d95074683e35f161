//! `_reindex`, `_update_by_query`, `_delete_by_query`: search, bulk, scroll on, refresh, clear the scroll.

use std::collections::BTreeSet;

use serde_json::Value;

use super::bulk::{self, BulkItem};
use super::index_apis;
use super::player::{Player, Stop};
use super::rest::{Rest, names_in};
use super::route::{Does, Route, route};
use super::search;
use super::transport::{Group, Op, Shape, TransportRequest};
use crate::engine::cluster::{Document, IndicesOptions, matches_query};

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("POST", "/_reindex", Play(reindex)),
    route("POST", "/{index}/_update_by_query", Play(update_by_query)),
    route("POST", "/{index}/_delete_by_query", Play(delete_by_query)),
];

const SEARCH: IndicesOptions = IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED;

/// How a found document becomes an item of the bulk.
struct Work<'a> {
    op: Op,
    /// The index that everything is written to; none for the document's own.
    dest: Option<&'a str>,
    refresh: bool,
    /// A document that is there already does not end the work.
    proceeds: bool,
}

fn update_by_query(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    by_query(player, rest, "indices:data/write/update/byquery", "UpdateByQueryRequest", Op::Index)
}

fn delete_by_query(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    by_query(player, rest, "indices:data/write/delete/byquery", "DeleteByQueryRequest", Op::Delete)
}

fn by_query(player: &mut Player<'_>, rest: &Rest, action: &'static str, class: &'static str, op: Op) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(SEARCH)).with_streams();
    let call = player.call(TransportRequest::new(action, class, Shape::Many, vec![group]))?;
    let work = Work { op, dest: None, refresh: rest.flag("refresh").unwrap_or(false), proceeds: true };
    run(player, call.group(), rest.json(), &work)
}

fn reindex(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let body = rest.json().ok_or_else(|| Stop::Engine("a reindex needs a body".to_owned()))?;
    let source = body.get("source").unwrap_or(&Value::Null);
    let dest = body.pointer("/dest/index").and_then(Value::as_str).unwrap_or_default();
    let from = names_in(source.get("index"));
    if dest.is_empty() || from.is_empty() {
        return Err(Stop::Engine("a reindex needs `source.index` and `dest.index`".to_owned()));
    }
    let search = Group::new(from, SEARCH).with_streams();
    let groups = vec![Group::single(dest), search];
    let call = player.call(TransportRequest::new("indices:data/write/reindex", "ReindexRequest", Shape::Parts, groups))?;
    if source.get("remote").is_some() {
        player.note("the source is another cluster: what it allows is not asked here");
        return Ok(());
    }
    if let [to, from] = call.groups.as_slice() {
        check_reindex(player, to, from)?;
    }
    let create = body.pointer("/dest/op_type").and_then(Value::as_str) == Some("create");
    let [to, from] = call.groups.as_slice() else { return Ok(()) };
    let to = to.expressions.first().cloned().unwrap_or_default();
    let target = match player.resolver.write_index(&to) {
        Some(index) => index,
        None if player.resolver.kind(&to).is_some() => return Err(Stop::Engine(format!("no write index is defined for alias [{to}]"))),
        None => to.clone(),
    };
    // a missing source ends the request here, before any search is asked about
    if player.concrete(from)?.contains(&target) {
        return Err(Stop::Engine(format!("reindex cannot write into an index its reading from [{to}]")));
    }
    let work = Work {
        op: if create { Op::Create } else { Op::Index },
        dest: Some(&to),
        refresh: rest.flag("refresh").unwrap_or(false),
        proceeds: body.get("conflicts").and_then(Value::as_str) == Some("proceed"),
    };
    run(player, from.clone(), Some(source), &work)
}

/// What the engine checks before it searches: that the destination can be written and is not read from.
fn check_reindex(player: &Player<'_>, to: &Group, from: &Group) -> Result<(), Stop> {
    let name = player.resolver.plain(to.expressions.first().map_or("", String::as_str))?;
    let target = match player.resolver.kind(&name) {
        None => name,
        Some(_) => {
            player.resolver.write_index(&name).ok_or_else(|| Stop::Engine(format!("no write index is defined for alias [{name}]")))?
        }
    };
    if player.resolver.index(&target).is_some_and(|index| index.closed) {
        return Err(Stop::Engine(format!("index [{target}] is closed")));
    }
    let reads_it = player.cluster().known && player.concrete(from)?.contains(&target);
    if reads_it { Err(Stop::Engine(format!("reindex cannot write into an index its reading from [{target}]"))) } else { Ok(()) }
}

fn run(player: &mut Player<'_>, group: Group, body: Option<&Value>, work: &Work<'_>) -> Result<(), Stop> {
    // size and aggregations of the body are not those of the inner search
    let query = body.and_then(|body| body.get("query")).cloned();
    let inner = query.as_ref().map(|query| serde_json::json!({ "query": query }));
    let call = search::run(player, search::search_of(group, inner.as_ref(), None), inner.as_ref())?;
    let indices = player.concrete(&call.group())?;
    if indices.is_empty() {
        return Ok(());
    }
    let found = find(player, &call.group(), &indices, query.as_ref());
    let end = if found.is_empty() { Ok(()) } else { write(player, found, work) };
    // the scroll is cleared whatever came before, and nobody hears when that is refused
    player.attempt(TransportRequest::nodes("indices:data/read/scroll/clear", "ClearScrollRequest"));
    end
}

/// The documents that the search finds, as far as they are known; one of each index when they are not.
fn find(player: &mut Player<'_>, group: &Group, indices: &[String], query: Option<&Value>) -> Vec<(String, Document)> {
    let mut found = Vec::new();
    for name in indices {
        let filters = alias_filters(player, group, name);
        let Some(documents) = player.resolver.index(name).and_then(|index| index.documents.clone()) else {
            player.note(format!("the documents of `{name}` are not known: the query is taken to find one"));
            found.push((name.clone(), Document { id: String::new(), source: Value::Null }));
            continue;
        };
        for document in documents {
            let hit = query.is_none_or(|query| {
                matches_query(query, name, &document).unwrap_or_else(|| {
                    player.note("the query is not understood: it is taken to match");
                    true
                })
            });
            let filtered = filters.iter().any(|filter| matches_query(filter, name, &document).unwrap_or(true));
            if hit && (filters.is_empty() || filtered) && player.sees(name, &document) {
                found.push((name.clone(), document));
            }
        }
    }
    found
}

fn write(player: &mut Player<'_>, found: Vec<(String, Document)>, work: &Work<'_>) -> Result<(), Stop> {
    let items: Vec<BulkItem> = found
        .into_iter()
        .map(|(index, document)| BulkItem {
            op: work.op,
            target: work.dest.map_or(index, str::to_owned),
            id: (!document.id.is_empty()).then_some(document.id),
            document: Some(document.source),
            ..BulkItem::default()
        })
        .collect();
    let conflict = work.op == Op::Create && !work.proceeds && is_there_already(player, &items);
    let targets: Vec<String> = items.iter().map(|item| item.target.clone()).collect();
    let bulk::Ends { refusals, lost } = bulk::run(player, items)?;
    let failed = !lost.is_empty() || refusals.iter().any(Option::is_some);
    let written: BTreeSet<String> = targets
        .iter()
        .zip(&refusals)
        .filter(|(_, refusal)| refusal.is_none())
        .map(|(target, _)| player.resolver.write_index(target).unwrap_or_else(|| target.clone()))
        .collect();
    if failed {
        let first = refusals.iter().flatten().next().cloned();
        for (position, (target, refusal)) in targets.iter().zip(refusals).enumerate() {
            if refusal.is_some() || lost.contains(&position) {
                player.item("index", target, refusal);
            }
        }
        player.failed(first);
        return Ok(());
    }
    // a version conflict ends the work (409), and what was written is refreshed all the same
    if conflict {
        player.note("a document is there already: the rest is not looked for");
    } else {
        player.call(TransportRequest::nodes("indices:data/read/scroll", "SearchScrollRequest"))?;
    }
    if work.refresh && !written.is_empty() {
        index_apis::refresh_written(player, written.into_iter().collect())?;
    }
    Ok(())
}

/// Whether a document to be created is in its index, or comes twice.
fn is_there_already(player: &Player<'_>, items: &[BulkItem]) -> bool {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    items.iter().any(|item| {
        let Some(id) = item.id.as_deref() else { return false };
        let index = player.resolver.write_index(&item.target).and_then(|index| player.resolver.index(&index));
        let known = index.and_then(|index| index.documents.as_ref()).is_some_and(|all| all.iter().any(|document| document.id == id));
        known || !seen.insert((&item.target, id))
    })
}

/// Filters of the aliases through which alone an index is reached; none when it is reached without one.
fn alias_filters(player: &Player<'_>, group: &Group, index: &str) -> Vec<Value> {
    let options = IndicesOptions { ignore_unavailable: true, ..group.options };
    let names = player.resolver.abstractions(&group.expressions, options).unwrap_or_default();
    let mut filters = Vec::new();
    for name in names {
        if name == index {
            return Vec::new();
        }
        let members = player.cluster().aliases.get(&name).into_iter().flatten();
        for member in members.filter(|member| member.index == index) {
            match &member.filter {
                Some(filter) => filters.push(filter.clone()),
                None => return Vec::new(),
            }
        }
    }
    filters
}

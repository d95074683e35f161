//! `_bulk`, and what every write goes through: create missing indices, then one call a shard, then a
//! mapping update where a document brings a new field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::gate::Refusal;
use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::shard::shard_of;
use super::transport::{Details, Group, Op, Shape, TransportRequest};
use crate::engine::cluster::Kind;
use crate::engine::pattern::wildcard;

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[route("PUT POST", "/_bulk", Play(bulk)), route("PUT POST", "/{index}/_bulk", Play(bulk))];

/// One item on its way.
#[derive(Debug, Clone)]
pub(super) struct BulkItem {
    /// What it does.
    pub op: Op,
    /// The index, alias or data stream as written.
    pub target: String,
    /// The document's id.
    pub id: Option<String>,
    /// The document (for an update that is not decided yet: the whole body).
    pub document: Option<Value>,
    /// It goes through an ingest pipeline, which may add fields.
    pub pipeline: bool,
    /// It fails without a write index behind an alias.
    pub require_alias: bool,
}

impl Default for BulkItem {
    fn default() -> Self {
        Self { op: Op::Index, target: String::new(), id: None, document: None, pipeline: false, require_alias: false }
    }
}

fn bulk(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let default = rest.segment("index").map(str::to_owned);
    let mut items = Vec::new();
    let mut lines = rest.lines().iter();
    while let Some(header) = lines.next() {
        let Some((kind, meta)) = header.as_object().and_then(|fields| fields.iter().next()) else {
            return Err(Stop::Engine("malformed action line".to_owned()));
        };
        let op = match kind.as_str() {
            "index" => Op::Index,
            "create" => Op::Create,
            "update" => Op::Update,
            "delete" => Op::Delete,
            other => return Err(Stop::Engine(format!("unknown bulk action `{other}`"))),
        };
        let document = if op == Op::Delete { None } else { lines.next().cloned() };
        let text = |name: &str| meta.get(name).and_then(Value::as_str).map(str::to_owned);
        let target = text("_index").or_else(|| default.clone()).ok_or_else(|| Stop::Engine("an item lacks its index".to_owned()))?;
        let pipeline = text("pipeline").is_some() || rest.param("pipeline").is_some();
        let require_alias = meta.get("require_alias").and_then(Value::as_bool).or(rest.flag("require_alias")).unwrap_or(false);
        items.push(BulkItem { op, target, id: text("_id"), document, pipeline, require_alias });
    }
    if items.is_empty() {
        return Err(Stop::Engine("no requests added".to_owned()));
    }
    let named: Vec<(Op, String)> = items.iter().map(|item| (item.op, item.target.clone())).collect();
    let refusals = run(player, items)?.refusals;
    for ((op, target), refusal) in named.into_iter().zip(refusals) {
        player.item(op.word(), &target, refusal);
    }
    Ok(())
}

/// Where an item goes.
struct Placed {
    position: usize,
    concrete: String,
}

/// How the items of a bulk ended.
pub(super) struct Ends {
    /// The refusal of each item, in order.
    pub refusals: Vec<Option<Refusal>>,
    /// Positions of items that the engine itself fails.
    pub lost: BTreeSet<usize>,
}

/// Run a bulk.
pub(super) fn run(player: &mut Player<'_>, mut items: Vec<BulkItem>) -> Result<Ends, Stop> {
    let groups = items.iter().map(|item| Group::single(item.target.clone())).collect();
    let ops = items.iter().map(|item| item.op).collect();
    let call =
        player.call(TransportRequest::new("indices:data/write/bulk", "BulkRequest", Shape::Parts, groups).with(Details::Bulk { ops }))?;
    for (item, group) in items.iter_mut().zip(call.groups) {
        if let Some(name) = group.expressions.into_iter().next() {
            item.target = name;
        }
    }
    let mut refusals: Vec<Option<Refusal>> = vec![None; items.len()];
    let stopped = create_missing(player, &items, &mut refusals);
    let mut shards: BTreeMap<(String, u32), Vec<Placed>> = BTreeMap::new();
    let mut lost = BTreeSet::new();
    for (position, item) in items.iter().enumerate() {
        if stopped.contains(&position) {
            continue;
        }
        let Some(concrete) = place(player, item) else {
            lost.insert(position);
            continue;
        };
        let shard = item.id.as_deref().map_or(0, |id| shard_of(id, player.shards(&concrete)));
        shards.entry((concrete.clone(), shard)).or_default().push(Placed { position, concrete });
    }
    for placed in shards.values() {
        write_shard(player, &items, placed, &mut refusals);
    }
    Ok(Ends { refusals, lost })
}

/// Create the indices that are missing; positions of the items that end here. Deletes create nothing.
fn create_missing(player: &mut Player<'_>, items: &[BulkItem], refusals: &mut [Option<Refusal>]) -> BTreeSet<usize> {
    let mut missing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (position, item) in items.iter().enumerate() {
        let Ok(name) = player.resolver.plain(&item.target) else { continue };
        if player.resolver.kind(&name).is_none() && player.created(&name).is_none() && !item.require_alias {
            missing.entry(name).or_default().push(position);
        }
    }
    let mut stopped = BTreeSet::new();
    for (name, positions) in missing {
        let wanted = |position: &usize| items.get(*position).is_some_and(|item| item.op != Op::Delete);
        if !positions.iter().any(wanted) {
            continue;
        }
        let call = TransportRequest::new("indices:admin/auto_create", "CreateIndexRequest", Shape::One, vec![Group::single(name.clone())]);
        let call = call.with(Details::CreateIndex { aliases: Vec::new() });
        let (refusal, after) = player.attempt(call);
        if after.is_some() {
            player.create(&name, &new_index(player, &name));
        }
        for position in positions {
            set(refusals, position, &refusal);
            if after.is_none() {
                stopped.insert(position);
            }
        }
    }
    stopped
}

/// The index that a new name stands for: a data stream's first one where a template makes a stream of it.
pub(super) fn new_index(player: &Player<'_>, name: &str) -> String {
    if player.cluster().data_stream_patterns.iter().any(|pattern| wildcard(pattern, name)) {
        format!(".ds-{name}-000001")
    } else {
        name.to_owned()
    }
}

/// The index that an item is written to; none when the engine itself fails it.
fn place(player: &Player<'_>, item: &BulkItem) -> Option<String> {
    let name = player.resolver.plain(&item.target).ok()?;
    match player.resolver.kind(&name) {
        None => player.created(&name).filter(|index| item.op == Op::Create || !index.starts_with(".ds-")).map(str::to_owned),
        Some(Kind::DataStream) if item.op != Op::Create => None,
        Some(Kind::Index) if item.require_alias => None,
        Some(Kind::Index) if item.op == Op::Create && player.resolver.parent_stream(&name).is_some() => None,
        Some(Kind::Index) if item.op == Op::Index && player.resolver.parent_stream(&name).is_some() => None,
        Some(_) => player.resolver.write_index(&name).filter(|index| !player.resolver.index(index).is_some_and(|index| index.closed)),
    }
}

/// One shard's items: allowed or refused together, then a mapping update for each that brings new fields.
fn write_shard(player: &mut Player<'_>, items: &[BulkItem], placed: &[Placed], refusals: &mut [Option<Refusal>]) {
    let of = |placed: &Placed| items.get(placed.position);
    let ops: Vec<Op> = placed.iter().filter_map(of).map(|item| item.op).collect();
    let mut names: Vec<String> = Vec::new();
    for item in placed.iter().filter_map(of) {
        if !names.contains(&item.target) {
            names.push(item.target.clone());
        }
    }
    let group = Group { expressions: names, ..Group::single("") };
    let call =
        TransportRequest::new("indices:data/write/bulk[s]", "BulkShardRequest", Shape::Fixed, vec![group]).with(Details::BulkShard { ops });
    let (refusal, after) = player.attempt(call);
    for placed in placed {
        set(refusals, placed.position, &refusal);
    }
    if after.is_none() {
        return;
    }
    let Some(concrete) = placed.first().map(|placed| placed.concrete.clone()) else { return };
    let mut fields = known_fields(player, &concrete);
    let new_stream = concrete.starts_with(".ds-") && player.resolver.kind(&concrete).is_none();
    let in_stream = new_stream || player.resolver.parent_stream(&concrete).is_some();
    for placed in placed {
        let Some(document) = of(placed).and_then(|item| written(player, item, &concrete)) else { continue };
        let Some(known) = &mut fields else {
            player.note(format!(
                "the mapping of `{concrete}` is not known: a field that is new there needs `indices:admin/mapping/put` besides"
            ));
            return;
        };
        if in_stream && document.get("@timestamp").is_none() {
            // such a document is not parsed (`failed to parse`)
            continue;
        }
        let mut found = BTreeSet::new();
        paths(&document, &mut found);
        if of(placed).is_some_and(|item| item.pipeline) {
            // what a pipeline sets is not known; it is there to set something
            found.insert("(set by the pipeline)".to_owned());
        }
        if found.is_subset(known) {
            continue;
        }
        let call = TransportRequest::new(
            "indices:admin/mapping/auto_put",
            "PutMappingRequest",
            Shape::Many,
            vec![Group::single(concrete.clone())],
        );
        let (refusal, after) = player.attempt(call);
        set(refusals, placed.position, &refusal);
        if after.is_some() {
            known.extend(found);
        }
    }
}

fn set(refusals: &mut [Option<Refusal>], position: usize, refusal: &Option<Refusal>) {
    if let (Some(slot @ None), Some(refusal)) = (refusals.get_mut(position), refusal) {
        *slot = Some(refusal.clone());
    }
}

/// Mapped fields; none when the index is there and its mapping is not known. A new index has none, a new
/// data stream its timestamp.
fn known_fields(player: &Player<'_>, concrete: &str) -> Option<BTreeSet<String>> {
    match player.resolver.index(concrete) {
        Some(index) => index.fields.clone(),
        None if !player.cluster().known => None,
        None if concrete.starts_with(".ds-") => Some(BTreeSet::from(["@timestamp".to_owned()])),
        None => Some(BTreeSet::new()),
    }
}

/// The document as it is indexed; none when nothing is.
fn written(player: &mut Player<'_>, item: &BulkItem, concrete: &str) -> Option<Value> {
    let document = item.document.as_ref();
    match item.op {
        Op::Delete => None,
        Op::Index | Op::Create => document.cloned(),
        Op::Update => {
            let body = document?;
            let found = player.resolver.index(concrete).and_then(|index| index.documents.as_ref());
            let existing = found.and_then(|documents| documents.iter().find(|document| Some(&document.id) == item.id.as_ref()));
            let as_upsert = body.get("doc_as_upsert").and_then(Value::as_bool).unwrap_or(false);
            if existing.is_some() || as_upsert { body.get("doc").cloned() } else { body.get("upsert").cloned() }
        }
    }
}

/// Paths of the fields that hold something. The depth is bounded by the parser of the body.
fn paths(document: &Value, out: &mut BTreeSet<String>) {
    let mut open: Vec<(String, &Value)> = vec![(String::new(), document)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    open.push((if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, inner));
                }
            }
            Value::Array(items) => open.extend(items.iter().map(|item| (path.clone(), item))),
            Value::Null => {}
            _ => {
                out.insert(path);
            }
        }
    }
}

//! APIs on one document.

use serde_json::Value;

use super::bulk::{self, BulkItem};
use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::transport::{Details, Group, Op, Shape, TransportRequest};
use crate::engine::cluster::Kind;

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET HEAD", "/{index}/_doc/{id}", Play(get)),
    route("GET HEAD", "/{index}/_source/{id}", Play(get)),
    route("GET POST", "/{index}/_explain/{id}", Play(explain)),
    route("GET POST", "/{index}/_termvectors/{id}", Play(termvectors)),
    route("GET POST", "/{index}/_termvectors", Play(termvectors)),
    route("PUT POST", "/{index}/_doc/{id}", Play(index)),
    route("POST", "/{index}/_doc", Play(index)),
    route("PUT POST", "/{index}/_create/{id}", Play(create)),
    route("DELETE", "/{index}/_doc/{id}", Play(delete)),
    route("POST", "/{index}/_update/{id}", Play(update)),
];

fn read(player: &mut Player<'_>, rest: &Rest, action: &'static str, class: &'static str) -> Result<(), Stop> {
    let group = Group::single(rest.segment("index").unwrap_or_default());
    player.call(TransportRequest::new(action, class, Shape::One, vec![group])).map(|_| ())
}

fn get(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    read(player, rest, "indices:data/read/get", "GetRequest")
}

fn explain(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    read(player, rest, "indices:data/read/explain", "ExplainRequest")
}

fn termvectors(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    read(player, rest, "indices:data/read/tv", "TermVectorsRequest")
}

/// Ask for a write of one document; gives the name that the engine goes on with.
fn ask(player: &mut Player<'_>, rest: &Rest, action: &'static str, class: &'static str) -> Result<String, Stop> {
    let group = Group::single(rest.segment("index").unwrap_or_default());
    let call = player.call(TransportRequest::new(action, class, Shape::One, vec![group]))?;
    Ok(call.group().expressions.into_iter().next().unwrap_or_default())
}

fn index(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let op = if rest.param("op_type") == Some("create") { Op::Create } else { Op::Index };
    write(player, rest, op)
}

fn create(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    write(player, rest, Op::Create)
}

fn write(player: &mut Player<'_>, rest: &Rest, op: Op) -> Result<(), Stop> {
    let target = ask(player, rest, "indices:data/write/index", "IndexRequest")?;
    // without an id a document for a data stream is created, whatever is asked
    let op = if rest.segment("id").is_none() && player.resolver.kind(&target) != Some(Kind::Index) && is_stream(player, &target) {
        Op::Create
    } else {
        op
    };
    let document = rest.json().cloned();
    let item = BulkItem {
        op,
        target,
        id: rest.segment("id").map(str::to_owned),
        document,
        pipeline: rest.param("pipeline").is_some(),
        ..BulkItem::default()
    };
    single(player, item)
}

/// Whether the name is a data stream, or becomes one when it is created.
fn is_stream(player: &Player<'_>, name: &str) -> bool {
    player.resolver.kind(name) == Some(Kind::DataStream)
        || player.cluster().data_stream_patterns.iter().any(|pattern| crate::engine::pattern::wildcard(pattern, name))
}

fn delete(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let target = ask(player, rest, "indices:data/write/delete", "DeleteRequest")?;
    single(player, BulkItem { op: Op::Delete, target, id: rest.segment("id").map(str::to_owned), ..BulkItem::default() })
}

/// A single write goes through a bulk of one, whose failure is the request's.
fn single(player: &mut Player<'_>, item: BulkItem) -> Result<(), Stop> {
    match bulk::run(player, vec![item])?.refusals.into_iter().flatten().next() {
        Some(refusal) => Err(Stop::Refused(refusal)),
        None => Ok(()),
    }
}

fn update(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let target = ask(player, rest, "indices:data/write/update", "UpdateRequest")?;
    let name = player.resolver.plain(&target)?;
    if player.resolver.kind(&name).is_none() {
        let call = TransportRequest::new("indices:admin/create", "CreateIndexRequest", Shape::One, vec![Group::single(name.clone())]);
        if player.created(&name).is_none() {
            player.call(call.with(Details::CreateIndex { aliases: Vec::new() }))?;
            player.create(&name, &bulk::new_index(player, &name));
        }
    }
    if player.resolver.kind(&name) == Some(Kind::DataStream) {
        return Err(Stop::Engine("only write ops with an op_type of create are allowed in data streams".to_owned()));
    }
    let id = rest.segment("id").unwrap_or_default().to_owned();
    let concrete = if player.resolver.kind(&name).is_some() {
        player.resolver.write_index(&name).ok_or_else(|| Stop::Engine(format!("no write index is defined for alias [{name}]")))?
    } else {
        name
    };
    if player.resolver.index(&concrete).is_some_and(|index| index.closed) {
        return Err(Stop::Engine(format!("index [{concrete}] is closed")));
    }
    let (op, document, sure) = match outcome(player, rest, &concrete, &id)? {
        Update::Nothing => return Ok(()),
        Update::Write(op, document) => (op, document, true),
        Update::Perhaps => (Op::Index, None, false),
    };
    let item = BulkItem { op, target, id: Some(id), document, ..BulkItem::default() };
    if sure {
        return single(player, item);
    }
    // only where a write would be refused does it matter what the script does
    match player.part(|player| single(player, item)) {
        None => Ok(()),
        Some(_) => Err(Stop::Unknown("what the script does is not known, and a write would be refused".to_owned())),
    }
}

/// What an update comes to.
enum Update {
    /// Nothing to do.
    Nothing,
    /// An operation and its document, where that is known.
    Write(Op, Option<Value>),
    /// A script decides, and cannot be read.
    Perhaps,
}

/// What a script comes to, as far as its text says: without a word of `op` the document is written again.
fn scripted(script: Option<&Value>) -> Update {
    let source = script.and_then(|script| script.as_str().or_else(|| script.get("source").and_then(Value::as_str)));
    let Some(source) = source else { return Update::Perhaps };
    if !source.contains("op") {
        return Update::Write(Op::Index, None);
    }
    let set = source.trim().trim_end_matches(';').strip_prefix("ctx.op").map(str::trim).and_then(|rest| rest.strip_prefix('='));
    match set.map(|value| value.trim().trim_matches(['\'', '"'])) {
        Some("none" | "noop") => Update::Nothing,
        Some("delete") => Update::Write(Op::Delete, None),
        Some("index") => Update::Write(Op::Index, None),
        _ => Update::Perhaps,
    }
}

fn outcome(player: &mut Player<'_>, rest: &Rest, concrete: &str, id: &str) -> Result<Update, Stop> {
    let body = rest.json().cloned().unwrap_or(Value::Null);
    let partial = body.get("doc").cloned();
    let as_upsert = body.get("doc_as_upsert").and_then(Value::as_bool).unwrap_or(false);
    let upsert = body.get("upsert").cloned().or_else(|| partial.clone().filter(|_| as_upsert));
    let known = player.resolver.index(concrete).map_or(player.cluster().known.then(Vec::new), |index| index.documents.clone());
    let Some(documents) = known else {
        player.note("the documents are not known: the update is taken to change one");
        return Ok(Update::Write(Op::Index, partial.or(upsert)));
    };
    match (documents.into_iter().find(|document| document.id == id), partial) {
        (None, _) => match upsert {
            Some(_) if body.get("scripted_upsert").and_then(Value::as_bool) == Some(true) => Ok(scripted(body.get("script"))),
            Some(document) => Ok(Update::Write(Op::Index, Some(document))),
            None => Err(Stop::Engine(format!("[{id}]: document missing"))),
        },
        (Some(document), Some(partial)) => {
            let mut merged = document.source.clone();
            merge(&mut merged, &partial);
            let detects = body.get("detect_noop").and_then(Value::as_bool).unwrap_or(true);
            Ok(if merged == document.source && detects { Update::Nothing } else { Update::Write(Op::Index, Some(merged)) })
        }
        (Some(_), None) => Ok(scripted(body.get("script"))),
    }
}

/// Put the fields of `partial` into `document`, objects field by field.
fn merge(document: &mut Value, partial: &Value) {
    let (Value::Object(fields), Value::Object(changes)) = (document, partial) else { return };
    for (name, change) in changes {
        match fields.get_mut(name) {
            Some(inner @ Value::Object(_)) if change.is_object() => merge(inner, change),
            _ => {
                fields.insert(name.clone(), change.clone());
            }
        }
    }
}

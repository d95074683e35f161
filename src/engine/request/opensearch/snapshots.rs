//! Snapshot repositories, snapshots, restores.

use serde_json::Value;

use super::player::{Player, Stop};
use super::rest::{Rest, names_in, with_params};
use super::route::{Does, Route, route};
use super::transport::{Details, Group, Shape, TransportRequest};
use crate::engine::cluster::{Cluster, IndicesOptions, Resolver};
use crate::engine::pattern::JavaRegex;

use Does::{Other, Play};

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/_snapshot", Other("cluster:admin/repository/get", "GetRepositoriesRequest")),
    route("GET", "/_snapshot/{repository}", Other("cluster:admin/repository/get", "GetRepositoriesRequest")),
    route("PUT POST", "/_snapshot/{repository}", Other("cluster:admin/repository/put", "PutRepositoryRequest")),
    route("DELETE", "/_snapshot/{repository}", Other("cluster:admin/repository/delete", "DeleteRepositoryRequest")),
    route("POST", "/_snapshot/{repository}/_verify", Other("cluster:admin/repository/verify", "VerifyRepositoryRequest")),
    route("POST", "/_snapshot/{repository}/_cleanup", Other("cluster:admin/repository/_cleanup", "CleanupRepositoryRequest")),
    route("GET", "/_snapshot/_status", Other("cluster:admin/snapshot/status", "SnapshotsStatusRequest")),
    route("GET", "/_snapshot/{repository}/_status", Other("cluster:admin/snapshot/status", "SnapshotsStatusRequest")),
    route("GET", "/_snapshot/{repository}/{snapshot}/_status", Other("cluster:admin/snapshot/status", "SnapshotsStatusRequest")),
    route("GET", "/_snapshot/{repository}/{snapshot}", Other("cluster:admin/snapshot/get", "GetSnapshotsRequest")),
    route("PUT POST", "/_snapshot/{repository}/{snapshot}", Play(create)),
    route("DELETE", "/_snapshot/{repository}/{snapshot}", Other("cluster:admin/snapshot/delete", "DeleteSnapshotRequest")),
    route("PUT", "/_snapshot/{repository}/{snapshot}/_clone/{target}", Play(clone)),
    route("POST", "/_snapshot/{repository}/{snapshot}/_restore", Play(restore)),
];

fn indices_of(rest: &Rest) -> Vec<String> {
    let mut names = names_in(rest.field("indices"));
    if names.is_empty() {
        names = rest.names("indices");
    }
    names
}

fn create(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(indices_of(rest), body_options(rest, IndicesOptions::STRICT_EXPAND_HIDDEN)).with_streams();
    player.call(TransportRequest::new("cluster:admin/snapshot/create", "CreateSnapshotRequest", Shape::Many, vec![group])).map(|_| ())
}

fn clone(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(indices_of(rest), IndicesOptions::STRICT_EXPAND_HIDDEN);
    player.call(TransportRequest::new("cluster:admin/snapshot/clone", "CloneSnapshotRequest", Shape::Many, vec![group])).map(|_| ())
}

fn body_options(rest: &Rest, default: IndicesOptions) -> IndicesOptions {
    with_params(default, |name| match rest.field(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    })
}

fn restore(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let snapshot = format!("{}/{}", rest.segment("repository").unwrap_or_default(), rest.segment("snapshot").unwrap_or_default());
    let global_state = rest.field("include_global_state").and_then(Value::as_bool).unwrap_or(false);
    let options = body_options(rest, IndicesOptions::STRICT_EXPAND_OPEN);
    let sources = player.cluster().snapshots.get(&snapshot).map(|held| filter(held, &indices_of(rest), options));
    let targets = match &sources {
        Some(names) => names.iter().map(|name| renamed(name, rest)).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    let expressions = if sources.is_some() { targets.clone() } else { vec!["*".to_owned()] };
    let groups = vec![Group::new(expressions, options)];
    let call = TransportRequest::new("cluster:admin/snapshot/restore", "RestoreSnapshotRequest", Shape::Fixed, groups);
    player.call(call.with(Details::Restore { global_state, sources, targets })).map(|_| ())
}

/// Which of the snapshot's indices the request takes.
fn filter(held: &[String], wanted: &[String], options: IndicesOptions) -> Vec<String> {
    let mut inside = Cluster { known: true, ..Cluster::default() };
    for name in held {
        inside.indices.insert(name.clone(), crate::engine::cluster::Index::default());
    }
    let lenient = IndicesOptions { ignore_unavailable: true, hidden: true, closed: true, open: true, ..options };
    Resolver::new(&inside).concrete(wanted, lenient, false).unwrap_or_default()
}

/// `String.replaceAll(rename_pattern, rename_replacement)` for the patterns that take a whole name.
fn renamed(name: &str, rest: &Rest) -> Result<String, Stop> {
    let text = |field: &str| rest.field(field).and_then(Value::as_str);
    let (Some(pattern), Some(replacement)) = (text("rename_pattern"), text("rename_replacement")) else { return Ok(name.to_owned()) };
    let regex = JavaRegex::new(pattern).map_err(|why| Stop::Engine(format!("`rename_pattern`: {why}")))?;
    regex.replace_all(name, replacement).ok_or_else(|| Stop::Unknown(format!("`rename_replacement` `{replacement}` is not understood")))
}

//! Alias APIs.

use serde_json::Value;

use super::player::{Player, Stop};
use super::rest::{Rest, names_in};
use super::route::{Does, Route, route};
use super::transport::{AliasAction, AliasChange, Details, Group, Shape, TransportRequest};
use crate::engine::cluster::IndicesOptions;

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("POST", "/_aliases", Play(change)),
    route("PUT POST", "/{index}/_alias/{name}", Play(add)),
    route("PUT POST", "/{index}/_aliases/{name}", Play(add)),
    route("PUT POST", "/_alias/{name}", Play(add)),
    route("PUT", "/{index}/_alias", Play(add)),
    route("PUT", "/_alias", Play(add)),
    route("DELETE", "/{index}/_alias/{name}", Play(remove)),
    route("DELETE", "/{index}/_aliases/{name}", Play(remove)),
    route("GET", "/_alias", Play(get)),
    route("GET", "/_aliases", Play(get)),
    route("GET HEAD", "/_alias/{name}", Play(get)),
    route("GET HEAD", "/{index}/_alias", Play(get)),
    route("GET HEAD", "/{index}/_alias/{name}", Play(get)),
];

const CHANGE: IndicesOptions = IndicesOptions { allow_no_indices: false, ignore_aliases: true, ..IndicesOptions::STRICT_EXPAND_OPEN };

fn ask(player: &mut Player<'_>, parts: Vec<(AliasChange, Vec<String>, Vec<String>)>) -> Result<(), Stop> {
    let (mut groups, mut actions) = (Vec::new(), Vec::new());
    for (change, indices, aliases) in parts {
        actions.push(AliasAction { change, aliases, group: groups.len() });
        groups.push(Group::new(indices, CHANGE));
    }
    let call = TransportRequest::new("indices:admin/aliases", "IndicesAliasesRequest", Shape::Parts, groups);
    player.call(call.with(Details::Aliases(actions))).map(|_| ())
}

fn change(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let mut parts = Vec::new();
    let actions = rest.field("actions").and_then(Value::as_array).cloned().unwrap_or_default();
    for action in actions.iter().filter_map(Value::as_object).flatten() {
        let (kind, body) = action;
        let change = match kind.as_str() {
            "add" => AliasChange::Add,
            "remove" => AliasChange::Remove,
            "remove_index" => AliasChange::RemoveIndex,
            other => return Err(Stop::Engine(format!("unknown alias action `{other}`"))),
        };
        // one name each: `a,b` is a name with a comma here
        let both = |one: &str, many: &str| {
            let listed = body.get(many).and_then(Value::as_array).into_iter().flatten();
            body.get(one).into_iter().chain(listed).filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        let (indices, aliases) = (both("index", "indices"), both("alias", "aliases"));
        if indices.is_empty() || (aliases.is_empty() && change != AliasChange::RemoveIndex) {
            return Err(Stop::Engine("an alias action lacks its index or its alias".to_owned()));
        }
        parts.push((change, indices, aliases));
    }
    if parts.is_empty() {
        return Err(Stop::Engine("no alias actions".to_owned()));
    }
    ask(player, parts)
}

fn add(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let (mut indices, mut aliases) = (rest.names("index"), rest.names("name"));
    if let Some(body) = rest.json() {
        if let named @ Some(_) = body.get("index") {
            indices = names_in(named);
        }
        if let named @ Some(_) = body.get("alias") {
            aliases = names_in(named);
        }
    }
    ask(player, vec![(AliasChange::Add, indices, aliases)])
}

fn remove(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    ask(player, vec![(AliasChange::Remove, rest.names("index"), rest.names("name"))])
}

fn get(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    let group = Group::new(rest.names("index"), rest.options(IndicesOptions::STRICT_EXPAND_HIDDEN)).with_streams();
    // `*` and `_all` count as no name here, unlike in `_cat/aliases`
    let aliases = rest.names("name");
    let all = matches!(aliases.as_slice(), [only] if only == "*" || only == "_all");
    get_aliases(player, group, if all { Vec::new() } else { aliases })
}

/// The call behind `GET _alias` and `_cat/aliases`.
pub(super) fn get_aliases(player: &mut Player<'_>, group: Group, aliases: Vec<String>) -> Result<(), Stop> {
    let call = TransportRequest::new("indices:admin/aliases/get", "GetAliasesRequest", Shape::Many, vec![group]);
    player.call(call.with(Details::GetAliases { aliases })).map(|_| ())
}

//! Data streams.

use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};
use super::transport::{Group, Shape, TransportRequest};
use crate::engine::cluster::IndicesOptions;

use Does::Play;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("PUT", "/_data_stream/{name}", Play(create)),
    route("GET", "/_data_stream", Play(get)),
    route("GET", "/_data_stream/{name}", Play(get)),
    route("DELETE", "/_data_stream/{name}", Play(delete)),
    route("GET", "/_data_stream/_stats", Play(stats)),
    route("GET", "/_data_stream/{name}/_stats", Play(stats)),
];

/// Data stream requests take whole names; a wildcard matches open and closed ones.
const OPTIONS: IndicesOptions = IndicesOptions { closed: true, ..IndicesOptions::STRICT_EXPAND_OPEN };

fn ask(player: &mut Player<'_>, rest: &Rest, action: &'static str, shape: Shape, options: IndicesOptions) -> Result<(), Stop> {
    let group = Group::new(rest.names("name"), options).with_streams();
    player.call(TransportRequest::new(action, "Request", shape, vec![group])).map(|_| ())
}

fn create(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    ask(player, rest, "indices:admin/data_stream/create", Shape::Fixed, IndicesOptions::SINGLE_INDEX)
}

fn get(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    ask(player, rest, "indices:admin/data_stream/get", Shape::Many, OPTIONS)
}

fn delete(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    ask(player, rest, "indices:admin/data_stream/delete", Shape::Many, OPTIONS)
}

fn stats(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    ask(player, rest, "indices:monitor/data_stream/stats", Shape::Many, IndicesOptions::STRICT_EXPAND_OPEN)
}

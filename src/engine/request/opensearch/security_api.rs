//! The security plugin's own REST API: not a transport action, decided by roles.

use super::player::{Player, Stop};
use super::rest::Rest;
use super::route::{Does, Route, route};

use Does::Play;

/// The routes; the plugin answers them itself.
pub(super) const ROUTES: &[Route] = &[
    route("GET PUT POST PATCH DELETE HEAD", "/_plugins/_security/{a}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_plugins/_security/{a}/{b}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_plugins/_security/{a}/{b}/{c}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_plugins/_security/{a}/{b}/{c}/{d}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_opendistro/_security/{a}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_opendistro/_security/{a}/{b}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_opendistro/_security/{a}/{b}/{c}", Play(ask)),
    route("GET PUT POST PATCH DELETE HEAD", "/_opendistro/_security/{a}/{b}/{c}/{d}", Play(ask)),
];

fn ask(player: &mut Player<'_>, rest: &Rest) -> Result<(), Stop> {
    player.security_api(rest)
}

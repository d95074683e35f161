//! Which API a method and a path belong to.

use super::player::{Player, Stop};
use super::rest::Rest;

/// What a route does.
#[derive(Clone, Copy)]
pub enum Does {
    /// One call without indices that security can read.
    Nodes(&'static str, &'static str),
    /// One call of a class that security cannot read.
    Other(&'static str, &'static str),
    /// A chain of calls.
    Play(fn(&mut Player<'_>, &Rest) -> Result<(), Stop>),
}

/// A method list, a path template and what it does.
#[derive(Clone, Copy)]
pub struct Route {
    /// Methods, separated by spaces.
    pub methods: &'static str,
    /// Path with `{name}` placeholders.
    pub template: &'static str,
    /// What happens.
    pub does: Does,
}

/// Short form for the tables of routes.
pub(super) const fn route(methods: &'static str, template: &'static str, does: Does) -> Route {
    Route { methods, template, does }
}

impl Route {
    /// The placeholders' values when the path matches, and how specific the match is (plain segments count
    /// more the earlier they stand, as in the engine's path trie).
    fn matches(&self, segments: &[String]) -> Option<(u64, Vec<(&'static str, String)>)> {
        let mut bound = Vec::new();
        let mut rank = 0u64;
        let mut parts = self.template.split('/').filter(|part| !part.is_empty());
        for segment in segments {
            let part = parts.next()?;
            rank <<= 1;
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => bound.push((name, segment.clone())),
                None if part == segment => rank |= 1,
                None => return None,
            }
        }
        if parts.next().is_some() { None } else { Some((rank, bound)) }
    }
}

/// What a path finds.
pub(super) enum Found {
    /// A route, with its placeholders' values.
    Route(&'static Route, Vec<(&'static str, String)>),
    /// The path exists with other methods.
    OtherMethod,
    /// No such path.
    Nothing,
}

/// A route's rank, the route, and its placeholders with their values.
type Ranked = (u64, &'static Route, Vec<(&'static str, String)>);

/// Find the most specific route that has the method.
pub(super) fn find(tables: &[&'static [Route]], rest: &Rest) -> Found {
    let mut best: Option<Ranked> = None;
    let mut path_known = false;
    // a path that is a template word for word is not looked for below placeholders, whatever its methods
    let literal = |route: &Route| route.template.split('/').filter(|part| !part.is_empty()).eq(rest.segments.iter().map(String::as_str));
    let is_literal = tables.iter().flat_map(|table| table.iter()).any(literal);
    for route in tables.iter().flat_map(|table| table.iter()) {
        let Some((rank, bound)) = route.matches(&rest.segments) else { continue };
        if is_literal && !literal(route) {
            continue;
        }
        path_known = true;
        if route.methods.split(' ').any(|method| method == rest.method) && best.as_ref().is_none_or(|(found, ..)| rank > *found) {
            best = Some((rank, route, bound));
        }
    }
    match best {
        Some((_, route, bound)) => Found::Route(route, bound),
        None if path_known => Found::OtherMethod,
        None => Found::Nothing,
    }
}

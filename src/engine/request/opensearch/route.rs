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

/// Routes of one product, by how many segments their paths have.
pub struct Routes(Vec<Vec<Parted>>);

/// A route and the segments of its template.
struct Parted {
    route: &'static Route,
    parts: Vec<&'static str>,
}

impl Routes {
    /// All routes of some tables; of two that fit a path equally well the first one is taken.
    pub(super) fn new(tables: &[&'static [Route]]) -> Self {
        let mut all: Vec<Vec<Parted>> = Vec::new();
        for route in tables.iter().flat_map(|table| table.iter()) {
            let parts: Vec<&'static str> = route.template.split('/').filter(|part| !part.is_empty()).collect();
            if all.len() <= parts.len() {
                all.resize_with(parts.len() + 1, Vec::new);
            }
            if let Some(same) = all.get_mut(parts.len()) {
                same.push(Parted { route, parts });
            }
        }
        Self(all)
    }
}

fn placeholder(part: &'static str) -> Option<&'static str> {
    part.strip_prefix('{').and_then(|part| part.strip_suffix('}'))
}

impl Parted {
    /// How specific the match is, when the path matches (plain segments count more the earlier they stand, as in the
    /// engine's path trie).
    fn rank(&self, segments: &[String]) -> Option<u64> {
        self.parts.iter().zip(segments).try_fold(0u64, |rank, (part, segment)| match part {
            _ if placeholder(part).is_some() => Some(rank << 1),
            _ => (part == segment).then_some(rank << 1 | 1),
        })
    }

    /// Whether the path is the template word for word.
    fn is_literal(&self, segments: &[String]) -> bool {
        self.parts.iter().zip(segments).all(|(part, segment)| part == segment)
    }

    /// The placeholders' values.
    fn bound(&self, segments: &[String]) -> Vec<(&'static str, String)> {
        self.parts.iter().zip(segments).filter_map(|(part, segment)| Some((placeholder(part)?, segment.clone()))).collect()
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

/// Find the most specific route that has the method.
pub(super) fn find(routes: &Routes, rest: &Rest) -> Found {
    let segments = &rest.segments;
    let candidates = routes.0.get(segments.len()).map_or(&[][..], Vec::as_slice);
    // a path that is a template word for word is not looked for below placeholders, whatever its methods
    let is_literal = candidates.iter().any(|route| route.is_literal(segments));
    let mut best: Option<(u64, &Parted)> = None;
    let mut path_known = false;
    for found in candidates {
        let Some(rank) = found.rank(segments).filter(|_| !is_literal || found.is_literal(segments)) else { continue };
        path_known = true;
        if found.route.methods.split(' ').any(|method| method == rest.method) && best.is_none_or(|(best, _)| rank > best) {
            best = Some((rank, found));
        }
    }
    match best {
        Some((_, found)) => Found::Route(found.route, found.bound(segments)),
        None if path_known => Found::OtherMethod,
        None => Found::Nothing,
    }
}

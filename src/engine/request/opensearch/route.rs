//! Which API a method and a path belong to.

use std::collections::HashMap;

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

/// Routes of one product, by what a path shows of its template at a glance.
pub struct Routes(HashMap<Glance<'static>, Vec<Parted>>);

/// How many segments, and the first and the last where they are words.
type Glance<'a> = (usize, Option<&'a str>, Option<&'a str>);

/// A route and the segments of its template.
struct Parted {
    route: &'static Route,
    parts: Vec<Part>,
}

/// A segment of a template.
#[derive(Clone, Copy)]
enum Part {
    Word(&'static str),
    Placeholder(&'static str),
}

impl Part {
    fn of(text: &'static str) -> Self {
        let name = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        name.map_or(Self::Word(text), Self::Placeholder)
    }

    fn word(self) -> Option<&'static str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Placeholder(_) => None,
        }
    }
}

impl Routes {
    /// All routes of some tables; of two that fit a path equally well the first one is taken.
    pub(super) fn new(tables: &[&'static [Route]]) -> Self {
        let mut all: HashMap<Glance<'static>, Vec<Parted>> = HashMap::new();
        for route in tables.iter().flat_map(|table| table.iter()) {
            let parts: Vec<Part> = route.template.split('/').filter(|part| !part.is_empty()).map(Part::of).collect();
            let word = |part: Option<&Part>| part.copied().and_then(Part::word);
            all.entry((parts.len(), word(parts.first()), word(parts.last()))).or_default().push(Parted { route, parts });
        }
        Self(all)
    }

    /// The routes that a path may fit.
    fn candidates<'a>(&'a self, segments: &'a [String]) -> impl Iterator<Item = &'a Parted> {
        let (first, last) = (segments.first().map(String::as_str), segments.last().map(String::as_str));
        let glances = [(first, last), (first, None), (None, last), (None, None)];
        glances.map(|(first, last)| self.0.get(&(segments.len(), first, last))).into_iter().flatten().flatten()
    }
}

impl Parted {
    /// How specific the match is, when the path matches (plain segments count more the earlier they stand, as in the
    /// engine's path trie).
    fn rank(&self, segments: &[String]) -> Option<u64> {
        self.parts.iter().zip(segments).try_fold(0u64, |rank, (part, segment)| match part {
            Part::Placeholder(_) => Some(rank << 1),
            Part::Word(word) => (word == segment).then_some(rank << 1 | 1),
        })
    }

    /// The placeholders' values.
    fn bound(&self, segments: &[String]) -> Vec<(&'static str, String)> {
        let value = |(part, segment): (&Part, &String)| match part {
            Part::Placeholder(name) => Some((*name, segment.clone())),
            Part::Word(_) => None,
        };
        self.parts.iter().zip(segments).filter_map(value).collect()
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
    // a path that is a template word for word is not looked for below placeholders, whatever its methods
    let word_for_word = (1u64 << segments.len().min(63)) - 1;
    let mut best: Option<(u64, &Parted)> = None;
    let (mut path_known, mut is_literal) = (false, false);
    for found in routes.candidates(segments) {
        let Some(rank) = found.rank(segments) else { continue };
        path_known = true;
        is_literal |= rank == word_for_word;
        if found.route.methods.split(' ').any(|method| method == rest.method) && best.is_none_or(|(best, _)| rank > best) {
            best = Some((rank, found));
        }
    }
    match best.filter(|(rank, _)| !is_literal || *rank == word_for_word) {
        Some((_, found)) => Found::Route(found.route, found.bound(segments)),
        None if path_known => Found::OtherMethod,
        None => Found::Nothing,
    }
}

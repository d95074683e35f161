//! Index expressions to authorised names: wildcards never fail for lack of rights on some names, they
//! expand to what is authorised.

use std::collections::BTreeSet;

use super::indices::{Component, split_selector};
use super::limited::Holder;
use super::names::{Abstraction, Names};
use crate::engine::pattern::{DateMath, date_math};

/// How a request's expressions are resolved (`IndicesOptions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Missing and unauthorised names are dropped.
    pub ignore_unavailable: bool,
    /// Nothing left is no error.
    pub allow_no_indices: bool,
    /// Wildcards expand to open indices.
    pub open: bool,
    /// Wildcards expand to closed indices.
    pub closed: bool,
    /// Wildcards expand to hidden names.
    pub hidden: bool,
}

impl Options {
    /// Open indices, unavailable ones ignored.
    pub const LENIENT_EXPAND_OPEN: Options =
        Options { ignore_unavailable: true, allow_no_indices: true, open: true, closed: false, hidden: false };
    /// Open indices; searches and most reads.
    pub const STRICT_EXPAND_OPEN: Options = Options { ignore_unavailable: false, ..Options::LENIENT_EXPAND_OPEN };
    /// Open and hidden indices, unavailable ones ignored.
    pub const LENIENT_EXPAND_OPEN_HIDDEN: Options = Options { hidden: true, ..Options::LENIENT_EXPAND_OPEN };
    /// Open and closed indices.
    pub const STRICT_EXPAND: Options = Options { closed: true, ..Options::STRICT_EXPAND_OPEN };
    /// One name, no wildcards.
    pub const STRICT_SINGLE: Options =
        Options { ignore_unavailable: false, allow_no_indices: false, open: false, closed: false, hidden: false };

    /// Whether wildcards expand at all.
    pub fn expands(self) -> bool {
        self.open || self.closed
    }
}

/// What became of the expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// These names, sorted; possibly none.
    Names(BTreeSet<String>),
    /// An expression matched nothing and that is an error: the expression.
    NotFound(String),
}

impl Holder {
    /// The names that the action is authorised on; data streams with their backing indices.
    pub fn authorized_names(&self, action: &str, names: &Names, include_streams: bool) -> BTreeSet<String> {
        let mut authorized = BTreeSet::new();
        for (name, abstraction) in names.iter() {
            let stream = matches!(abstraction, Abstraction::Stream { .. });
            if (stream && !include_streams) || !self.may_expand_to(action, name, Some(abstraction)) {
                continue;
            }
            authorized.insert(name.to_owned());
            if stream {
                authorized.extend(abstraction.behind().iter().cloned());
            }
        }
        authorized
    }

    /// Resolve expressions against the authorised names.
    pub fn resolve(&self, action: &str, expressions: &[&str], options: Options, names: &Names, include_streams: bool) -> Resolution {
        let authorized = self.authorized_names(action, names, include_streams);
        let hidden_indices = self.rules().hidden_indices;
        let visible = |expression: &str, name: &str| {
            names.get(name).is_some_and(|found| is_visible(expression, name, found, options, include_streams, hidden_indices))
        };
        if matches!(expressions, [] | ["_all"]) {
            let all = authorized.iter().filter(|name| options.expands() && visible("*", name)).cloned().collect();
            return Resolution::Names(all);
        }
        let mut resolved = BTreeSet::new();
        let mut wildcard_seen = false;
        for &expression in expressions {
            let minus = wildcard_seen && expression.starts_with('-');
            let expression = if minus { &expression[1..] } else { expression };
            // what depends on the time stays as it is written, and is then no name that exists
            let dated = match date_math(expression, None) {
                Ok(DateMath::Resolved(name)) => name,
                _ => expression.to_owned(),
            };
            let expression = dated.as_str();
            if options.expands() && expression.contains('*') {
                wildcard_seen = true;
                let found: BTreeSet<String> =
                    authorized.iter().filter(|name| simple_match(expression, name) && visible(expression, name)).cloned().collect();
                if found.is_empty() && !options.allow_no_indices {
                    return Resolution::NotFound(expression.to_owned());
                }
                if minus {
                    resolved.retain(|name| !found.contains(name));
                } else {
                    resolved.extend(found);
                }
                continue;
            }
            // the documents are meant by a name without a selector, too
            let (name, component) = split_selector(self.rules(), expression);
            let expression = if component == Component::Data { name } else { expression };
            if minus {
                resolved.remove(expression);
            } else if !options.ignore_unavailable || self.is_authorized(action, expression, names, &authorized) {
                resolved.insert(expression.to_owned());
            }
        }
        Resolution::Names(resolved)
    }

    /// Whether a name written as such is authorised, by itself or through its data stream. Up to 7.17 it
    /// must exist, too.
    fn is_authorized(&self, action: &str, name: &str, names: &Names, authorized: &BTreeSet<String>) -> bool {
        if self.rules().refuses_behind {
            return authorized.contains(name);
        }
        let found = names.get(name);
        let through = found.and_then(Abstraction::stream).is_some_and(|stream| self.may_expand_to(action, stream, names.get(stream)));
        through || self.may_expand_to(action, name, found)
    }
}

/// `*` only, as Elasticsearch's `Regex.simpleMatch`.
pub fn simple_match(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn is_visible(expression: &str, name: &str, found: &Abstraction, options: Options, include_streams: bool, hidden_indices: bool) -> bool {
    let shows = |hidden: bool| {
        !hidden_indices || !hidden || options.hidden || (name.starts_with('.') && expression.starts_with('.') && expression.contains('*'))
    };
    match found {
        Abstraction::Alias { hidden, .. } => shows(*hidden),
        Abstraction::Stream { .. } => include_streams,
        Abstraction::Index { hidden, closed, .. } => shows(*hidden) && if *closed { options.closed } else { options.open },
    }
}

//! Index expressions to authorised names: wildcards never fail for lack of rights on some names, they
//! expand to what is authorised.

use std::collections::BTreeSet;

use super::limited::Holder;
use super::names::{Abstraction, Names};
use super::selector::{Component, SelectorError, read_selector};
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
    /// `::data` and `::failures` are taken.
    pub selectors: bool,
}

impl Options {
    /// Open indices, unavailable ones ignored.
    pub const LENIENT_EXPAND_OPEN: Options =
        Options { ignore_unavailable: true, allow_no_indices: true, open: true, closed: false, hidden: false, selectors: true };
    /// Open indices; searches and most reads.
    pub const STRICT_EXPAND_OPEN: Options = Options { ignore_unavailable: false, ..Options::LENIENT_EXPAND_OPEN };
    /// Open and hidden indices, unavailable ones ignored.
    pub const LENIENT_EXPAND_OPEN_HIDDEN: Options = Options { hidden: true, ..Options::LENIENT_EXPAND_OPEN };
    /// Open and closed indices.
    pub const STRICT_EXPAND: Options = Options { closed: true, ..Options::STRICT_EXPAND_OPEN };
    /// One name, no wildcards.
    pub const STRICT_SINGLE: Options =
        Options { ignore_unavailable: false, allow_no_indices: false, open: false, closed: false, hidden: false, selectors: false };

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
    /// An expression has a selector that is not taken.
    Selector(SelectorError),
}

impl Holder {
    /// The names that the action is authorised on; data streams with their backing indices.
    pub fn authorized_names(&self, action: &str, names: &Names, include_streams: bool) -> BTreeSet<String> {
        self.authorized(action, names, include_streams, Component::Data)
    }

    fn authorized(&self, action: &str, names: &Names, include_streams: bool, component: Component) -> BTreeSet<String> {
        let mut authorized = BTreeSet::new();
        for (name, abstraction) in names.iter() {
            let stream = matches!(abstraction, Abstraction::Stream { .. });
            if (stream && !include_streams) || !self.may_expand_to(action, name, component, Some(abstraction)) {
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
            let (expression, component) = match read_selector(self.rules(), expression) {
                Err(error) => return Resolution::Selector(error),
                Ok(Some(_)) if !options.selectors => return Resolution::Selector(SelectorError::Unsupported(expression.to_owned())),
                Ok(found) => found.unwrap_or((expression, Component::Data)),
            };
            let part = |name: &str| match component {
                Component::Data => name.to_owned(),
                Component::Failures => format!("{name}::failures"),
            };
            // what depends on the time stays as it is written, and is then no name that exists
            let dated = match date_math(expression, None) {
                Ok(DateMath::Resolved(name)) => name,
                _ => expression.to_owned(),
            };
            let expression = dated.as_str();
            if options.expands() && expression.contains('*') {
                wildcard_seen = true;
                let failures;
                let from = match component {
                    Component::Data => &authorized,
                    Component::Failures => {
                        failures = self.authorized(action, names, include_streams, component);
                        &failures
                    }
                };
                // only data streams, and what stands for them, have failures
                let has = |name: &str| component == Component::Data || names.get(name).is_some_and(Abstraction::has_failures);
                let matches = |name: &&String| simple_match(expression, name) && has(name) && visible(expression, name);
                let found: BTreeSet<String> = from.iter().filter(matches).map(|name| part(name)).collect();
                if found.is_empty() && !options.allow_no_indices {
                    return Resolution::NotFound(part(expression));
                }
                if minus {
                    resolved.retain(|name| !found.contains(name));
                } else {
                    resolved.extend(found);
                }
            } else if minus {
                resolved.remove(&part(expression));
            } else if !options.ignore_unavailable || self.is_authorized(action, expression, component, names, &authorized) {
                resolved.insert(part(expression));
            }
        }
        Resolution::Names(resolved)
    }

    /// Whether a name written as such is authorised, by itself or through its data stream. Up to 7.17 it
    /// must exist, too.
    fn is_authorized(&self, action: &str, name: &str, component: Component, names: &Names, authorized: &BTreeSet<String>) -> bool {
        if self.rules().refuses_behind {
            return authorized.contains(name);
        }
        let found = names.get(name);
        let through =
            found.and_then(Abstraction::stream).is_some_and(|stream| self.may_expand_to(action, stream, component, names.get(stream)));
        through || self.may_expand_to(action, name, component, found)
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

//! Index expressions to names, the way v4's actions do it: explicit names stay as written, wildcards
//! become concrete indices, under the request's own options.

use std::collections::BTreeSet;

use super::names::{Abstraction, Names};
use crate::engine::cluster::IndicesOptions;
use crate::engine::pattern::wildcard;

/// What wildcards become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Concrete indices: an alias is replaced by its members, a data stream by its backing indices.
    Indices,
    /// Concrete indices, data streams left out: actions that do not know data streams.
    IndicesWithoutStreams,
    /// Names of indices, aliases and data streams, as they match; backing indices only where hidden ones are asked for.
    Names,
    /// Names of data streams alone.
    Streams,
}

/// Resolve expressions. `expressions` have their date mathematics done.
pub fn resolve(names: &Names, expressions: &[String], options: IndicesOptions, target: Target) -> BTreeSet<String> {
    let all = match expressions {
        [] => true,
        [only] => only == "_all" || only == "*",
        _ => false,
    };
    let mut resolved = BTreeSet::new();
    if all {
        if expands(options) || target == Target::Streams {
            expand(names, "*", options, target, &mut |name| {
                resolved.insert(name.to_owned());
            });
        } else {
            // with `expand_wildcards=none` a wildcard is a name like any other
            resolved.insert(expressions.first().map_or("_all", String::as_str).to_owned());
        }
        return resolved;
    }
    let mut wildcard_seen = false;
    for expression in expressions {
        let excluded = expression.strip_prefix('-').filter(|_| wildcard_seen);
        let text = excluded.unwrap_or(expression);
        let is_wildcard = text.contains('*') && (expands(options) || target == Target::Streams);
        match (excluded.is_some(), is_wildcard) {
            (false, true) => {
                wildcard_seen = true;
                expand(names, text, options, target, &mut |name| {
                    resolved.insert(name.to_owned());
                });
            }
            (true, true) => expand(names, text, options, target, &mut |name| {
                resolved.remove(name);
            }),
            (false, false) => {
                if explicit(names, text, options, target) {
                    resolved.insert(text.to_owned());
                }
            }
            (true, false) => {
                resolved.remove(text);
            }
        }
    }
    resolved
}

/// Whether wildcards are expanded at all; if not they are names like any other.
pub fn expands(options: IndicesOptions) -> bool {
    options.open || options.closed
}

/// Whether an explicit name stays in the set.
fn explicit(names: &Names, name: &str, options: IndicesOptions, target: Target) -> bool {
    match names.get(name) {
        Some(Abstraction::Alias { .. }) => !options.ignore_aliases,
        Some(Abstraction::Stream { .. }) => target != Target::IndicesWithoutStreams,
        _ => true,
    }
}

fn expand(names: &Names, pattern: &str, options: IndicesOptions, target: Target, visit: &mut dyn FnMut(&str)) {
    let dotted = pattern.starts_with('.');
    let in_state = |closed: bool| if closed { options.closed } else { options.open };
    for name in names.all() {
        if !wildcard(pattern, name) {
            continue;
        }
        match names.get(name) {
            Some(&Abstraction::Index { hidden, closed, .. }) => {
                let shown = !hidden || options.hidden || (dotted && name.starts_with('.'));
                if target != Target::Streams && shown && in_state(closed) {
                    visit(name);
                }
            }
            Some(Abstraction::Alias { members }) => match target {
                Target::Names => visit(name),
                Target::Streams => {}
                Target::Indices | Target::IndicesWithoutStreams if options.ignore_aliases => {}
                Target::Indices | Target::IndicesWithoutStreams => {
                    for member in members {
                        if matches!(names.get(member), Some(&Abstraction::Index { closed, .. }) if in_state(closed)) {
                            visit(member);
                        }
                    }
                }
            },
            Some(Abstraction::Stream { backing }) => match target {
                Target::Names | Target::Streams => visit(name),
                Target::IndicesWithoutStreams => {}
                Target::Indices => {
                    for index in backing {
                        if matches!(names.get(index), Some(&Abstraction::Index { closed, .. }) if in_state(closed)) {
                            visit(index);
                        }
                    }
                }
            },
            None => {}
        }
    }
}

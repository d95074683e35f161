//! Index expressions to concrete index names, as Elasticsearch 7.10 resolves them.

use indexmap::IndexSet;

use super::matcher::Matcher;
use crate::engine::cluster::Cluster;

/// The indices options that matter for a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Options {
    /// A missing concrete name is skipped.
    pub ignore_unavailable: bool,
    /// Nothing found is no error.
    pub allow_no_indices: bool,
    /// Wildcards find open indices.
    pub open: bool,
    /// Wildcards find closed indices.
    pub closed: bool,
    /// Wildcards find hidden indices.
    pub hidden: bool,
    /// A closed index named is an error.
    pub forbid_closed: bool,
    /// Alias names are taken as missing.
    pub ignore_aliases: bool,
}

impl Options {
    /// What the evaluator resolves requests with, whatever they ask for.
    pub(super) const FIXED: Options = Options {
        ignore_unavailable: false,
        allow_no_indices: true,
        open: true,
        closed: false,
        hidden: false,
        forbid_closed: false,
        ignore_aliases: false,
    };
    /// `lenientExpandOpen`: what role patterns and the audit log are resolved with.
    pub(super) const LENIENT: Options = Options { ignore_unavailable: true, ..Options::FIXED };
}

/// Why a resolution fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// `index_not_found_exception`; the evaluator then takes the raw expressions.
    NotFound,
    /// `invalid_index_name_exception` (400).
    InvalidName(String),
    /// `index_closed_exception` (400).
    Closed,
}

/// The concrete names that `expressions` mean, without duplicates, in the order found.
pub(super) fn concrete(cluster: &Cluster, options: Options, expressions: &[String]) -> Result<Vec<String>, Unresolved> {
    let fail_missing = if expressions.len() == 1 { !options.allow_no_indices } else { !options.ignore_unavailable };
    let expanded = expand(cluster, options, expressions)?;
    let mut out = IndexSet::new();
    for name in &expanded {
        let members = members(cluster, name);
        if members.is_empty() || (options.ignore_aliases && cluster.aliases.contains_key(name)) {
            if fail_missing {
                return Err(Unresolved::NotFound);
            }
            continue;
        }
        for index in members {
            let closed = cluster.indices.get(&index).is_some_and(|index| index.closed);
            if closed && options.forbid_closed {
                if !options.ignore_unavailable {
                    return Err(Unresolved::Closed);
                }
                continue;
            }
            out.insert(index);
        }
    }
    if out.is_empty() && !options.allow_no_indices {
        return Err(Unresolved::NotFound);
    }
    Ok(out.into_iter().collect())
}

/// The concrete indices behind one name: itself, an alias's members, a stream's backing indices;
/// nothing when it does not exist. In a model that knows no cluster every plain name is an index.
fn members(cluster: &Cluster, name: &str) -> Vec<String> {
    if let Some(alias) = cluster.aliases.get(name) {
        return alias.iter().map(|member| member.index.clone()).collect();
    }
    if let Some(stream) = cluster.data_streams.get(name) {
        return stream.backing.clone();
    }
    if cluster.indices.contains_key(name) || (!cluster.known && !name.contains(['*', '<']) && !name.starts_with('-')) {
        return vec![name.to_owned()];
    }
    Vec::new()
}

fn exists(cluster: &Cluster, options: Options, name: &str) -> bool {
    if cluster.aliases.contains_key(name) {
        return !options.ignore_aliases;
    }
    !members(cluster, name).is_empty()
}

fn visible(cluster: &Cluster, options: Options) -> Vec<String> {
    let wanted = cluster.indices.iter().filter(|(_, index)| {
        let state = if index.closed { options.closed } else { options.open };
        state && (options.hidden || !index.hidden)
    });
    wanted.map(|(name, _)| name.clone()).collect()
}

fn expand(cluster: &Cluster, options: Options, expressions: &[String]) -> Result<Vec<String>, Unresolved> {
    if !options.open && !options.closed {
        return Ok(expressions.to_vec());
    }
    if let [] = expressions {
        return Ok(visible(cluster, options));
    }
    if let [only] = expressions
        && (only == "_all" || only == "*")
    {
        return Ok(visible(cluster, options));
    }
    let mut result: Option<IndexSet<String>> = None;
    let mut wildcard_seen = false;
    for (at, expression) in expressions.iter().enumerate() {
        if expression.is_empty() {
            return Err(Unresolved::NotFound);
        }
        if expression.starts_with('_') {
            return Err(Unresolved::InvalidName(expression.clone()));
        }
        if exists(cluster, options, expression) {
            if let Some(result) = &mut result {
                result.insert(expression.clone());
            }
            continue;
        }
        let (add, expression) = match expression.strip_prefix('-') {
            Some(excluded) if wildcard_seen => (false, excluded),
            _ => (true, expression.as_str()),
        };
        let result = result.get_or_insert_with(|| expressions[..at].iter().cloned().collect());
        if !expression.contains('*') {
            if !options.ignore_unavailable && !exists(cluster, options, expression) {
                return Err(Unresolved::NotFound);
            }
            if add {
                result.insert(expression.to_owned());
            } else {
                result.shift_remove(expression);
            }
            continue;
        }
        wildcard_seen = true;
        let (found, matched) = wildcard(cluster, options, expression);
        if add {
            result.extend(found);
        } else {
            for name in &found {
                result.shift_remove(name);
            }
        }
        if !options.allow_no_indices && !matched {
            return Err(Unresolved::NotFound);
        }
    }
    let Some(result) = result else { return Ok(expressions.to_vec()) };
    if result.is_empty() && !options.allow_no_indices {
        return Err(Unresolved::NotFound);
    }
    Ok(result.into_iter().collect())
}

/// The indices that a wildcard finds among names of indices, aliases and streams, and whether it
/// matched any name at all. A hidden index is found by a pattern that starts with a dot, as its name does.
fn wildcard(cluster: &Cluster, options: Options, expression: &str) -> (Vec<String>, bool) {
    // Elasticsearch knows `*` only; a `?` is a plain character, which no index name holds
    let pattern = Matcher::new(expression);
    let mut out = Vec::new();
    let mut matched = false;
    let wanted = |name: &str| cluster.indices.get(name).is_none_or(|index| if index.closed { options.closed } else { options.open });
    for (name, index) in &cluster.indices {
        if pattern.test(name) {
            matched = true;
            let implicit = name.starts_with('.') && expression.starts_with('.');
            if (!index.hidden || options.hidden || implicit) && wanted(name) {
                out.push(name.clone());
            }
        }
    }
    if !options.ignore_aliases {
        for (name, alias) in &cluster.aliases {
            if pattern.test(name) {
                matched = true;
                out.extend(alias.iter().map(|member| member.index.clone()).filter(|index| wanted(index)));
            }
        }
    }
    for (name, stream) in &cluster.data_streams {
        if pattern.test(name) {
            matched = true;
            out.extend(stream.backing.iter().cloned());
        }
    }
    (out, matched)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::cluster::{AliasMember, Index};

    fn cluster() -> Cluster {
        let mut cluster = Cluster { known: true, ..Cluster::default() };
        for (name, hidden, closed) in
            [(".dot", false, false), (".hid", true, false), ("hid-1", true, false), ("hr", false, false), ("hx", false, true)]
        {
            cluster.indices.insert(name.into(), Index { hidden, closed });
        }
        cluster.aliases.insert("people".into(), vec![AliasMember { index: "hr".into(), ..AliasMember::default() }]);
        cluster
    }

    fn names(options: Options, expressions: &[&str]) -> Result<Vec<String>, Unresolved> {
        concrete(&cluster(), options, &expressions.iter().map(|&e| e.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn wildcards_leave_hidden_and_closed_indices_out() {
        assert_eq!(names(Options::FIXED, &["h*"]).unwrap(), ["hr"]);
        assert_eq!(names(Options::FIXED, &[".*"]).unwrap(), [".dot", ".hid"]);
        assert_eq!(names(Options::FIXED, &["*", "-h*"]).unwrap(), [".dot"]);
        assert_eq!(names(Options::FIXED, &["p*"]).unwrap(), ["hr"]);
    }

    #[test]
    fn one_missing_name_fails_the_whole_list() {
        assert_eq!(names(Options::FIXED, &["h*", "missing"]), Err(Unresolved::NotFound));
        assert_eq!(names(Options::LENIENT, &["h*", "missing"]).unwrap(), ["hr"]);
        assert_eq!(names(Options::FIXED, &["missing"]), Err(Unresolved::NotFound));
        assert_eq!(names(Options::FIXED, &["hr", "_all"]), Err(Unresolved::InvalidName("_all".into())));
    }
}

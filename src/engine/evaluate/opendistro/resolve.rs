//! What a request asks for: aliases matched, concrete indices, the expressions as written.

use indexmap::IndexSet;

use super::ask::{Kind, Part};
use super::matcher::{Matcher, any};
use crate::engine::cluster::{Cluster, IndicesOptions, ResolveError, Resolver};

/// Stands for every index: requests for all indices are never expanded here.
pub(super) const ALL: &str = "*";

/// The union of what the parts of a request resolve to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Resolved {
    /// Alias names that the expressions match as patterns.
    pub aliases: IndexSet<String>,
    /// Concrete names; raw expressions where one name was missing; `*` for all.
    pub indices: IndexSet<String>,
    /// The expressions.
    pub original: IndexSet<String>,
    /// No request for single names at all.
    pub local_all: bool,
}

impl Resolved {
    /// A request for everything.
    pub(super) fn everything() -> Self {
        let all = || IndexSet::from([ALL.to_owned()]);
        Self { aliases: all(), indices: all(), original: all(), local_all: true }
    }

    /// The indices sorted, as records show them.
    pub(super) fn sorted(&self) -> Vec<String> {
        let mut names: Vec<String> = self.indices.iter().cloned().collect();
        names.sort();
        names
    }
}

/// Whether the names of one part mean all indices: none, `_all` alone, or `*` alone.
pub(super) fn is_all(names: &[String]) -> bool {
    names.is_empty() || matches!(names, [only] if only == "_all" || only == ALL)
}

/// Resolve all parts. A request without parts, and one of an unknown class, asks for everything.
pub(super) fn resolve(cluster: &Cluster, respect: bool, kind: &Kind, parts: &[Part]) -> Result<Resolved, ResolveError> {
    if parts.is_empty() || matches!(kind, Kind::Foreign | Kind::Nameless | Kind::Resize) {
        return Ok(Resolved::everything());
    }
    let mut out = Resolved::default();
    for part in parts {
        let options = part.options.filter(|_| respect).unwrap_or(IndicesOptions::STRICT_EXPAND_OPEN);
        resolve_part(cluster, options, &part.names, &mut out)?;
    }
    out.local_all = out.original.contains("_all") || out.original.is_empty() || (out.aliases.contains(ALL) && out.indices.contains(ALL));
    Ok(out)
}

fn resolve_part(cluster: &Cluster, options: IndicesOptions, names: &[String], out: &mut Resolved) -> Result<(), ResolveError> {
    if is_all(names) {
        for set in [&mut out.aliases, &mut out.indices, &mut out.original] {
            set.insert(ALL.to_owned());
        }
        return Ok(());
    }
    out.original.extend(names.iter().cloned());
    if names.iter().any(|name| name == "_all") {
        out.aliases.insert(ALL.to_owned());
        out.indices.insert(ALL.to_owned());
        return Ok(());
    }
    let resolver = Resolver::new(cluster);
    let plain = names.iter().map(|name| resolver.plain(name)).collect::<Result<Vec<_>, _>>()?;
    let patterns: Vec<Matcher> = plain.iter().map(|name| Matcher::new(name)).collect();
    out.aliases.extend(cluster.aliases.keys().filter(|alias| any(&patterns, alias)).cloned());
    match resolver.concrete(names, options, false) {
        Ok(found) => {
            // 7.10 refuses a closed index even to a request for closed ones alone
            let closed = |name: &String| cluster.indices.get(name).is_some_and(|index| index.closed);
            if let Some(name) = found.iter().find(|name| closed(name)).filter(|_| options.forbid_closed) {
                return Err(ResolveError::Closed(name.clone()));
            }
            out.indices.extend(found);
        }
        Err(ResolveError::Missing(_)) => out.indices.extend(plain),
        Err(other) => return Err(other),
    }
    Ok(())
}

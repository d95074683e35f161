//! Names by actions: what is granted (`CheckTable`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::actions::Asked;
use super::privileges::{Cells, Granted, IndexNames};
use super::view::View;
use super::{Compiled, resolved::Resolved};
use crate::engine::cluster::{Kind, ResolveError};

/// The answer of the index stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grant {
    /// Everything on every name.
    Full,
    /// Everything on these names only.
    Partial {
        /// Names on which everything is granted.
        names: Vec<String>,
        /// Actions that lack somewhere, in the order asked.
        missing: Vec<String>,
    },
    /// No name has everything.
    None {
        /// Actions that lack somewhere, in the order asked.
        missing: Vec<String>,
    },
}

/// Check actions on everything that the request resolves to. A request that resolves to nothing is granted
/// to everyone (rule 3: the plugin takes it to be about remote indices).
pub(super) fn check(compiled: &Compiled<'_>, view: &View, actions: &[String], resolved: &Resolved) -> Result<Grant, ResolveError> {
    if !resolved.local_all && resolved.all.is_empty() {
        return Ok(Grant::Full);
    }
    let rows = rows(compiled, view, actions, resolved)?;
    if rows.is_empty() {
        // the plugin's table refuses to be empty
        return Err(ResolveError::Missing("*".to_owned()));
    }
    Ok(fill(compiled, view, actions, &rows))
}

/// The names that are looked at: what the request resolves to, and instead of an alias or a data stream that is
/// not granted by its name, its members (3.8).
pub(super) fn rows<'r>(
    compiled: &Compiled<'_>,
    view: &View,
    actions: &[String],
    resolved: &'r Resolved,
) -> Result<Vec<Cow<'r, str>>, ResolveError> {
    let rows = resolved.rows(&compiled.resolver)?;
    let cluster = compiled.resolver.cluster();
    let groups = compiled.variant.breaks_down && cluster.known && !(cluster.aliases.is_empty() && cluster.data_streams.is_empty());
    let breakable = |name: &str| groups && matches!(compiled.resolver.kind(name), Some(Kind::Alias | Kind::DataStream));
    if !rows.iter().any(|name| breakable(name)) {
        return Ok(rows);
    }
    let granted = match fill(compiled, view, actions, &rows) {
        Grant::Full => return Ok(rows),
        Grant::Partial { names, .. } => names,
        Grant::None { .. } => Vec::new(),
    };
    let members = |name: &Cow<'r, str>| match breakable(name) && !granted.iter().any(|granted| granted == name) {
        true => compiled.resolver.members(name).into_iter().map(Cow::Owned).collect(),
        false => vec![name.clone()],
    };
    let broken: BTreeSet<Cow<'r, str>> = rows.iter().flat_map(members).collect();
    Ok(broken.into_iter().collect())
}

fn fill(compiled: &Compiled<'_>, view: &View, actions: &[String], rows: &[Cow<'_, str>]) -> Grant {
    let asked: Vec<Asked<'_>> = actions.iter().map(|action| Asked::new(action)).collect();
    let cells = Cells::new(view, compiled.known, &asked);
    let names = IndexNames::new(rows.iter().map(Cow::as_ref), compiled.known);
    match cells.granted(&names) {
        Granted::Full => Grant::Full,
        Granted::Partial(_) => {
            Grant::Partial { names: cells.available(&names).into_iter().map(str::to_owned).collect(), missing: cells.missing(&names) }
        }
        Granted::None => Grant::None { missing: cells.missing(&names) },
    }
}

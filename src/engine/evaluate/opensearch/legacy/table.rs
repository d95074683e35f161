//! Names by actions: what is granted (`CheckTable`).

use std::collections::BTreeSet;

use super::actions::Asked;
use super::roles::View;
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
pub(super) fn check(compiled: &Compiled<'_>, view: &View<'_>, actions: &[String], resolved: &Resolved) -> Result<Grant, ResolveError> {
    if !resolved.local_all && resolved.all.is_empty() {
        return Ok(Grant::Full);
    }
    let rows = resolved.rows(&compiled.resolver)?;
    if rows.is_empty() {
        // the plugin's table refuses to be empty
        return Err(ResolveError::Missing("*".to_owned()));
    }
    let grant = fill(compiled, view, actions, &rows);
    let kind =
        |name: &String| compiled.resolver.cluster().known && matches!(compiled.resolver.kind(name), Some(Kind::Alias | Kind::DataStream));
    if grant == Grant::Full || !compiled.variant.breaks_down || !rows.iter().any(kind) {
        return Ok(grant);
    }
    let complete = match &grant {
        Grant::Partial { names, .. } => names.as_slice(),
        Grant::Full | Grant::None { .. } => &[],
    };
    let members = |name: &String| if kind(name) && !complete.contains(name) { compiled.resolver.members(name) } else { vec![name.clone()] };
    let rows: BTreeSet<String> = rows.iter().flat_map(members).collect();
    Ok(fill(compiled, view, actions, &rows.into_iter().collect::<Vec<_>>()))
}

fn fill(compiled: &Compiled<'_>, view: &View<'_>, actions: &[String], rows: &[String]) -> Grant {
    let asked: Vec<Asked<'_>> = actions.iter().map(|action| Asked::new(action)).collect();
    let mut lacks = vec![false; asked.len()];
    let mut complete = Vec::new();
    for name in rows {
        let named = compiled.named(name);
        let mut whole = true;
        for (action, lacks) in asked.iter().zip(&mut lacks) {
            if view.granting(action, &named).is_none() {
                *lacks = true;
                whole = false;
            }
        }
        if whole {
            complete.push(name.clone());
        }
    }
    if complete.len() == rows.len() {
        return Grant::Full;
    }
    let missing = actions.iter().zip(&lacks).filter(|(_, lacks)| **lacks).map(|(action, _)| action.clone()).collect();
    if complete.is_empty() { Grant::None { missing } } else { Grant::Partial { names: complete, missing } }
}

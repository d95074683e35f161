//! Names by actions: what is granted (`CheckTable`).

use super::actions::Asked;
use super::roles::View;
use super::{Compiled, resolved::Resolved};

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
pub(super) fn check(compiled: &Compiled<'_>, view: &View<'_>, actions: &[String], resolved: &Resolved) -> Grant {
    if !resolved.local_all && resolved.all.is_empty() {
        return Grant::Full;
    }
    let rows = resolved.rows(&compiled.resolver);
    let asked: Vec<Asked<'_>> = actions.iter().map(|action| Asked::new(action)).collect();
    let mut lacks = vec![false; asked.len()];
    let mut complete = Vec::new();
    let total = rows.len();
    for name in rows {
        let named = compiled.named(&name);
        let mut whole = true;
        for (action, lacks) in asked.iter().zip(&mut lacks) {
            if view.granting(action, &named).is_none() {
                *lacks = true;
                whole = false;
            }
        }
        if whole {
            complete.push(name);
        }
    }
    if complete.len() == total {
        return Grant::Full;
    }
    let missing = actions.iter().zip(&lacks).filter(|(_, lacks)| **lacks).map(|(action, _)| action.clone()).collect();
    if complete.is_empty() { Grant::None { missing } } else { Grant::Partial { names: complete, missing } }
}

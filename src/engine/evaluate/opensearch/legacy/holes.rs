//! What an operator should know beside a verdict: where the engine shows more than the permissions say.

use super::variant::Variant;
use crate::engine::evaluate::opensearch::TABLE_OF_SHARDS;
use crate::engine::evaluate::{Call, Indices};

/// 2.19 narrows a search of a point in time in its own books only: all of it is searched (rule 10).
pub(super) fn leave_whole(calls: &mut [Call], has_pit: bool, variant: &Variant) {
    for call in calls.iter_mut().filter(|call| has_pit && !variant.hides_uncovered && call.action == "indices:data/read/search") {
        if let (Some(reduced), Indices::Names(names)) = (&mut call.reduced, &call.indices) {
            reduced.rewritten_to.clone_from(names);
        }
    }
}

/// Known holes that the calls of a request run into.
pub(super) fn notes(calls: &[Call], has_pit: bool, variant: &Variant) -> Vec<String> {
    let mut notes = Vec::new();
    let reduced = |call: &&Call| call.allowed && call.reduced.is_some();
    if calls.iter().any(|call| call.action == "cluster:monitor/shards" && call.allowed) && calls.iter().any(|call| reduced(&call)) {
        // rule 12 of the recorded behaviour
        notes.push(TABLE_OF_SHARDS.to_owned());
    }
    let emptied =
        |call: &Call| call.reduced.as_ref().is_some_and(|reduced| reduced.only_allowed_for.is_empty() && reduced.rewritten_to == ["*"]);
    if calls.iter().filter(reduced).any(|call| emptied(call) && call.action != "indices:data/read/search") {
        notes.push(
            "nothing is permitted, and the emptied request is taken for every index: `do_not_fail_on_forbidden_empty` shows all of them"
                .to_owned(),
        );
    }
    let narrowed = |call: &Call| call.action == "indices:data/read/search" && call.reduced.is_some();
    if has_pit && !variant.hides_uncovered && calls.iter().any(narrowed) {
        // rule 10
        notes.push(
            "2.19 searches the whole point in time all the same: hits of indices that are not permitted come back (recorded from 2.19.3)"
                .to_owned(),
        );
    }
    notes
}

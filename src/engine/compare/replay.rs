//! The same scenario answered before and after an edit: what turned.

use crate::engine::evaluate::Outcome;
use crate::engine::scenario::Replay;

/// One answer that is another one now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    /// Index into the scenario's cases.
    pub case: usize,
    /// Who sends it.
    pub user: String,
    /// The verdict before.
    pub before: Outcome,
    /// The verdict after.
    pub after: Outcome,
}

impl Flip {
    /// Whether more is allowed than before.
    pub fn is_gain(&self) -> bool {
        rank(self.after) > rank(self.before)
    }
}

/// Denied is less than partial, partial less than allowed; what is unknown may be allowed.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Denied => 0,
        Outcome::Partial => 1,
        Outcome::Unknown => 2,
        Outcome::Allowed => 3,
    }
}

/// The answers that turned, in the scenario's order. Somebody whom nobody knew, or knows any more, is denied.
pub fn flips(before: &Replay, after: &Replay) -> Vec<Flip> {
    let outcome = |answer: &crate::engine::scenario::Answer| answer.verdict.as_ref().map_or(Outcome::Denied, |verdict| verdict.outcome);
    let pairs = before.answers.iter().zip(&after.answers).filter(|(a, b)| a.case == b.case && a.user == b.user);
    pairs
        .map(|(a, b)| Flip { case: a.case, user: a.user.clone(), before: outcome(a), after: outcome(b) })
        .filter(|flip| flip.before != flip.after)
        .collect()
}

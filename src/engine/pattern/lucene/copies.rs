//! Before Lucene 10 a counted repeat is refused when its copies alone have too many states, before anything is
//! made deterministic. The count is that of Lucene's own construction (asked of lucene-core 7.7.3, 8.11.1 and
//! 9.12.0): what a repeat `{n,m}` makes is not minimised, everything else is.

use super::dfa::Dfa;
use super::nfa::compile;
use super::operations::Operations;
use super::syntax::{Expression, Generation};

/// The most states that the least number of copies may have.
const LIMIT: usize = 10_000;
/// Automata above this size are taken as they are; to minimise them would take too long.
const SMALL: u32 = 2_000;

/// The states that the copies of some repeat would have, when they are too many.
pub(super) fn too_many(expression: &Expression, budget: usize) -> Option<usize> {
    match expression {
        Expression::Nothing | Expression::AnyName | Expression::Chars(_) | Expression::Interval(..) => None,
        Expression::Sequence(parts) | Expression::Either(parts) | Expression::Both(parts) => {
            parts.iter().find_map(|part| too_many(part, budget))
        }
        Expression::Not(inner) | Expression::Optional(inner) => too_many(inner, budget),
        Expression::Repeat(inner, least, _) => too_many(inner, budget).or_else(|| {
            let copies = states(inner, budget)?.saturating_sub(1).saturating_mul(*least as usize);
            (copies > LIMIT).then_some(copies)
        }),
    }
}

/// How many states Lucene's automaton of an expression has; none when it cannot be made at all.
fn states(expression: &Expression, budget: usize) -> Option<usize> {
    match expression {
        Expression::Chars(_) => Some(2),
        Expression::Repeat(inner, least, Some(most)) => {
            let copies = (*least).max(*most) as usize;
            Some(states(inner, budget)?.saturating_mul(copies) + usize::from(*least == 0))
        }
        _ => Some(minimal(&compile(expression, budget).ok()?)),
    }
}

/// How many states the smallest equal automaton has.
fn minimal(dfa: &Dfa) -> usize {
    match dfa.states() {
        ..=SMALL => Operations::new(Generation::default()).minimal(dfa.into()).map_or(dfa.states() as usize, |least| least.states()),
        large => large as usize,
    }
}

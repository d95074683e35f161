//! Before Lucene 10 a counted repeat is refused when its copies alone have too many states, before anything is
//! made deterministic. The count is that of Lucene's own construction (asked of lucene-core 7.7.3, 8.11.1 and
//! 9.12.0): what a repeat `{n,m}` makes is not minimised, everything else is.

use super::dfa::Dfa;
use super::nfa::compile;
use super::syntax::Expression;

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
        Expression::Not(inner) => too_many(inner, budget),
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
        // `?` and `{0,1}` are one thing here; the first is minimised
        Expression::Repeat(inner, least, Some(most)) if (*least, *most) != (0, 1) => {
            let copies = (*least).max(*most) as usize;
            Some(states(inner, budget)?.saturating_mul(copies) + usize::from(*least == 0))
        }
        _ => Some(minimal(&compile(expression, budget).ok()?)),
    }
}

/// How many states the smallest equal automaton has: states are told apart until no more can be.
fn minimal(dfa: &Dfa) -> usize {
    let count = dfa.states();
    if count > SMALL {
        return count as usize;
    }
    let mut class: Vec<u32> = (0..count).map(|state| u32::from(dfa.accepting(state))).collect();
    let mut known = 0;
    loop {
        let mut seen = std::collections::HashMap::new();
        let next: Vec<u32> = (0..count)
            .map(|state| {
                // neighbours that lead to one class are one edge
                let mut edges: Vec<(u32, u32, u32)> = Vec::new();
                for edge in dfa.edges(state) {
                    let to = class[edge.to as usize];
                    match edges.last_mut() {
                        Some(last) if last.2 == to && last.1 + 1 == edge.low => last.1 = edge.high,
                        _ => edges.push((edge.low, edge.high, to)),
                    }
                }
                let fresh = seen.len() as u32;
                *seen.entry((class[state as usize], edges)).or_insert(fresh)
            })
            .collect();
        class = next;
        if seen.len() == known {
            return known;
        }
        known = seen.len();
    }
}

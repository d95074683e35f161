//! From the tree to the automaton as Lucene 10 makes it, and its determinization with Lucene's effort: which
//! expressions it refuses, and how many states and transitions its text counts then.
//!
//! The automata of [`nfa`](super::nfa) are other ones and smaller, and are taken for whatever is surely not too complex.
//! Here the operations are those of lucene-core 10.2.2 (`RegExp.toAutomaton`, `Automata`, `Operations`, and the
//! reduction of transitions in `Automaton`): an expression becomes an automaton without empty steps that is made
//! deterministic only below a complement, and at last by Elasticsearch; the first of these that needs too much effort
//! is the one that is counted. Flattening a sequence and joining its characters to strings, as Lucene does, changes no
//! count; flattening a union does.

use super::UNION_EFFORT;
use super::determinize::Stop;
use super::dfa::Edge;
use super::operations::{Automaton, Operations};
use super::syntax::{Expression, Generation};

/// The deterministic automaton of an expression, for an effort.
pub(super) fn determinized(operations: &mut Operations, expression: &Expression, effort: usize) -> Result<Automaton, Stop> {
    let automaton = automaton(operations, expression, effort)?;
    operations.determinize(automaton, effort)
}

/// `RegExp.toAutomaton`.
pub(super) fn automaton(operations: &mut Operations, expression: &Expression, effort: usize) -> Result<Automaton, Stop> {
    let mut of = |inner: &Expression| automaton(operations, inner, effort);
    match expression {
        Expression::Nothing => Ok(Automaton::default()),
        Expression::AnyName => Ok(Automaton::any_name()),
        Expression::Chars(ranges) => Ok(Automaton::chars(ranges)),
        Expression::Sequence(parts) if parts.is_empty() => Ok(Automaton::empty_name()),
        Expression::Sequence(parts) => {
            let parts = parts.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            operations.concatenate(&parts.iter().collect::<Vec<_>>())
        }
        Expression::Either(parts) => {
            let mut leaves = Vec::new();
            flatten(parts, &mut leaves);
            let parts = leaves.into_iter().map(of).collect::<Result<Vec<_>, _>>()?;
            operations.union(&parts)
        }
        Expression::Both(parts) => {
            let mut parts = parts.iter();
            let mut all = parts.next().map_or(Ok(Automaton::any_name()), &mut of)?;
            for part in parts {
                let part = automaton(operations, part, effort)?;
                all = operations.intersection(&all, &part)?;
            }
            Ok(all)
        }
        Expression::Not(inner) => {
            let inner = of(inner)?;
            let inner = operations.determinize(inner, effort)?;
            operations.complement(&inner)
        }
        Expression::Optional(inner) => {
            let inner = of(inner)?;
            operations.optional(inner)
        }
        Expression::Repeat(inner, least, most) => {
            let inner = of(inner)?;
            match most {
                None => operations.repeat_least(inner, *least as usize),
                Some(most) => operations.repeat_between(&inner, *least as usize, *most as usize),
            }
        }
        Expression::Interval(low, high, digits) => interval(operations, *low, *high, *digits),
    }
}

/// Unions within unions are one.
fn flatten<'e>(parts: &'e [Expression], leaves: &mut Vec<&'e Expression>) {
    for part in parts {
        match part {
            Expression::Either(inner) => flatten(inner, leaves),
            leaf => leaves.push(leaf),
        }
    }
}

/// `Automata.makeDecimalInterval`: a tree of the digits; with no fixed number of digits a start before it takes the zeros.
fn interval(operations: &mut Operations, low: u32, high: u32, digits: usize) -> Result<Automaton, Stop> {
    let width = if digits > 0 { digits } else { high.to_string().len() };
    // a branch has at most so many states below each of its digits; and a tree so deep can be walked
    operations.build(4 * width * width)?;
    let digit = |number: u32| format!("{number:0>width$}").into_bytes();
    let mut tree = Tree { low: digit(low), high: digit(high), made: Automaton::default(), starts: Vec::new() };
    if digits == 0 {
        tree.made.state(false);
    }
    // each open state remembers whether the digits so far equal those of `low` and of `high`, and whether all are zeros
    tree.below(0, (true, true), digits == 0);
    let Tree { mut made, starts, .. } = tree;
    if digits == 0 {
        let zero = u32::from(b'0');
        made.edge(0, Edge { low: zero, high: zero, to: 0 });
        for start in starts {
            made.skip(0, start);
        }
    }
    operations.live(made.reduced())
}

struct Tree {
    low: Vec<u8>,
    high: Vec<u8>,
    made: Automaton,
    /// Where a number may begin after zeros.
    starts: Vec<u32>,
}

impl Tree {
    /// `between`, `atLeast`, `atMost` and `anyOfRightLength` in one: the numbers from the digit `at` on, of which the
    /// digits before equal those of the low end, the high end, both or none. Each branch has states of its own.
    fn below(&mut self, at: usize, (at_low, at_high): (bool, bool), zeros: bool) -> u32 {
        let state = self.made.state(at == self.low.len());
        if at == self.low.len() {
            return state;
        }
        if zeros && at_low {
            self.starts.push(state);
        }
        let (from, to) = (if at_low { self.low[at] } else { b'0' }, if at_high { self.high[at] } else { b'9' });
        let step = |tree: &mut Self, low: u8, high: u8, ends: (bool, bool)| {
            let to = tree.below(at + 1, ends, zeros && low == b'0');
            tree.made.edge(state, Edge { low: low.into(), high: high.into(), to });
        };
        if at_low && at_high && from == to {
            step(self, from, from, (true, true));
            return state;
        }
        let (mut first, mut last) = (from, to);
        if at_low {
            step(self, from, from, (true, false));
            first += 1;
        }
        if at_high {
            step(self, to, to, (false, true));
            last -= 1;
        }
        if first <= last {
            step(self, first, last, (false, false));
        }
        state
    }
}

/// `Automatons.buildAutomaton` of Elasticsearch for a list of patterns: from 7.17 on what `*` they begin or end with is
/// taken off, the rests are united, and `*` is put back. `pattern` gives the automaton of each, `refused` the error for a union.
pub(super) fn united<R>(
    operations: &mut Operations,
    patterns: &[&str],
    pattern: impl Fn(&mut Operations, &str) -> Result<Automaton, R>,
    refused: impl Fn(Stop) -> R,
) -> Result<Automaton, R> {
    let mut groups: [Vec<&str>; 4] = Default::default();
    for &text in patterns {
        let inner = text.strip_suffix('*').filter(|inner| !inner.is_empty());
        let (group, rest) = match (text.strip_prefix('*').filter(|rest| !rest.is_empty()), inner) {
            _ if text.starts_with('/') || patterns.len() == 1 || operations.generation == Generation::Seven => (3, text),
            (Some(rest), None) => (1, rest),
            (Some(rest), Some(_)) => (2, &rest[..rest.len() - 1]),
            (None, Some(inner)) if inner.contains('*') => (0, inner),
            _ => (3, text),
        };
        groups[group].push(rest);
    }
    let any = Automaton::any_name();
    let mut parts = Vec::new();
    for (group, texts) in groups.iter().enumerate().filter(|(_, texts)| !texts.is_empty()) {
        let automata = texts.iter().map(|text| pattern(operations, text)).collect::<Result<Vec<_>, _>>()?;
        let part = smallest_union(operations, automata).map_err(&refused)?;
        let around = match group {
            0 => vec![&part, &any],
            1 => vec![&any, &part],
            2 => vec![&any, &part, &any],
            _ => vec![&part],
        };
        parts.push(if group == 3 { part } else { operations.concatenate(&around).map_err(&refused)? });
    }
    smallest_union(operations, parts).map_err(&refused)
}

/// `unionAndMinimize`: from 7.17 on, of one, that one.
fn smallest_union(operations: &mut Operations, mut automata: Vec<Automaton>) -> Result<Automaton, Stop> {
    let all =
        if automata.len() == 1 && operations.generation != Generation::Seven { automata.remove(0) } else { operations.union(&automata)? };
    let all = operations.determinize(all, UNION_EFFORT)?;
    operations.minimal(all)
}

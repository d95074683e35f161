//! From the tree to an automaton that may be in several states at once, to be made deterministic.

use super::dfa::{Dfa, Edge};
use super::powerset::{Limit, Several, powerset};
use super::syntax::{Expression, LAST};
use super::work;

/// The budget is spent.
#[derive(Debug)]
pub(super) struct TooMuch;

/// The most states that a pattern may have before it is made deterministic.
const STATES: usize = 200_000;

/// Compile an expression; `budget` bounds the sizes of the state sets met, summed.
pub(super) fn compile(expression: &Expression, budget: usize) -> Result<Dfa, TooMuch> {
    let mut nfa = Nfa::default();
    let ends = nfa.add(expression, budget)?;
    determinize(nfa, ends, budget)
}

/// The union of automata.
pub(super) fn union(parts: &[&Dfa], budget: usize) -> Result<Dfa, TooMuch> {
    let mut nfa = Nfa::default();
    let (start, end) = (nfa.state()?, nfa.state()?);
    for part in parts {
        let ends = nfa.embed(part)?;
        nfa.skip(start, ends.start);
        nfa.skip(ends.end, end);
    }
    determinize(nfa, Ends { start, end }, budget)
}

/// The sizes of the state sets that may still be met, summed.
struct Budget(usize);

impl Limit for Budget {
    type Stop = TooMuch;

    fn meet(&mut self, states: usize) -> Result<(), TooMuch> {
        self.0 = self.0.checked_sub(states.max(1)).ok_or(TooMuch)?;
        Ok(())
    }

    fn look(&mut self, parts: usize) -> Result<(), TooMuch> {
        work::add(parts);
        Ok(())
    }
}

/// Make it deterministic; it accepts at the end.
fn determinize(nfa: Nfa, Ends { start, end }: Ends, budget: usize) -> Result<Dfa, TooMuch> {
    let (sets, edges) = powerset(&Ending { nfa, end }, start, &mut Budget(budget))?;
    let accepts = sets.iter().map(|set| set.binary_search(&end).is_ok());
    Ok(Dfa::trimmed(accepts.zip(edges).collect()))
}

/// An automaton with its end.
struct Ending {
    nfa: Nfa,
    end: u32,
}

impl Several for Ending {
    fn states(&self) -> usize {
        self.nfa.states.len()
    }

    fn edges(&self, state: u32) -> &[Edge] {
        &self.nfa.states[state as usize].edges
    }

    fn skips(&self, state: u32) -> &[u32] {
        &self.nfa.states[state as usize].skips
    }

    fn matters(&self, state: u32) -> bool {
        state == self.end || !self.edges(state).is_empty()
    }
}

#[derive(Debug, Clone, Copy)]
struct Ends {
    start: u32,
    end: u32,
}

#[derive(Debug, Default)]
struct State {
    skips: Vec<u32>,
    edges: Vec<Edge>,
}

#[derive(Debug, Default)]
struct Nfa {
    states: Vec<State>,
}

impl Nfa {
    fn state(&mut self) -> Result<u32, TooMuch> {
        if self.states.len() >= STATES {
            return Err(TooMuch);
        }
        self.states.push(State::default());
        Ok(self.states.len() as u32 - 1)
    }

    fn skip(&mut self, from: u32, to: u32) {
        self.states[from as usize].skips.push(to);
    }

    fn edge(&mut self, from: u32, low: u32, high: u32, to: u32) {
        self.states[from as usize].edges.push(Edge { low, high, to });
    }

    fn embed(&mut self, dfa: &Dfa) -> Result<Ends, TooMuch> {
        let base = self.states.len() as u32;
        for _ in 0..dfa.states() {
            self.state()?;
        }
        let end = self.state()?;
        for state in 0..dfa.states() {
            for edge in dfa.edges(state) {
                self.edge(base + state, edge.low, edge.high, base + edge.to);
            }
            if dfa.accepting(state) {
                self.skip(base + state, end);
            }
        }
        // an empty automaton has no states: a fresh start that leads nowhere
        let start = if dfa.states() == 0 { self.state()? } else { base };
        Ok(Ends { start, end })
    }

    fn add(&mut self, expression: &Expression, budget: usize) -> Result<Ends, TooMuch> {
        match expression {
            Expression::Nothing => Ok(Ends { start: self.state()?, end: self.state()? }),
            Expression::AnyName => {
                let ends = Ends { start: self.state()?, end: self.state()? };
                self.edge(ends.start, 0, LAST, ends.start);
                self.skip(ends.start, ends.end);
                Ok(ends)
            }
            Expression::Chars(ranges) => {
                let ends = Ends { start: self.state()?, end: self.state()? };
                for &(low, high) in ranges {
                    self.edge(ends.start, low, high, ends.end);
                }
                Ok(ends)
            }
            Expression::Sequence(parts) => {
                let start = self.state()?;
                let mut end = start;
                for (at, part) in parts.iter().enumerate() {
                    // `**` is `*`
                    if at > 0 && *part == Expression::AnyName && parts[at - 1] == Expression::AnyName {
                        continue;
                    }
                    let next = self.add(part, budget)?;
                    self.skip(end, next.start);
                    end = next.end;
                }
                Ok(Ends { start, end })
            }
            Expression::Either(parts) => {
                let ends = Ends { start: self.state()?, end: self.state()? };
                for part in parts {
                    let inner = self.add(part, budget)?;
                    self.skip(ends.start, inner.start);
                    self.skip(inner.end, ends.end);
                }
                Ok(ends)
            }
            Expression::Both(parts) => {
                let mut all = Dfa::total();
                for part in parts {
                    all = all.intersection(&compile(part, budget)?).map_err(|_| TooMuch)?;
                }
                self.embed(&all)
            }
            Expression::Not(inner) => {
                let inner = compile(inner, budget)?;
                self.embed(&Dfa::total().minus(&inner).map_err(|_| TooMuch)?)
            }
            Expression::Optional(inner) => self.repeat(inner, 0, Some(1), budget),
            Expression::Repeat(inner, least, most) => self.repeat(inner, *least, *most, budget),
            Expression::Interval(low, high, digits) => self.interval(*low, *high, *digits),
        }
    }

    fn repeat(&mut self, inner: &Expression, least: u32, most: Option<u32>, budget: usize) -> Result<Ends, TooMuch> {
        let start = self.state()?;
        let mut end = start;
        for _ in 0..least {
            let part = self.add(inner, budget)?;
            self.skip(end, part.start);
            end = part.end;
        }
        let Some(most) = most else {
            let base = self.states.len();
            let part = self.add(inner, budget)?;
            let again = self.state()?;
            // Lucene repeats what is no name to no name, not to the empty one
            if least == 0 && !self.leads(base, part) {
                return Ok(Ends { start, end: again });
            }
            self.skip(end, again);
            self.skip(again, part.start);
            self.skip(part.end, again);
            return Ok(Ends { start, end: again });
        };
        let last = self.state()?;
        for _ in least..most {
            self.skip(end, last);
            let part = self.add(inner, budget)?;
            self.skip(end, part.start);
            end = part.end;
        }
        self.skip(end, last);
        Ok(Ends { start, end: last })
    }

    /// Whether there is any way from the start to the end of a part, whose states begin at `base`.
    fn leads(&self, base: usize, ends: Ends) -> bool {
        let mut seen = vec![false; self.states.len() - base];
        let mut open = vec![ends.start];
        while let Some(state) = open.pop() {
            if std::mem::replace(&mut seen[state as usize - base], true) {
                continue;
            }
            if state == ends.end {
                return true;
            }
            let found = &self.states[state as usize];
            open.extend(found.skips.iter().copied().chain(found.edges.iter().map(|edge| edge.to)));
        }
        false
    }

    fn interval(&mut self, low: u32, high: u32, digits: usize) -> Result<Ends, TooMuch> {
        let ends = Ends { start: self.state()?, end: self.state()? };
        if digits > 0 {
            self.numbers(u64::from(low), u64::from(high), digits, ends)?;
            return Ok(ends);
        }
        // any number of leading zeros, then each length of number that fits
        self.edge(ends.start, u32::from(b'0'), u32::from(b'0'), ends.start);
        for length in 1..=high.to_string().len() {
            let (least, most) = (if length == 1 { 0 } else { 10u64.pow(length as u32 - 1) }, 10u64.pow(length as u32) - 1);
            let (from, to) = (u64::from(low).max(least), u64::from(high).min(most));
            if from <= to {
                self.numbers(from, to, length, ends)?;
            }
        }
        Ok(ends)
    }

    /// Numbers from `low` to `high`, written with `digits` digits.
    fn numbers(&mut self, low: u64, high: u64, digits: usize, ends: Ends) -> Result<(), TooMuch> {
        let digit = |number: u64, at: usize| (number / 10u64.saturating_pow((digits - 1 - at) as u32) % 10) as u32;
        // each open state remembers whether the digits so far equal those of `low` and of `high`
        let mut open = vec![(ends.start, true, true)];
        for at in 0..digits {
            let mut next: Vec<(u32, bool, bool)> = Vec::new();
            for (state, at_low, at_high) in open {
                let (from, to) = (if at_low { digit(low, at) } else { 0 }, if at_high { digit(high, at) } else { 9 });
                for value in from..=to {
                    let key = (at_low && value == from, at_high && value == to);
                    let target = if at + 1 == digits {
                        ends.end
                    } else if let Some(found) = next.iter().find(|(_, low, high)| (*low, *high) == key) {
                        found.0
                    } else {
                        let made = self.state()?;
                        next.push((made, key.0, key.1));
                        made
                    };
                    let c = u32::from(b'0') + value;
                    self.edge(state, c, c, target);
                }
            }
            open = next;
        }
        Ok(())
    }
}

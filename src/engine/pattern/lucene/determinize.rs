//! `Operations.determinize`, with the effort that Lucene counts from 8.11 on, and the states that it counts before.

use std::collections::{BTreeMap, HashMap};

use super::dfa::Edge;
use super::operations::{Automaton, Operations};
use super::syntax::Generation;

/// Why there is no automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// To make this one deterministic needs more effort than may be spent.
    TooComplex(Counts),
    /// It is not known, for too many steps were made: Lucene would go on here, for as long and in as much memory as it
    /// takes. The counts are those of the automaton that was to be made deterministic, if it came to that.
    TooLarge(Option<Counts>),
}

/// The states and transitions of an automaton, as Lucene's text counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub states: usize,
    pub transitions: usize,
}

impl Operations {
    /// Make it deterministic. The effort is the sizes of the state sets met, summed, and is given in tens of them; Lucene 7
    /// takes as many sets instead.
    pub fn determinize(&mut self, automaton: Automaton, effort: usize) -> Result<Automaton, Stop> {
        if automaton.is_deterministic() || automaton.states() <= 1 {
            return Ok(automaton);
        }
        let counts = Counts { states: automaton.states(), transitions: automaton.transitions() };
        let limit = if self.generation == Generation::Seven { effort + 1 } else { 10 * effort };
        self.subsets(&automaton, limit, counts).map_err(|stop| match stop {
            Stop::TooLarge(_) => Stop::TooLarge(Some(counts)),
            refused => refused,
        })
    }

    fn subsets(&mut self, automaton: &Automaton, limit: usize, counts: Counts) -> Result<Automaton, Stop> {
        let mut known: HashMap<Vec<u32>, u32> = HashMap::from([(vec![0], 0)]);
        let mut sets = vec![vec![0]];
        let mut made = Automaton::default();
        made.state(automaton.accepts[0]);
        // Lucene counts a set when it is taken up; as each one is taken up at last, it may as well be counted when found
        let mut spent = 1;
        let mut at = 0;
        while let Some(set) = sets.get(at) {
            // where an edge begins, and the first character behind where it ends; ends come first
            let mut points: Vec<(u32, bool, u32)> = Vec::new();
            for edge in set.iter().flat_map(|&state| &automaton.edges[state as usize]) {
                points.extend([(edge.low, true, edge.to), (edge.high + 1, false, edge.to)]);
            }
            self.spend(set.len() + points.len())?;
            points.sort_unstable();
            let mut open: BTreeMap<u32, usize> = BTreeMap::new();
            let mut from = 0;
            for (point, begins, to) in points {
                if point > from && !open.is_empty() {
                    self.spend(open.len())?;
                    self.build(1)?;
                    let target: Vec<u32> = open.keys().copied().collect();
                    let to = match known.get(&target) {
                        Some(&to) => to,
                        None => {
                            spent += if self.generation == Generation::Seven { 1 } else { target.len() };
                            if spent >= limit {
                                return Err(Stop::TooComplex(counts));
                            }
                            known.insert(target.clone(), sets.len() as u32);
                            made.state(target.iter().any(|&state| automaton.accepts[state as usize]));
                            sets.push(target);
                            sets.len() as u32 - 1
                        }
                    };
                    made.edge(at as u32, Edge { low: from, high: point - 1, to });
                }
                from = point;
                let count = open.entry(to).or_default();
                if begins {
                    *count += 1;
                } else if *count > 1 {
                    *count -= 1;
                } else {
                    open.remove(&to);
                }
            }
            at += 1;
        }
        Ok(made.reduced())
    }
}

//! `Operations.determinize`, with the effort that Lucene counts from 8.11 on, and the states that it counts before.

use super::dfa::Edge;
use super::operations::{Automaton, BUILT, Operations};
use super::powerset::{Limit, Several, powerset};
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
        let left = if self.generation == Generation::Seven { effort } else { 10 * effort - 1 };
        let mut limit = Effort { operations: self, left, counts };
        let (sets, edges) = powerset(&automaton, 0, &mut limit)?;
        let accepts = sets.iter().map(|set| set.iter().any(|&state| automaton.accepts[state as usize])).collect();
        Ok(Automaton { accepts, edges }.reduced())
    }
}

/// The effort that is left. Lucene counts a set when it is taken up; as each one is taken up at last, it may as well be
/// counted when it is met.
struct Effort<'o> {
    operations: &'o mut Operations,
    left: usize,
    counts: Counts,
}

impl Limit for Effort<'_> {
    type Stop = Stop;

    fn meet(&mut self, states: usize) -> Result<(), Stop> {
        let spent = if self.operations.generation == Generation::Seven { 1 } else { states };
        self.left = self.left.checked_sub(spent).ok_or(Stop::TooComplex(self.counts))?;
        self.look(BUILT)
    }

    fn look(&mut self, parts: usize) -> Result<(), Stop> {
        self.operations.spend(parts).map_err(|_| Stop::TooLarge(Some(self.counts)))
    }
}

impl Several for Automaton {
    fn states(&self) -> usize {
        self.accepts.len()
    }

    fn edges(&self, state: u32) -> &[Edge] {
        &self.edges[state as usize]
    }

    fn skips(&self, _: u32) -> &[u32] {
        &[]
    }

    fn matters(&self, _: u32) -> bool {
        true
    }
}

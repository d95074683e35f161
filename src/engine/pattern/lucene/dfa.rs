//! Deterministic automata over characters: run, intersect, subtract, compare. No dead states are kept,
//! so an automaton without states is the empty one.

use std::collections::HashMap;

use super::syntax::LAST;
use super::{Generation, PatternError, work};

/// The most pairs of states that two automata are walked through together.
const PAIRS: usize = 1_000_000;

/// A step on any character of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub low: u32,
    pub high: u32,
    pub to: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    accepting: bool,
    /// Range in `edges`, sorted by `low`, disjoint.
    from: u32,
    to: u32,
}

/// A deterministic automaton; state 0 is the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dfa {
    states: Vec<State>,
    edges: Vec<Edge>,
}

impl Dfa {
    /// No name.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Every name.
    pub fn total() -> Self {
        Self { states: vec![State { accepting: true, from: 0, to: 1 }], edges: vec![Edge { low: 0, high: LAST, to: 0 }] }
    }

    /// How many states there are.
    pub(super) fn states(&self) -> u32 {
        self.states.len() as u32
    }

    pub(super) fn accepting(&self, state: u32) -> bool {
        self.states[state as usize].accepting
    }

    pub(super) fn edges(&self, state: u32) -> &[Edge] {
        let State { from, to, .. } = self.states[state as usize];
        &self.edges[from as usize..to as usize]
    }

    /// Where a character leads; none when no name goes on so.
    fn step(&self, state: u32, c: u32) -> Option<u32> {
        let edges = self.edges(state);
        let at = edges.partition_point(|edge| edge.high < c);
        edges.get(at).filter(|edge| edge.low <= c).map(|edge| edge.to)
    }

    /// Whether the name is in the set.
    pub fn accepts(&self, name: &str) -> bool {
        if self.states.is_empty() {
            return false;
        }
        let mut state = 0;
        for c in name.chars() {
            match self.step(state, c as u32) {
                Some(next) => state = next,
                None => return false,
            }
        }
        self.accepting(state)
    }

    /// Whether there is no name in the set.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Whether every name is in the set.
    pub fn is_total(&self) -> bool {
        Self::total().is_subset_of(self)
    }

    /// A shortest name of the set, of characters that read well where there is a choice.
    pub fn example(&self) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let mut came: Vec<Option<(u32, u32)>> = vec![None; self.states.len()];
        let mut queue = std::collections::VecDeque::from([0u32]);
        while let Some(state) = queue.pop_front() {
            if self.accepting(state) {
                let mut name = Vec::new();
                let mut at = state;
                while let Some((from, c)) = came[at as usize] {
                    name.push(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
                    at = from;
                }
                return Some(name.into_iter().rev().collect());
            }
            let mut steps: Vec<(u32, u32)> = self.edges(state).iter().map(|edge| (readable(edge.low, edge.high), edge.to)).collect();
            steps.sort_by_key(|&(c, _)| (rank(c), c));
            for (c, to) in steps {
                if to != 0 && came[to as usize].is_none() {
                    came[to as usize] = Some((state, c));
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// Keep what can be reached from the start and can still accept.
    pub(super) fn trimmed(built: Vec<(bool, Vec<Edge>)>) -> Self {
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); built.len()];
        for (from, (_, edges)) in built.iter().enumerate() {
            for edge in edges {
                back[edge.to as usize].push(from as u32);
            }
        }
        let mut alive: Vec<bool> = built.iter().map(|(accepting, _)| *accepting).collect();
        let mut open: Vec<u32> = (0..built.len() as u32).filter(|&state| alive[state as usize]).collect();
        while let Some(state) = open.pop() {
            for &from in &back[state as usize] {
                if !std::mem::replace(&mut alive[from as usize], true) {
                    open.push(from);
                }
            }
        }
        if !alive.first().copied().unwrap_or(false) {
            return Self::empty();
        }
        let mut number = vec![u32::MAX; built.len()];
        let mut next = 0;
        for (state, &alive) in alive.iter().enumerate() {
            if alive {
                number[state] = next;
                next += 1;
            }
        }
        let mut dfa = Self::default();
        for (state, (accepting, edges)) in built.into_iter().enumerate() {
            if !alive[state] {
                continue;
            }
            let from = dfa.edges.len() as u32;
            dfa.edges
                .extend(edges.into_iter().filter(|edge| alive[edge.to as usize]).map(|edge| Edge { to: number[edge.to as usize], ..edge }));
            dfa.states.push(State { accepting, from, to: dfa.edges.len() as u32 });
        }
        dfa
    }

    /// The names of both. The error is that there would be too many states.
    pub fn intersection(&self, other: &Dfa) -> Result<Dfa, PatternError> {
        self.product(other, |mine, theirs| mine && theirs, true)
    }

    /// The names of this one that the other lacks. The error is that there would be too many states.
    pub fn minus(&self, other: &Dfa) -> Result<Dfa, PatternError> {
        self.product(other, |mine, theirs| mine && !theirs, false)
    }

    /// Walk both together. `None` for the other means that it accepts nothing from here on.
    fn product(&self, other: &Dfa, accept: impl Fn(bool, bool) -> bool, needs_other: bool) -> Result<Dfa, PatternError> {
        let start = (0u32, (!other.is_empty()).then_some(0u32));
        if self.is_empty() || (needs_other && start.1.is_none()) {
            return Ok(Dfa::empty());
        }
        let mut known: HashMap<(u32, Option<u32>), u32> = HashMap::from([(start, 0)]);
        let mut pairs = vec![start];
        let mut built = Vec::new();
        let mut at = 0;
        while let Some(&(mine, theirs)) = pairs.get(at) {
            if pairs.len() > PAIRS {
                return Err(super::too_complex(None, super::EFFORT, Generation::default()));
            }
            let mut edges: Vec<Edge> = Vec::new();
            self.each_step(mine, other, theirs, |low, high, pair| {
                if needs_other && pair.1.is_none() {
                    return true;
                }
                let to = *known.entry(pair).or_insert_with(|| {
                    pairs.push(pair);
                    pairs.len() as u32 - 1
                });
                match edges.last_mut() {
                    Some(last) if last.to == to && last.high + 1 == low => last.high = high,
                    _ => edges.push(Edge { low, high, to }),
                }
                true
            });
            work::add(edges.len() + 1);
            built.push((accept(self.accepting(mine), theirs.is_some_and(|state| other.accepting(state))), edges));
            at += 1;
        }
        Ok(Dfa::trimmed(built))
    }

    /// Every range of characters that both read alike, with the pair it leads to; stops on `false`.
    fn each_step(&self, mine: u32, other: &Dfa, theirs: Option<u32>, mut step: impl FnMut(u32, u32, (u32, Option<u32>)) -> bool) -> bool {
        let their_edges = theirs.map_or(&[][..], |state| other.edges(state));
        for edge in self.edges(mine) {
            let mut low = edge.low;
            let mut at = their_edges.partition_point(|their| their.high < low);
            while low <= edge.high {
                let (high, to) = match their_edges.get(at) {
                    Some(their) if their.low <= low => {
                        at += 1;
                        (their.high.min(edge.high), Some(their.to))
                    }
                    Some(their) => ((their.low - 1).min(edge.high), None),
                    None => (edge.high, None),
                };
                if !step(low, high, (edge.to, to)) {
                    return false;
                }
                low = high + 1;
            }
        }
        true
    }

    /// Whether the other has every name of this one. Automata too large to be compared count as not
    /// contained: nothing is granted by mistake.
    pub fn is_subset_of(&self, other: &Dfa) -> bool {
        if self.is_empty() {
            return true;
        }
        let start = (0u32, (!other.is_empty()).then_some(0u32));
        let mut seen = std::collections::HashSet::from([start]);
        let mut open = vec![start];
        while let Some((mine, theirs)) = open.pop() {
            let covered = theirs.is_some_and(|state| other.accepting(state));
            // no dead states are kept: from a state of ours some name is always accepted
            if theirs.is_none() || (self.accepting(mine) && !covered) || seen.len() > PAIRS {
                return false;
            }
            self.each_step(mine, other, theirs, |_, _, pair| {
                if seen.insert(pair) {
                    open.push(pair);
                }
                true
            });
        }
        true
    }
}

/// How well a character reads in a name: letters, digits, what joins them, the rest.
fn rank(c: u32) -> u8 {
    match char::from_u32(c) {
        Some('a'..='z') => 0,
        Some('0'..='9') => 1,
        Some('-' | '.' | '_') => 2,
        _ => 3,
    }
}

/// The character of a range that reads best.
fn readable(low: u32, high: u32) -> u32 {
    let wanted = ['a', '0', '-', '.', '_'].into_iter().map(u32::from);
    let inside = |&c: &u32| (low..=high).contains(&c);
    // a range may begin inside of the letters or digits
    let starts = [low].into_iter().filter(|&c| rank(c) < 3);
    wanted.filter(inside).chain(starts).min_by_key(|&c| rank(c)).unwrap_or(low)
}

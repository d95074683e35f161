//! Lucene's automata and what it makes of them (`org.apache.lucene.util.automaton.Operations`), state for state: those of
//! Lucene 10, and how 7 to 9 put patterns together.

use std::collections::HashMap;

use super::determinize::Stop;
use super::dfa::{Dfa, Edge};
use super::syntax::{Generation, LAST};
use super::work;

/// States and transitions, one after the other; state 0 is the start. Not deterministic as a rule, without empty steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Automaton {
    pub accepts: Vec<bool>,
    /// By state; sorted, and those of one target that touch are one.
    pub edges: Vec<Vec<Edge>>,
}

impl Automaton {
    pub fn empty_name() -> Self {
        Self { accepts: vec![true], edges: vec![Vec::new()] }
    }

    pub fn any_name() -> Self {
        Self { accepts: vec![true], edges: vec![vec![Edge { low: 0, high: LAST, to: 0 }]] }
    }

    /// One character; of no ranges, nothing.
    pub fn chars(ranges: &[(u32, u32)]) -> Self {
        if ranges.is_empty() {
            return Self::default();
        }
        let edges = ranges.iter().map(|&(low, high)| Edge { low, high, to: 1 }).collect();
        Self { accepts: vec![false, true], edges: vec![edges, Vec::new()] }.reduced()
    }

    pub fn states(&self) -> usize {
        self.accepts.len()
    }

    pub fn transitions(&self) -> usize {
        self.edges.iter().map(Vec::len).sum()
    }

    pub fn state(&mut self, accepts: bool) -> u32 {
        self.accepts.push(accepts);
        self.edges.push(Vec::new());
        self.accepts.len() as u32 - 1
    }

    pub fn edge(&mut self, from: u32, edge: Edge) {
        self.edges[from as usize].push(edge);
    }

    /// A step without a character: the first state gets what the other has.
    pub fn skip(&mut self, from: u32, to: u32) {
        let edges = self.edges[to as usize].clone();
        self.edges[from as usize].extend(edges);
        self.accepts[from as usize] |= self.accepts[to as usize];
    }

    /// Put another's states behind; their first number.
    fn append(&mut self, other: &Self) -> u32 {
        let base = self.states() as u32;
        self.accepts.extend(&other.accepts);
        self.edges.extend(other.edges.iter().map(|edges| shifted(edges, base)));
        base
    }

    fn accepting(&self) -> impl Iterator<Item = u32> {
        self.accepts.iter().enumerate().filter(|(_, accepts)| **accepts).map(|(state, _)| state as u32)
    }

    /// Whether no state has two edges for one character.
    pub fn is_deterministic(&self) -> bool {
        self.edges.iter().all(|edges| edges.windows(2).all(|pair| pair[0].high < pair[1].low))
    }

    /// Sort the edges of each state, and join those of one target that touch.
    pub fn reduced(mut self) -> Self {
        for edges in &mut self.edges {
            edges.sort_unstable_by_key(|edge| (edge.to, edge.low, edge.high));
            edges.dedup_by(|next, last| {
                let joins = next.to == last.to && next.low <= last.high + 1;
                if joins {
                    last.high = last.high.max(next.high);
                }
                joins
            });
            edges.sort_unstable_by_key(|edge| (edge.low, edge.high, edge.to));
        }
        self
    }

    /// The same with other numbers; states without one are left out, states of one number become one.
    fn renumbered(&self, number: &[Option<u32>]) -> Self {
        let mut made = Self::default();
        for (state, edges) in self.edges.iter().enumerate() {
            let Some(at) = number[state].map(|at| at as usize) else { continue };
            while made.states() <= at {
                made.state(false);
            }
            made.accepts[at] |= self.accepts[state];
            made.edges[at].extend(edges.iter().filter_map(|edge| Some(Edge { to: number[edge.to as usize]?, ..*edge })));
        }
        made.reduced()
    }
}

impl From<Automaton> for Dfa {
    /// Of one that is deterministic.
    fn from(automaton: Automaton) -> Self {
        Self::trimmed(automaton.accepts.into_iter().zip(automaton.edges).collect())
    }
}

impl From<&Dfa> for Automaton {
    fn from(dfa: &Dfa) -> Self {
        let states = 0..dfa.states();
        Self {
            accepts: states.clone().map(|state| dfa.accepting(state)).collect(),
            edges: states.map(|state| dfa.edges(state).to_vec()).collect(),
        }
    }
}

fn shifted(edges: &[Edge], base: u32) -> Vec<Edge> {
    edges.iter().map(|edge| Edge { to: base + edge.to, ..*edge }).collect()
}

/// The most steps that are made for one pattern. Lucene itself knows no such end.
const STEPS: usize = 20_000_000;
/// What a state or transition that is built costs of them.
pub(super) const BUILT: usize = 5;

/// The operations, and the steps that are left for them.
#[derive(Debug)]
pub(super) struct Operations {
    /// Whose operations they are.
    pub generation: Generation,
    left: usize,
}

impl Operations {
    pub fn new(generation: Generation) -> Self {
        Self { generation, left: STEPS }
    }

    /// Take steps; the error is that none are left.
    pub fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        work::add(steps);
        self.left = self.left.checked_sub(steps).ok_or(Stop::TooLarge(None))?;
        Ok(())
    }

    /// Take the steps for so many states and transitions that are built.
    pub fn build(&mut self, parts: usize) -> Result<(), Stop> {
        self.spend(parts.saturating_mul(BUILT))
    }

    fn copy(&mut self, automaton: &Automaton) -> Result<(), Stop> {
        self.build(automaton.states() + automaton.transitions())
    }

    /// One after the other.
    pub fn concatenate(&mut self, parts: &[&Automaton]) -> Result<Automaton, Stop> {
        let mut whole = Automaton::default();
        if parts.iter().any(|part| part.states() == 0) {
            return Ok(whole);
        }
        for part in parts {
            self.copy(part)?;
            whole.append(part);
        }
        let mut base = 0;
        for (at, part) in parts.iter().enumerate() {
            let mut next_base = base + part.states();
            // what follows an accepting state: the next start, and further ones while the empty name goes on
            let (mut follows, mut ends) = (Vec::new(), true);
            for next in &parts[at + 1..] {
                self.build(1 + next.edges[0].len())?;
                follows.extend(shifted(&next.edges[0], next_base as u32));
                next_base += next.states();
                if !next.accepts[0] {
                    ends = false;
                    break;
                }
            }
            for state in part.accepting() {
                self.build(follows.len())?;
                let state = base + state as usize;
                whole.edges[state].extend(&follows);
                whole.accepts[state] = ends;
            }
            base += part.states();
        }
        let whole = whole.reduced();
        // Lucene 8 and 9 leave the starts that cannot be reached any more
        if self.generation == Generation::Nine { Ok(whole) } else { self.live(whole) }
    }

    /// Any of them.
    pub fn union(&mut self, parts: &[Automaton]) -> Result<Automaton, Stop> {
        let mut whole = Automaton::default();
        whole.state(false);
        for part in parts.iter().filter(|part| part.states() > 0) {
            self.copy(part)?;
            let start = whole.append(part);
            whole.skip(0, start);
        }
        let whole = self.live(whole.reduced())?;
        if self.generation != Generation::Ten {
            return Ok(whole);
        }
        // accepting states without edges become one
        let (mut end, mut next) = (None, 0);
        let number: Vec<Option<u32>> = (0..whole.states())
            .map(|state| {
                let ends = whole.accepts[state] && whole.edges[state].is_empty();
                if let Some(end) = end.filter(|_| ends) {
                    return Some(end);
                }
                next += 1;
                if ends {
                    end = Some(next - 1);
                }
                Some(next - 1)
            })
            .collect();
        Ok(whole.renumbered(&number))
    }

    /// It or the empty name.
    pub fn optional(&mut self, mut inner: Automaton) -> Result<Automaton, Stop> {
        if inner.accepts.first() == Some(&true) {
            return Ok(inner);
        }
        if inner.states() == 0 {
            return Ok(Automaton::empty_name());
        }
        if inner.edges.iter().flatten().all(|edge| edge.to != 0) {
            inner.accepts[0] = true;
            return Ok(inner);
        }
        self.copy(&inner)?;
        let mut whole = Automaton::empty_name();
        let start = whole.append(&inner);
        whole.skip(0, start);
        Ok(whole.reduced())
    }

    /// Any number of times.
    fn repeat(&mut self, inner: &Automaton) -> Result<Automaton, Stop> {
        if inner.states() == 0 || inner.accepts[0] && inner.accepting().count() == 1 {
            return Ok(inner.clone());
        }
        self.copy(inner)?;
        let mut whole = Automaton::empty_name();
        // accepting states without edges become the start
        let number: Vec<u32> = (inner.accepts.iter().zip(&inner.edges))
            .map(|(&accepts, edges)| if accepts && edges.is_empty() { 0 } else { whole.state(accepts) })
            .collect();
        let renumbered = |edges: &[Edge]| edges.iter().map(|edge| Edge { to: number[edge.to as usize], ..*edge }).collect::<Vec<_>>();
        for (state, edges) in inner.edges.iter().enumerate() {
            whole.edges[number[state] as usize].extend(renumbered(edges));
        }
        let again = renumbered(&inner.edges[0]);
        whole.edges[0].extend(&again);
        for state in inner.accepting().map(|state| number[state as usize]).filter(|&state| state != 0) {
            self.build(again.len())?;
            whole.edges[state as usize].extend(&again);
        }
        self.live(whole.reduced())
    }

    /// So many times or more.
    pub fn repeat_least(&mut self, inner: Automaton, least: usize) -> Result<Automaton, Stop> {
        let more = self.repeat(&inner)?;
        if least == 0 {
            return Ok(more);
        }
        self.build(least)?;
        let mut parts = vec![&inner; least];
        parts.push(&more);
        self.concatenate(&parts)
    }

    /// From so many times to so many.
    pub fn repeat_between(&mut self, inner: &Automaton, least: usize, most: usize) -> Result<Automaton, Stop> {
        self.build(most)?;
        let mut whole = match least {
            0 => Automaton::empty_name(),
            1 => inner.clone(),
            _ => self.concatenate(&vec![inner; least])?,
        };
        let mut ends: Vec<u32> = whole.accepting().collect();
        for _ in least..most {
            self.copy(inner)?;
            let start = whole.append(inner);
            if inner.states() > 0 {
                for &end in &ends {
                    self.build(inner.edges[0].len())?;
                    whole.skip(end, start);
                }
            }
            ends = inner.accepting().map(|state| start + state).collect();
        }
        self.live(whole.reduced())
    }

    /// Everything else than a deterministic automaton has.
    pub fn complement(&mut self, inner: &Automaton) -> Result<Automaton, Stop> {
        self.copy(inner)?;
        let mut whole = inner.clone();
        let rest = whole.state(false);
        for edges in &mut whole.edges {
            let mut from = 0;
            for at in 0..edges.len() {
                let Edge { low, high, .. } = edges[at];
                if low > from {
                    edges.push(Edge { low: from, high: low - 1, to: rest });
                }
                from = from.max(high + 1);
            }
            if from <= LAST {
                edges.push(Edge { low: from, high: LAST, to: rest });
            }
        }
        for accepts in &mut whole.accepts {
            *accepts = !*accepts;
        }
        self.live(whole.reduced())
    }

    /// What both have.
    pub fn intersection(&mut self, one: &Automaton, other: &Automaton) -> Result<Automaton, Stop> {
        let mut whole = Automaton::default();
        if one.states() == 0 || other.states() == 0 {
            return Ok(whole);
        }
        let mut pairs = vec![(0, 0)];
        let mut known = HashMap::from([((0, 0), 0)]);
        let mut at = 0;
        while let Some(&(mine, theirs)) = pairs.get(at) {
            self.build(1)?;
            let state = whole.state(one.accepts[mine as usize] && other.accepts[theirs as usize]);
            for mine in &one.edges[mine as usize] {
                for theirs in &other.edges[theirs as usize] {
                    self.spend(1)?;
                    let (low, high) = (mine.low.max(theirs.low), mine.high.min(theirs.high));
                    if low <= high {
                        self.build(1)?;
                        let to = *known.entry((mine.to, theirs.to)).or_insert_with(|| {
                            pairs.push((mine.to, theirs.to));
                            pairs.len() as u32 - 1
                        });
                        whole.edge(state, Edge { low, high, to });
                    }
                }
            }
            at += 1;
        }
        self.live(whole.reduced())
    }

    /// The smallest that is equal to a deterministic one: states are told apart until no more can be.
    pub fn minimal(&mut self, automaton: Automaton) -> Result<Automaton, Stop> {
        let automaton = self.live(automaton)?;
        let mut class: Vec<u32> = automaton.accepts.iter().map(|&accepts| accepts.into()).collect();
        let mut known = 0;
        loop {
            self.spend(automaton.states() + automaton.transitions())?;
            let mut seen = HashMap::new();
            let next = (class.iter().zip(&automaton.edges))
                .map(|(class_of, edges)| {
                    // neighbours that lead to one class are one edge
                    let mut steps: Vec<(u32, u32, u32)> = Vec::with_capacity(edges.len());
                    for &Edge { low, high, to } in edges {
                        let to = class[to as usize];
                        match steps.last_mut() {
                            Some(last) if last.2 == to && last.1 + 1 == low => last.1 = high,
                            _ => steps.push((low, high, to)),
                        }
                    }
                    let fresh = seen.len() as u32;
                    *seen.entry((*class_of, steps)).or_insert(fresh)
                })
                .collect();
            class = next;
            if seen.len() == known {
                return Ok(automaton.renumbered(&class.into_iter().map(Some).collect::<Vec<_>>()));
            }
            known = seen.len();
        }
    }

    /// Without the states that cannot be reached or cannot accept any more.
    pub fn live(&mut self, automaton: Automaton) -> Result<Automaton, Stop> {
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); automaton.states()];
        for (from, edges) in automaton.edges.iter().enumerate() {
            for edge in edges {
                back[edge.to as usize].push(from as u32);
            }
        }
        let reached = closure(automaton.states(), (automaton.states() > 0).then_some(0), |state, open| {
            open.extend(automaton.edges[state].iter().map(|edge| edge.to));
        });
        let accepts = closure(automaton.states(), automaton.accepting(), |state, open| open.extend(&back[state]));
        let mut next = 0;
        let number: Vec<Option<u32>> = (reached.into_iter().zip(accepts))
            .map(|(reached, accepts)| {
                let live = reached && accepts;
                next += u32::from(live);
                live.then(|| next - 1)
            })
            .collect();
        Ok(if next as usize == automaton.states() { automaton } else { automaton.renumbered(&number) })
    }
}

/// The states that can be come to from these.
fn closure(states: usize, from: impl IntoIterator<Item = u32>, step: impl Fn(usize, &mut Vec<u32>)) -> Vec<bool> {
    let mut seen = vec![false; states];
    let mut open: Vec<u32> = from.into_iter().collect();
    while let Some(state) = open.pop() {
        if !std::mem::replace(&mut seen[state as usize], true) {
            step(state as usize, &mut open);
        }
    }
    seen
}

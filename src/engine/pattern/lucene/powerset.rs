//! The sets of states that names lead to, which are the states of an automaton made deterministic.

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::dfa::Edge;
use super::syntax::LAST;

/// An automaton that may be in several states at once.
pub(super) trait Several {
    /// How many states there are.
    fn states(&self) -> usize;
    /// Where one comes from a state with a character.
    fn edges(&self, state: u32) -> &[Edge];
    /// Where one comes from it without one.
    fn skips(&self, state: u32) -> &[u32];
    /// Whether sets are told apart by it.
    fn matters(&self, state: u32) -> bool;
}

/// What may be met, and worked through.
pub(super) trait Limit {
    /// Why there is an end.
    type Stop;
    /// A set of so many states is met for the first time.
    fn meet(&mut self, states: usize) -> Result<(), Self::Stop>;
    /// So many states or transitions are looked at.
    fn look(&mut self, parts: usize) -> Result<(), Self::Stop>;
}

/// Sets of states, sorted, by number.
pub(super) type Sets = IndexSet<Box<[u32]>, RandomState>;

/// The sets that are met from the start on, and the edges of each; no two of its edges are for one character, and
/// neighbours lead to different sets.
pub(super) fn powerset<L: Limit>(automaton: &impl Several, start: u32, limit: &mut L) -> Result<(Sets, Vec<Vec<Edge>>), L::Stop> {
    let mut walk = Walk::new(automaton);
    let mut sets = Sets::default();
    let mut first = Vec::new();
    walk.always([start], &mut first);
    number(&mut sets, &first, limit)?;
    let mut built: Vec<Vec<Edge>> = Vec::new();
    // what any character leads to, and what some lead to beyond that: where it begins, the first character behind it
    let (mut always, mut ranges) = (Vec::new(), Vec::<(u32, u32, u32)>::new());
    let (mut more, mut target, mut cuts, mut active) = (Vec::new(), Vec::new(), Vec::new(), Vec::<(u32, u32)>::new());
    while let Some(set) = sets.get_index(built.len()) {
        let edges = || set.iter().flat_map(|&state| automaton.edges(state));
        let any = |edge: &&Edge| edge.low == 0 && edge.high == LAST;
        walk.always(edges().filter(any).map(|edge| edge.to), &mut always);
        ranges.clear();
        ranges.extend(edges().filter(|edge| !any(edge)).map(|edge| (edge.low, edge.high + 1, edge.to)));
        limit.look(set.len() + ranges.len())?;
        ranges.sort_unstable();
        cuts.clear();
        cuts.extend(ranges.iter().flat_map(|&(low, behind, _)| [low, behind]));
        cuts.extend([0, LAST + 1]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut steps: Vec<Edge> = Vec::new();
        let (mut next, mut alone) = (0, None);
        active.clear();
        for pair in cuts.windows(2) {
            let (low, high) = (pair[0], pair[1] - 1);
            active.retain(|&(behind, _)| behind > low);
            while let Some(&(_, behind, to)) = ranges.get(next).filter(|(begins, ..)| *begins <= low) {
                active.push((behind, to));
                next += 1;
            }
            if active.is_empty() && always.is_empty() {
                continue;
            }
            let to = match alone.filter(|_| active.is_empty()) {
                Some(to) => to,
                None => {
                    walk.beyond(active.iter().map(|(_, to)| *to), &mut more);
                    merge(&always, &more, &mut target);
                    limit.look(target.len())?;
                    number(&mut sets, &target, limit)?
                }
            };
            if active.is_empty() {
                alone = Some(to);
            }
            match steps.last_mut() {
                Some(last) if last.to == to && last.high + 1 == low => last.high = high,
                _ => steps.push(Edge { low, high, to }),
            }
        }
        built.push(steps);
    }
    Ok((sets, built))
}

fn number<L: Limit>(sets: &mut Sets, set: &[u32], limit: &mut L) -> Result<u32, L::Stop> {
    if let Some(known) = sets.get_index_of(set) {
        return Ok(known as u32);
    }
    limit.meet(set.len())?;
    Ok(sets.insert_full(set.into()).0 as u32)
}

/// Which states were seen since the last start.
struct Seen {
    at: Vec<u32>,
    mark: u32,
}

impl Seen {
    fn none(states: usize) -> Self {
        Self { at: vec![0; states], mark: 0 }
    }

    fn restart(&mut self) {
        self.mark += 1;
    }

    fn has(&self, state: u32) -> bool {
        self.at[state as usize] == self.mark
    }

    /// Whether it is seen for the first time.
    fn first(&mut self, state: u32) -> bool {
        std::mem::replace(&mut self.at[state as usize], self.mark) != self.mark
    }
}

/// Walks along what takes no character.
struct Walk<'a, A> {
    automaton: &'a A,
    open: Vec<u32>,
    always: Seen,
    beyond: Seen,
}

impl<'a, A: Several> Walk<'a, A> {
    fn new(automaton: &'a A) -> Self {
        let states = automaton.states();
        Self { automaton, open: Vec::new(), always: Seen::none(states), beyond: Seen::none(states) }
    }

    /// Every state that these lead to without a character, sorted, and only those that matter.
    fn always(&mut self, from: impl IntoIterator<Item = u32>, set: &mut Vec<u32>) {
        self.always.restart();
        self.open.extend(from);
        self.closure(set, |walk, state| walk.always.first(state));
    }

    /// The same, without what was found [`always`](Self::always) the last time.
    fn beyond(&mut self, from: impl IntoIterator<Item = u32>, set: &mut Vec<u32>) {
        self.beyond.restart();
        self.open.extend(from);
        self.closure(set, |walk, state| !walk.always.has(state) && walk.beyond.first(state));
    }

    fn closure(&mut self, set: &mut Vec<u32>, fresh: impl Fn(&mut Self, u32) -> bool) {
        set.clear();
        while let Some(state) = self.open.pop() {
            if !fresh(self, state) {
                continue;
            }
            if self.automaton.matters(state) {
                set.push(state);
            }
            self.open.extend(self.automaton.skips(state));
        }
        set.sort_unstable();
    }
}

/// Two sorted sets that share nothing, as one.
fn merge(one: &[u32], other: &[u32], both: &mut Vec<u32>) {
    both.clear();
    let mut rest = one;
    for &state in other {
        let (before, behind) = rest.split_at(rest.partition_point(|&mine| mine < state));
        both.extend_from_slice(before);
        both.push(state);
        rest = behind;
    }
    both.extend_from_slice(rest);
}

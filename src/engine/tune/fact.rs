//! What was observed: who was asked for which action on which index, how often, where first.

use std::collections::BTreeMap;

/// The most distinct facts that are kept; beyond it further new ones are counted, not kept.
pub const MAX_FACTS: usize = 1_000_000;

/// One event of an audit log, reduced to what a role needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The effective user.
    pub user: String,
    /// The privilege that was checked.
    pub action: String,
    /// Index names, as resolved where the log has them; empty for cluster actions.
    pub indices: Vec<String>,
    /// Whether it was granted.
    pub granted: bool,
}

/// How a fact is supported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Support {
    /// Events that show it.
    pub count: u64,
    /// Which of them were granted.
    pub granted: u64,
    /// Requests that they belong to, where the log names requests; events of one request that other requests'
    /// events stand between may be counted more than once.
    pub requests: u64,
    /// The line (from 1) of the input that showed it first.
    pub line: u64,
    /// Which input file, in the order they were given.
    pub file: u32,
}

/// Where and how often something was observed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sighting {
    /// How often it happened.
    pub count: u64,
    /// Which input file, in the order they were given.
    pub file: u32,
    /// The line (from 1) that it starts in.
    pub line: u64,
    /// A number of the request that it belongs to; zero when the log does not say.
    pub request: u64,
}

/// Distinct facts; memory is bounded by their number, not by the log's size.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    by_user: BTreeMap<String, BTreeMap<String, BTreeMap<String, u32>>>,
    supports: Vec<Support>,
    /// By fact, the request that showed it last.
    last: Vec<u64>,
    /// Events that would have been new facts beyond [`MAX_FACTS`].
    pub dropped: u64,
    /// Events that became facts.
    pub used: u64,
}

impl Facts {
    /// Take an observation; which facts it showed, for the count of further sightings.
    pub fn add(&mut self, observation: Observation, event: Sighting) -> Vec<u32> {
        let Observation { user, action, mut indices, granted } = observation;
        if indices.is_empty() {
            indices.push(String::new());
        }
        self.used += 1;
        let mut shown = Vec::with_capacity(indices.len());
        for index in indices {
            let known = self.by_user.get(&user).and_then(|actions| actions.get(&action)).and_then(|names| names.get(&index)).copied();
            let fact = match known {
                Some(fact) => fact,
                None if self.supports.len() >= MAX_FACTS => {
                    self.dropped += 1;
                    continue;
                }
                None => {
                    let fact = self.supports.len() as u32;
                    self.supports.push(Support { line: event.line, file: event.file, ..Support::default() });
                    self.last.push(0);
                    self.by_user.entry(user.clone()).or_default().entry(action.clone()).or_default().insert(index, fact);
                    fact
                }
            };
            self.count(fact, granted, event.count, event.request);
            shown.push(fact);
        }
        shown
    }

    /// One more event that shows a known fact.
    pub(super) fn again(&mut self, fact: u32, granted: bool, request: u64) {
        self.used += 1;
        self.count(fact, granted, 1, request);
    }

    fn count(&mut self, fact: u32, granted: bool, count: u64, request: u64) {
        let (Some(support), Some(last)) = (self.supports.get_mut(fact as usize), self.last.get_mut(fact as usize)) else { return };
        support.count += count;
        support.granted += if granted { count } else { 0 };
        if request != 0 && *last != request {
            support.requests += 1;
            *last = request;
        }
    }

    /// Leave out the facts that were never granted.
    pub fn forget_denied(&mut self) {
        let supports = &self.supports;
        for names in self.by_user.values_mut().flat_map(BTreeMap::values_mut) {
            names.retain(|_, fact| supports.get(*fact as usize).is_some_and(|support| support.granted > 0));
        }
    }

    /// Users that appear, in order.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        self.by_user.keys().map(String::as_str)
    }

    /// The facts of one user: action, index (empty for cluster actions), support.
    pub fn of<'a>(&'a self, user: &str) -> impl Iterator<Item = (&'a str, &'a str, Support)> + use<'a> {
        let actions = self.by_user.get(user).into_iter().flatten();
        actions.flat_map(move |(action, names)| {
            names.iter().map(move |(index, fact)| (action.as_str(), index.as_str(), self.supports[*fact as usize]))
        })
    }

    /// How many distinct facts there are.
    pub fn len(&self) -> usize {
        self.supports.len()
    }

    /// Whether nothing was observed.
    pub fn is_empty(&self) -> bool {
        self.supports.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_event_twice_is_one_fact() {
        let mut facts = Facts::default();
        let seen = Observation {
            user: "svc".into(),
            action: "indices:data/write/index".into(),
            indices: vec!["a".into(), "b".into()],
            granted: true,
        };
        facts.add(seen.clone(), Sighting { count: 1, line: 7, ..Sighting::default() });
        facts.add(Observation { granted: false, ..seen }, Sighting { count: 1, line: 9, ..Sighting::default() });
        assert_eq!(facts.len(), 2);
        let all: Vec<_> = facts.of("svc").collect();
        assert_eq!(all[0].1, "a");
        assert_eq!(all[0].2, Support { count: 2, granted: 1, line: 7, ..Support::default() });
        assert_eq!(facts.of("nobody").count(), 0);
    }
}

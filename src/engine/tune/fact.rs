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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    /// Events that show it.
    pub count: u64,
    /// Which of them were granted.
    pub granted: u64,
    /// Record number (from 1) in the input that showed it first.
    pub first_record: u64,
    /// Which input file, in the order they were given.
    pub file: u32,
}

/// Distinct facts; memory is bounded by their number, not by the log's size.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    by_user: BTreeMap<String, BTreeMap<String, BTreeMap<String, Support>>>,
    distinct: usize,
    /// Events that would have been new facts beyond [`MAX_FACTS`].
    pub dropped: u64,
    /// Events that became facts.
    pub used: u64,
}

impl Facts {
    /// Take an observation that was made `count` times, first in record `record` of input `file`.
    pub fn add(&mut self, observation: Observation, count: u64, file: u32, record: u64) {
        let Observation { user, action, mut indices, granted } = observation;
        if indices.is_empty() {
            indices.push(String::new());
        }
        self.used += 1;
        for index in indices {
            let known = self.by_user.get_mut(&user).and_then(|actions| actions.get_mut(&action)).and_then(|names| names.get_mut(&index));
            if let Some(support) = known {
                support.count += count;
                support.granted += if granted { count } else { 0 };
            } else if self.distinct >= MAX_FACTS {
                self.dropped += 1;
            } else {
                self.distinct += 1;
                let support = Support { count, granted: if granted { count } else { 0 }, first_record: record, file };
                self.by_user.entry(user.clone()).or_default().entry(action.clone()).or_default().insert(index, support);
            }
        }
    }

    /// Users that appear, in order.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        self.by_user.keys().map(String::as_str)
    }

    /// The facts of one user: action, index (empty for cluster actions), support.
    pub fn of<'a>(&'a self, user: &str) -> impl Iterator<Item = (&'a str, &'a str, Support)> + use<'a> {
        let actions = self.by_user.get(user).into_iter().flatten();
        actions.flat_map(|(action, names)| names.iter().map(move |(index, support)| (action.as_str(), index.as_str(), *support)))
    }

    /// How many distinct facts there are.
    pub fn len(&self) -> usize {
        self.distinct
    }

    /// Whether nothing was observed.
    pub fn is_empty(&self) -> bool {
        self.distinct == 0
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
        facts.add(seen.clone(), 1, 0, 7);
        facts.add(Observation { granted: false, ..seen }, 1, 0, 9);
        assert_eq!(facts.len(), 2);
        let all: Vec<_> = facts.of("svc").collect();
        assert_eq!(all[0].1, "a");
        assert_eq!(all[0].2, Support { count: 2, granted: 1, first_record: 7, file: 0 });
        assert_eq!(facts.of("nobody").count(), 0);
    }
}

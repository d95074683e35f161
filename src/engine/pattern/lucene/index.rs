//! Many sets of name patterns, asked which of them a name may be in.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::NameMatcher;

type Numbers<K> = HashMap<K, Vec<u32>, RandomState>;

/// Sets of name patterns by what their names are or begin with: a name is looked up instead of tried on every set.
#[derive(Debug, Default)]
pub struct NameIndex {
    names: Numbers<Box<str>>,
    prefixes: Numbers<Box<str>>,
    /// How long the prefixes are, each length once.
    lengths: Vec<usize>,
    /// Sets that no look-up rules out.
    others: Vec<u32>,
}

impl NameIndex {
    /// Index sets by their place.
    pub fn new<'m>(sets: impl Iterator<Item = &'m NameMatcher>) -> Self {
        let mut index = Self::default();
        for (number, set) in (0..).zip(sets) {
            if set.everything || set.rest.is_some() {
                index.others.push(number);
                continue;
            }
            for name in &set.names {
                index.names.entry(name.clone()).or_default().push(number);
            }
            for prefix in &set.prefixes {
                index.prefixes.entry(prefix.clone()).or_default().push(number);
                index.lengths.push(prefix.len());
            }
        }
        index.lengths.sort_unstable();
        index.lengths.dedup();
        index
    }

    /// Add the places of the sets that a name may be in: all that it is in are among them, in no order and perhaps
    /// more than once.
    pub fn candidates(&self, name: &str, found: &mut Vec<u32>) {
        found.extend_from_slice(&self.others);
        found.extend(self.names.get(name).into_iter().flatten());
        let heads = self.lengths.iter().map_while(|&length| if length <= name.len() { Some(name.get(..length)) } else { None });
        found.extend(heads.flatten().filter_map(|head| self.prefixes.get(head)).flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dialect;
    use super::*;

    #[test]
    fn every_set_that_a_name_is_in_is_found() {
        let sets: [&[&str]; 7] = [&["*"], &["logs-*", "logs-1"], &["logs-1"], &["log*", "ö*"], &["/l.*/"], &["l?gs-1"], &["metrics-*"]];
        let dialect = Dialect::default();
        let sets: Vec<NameMatcher> = sets.iter().map(|set| NameMatcher::new(set, dialect).unwrap()).collect();
        let index = NameIndex::new(sets.iter());
        for name in ["logs-1", "logs-", "log", "l", "", "öl", "ö", "metrics-2", "x"] {
            let mut found = Vec::new();
            index.candidates(name, &mut found);
            for (number, set) in (0..).zip(&sets) {
                assert!(!set.matches(name) || found.contains(&number), "{name} is in set {number}");
            }
        }
        let mut found = Vec::new();
        index.candidates("metrics-2", &mut found);
        found.sort_unstable();
        assert_eq!(found, [0, 4, 5, 6]);
    }
}

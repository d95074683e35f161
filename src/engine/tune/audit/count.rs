//! From records to facts: a record that says what an earlier one said only counts.

use std::collections::HashMap;

use super::{Record, read, scan};
use crate::engine::tune::fact::{Facts, Sighting};

/// The most bytes of distinct records that are remembered; beyond it they are forgotten and read anew.
const MAX_REMEMBERED: usize = 64 << 20;

/// Counts the facts of one user, or of everybody. Memory is bounded by the distinct facts and a fixed amount.
#[derive(Debug, Default)]
pub struct Counter {
    facts: Facts,
    user: Option<String>,
    /// By the raw bytes of what makes a fact: which facts a record showed, and whether it was granted.
    seen: HashMap<Box<[u8]>, Known>,
    remembered: usize,
    key: Vec<u8>,
}

#[derive(Debug)]
struct Known {
    facts: Box<[u32]>,
    granted: bool,
}

impl Counter {
    /// Count the facts of `user`, or of everybody.
    pub fn new(user: Option<&str>) -> Self {
        Self { user: user.map(str::to_owned), ..Self::default() }
    }

    /// Take the record that starts in a line of a file.
    ///
    /// # Errors
    /// Why the record cannot be read, in a few words.
    pub fn take(&mut self, record: &[u8], file: u32, line: u64) -> Result<(), String> {
        let raw = scan::scan(record).filter(scan::Raw::is_audit);
        let request = raw.as_ref().map_or(0, |raw| hash(raw.request));
        if let Some(raw) = &raw {
            raw.key(&mut self.key);
            if let Some(known) = self.seen.get(self.key.as_slice()) {
                for &fact in &known.facts {
                    self.facts.again(fact, known.granted, request);
                }
                return Ok(());
            }
        }
        let events = match read(record) {
            Record::Events(events) => events,
            Record::Broken(why) => return Err(why),
        };
        let before = self.facts.dropped;
        let (mut ids, mut granted) = (Vec::new(), false);
        for event in events {
            if self.user.as_ref().is_none_or(|user| event.observation.user == *user) {
                granted = event.observation.granted;
                ids.extend(self.facts.add(event.observation, Sighting { count: event.count, file, line, request }));
            }
        }
        if raw.is_some() && before == self.facts.dropped {
            self.remembered += self.key.len() + ids.len() * 4 + 64;
            if self.remembered > MAX_REMEMBERED {
                self.seen.clear();
                self.remembered = 0;
            }
            self.seen.insert(self.key.as_slice().into(), Known { facts: ids.into(), granted });
        }
        Ok(())
    }

    /// What was counted so far.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What was counted.
    pub fn into_facts(self) -> Facts {
        self.facts
    }
}

/// FNV-1a: requests' ids only have to differ from the one before.
fn hash(text: &[u8]) -> u64 {
    if text.is_empty() {
        return 0;
    }
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(user: &str, action: &str, request: &str) -> String {
        format!(
            r#"{{"type":"audit","event.type":"transport","event.action":"access_granted","user.name":"{user}","request.id":"{request}","action":"{action}","indices":["hr"]}}"#
        )
    }

    #[test]
    fn the_same_record_again_counts_and_a_request_counts_once() {
        let mut counter = Counter::new(Some("bob"));
        for (number, record) in
            [line("bob", "a", "r1"), line("bob", "a", "r1"), line("ann", "a", "r1"), line("bob", "a", "r2")].iter().enumerate()
        {
            counter.take(record.as_bytes(), 0, number as u64 + 1).unwrap();
        }
        let facts = counter.into_facts();
        let all: Vec<_> = facts.of("bob").collect();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].2.count, all[0].2.requests, all[0].2.line), (3, 2, 1));
        assert_eq!(facts.users().collect::<Vec<_>>(), ["bob"]);
    }

    #[test]
    fn a_broken_record_is_none_of_the_known() {
        let mut counter = Counter::new(None);
        assert!(counter.take(b"{\"audit_category\":\"GRANTED_PRIVILEGES\"", 0, 1).is_err());
        assert!(counter.facts().is_empty());
    }
}

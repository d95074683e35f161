//! Index patterns as languages: what one set of patterns matches and another does not, for all names and
//! not only for known ones.

use std::collections::{HashMap, VecDeque};

use regex_automata::Anchored;
use regex_automata::dfa::dense::{BuildError, Builder, Config, DFA};
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;

/// The most memory that one automaton may take; larger ones are answered with [`Difference::Unknown`].
const MAX_AUTOMATON_BYTES: usize = 8 << 20;
/// The most pairs of states that are visited in search of an example.
const MAX_PAIRS: usize = 1 << 20;

/// What the first set of patterns matches beyond the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Nothing: every index name that the first matches, the second matches too.
    Nothing,
    /// A shortest index name that only the first matches.
    Example(String),
    /// The patterns are beyond what can be compared; why.
    Unknown(String),
}

/// Compare two sets of index patterns (`*`, `?`, `/regex/`) over all index names: not empty, lower case, none
/// of the characters that OpenSearch refuses in names, not starting with `-`, `_` or `+`.
pub fn difference<'a>(first: &[&'a str], second: &[&'a str]) -> Difference {
    if second.contains(&"*") || first.iter().all(|pattern| second.contains(pattern)) {
        return Difference::Nothing;
    }
    match (automaton(first), automaton(second)) {
        (Ok(first), Ok(second)) => search(&first, &second),
        (Err(why), _) | (_, Err(why)) => Difference::Unknown(why),
    }
}

fn automaton(patterns: &[&str]) -> Result<DFA<Vec<u32>>, String> {
    let source: Vec<String> = patterns.iter().map(|pattern| expression(pattern)).collect();
    // an empty list matches nothing, not the empty name
    let source = if source.is_empty() { r"[^\s\S]".to_owned() } else { format!("(?s:{})", source.join("|")) };
    let config = Config::new()
        .start_kind(StartKind::Anchored)
        .determinize_size_limit(Some(MAX_AUTOMATON_BYTES))
        .dfa_size_limit(Some(MAX_AUTOMATON_BYTES));
    Builder::new().configure(config).build(&format!("(?:{source})$")).map_err(|error| reason(&error))
}

fn reason(error: &BuildError) -> String {
    if error.is_size_limit_exceeded() {
        "the patterns make an automaton that is too large to compare".to_owned()
    } else {
        "a regular expression among the patterns has no plain automaton".to_owned()
    }
}

fn expression(pattern: &str) -> String {
    if let Some(inner) = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| pattern.len() > 1) {
        return format!("(?-s:{inner})");
    }
    let mut out = String::new();
    let mut buffer = [0; 4];
    for c in pattern.chars() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            _ => out.push_str(&regex::escape(c.encode_utf8(&mut buffer))),
        }
    }
    out
}

/// The bytes that names are made of, the ones that read best first.
fn alphabet(at_start: bool) -> impl Iterator<Item = u8> {
    let tail: &[u8] = if at_start { b"." } else { b"-._+" };
    (b'a'..=b'z').chain(b'0'..=b'9').chain(tail.iter().copied()).chain(b"!$%&'();=@[]^`{}~".iter().copied()).chain(0x80..=0xff)
}

type Pair = (StateID, StateID);
/// How each pair of states was reached: from which pair, by which byte.
type Trail = HashMap<Pair, Option<(Pair, u8)>>;

/// Breadth first over pairs of states, so that the first example is a shortest one.
fn search(first: &DFA<Vec<u32>>, second: &DFA<Vec<u32>>) -> Difference {
    let config = start::Config::new().anchored(Anchored::Yes);
    let (Ok(a), Ok(b)) = (first.start_state(&config), second.start_state(&config)) else {
        return Difference::Unknown("the patterns cannot be compared".to_owned());
    };
    let mut from: Trail = HashMap::from([((a, b), None)]);
    let mut queue = VecDeque::from([(a, b)]);
    while let Some(pair) = queue.pop_front() {
        let is_start = from.get(&pair).is_some_and(Option::is_none);
        for byte in alphabet(is_start) {
            let next = (first.next_state(pair.0, byte), second.next_state(pair.1, byte));
            if first.is_dead_state(next.0) || from.contains_key(&next) {
                continue;
            }
            if first.is_quit_state(next.0) || second.is_quit_state(next.1) {
                return Difference::Unknown("a regular expression among the patterns has no plain automaton".to_owned());
            }
            from.insert(next, Some((pair, byte)));
            if first.is_match_state(first.next_eoi_state(next.0)) && !second.is_match_state(second.next_eoi_state(next.1)) {
                return Difference::Example(spell(&from, next));
            }
            if from.len() > MAX_PAIRS {
                return Difference::Unknown("the patterns make an automaton that is too large to compare".to_owned());
            }
            queue.push_back(next);
        }
    }
    Difference::Nothing
}

fn spell(from: &Trail, mut at: Pair) -> String {
    let mut bytes = Vec::new();
    while let Some(Some((before, byte))) = from.get(&at) {
        bytes.push(*byte);
        at = *before;
    }
    bytes.reverse();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::pattern::wildcard;

    #[test]
    fn containment_is_proved_for_all_names() {
        for (narrow, wide) in [
            (vec!["logs-a*"], vec!["logs-*"]),
            (vec!["logs-2025", "logs-2026"], vec!["logs-202?"]),
            (vec!["/team0[1-3]-x/"], vec!["team01-*", "team02-x", "team03*"]),
            (vec!["a*b"], vec!["*"]),
            (vec![], vec![]),
        ] {
            assert_eq!(difference(&narrow, &wide), Difference::Nothing, "{narrow:?} in {wide:?}");
        }
    }

    #[test]
    fn a_gain_comes_with_a_name() {
        assert_eq!(difference(&["logs-*"], &["logs-a*"]), Difference::Example("logs-".to_owned()));
        assert_eq!(difference(&["*"], &["?*-*", "a*"]), Difference::Example("b".to_owned()));
        assert_eq!(difference(&["/x[0-9]/"], &["x[0-9]"]), Difference::Example("x0".to_owned()));
        assert_eq!(difference(&["hr"], &[]), Difference::Example("hr".to_owned()));
    }

    #[test]
    fn what_has_no_automaton_is_unknown() {
        assert!(matches!(difference(&[r"/(a)\1/"], &["b"]), Difference::Unknown(_)));
    }

    #[test]
    fn agrees_with_trying_all_short_names() {
        // a small universe: every name of up to five letters over two letters
        let names: Vec<String> = (1..=5usize)
            .flat_map(|length| {
                (0..1usize << length).map(move |bits| (0..length).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' }).collect())
            })
            .collect();
        let patterns = ["a", "ab", "a*", "*b", "a*b", "?", "??", "b?a", "*ab*", "a?*"];
        for first in patterns {
            for second in patterns {
                for third in patterns {
                    let only = names.iter().find(|name| wildcard(first, name) && !wildcard(second, name) && !wildcard(third, name));
                    match difference(&[first], &[second, third]) {
                        Difference::Nothing => assert_eq!(only, None, "{first} in {second}, {third}"),
                        Difference::Example(name) => {
                            assert!(
                                wildcard(first, &name) && !wildcard(second, &name) && !wildcard(third, &name),
                                "{name} for {first} against {second}, {third}"
                            );
                        }
                        Difference::Unknown(why) => panic!("{why}"),
                    }
                }
            }
        }
    }
}

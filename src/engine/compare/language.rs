//! Index patterns as languages: what one set of patterns matches and another does not, for all names and
//! not only for known ones.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use regex_automata::dfa::dense::{BuildError, Builder, Config, DFA};
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

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

/// What the names are names of: which characters they are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Of indices: lower case, none of the characters that OpenSearch refuses, not starting with `-`, `_` or `+`.
    Indices,
    /// Of fields.
    Fields,
}

/// Compare two sets of index patterns (`*`, `?`, `/regex/`) over all index names: not empty, lower case, none
/// of the characters that OpenSearch refuses in names, not starting with `-`, `_` or `+`.
pub fn difference<'a>(first: &[&'a str], second: &[&'a str]) -> Difference {
    if second.contains(&"*") || first.iter().all(|pattern| second.contains(pattern)) {
        return Difference::Nothing;
    }
    witness(first, &["*"], second, Names::Indices)
}

/// A shortest name that both sets `these` and `those` match and `none` does not.
pub fn witness(these: &[&str], those: &[&str], none: &[&str], names: Names) -> Difference {
    match (automaton(these), automaton(those), automaton(none)) {
        (Ok(these), Ok(those), Ok(none)) => search([&these, &those, &none], names),
        (Err(why), ..) | (_, Err(why), _) | (_, _, Err(why)) => Difference::Unknown(why),
    }
}

/// Index names sorted by which of the patterns match them: for each set of patterns that some name matches
/// exactly, a shortest such name. The set of no patterns is left out.
///
/// # Errors
/// Why the patterns cannot be taken apart, in words.
pub fn cells(patterns: &[&str]) -> Result<Vec<(String, Vec<usize>)>, String> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let sources: Vec<String> = patterns.iter().map(|pattern| format!("(?s:{})$", expression(pattern))).collect();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let dfa = Builder::new().configure(config().match_kind(MatchKind::All)).build_many(&sources).map_err(|error| reason(&error))?;
    let start = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).map_err(|_| TOO_LARGE.to_owned())?;
    let mut found: BTreeMap<Vec<usize>, String> = BTreeMap::new();
    let mut from: HashMap<StateID, Option<(StateID, u8)>> = HashMap::from([(start, None)]);
    let mut queue = VecDeque::from([start]);
    while let Some(state) = queue.pop_front() {
        let is_start = from.get(&state).is_some_and(Option::is_none);
        for byte in alphabet(is_start, Names::Indices) {
            let next = dfa.next_state(state, byte);
            if dfa.is_quit_state(next) {
                return Err(NO_AUTOMATON.to_owned());
            }
            if dfa.is_dead_state(next) || from.contains_key(&next) {
                continue;
            }
            from.insert(next, Some((state, byte)));
            if from.len() > MAX_PAIRS {
                return Err(TOO_LARGE.to_owned());
            }
            let end = dfa.next_eoi_state(next);
            if dfa.is_match_state(end) {
                let mut set: Vec<usize> = (0..dfa.match_len(end)).map(|at| dfa.match_pattern(end, at).as_usize()).collect();
                set.sort_unstable();
                found.entry(set).or_insert_with(|| spell(&from, next));
            }
            queue.push_back(next);
        }
    }
    Ok(found.into_iter().map(|(set, name)| (name, set)).collect())
}

const TOO_LARGE: &str = "the patterns make an automaton that is too large to compare";
const NO_AUTOMATON: &str = "a regular expression among the patterns has no plain automaton";

fn config() -> Config {
    Config::new()
        .start_kind(StartKind::Anchored)
        .determinize_size_limit(Some(MAX_AUTOMATON_BYTES))
        .dfa_size_limit(Some(MAX_AUTOMATON_BYTES))
}

fn automaton(patterns: &[&str]) -> Result<DFA<Vec<u32>>, String> {
    let source: HashSet<String> = patterns.iter().map(|pattern| expression(pattern)).collect();
    // an empty list matches nothing, not the empty name
    let source =
        if source.is_empty() { r"[^\s\S]".to_owned() } else { format!("(?s:{})", source.into_iter().collect::<Vec<_>>().join("|")) };
    Builder::new().configure(config()).build(&format!("(?:{source})$")).map_err(|error| reason(&error))
}

fn reason(error: &BuildError) -> String {
    if error.is_size_limit_exceeded() { TOO_LARGE.to_owned() } else { NO_AUTOMATON.to_owned() }
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
fn alphabet(at_start: bool, names: Names) -> impl Iterator<Item = u8> {
    let tail: &[u8] = match names {
        Names::Indices if at_start => b".",
        Names::Indices => b"-._+",
        Names::Fields => b"._-+@ABCDEFGHIJKLMNOPQRSTUVWXYZ ",
    };
    (b'a'..=b'z').chain(b'0'..=b'9').chain(tail.iter().copied()).chain(b"!$%&'();=[]^`{}~".iter().copied()).chain(0x80..=0xff)
}

type States = [StateID; 3];

/// Breadth first over the states of all three, so that the first example is a shortest one.
fn search(automata: [&DFA<Vec<u32>>; 3], names: Names) -> Difference {
    let start = start::Config::new().anchored(Anchored::Yes);
    let [Ok(a), Ok(b), Ok(c)] = automata.map(|dfa| dfa.start_state(&start)) else {
        return Difference::Unknown("the patterns cannot be compared".to_owned());
    };
    let mut from: HashMap<States, Option<(States, u8)>> = HashMap::from([([a, b, c], None)]);
    let mut queue = VecDeque::from([[a, b, c]]);
    while let Some(states) = queue.pop_front() {
        let is_start = from.get(&states).is_some_and(Option::is_none);
        for byte in alphabet(is_start, names) {
            let next: States = std::array::from_fn(|at| automata[at].next_state(states[at], byte));
            if (0..2).any(|at| automata[at].is_dead_state(next[at])) || from.contains_key(&next) {
                continue;
            }
            if (0..3).any(|at| automata[at].is_quit_state(next[at])) {
                return Difference::Unknown(NO_AUTOMATON.to_owned());
            }
            from.insert(next, Some((states, byte)));
            let matches = |at: usize| automata[at].is_match_state(automata[at].next_eoi_state(next[at]));
            if matches(0) && matches(1) && !matches(2) {
                return Difference::Example(spell(&from, next));
            }
            if from.len() > MAX_PAIRS {
                return Difference::Unknown(TOO_LARGE.to_owned());
            }
            queue.push_back(next);
        }
    }
    Difference::Nothing
}

/// The name that leads to a state, by how each state was reached: from which one, by which byte.
fn spell<S: Copy + Eq + std::hash::Hash>(from: &HashMap<S, Option<(S, u8)>>, mut at: S) -> String {
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

    #[test]
    fn names_are_sorted_by_what_matches_them() {
        let found = cells(&["logs-*", "*-a", "hr"]).unwrap();
        let named: Vec<(&str, &[usize])> = found.iter().map(|(name, set)| (name.as_str(), set.as_slice())).collect();
        assert_eq!(named, [("logs-", &[0][..]), ("logs-a", &[0, 1]), ("a-a", &[1]), ("hr", &[2])]);
        assert_eq!(cells(&[]), Ok(Vec::new()));
    }

    #[test]
    fn a_name_can_be_asked_to_match_two_sets() {
        assert_eq!(witness(&["a*"], &["*b"], &["ab"], Names::Indices), Difference::Example("aab".to_owned()));
        assert_eq!(witness(&["a*"], &["b*"], &[], Names::Indices), Difference::Nothing);
        assert_eq!(witness(&["*"], &["*"], &["/[a-z0-9._ +-].*/"], Names::Fields), Difference::Example("@".to_owned()));
    }
}

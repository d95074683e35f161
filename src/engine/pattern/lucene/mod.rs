//! Name patterns as Elasticsearch security reads them: `*`, `?`, `\` as escape, and `/…/` for a Lucene
//! regular expression; compiled to automata, so that "is every name of this pattern covered by those
//! patterns" has an exact answer.

mod construction;
mod copies;
mod determinize;
mod dfa;
mod index;
mod matcher;
mod nfa;
mod operations;
mod powerset;
mod syntax;
mod work;

pub use dfa::Dfa;
pub use index::NameIndex;
pub use matcher::NameMatcher;
pub use syntax::{Dialect, Generation};
pub use work::measured;

use std::collections::HashSet;
use std::sync::Arc;

use determinize::{Counts, Stop};
use operations::Operations;
use syntax::Expression;

/// Why a pattern cannot be used; the text is Lucene's or Elasticsearch's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The regular expression is malformed, or `/` is not closed.
    #[error("{0}")]
    Invalid(String),
    /// The automaton would need more work than the engine spends.
    #[error("{0}")]
    TooComplex(String),
}

/// Work that is spent on one pattern: the sizes of the state sets met, summed (Lucene's default work
/// limit of 10,000, which it counts in tenths).
const ONE_PATTERN: usize = 10 * EFFORT;
/// An expression that multiplies nothing and needs no more than this of our own work is not too complex for Lucene.
const SURELY: usize = ONE_PATTERN / 10;
/// Lucene's default limit, as its texts name it.
const EFFORT: usize = 10_000;
/// Work that is spent on a union of patterns (the node setting
/// `xpack.security.automata.max_determinized_states`, counted alike).
const MANY_PATTERNS: usize = 10 * UNION_EFFORT;
/// That setting's default.
const UNION_EFFORT: usize = 100_000;

/// Whether a pattern is a regular expression, closed or not.
pub fn is_regex(pattern: &str) -> bool {
    pattern.starts_with('/')
}

/// The automaton of one pattern.
pub fn pattern(text: &str, dialect: Dialect) -> Result<Dfa, PatternError> {
    compile(text, dialect, expression)
}

/// The automaton of one of several patterns. From 7.17 on a list is cut into what its patterns begin, end or do both
/// with, so that less is left to compile: a `*` at the end of a pattern that has another, and one at the beginning, count
/// as such even where a `\` stands before, and what is left is read as a pattern of its own. So `**` is no name at all
/// beside another pattern, and `*/a*` is refused for the `/a` that does not close.
fn among(text: &str, dialect: Dialect) -> Result<Dfa, PatternError> {
    if dialect.generation == Generation::Seven || text.len() < 2 || text.starts_with('/') {
        return pattern(text, dialect);
    }
    let (begins, ends) = (text.strip_prefix('*'), text.strip_suffix('*'));
    match (begins, ends) {
        (Some(_), Some(_)) => {
            compile(&text[1..text.len() - 1], dialect, |rest, dialect| Ok(expression(rest, dialect)?.with_any(true, true)))
        }
        (Some(rest), None) => compile(rest, dialect, |rest, dialect| Ok(expression(rest, dialect)?.with_any(true, false))),
        (None, Some(rest)) if rest.contains('*') => {
            compile(rest, dialect, |rest, dialect| Ok(expression(rest, dialect)?.with_any(false, true)))
        }
        _ => pattern(text, dialect),
    }
}

/// The tree of a pattern; what is nested too deep is too complex, in no words yet.
fn expression(text: &str, dialect: Dialect) -> Result<Expression, PatternError> {
    let Some(rest) = text.strip_prefix('/') else { return Ok(syntax::wildcard(text)) };
    match rest.strip_suffix('/') {
        Some(regex) => syntax::parse(regex, dialect),
        None => Err(PatternError::Invalid(format!(
            "invalid pattern [{text}]. patterns starting with '/' indicate regular expression pattern and therefore must also end with '/'. other patterns (those that do not start with '/') will be treated as simple wildcard patterns"
        ))),
    }
}

fn compile(
    text: &str,
    dialect: Dialect,
    read: impl FnOnce(&str, Dialect) -> Result<Expression, PatternError>,
) -> Result<Dfa, PatternError> {
    let too_complex = |effort: usize| {
        let regex = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        too_complex(regex, effort, dialect.generation)
    };
    let expression = read(text, dialect).map_err(|error| match error {
        PatternError::TooComplex(_) => too_complex(EFFORT),
        invalid => invalid,
    })?;
    if dialect.generation == Generation::Ten {
        return constructed(&expression);
    }
    if text.contains('{')
        && let Some(copies) = copies::too_many(&expression, ONE_PATTERN)
    {
        return Err(too_complex(copies));
    }
    // no wildcard pattern is made deterministic by itself before Lucene 10: it is as one of a list
    let (budget, limit) = if is_regex(text) { (ONE_PATTERN, EFFORT) } else { (MANY_PATTERNS, UNION_EFFORT) };
    nfa::compile(&expression, budget).map_err(|_| too_complex(limit))
}

/// Whether an expression is too complex for Lucene 10 is asked of its own construction where it is not plain to see.
fn constructed(expression: &Expression) -> Result<Dfa, PatternError> {
    if !expression.multiplies()
        && let Ok(dfa) = nfa::compile(expression, SURELY)
    {
        return Ok(dfa);
    }
    match construction::determinized(&mut Operations::new(Generation::Ten), expression, EFFORT) {
        Ok(automaton) => Ok(automaton.into()),
        Err(Stop::TooComplex(counts)) => Err(counted(Some(counts), EFFORT, Generation::Ten)),
        Err(Stop::TooLarge(counts)) => nfa::compile(expression, ONE_PATTERN).map_err(|_| counted(counts, EFFORT, Generation::Ten)),
    }
}

/// A list of patterns as Elasticsearch unites them; none when that is too large to be known.
fn constructed_union(texts: &[&str], dialect: Dialect) -> Option<Result<Dfa, PatternError>> {
    let refused = |stop, limit| match stop {
        Stop::TooComplex(counts) => Some(counted(Some(counts), limit, dialect.generation)),
        Stop::TooLarge(_) => None,
    };
    let one = |operations: &mut Operations, text: &str| {
        let expression = expression(text, dialect).map_err(|error| matches!(error, PatternError::Invalid(_)).then_some(error))?;
        match (dialect.generation, is_regex(text), &expression) {
            (Generation::Ten, ..) => construction::determinized(operations, &expression, EFFORT).map_err(|stop| refused(stop, EFFORT)),
            (_, false, _) => construction::automaton(operations, &expression, EFFORT).map_err(|stop| refused(stop, EFFORT)),
            // before 10 these are the ones that are not made as small as can be
            (_, true, Expression::Repeat(_, _, Some(_)) | Expression::Interval(..)) => Err(None),
            (_, true, _) => {
                let automaton = pattern(text, dialect).map_err(Some)?;
                operations.minimal((&automaton).into()).map_err(|stop| refused(stop, EFFORT))
            }
        }
    };
    match construction::united(&mut Operations::new(dialect.generation), texts, one, |stop| refused(stop, UNION_EFFORT)) {
        Ok(automaton) => Some(Ok(automaton.into())),
        Err(refused) => refused.map(Err),
    }
}

/// Lucene's words for an automaton that is too complex. They count the states and transitions of Lucene's own construction,
/// which are left open where they are not known.
fn counted(counts: Option<Counts>, limit: usize, generation: Generation) -> PatternError {
    let [states, transitions] = match counts {
        Some(Counts { states, transitions }) => [states.to_string(), transitions.to_string()],
        None => ["…", "…"].map(str::to_owned),
    };
    let needs = match generation {
        Generation::Seven => format!("result in more than {limit} states"),
        Generation::Nine | Generation::Ten => format!("require more than {limit} effort"),
    };
    PatternError::TooComplex(format!("Determinizing automaton with {states} states and {transitions} transitions would {needs}."))
}

/// The same where nothing is counted: before 10 a regular expression is named.
fn too_complex(regex: Option<&str>, limit: usize, generation: Generation) -> PatternError {
    match (regex, generation) {
        (Some(regex), Generation::Seven) => {
            PatternError::TooComplex(format!("Determinizing {regex} would result in more than {limit} states."))
        }
        (Some(regex), Generation::Nine) => {
            PatternError::TooComplex(format!("Determinizing {regex} would require more than {limit} effort."))
        }
        _ => counted(None, limit, generation),
    }
}

/// The automaton of a list of patterns; of none it is empty.
pub fn patterns<S: AsRef<str>>(texts: &[S], dialect: Dialect) -> Result<Dfa, PatternError> {
    let united = match texts {
        [one] => pattern(one.as_ref(), dialect),
        _ => {
            let parts = texts.iter().map(|text| among(text.as_ref(), dialect)).collect::<Result<Vec<_>, _>>();
            parts.and_then(|parts| union(parts.iter()))
        }
    };
    if !matches!(united, Err(PatternError::TooComplex(_))) {
        return united;
    }
    let mut seen = HashSet::new();
    let different: Vec<&str> = texts.iter().map(AsRef::as_ref).filter(|text| seen.insert(*text)).collect();
    match different[..] {
        [one] if is_regex(one) || dialect.generation == Generation::Ten => united,
        _ => constructed_union(&different, dialect).unwrap_or(united),
    }
}

/// The union of automata.
pub fn union<'a>(parts: impl Iterator<Item = &'a Dfa>) -> Result<Dfa, PatternError> {
    let parts: Vec<&Dfa> = parts.collect();
    match parts[..] {
        [] => Ok(Dfa::empty()),
        [one] => Ok(one.clone()),
        _ => nfa::union(&parts, MANY_PATTERNS).map_err(|_| too_complex(None, UNION_EFFORT, Generation::default())),
    }
}

/// A shared automaton.
pub type Shared = Arc<Dfa>;

#[cfg(test)]
mod tests {
    use super::*;

    fn modern(text: &str) -> Dfa {
        pattern(text, Dialect { character_classes: true, ..Dialect::default() }).expect("a pattern")
    }

    #[test]
    fn wildcards_cover_the_whole_name() {
        assert!(modern("logs-*").accepts("logs-"));
        assert!(!modern("logs-*").accepts("xlogs-"));
        assert!(modern("20??").accepts("2015") && !modern("20??").accepts("201"));
        assert!(modern(r"a\*").accepts("a*") && !modern(r"a\*").accepts("ab"));
        // what the engine puts together of nothing is no name, not even the empty one
        assert!(modern("").is_empty());
        // it takes a wildcard pattern apart by UTF-16 units, and no name has half a character
        assert!(!modern("a\u{1f600}*").accepts("a\u{1f600}") && modern("/a\u{1f600}.*/").accepts("a\u{1f600}"));
    }

    /// Asked of 6.8.23, 7.17.28, 8.17.0 and 9.1.0.
    #[test]
    fn patterns_of_a_list_are_cut_at_their_stars_from_7_17_on() {
        let list = |texts: &[&str], generation| patterns(texts, Dialect { character_classes: true, generation });
        let accepts = |texts: &[&str], generation, name| list(texts, generation).is_ok_and(|list| list.accepts(name));
        for (texts, name, before, since) in [
            (["**", "a?"], "xyz", true, false),
            (["*/a/", "b?"], "xa", false, true),
            (["a*b\\*", "x?"], "ab*", true, false),
            (["a*b\\*", "x?"], "ab\\zz", false, true),
            (["*\\*", "x?"], "x\\y", false, true),
            (["a\\?", "x?"], "a?", true, true),
            (["a\\b*", "x?"], "abz", true, true),
            (["***", "x?"], "abc", true, true),
        ] {
            assert_eq!(accepts(&texts, Generation::Seven, name), before, "{texts:?} {name}");
            assert_eq!(accepts(&texts, Generation::Nine, name), since, "{texts:?} {name}");
            assert_eq!(accepts(&texts, Generation::Ten, name), since, "{texts:?} {name}");
        }
        assert!(list(&["*/a*", "b"], Generation::Seven).is_ok() && list(&["*/a*"], Generation::Ten).is_ok());
        let refused = list(&["*/a*", "b"], Generation::Ten).expect_err("`/a` does not close");
        assert!(refused.to_string().starts_with("invalid pattern [/a]. "), "{refused}");
    }

    #[test]
    fn regular_expressions_have_lucenes_operators() {
        for (regex, yes, no) in [
            ("/logs-20[0-9]{2}/", "logs-2024", "logs-20x4"),
            ("/~(logs-.*)/", "metrics", "logs-1"),
            (r"/@&~(\.security.*)/", "a", ".security-7"),
            ("/log.-<2020-2030>/", "logs-2024", "logs-2031"),
            ("/a\"b.c\"/", "ab.c", "abxc"),
            ("/a|b*/", "bbb", "ab"),
            (r"/\d+/", "123", "d"),
            ("/a.?/", "ab", "abc"),
            ("/^a$/", "^a$", "a"),
        ] {
            assert!(modern(regex).accepts(yes), "{regex} must accept {yes}");
            assert!(!modern(regex).accepts(no), "{regex} must refuse {no}");
        }
        assert!(pattern(r"/\d/", Dialect::default()).is_ok_and(|old| old.accepts("d")));
        assert!(Dfa::empty().is_empty() && modern("/#/").is_empty() && modern("*").is_total() && modern("/@/").is_total());
    }

    #[test]
    fn intervals_take_leading_zeros_as_lucene_does() {
        let open = modern("/<8-12>/");
        assert!(open.accepts("9") && open.accepts("009") && open.accepts("12") && !open.accepts("13") && !open.accepts(""));
        let fixed = modern("/<08-12>/");
        assert!(fixed.accepts("09") && !fixed.accepts("9") && !fixed.accepts("009"));
    }

    /// Asked of 6.8.23, 7.17.28, 8.17.0 and 9.1.0.
    #[test]
    fn nothing_repeated_is_nothing() {
        for nothing in ["#", "a#", "(a&b)", "~(@)", "(#|a#)", "~(.*)"] {
            for (repeat, empty) in [("*", true), ("+", true), ("{0,}", true), ("{2}", true), ("?", false), ("{0}", false), ("*?", false)] {
                let pattern = modern(&format!("/({nothing}){repeat}/"));
                assert_eq!(pattern.is_empty(), empty, "{nothing}{repeat}");
                assert_eq!(pattern.accepts(""), !empty, "{nothing}{repeat}");
            }
        }
        // less at most than at least is an error since Lucene 9, and no name before
        let old = Dialect { character_classes: false, generation: Generation::Nine };
        assert!(pattern("/a{2,1}/", old).is_ok_and(|none| none.is_empty()));
        assert!(pattern("/a{2,1}/", Dialect { character_classes: true, ..old }).is_err());
    }

    #[test]
    fn containment_is_exact() {
        assert!(modern("201?").is_subset_of(&modern("20??")));
        assert!(!modern("logs*").is_subset_of(&modern("logs-*")));
        let both = union([modern("a*"), modern("b*")].iter()).expect("small");
        assert!(modern("/[ab].*/").is_subset_of(&both) && !modern("/[abc].*/").is_subset_of(&both));
        let rest = modern("*").minus(&modern("a*")).expect("small");
        assert!(rest.accepts("b") && !rest.accepts("a1"));
    }

    #[test]
    fn what_explodes_is_an_error_and_soon() {
        let modern = Dialect { character_classes: true, ..Dialect::default() };
        assert!(matches!(pattern("/.*a.{20}/", modern), Err(PatternError::TooComplex(_))));
        assert!(matches!(pattern("/((((a{99}){99}){99}){99}){99}/", modern), Err(PatternError::TooComplex(_))));
        assert!(matches!(pattern("/logs", modern), Err(PatternError::Invalid(_))));
        assert_eq!(pattern("/logs-[/", modern), Err(PatternError::Invalid("unexpected end-of-string".into())));
        assert_eq!(pattern("/(abc/", modern), Err(PatternError::Invalid("expected ')' at position 4".into())));
        assert!(pattern(&format!("/{}a/", "(".repeat(100_000)), modern).is_err());
        assert!(pattern(&format!("/a{}/", "*".repeat(100_000)), modern).is_ok());
        assert!(pattern(&format!("/a{}/", "?+".repeat(100_000)), modern).is_err());
        assert!(pattern("/(((a|b)*c){20}){20}/", modern).is_ok());
    }

    /// Asked of lucene-core 7.7.3, 8.11.1 and 9.12.0.
    #[test]
    fn copies_are_counted_as_lucene_counted_them_before_10() {
        for (regex, copies) in [
            ("(a|b|c|d){100}{100}", Some(19_900)),
            ("(a|bc){70}{80}", Some(16_720)),
            ("(a+b){100}{100}", Some(29_900)),
            ("(a|b|c|d){3,100}{100}", Some(19_900)),
            ("(ab?){60,}{90}", Some(10_800)),
            ("abc{30}{40}{50}", Some(119_950)),
            ("(abc){99}{40}", Some(15_800)),
            ("(abc){99}{20}", None),
        ] {
            let answer = |generation| pattern(&format!("/{regex}/"), Dialect { character_classes: true, generation }).err();
            let said = |words: &str, unit: &str| {
                copies.map(|copies| PatternError::TooComplex(format!("Determinizing {regex} would {words} more than {copies} {unit}.")))
            };
            assert_eq!(answer(Generation::Seven), said("result in", "states"), "{regex}");
            assert_eq!(answer(Generation::Nine), said("require", "effort"), "{regex}");
        }
        let answer = |generation| pattern("/.*a.{20}/", Dialect { character_classes: true, generation }).map(|_| ());
        let said = |text: &str| Err(PatternError::TooComplex(text.to_owned()));
        assert_eq!(answer(Generation::Seven), said("Determinizing .*a.{20} would result in more than 10000 states."));
        assert_eq!(answer(Generation::Nine), said("Determinizing .*a.{20} would require more than 10000 effort."));
    }

    #[test]
    fn the_recorded_answers_of_the_real_classes_hold() {
        let recorded: serde_json::Value = serde_json::from_str(include_str!("../../../../tests/lucene/recorded.json")).expect("json");
        let texts = |value: &serde_json::Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
        };
        let names = texts(&recorded["names"]);
        for case in recorded["cases"].as_array().expect("cases") {
            let text = case["pattern"].as_str().expect("a pattern");
            let accepted: Vec<String> = match pattern(text, Dialect { character_classes: true, ..Dialect::default() }) {
                Ok(dfa) => names.iter().filter(|name| dfa.accepts(name)).cloned().collect(),
                Err(error) => {
                    assert!(case["accepts"].is_null(), "{text}: {error}");
                    continue;
                }
            };
            assert!(!case["accepts"].is_null(), "{text} must be refused");
            assert_eq!(accepted, texts(&case["accepts"]), "{text}");
        }
    }

    #[test]
    fn what_lucene_refuses_is_refused_with_its_counts() {
        let recorded: serde_json::Value = serde_json::from_str(include_str!("../../../../tests/lucene/refused.json")).expect("json");
        let answer = |taken: Result<Dfa, PatternError>| taken.err().map(|error| error.to_string());
        let cases = recorded["cases"].as_array().expect("cases");
        assert!(cases.len() > 200);
        // unoptimised, each takes some ten times as long
        let (step, lists) = if cfg!(debug_assertions) { (6, 30) } else { (1, 1) };
        for case in cases.iter().step_by(step) {
            let text = case["pattern"].as_str().expect("a pattern");
            let ours = answer(pattern(text, Dialect { character_classes: true, ..Dialect::default() }));
            assert_eq!(ours.as_deref(), case["error"].as_str(), "{text}");
        }
        let sets = recorded["sets"].as_array().expect("sets");
        assert!(sets.len() > 100);
        for set in sets.iter().step_by(lists) {
            let texts: Vec<&str> = set["patterns"].as_array().expect("patterns").iter().filter_map(|text| text.as_str()).collect();
            let version = set["version"].as_str().expect("a version");
            let generation = match version {
                "6.8.23" => Generation::Seven,
                "7.17.28" | "8.17.0" => Generation::Nine,
                _ => Generation::Ten,
            };
            let ours = answer(patterns(&texts, Dialect { character_classes: !version.starts_with(['6', '7']), generation }));
            assert_eq!(ours.as_deref(), set["error"].as_str(), "{version} {texts:?}");
        }
    }

    #[test]
    fn what_lucene_10_would_not_end_with_ends() {
        let modern = Dialect { character_classes: true, ..Dialect::default() };
        let digits = "0".repeat(100_000);
        for text in [
            "/((((a{99}){99}){99}){99}){99}/".to_owned(),
            "/.*a{2000000000}/".to_owned(),
            "/(a?){2000000000}/".to_owned(),
            "/((a?){1000}){1000}/".to_owned(),
            format!("/<{digits}1-{digits}5>.*a.{{20}}/"),
            format!("/{}.*a.{{20}}/", "a?".repeat(5_000)),
            format!("{}a{}", "*".repeat(5_000), "?".repeat(20)),
        ] {
            let short: String = text.chars().take(60).collect();
            assert!(matches!(pattern(&text, modern), Err(PatternError::TooComplex(_))), "{short}");
        }
        // too large to be walked as Lucene does it, and not too complex
        assert!(pattern(&format!("/{}b/", "(.*a.{9})&".repeat(20)), modern).is_ok_and(|none| none.is_empty()));
    }
}

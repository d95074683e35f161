//! From names to patterns: dates and counters become `*`, many names with one beginning become a prefix.
//!
//! Nothing becomes wider than asked, and every pattern keeps the names that it stands for, so that the
//! operator sees what was generalised.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::pattern::Matcher;

/// How far names are generalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Generalisation {
    /// Names as they were seen.
    Exact,
    /// Dates and counters become `*`: `logs-2026.11.22` and `logs-000007` become `logs-*`.
    #[default]
    Series,
    /// And three or more names with the same beginning up to a `-`, `_` or `.` become one prefix.
    Prefix,
}

/// How names become patterns: those that a given pattern covers become it, the others are generalised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// For the names that no pattern covers.
    pub how: Generalisation,
    /// Patterns that the operator gave, the first that covers a name counts.
    pub given: Vec<String>,
}

impl From<Generalisation> for Naming {
    fn from(how: Generalisation) -> Self {
        Self { how, given: Vec::new() }
    }
}

impl Naming {
    /// The patterns of these names, sorted.
    pub fn patterns<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Vec<Pattern> {
        let given: Vec<(&String, Matcher)> = self.given.iter().filter_map(|pattern| Some((pattern, Matcher::new(pattern).ok()?))).collect();
        let mut by_pattern: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
        let mut rest = Vec::new();
        for name in names {
            match given.iter().find(|(_, matcher)| matcher.matches(name)) {
                Some((pattern, _)) => drop(by_pattern.entry(pattern).or_default().insert(name.to_owned())),
                None => rest.push(name),
            }
        }
        let mut out = generalise(rest, self.how);
        for (pattern, names) in by_pattern {
            match out.iter_mut().find(|other| other.pattern == *pattern) {
                Some(other) => {
                    other.names.extend(names);
                    other.names.sort();
                }
                None => out.push(Pattern { pattern: pattern.clone(), names: names.into_iter().collect() }),
            }
        }
        out.sort();
        out
    }
}

/// A pattern and the names that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// The index pattern.
    pub pattern: String,
    /// The observed names that it covers, sorted.
    pub names: Vec<String>,
}

/// Generalise names. The result is sorted, covers every name, and holds no pattern that another one covers.
pub fn generalise<'a>(names: impl IntoIterator<Item = &'a str>, how: Generalisation) -> Vec<Pattern> {
    let mut by_pattern: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names {
        let pattern = if how == Generalisation::Exact { name.to_owned() } else { series(name) };
        by_pattern.entry(pattern).or_default().push(name.to_owned());
    }
    if how == Generalisation::Prefix {
        by_pattern = prefixes(by_pattern);
    }
    // a prefix pattern takes in the exact names and narrower prefixes that it covers
    let stems: Vec<String> = by_pattern.keys().filter_map(|pattern| stem(pattern).map(str::to_owned)).collect();
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (pattern, mut names) in by_pattern {
        let own = pattern.trim_end_matches('*').to_owned();
        let wider =
            stems.iter().filter(|stem| own.starts_with(stem.as_str()) && format!("{stem}*") != pattern).min_by_key(|stem| stem.len());
        let target = wider.map_or(pattern, |stem| format!("{stem}*"));
        out.entry(target).or_default().append(&mut names);
    }
    let mut out: Vec<Pattern> = out.into_iter().map(|(pattern, names)| Pattern { pattern, names }).collect();
    for item in &mut out {
        item.names.sort();
        item.names.dedup();
    }
    out
}

/// The text before the one `*` at the end of a prefix pattern.
fn stem(pattern: &str) -> Option<&str> {
    let stem = pattern.strip_suffix('*')?;
    (!stem.is_empty() && !stem.contains(['*', '?']) && !stem.starts_with('/')).then_some(stem)
}

/// A name with its dates and counters replaced. A part counts as a date when it is a plausible year followed
/// by month and perhaps day, and as a counter when it is five or more digits, or digits at the very end.
fn series(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts_part = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let length = if starts_part { date(&name[at..]).or_else(|| counter(&name[at..])) } else { None };
        match length {
            // a name that is nothing but a number stays: `*` alone would open everything
            Some(length) if at > 0 || length < bytes.len() => {
                if !out.ends_with('*') {
                    out.push('*');
                }
                at += length;
            }
            _ => {
                let width = name[at..].chars().next().map_or(1, char::len_utf8);
                out.push_str(&name[at..at + width]);
                at += width;
            }
        }
    }
    if out.trim_matches(['*', '-', '_', '.']).is_empty() { name.to_owned() } else { collapse(&out) }
}

/// `logs-*.*` and `logs-*-*` say no more than `logs-*`.
fn collapse(pattern: &str) -> String {
    let mut out = pattern.to_owned();
    for tail in ["*-*", "*.*", "*_*"] {
        while let Some(head) = out.strip_suffix(tail) {
            out = format!("{head}*");
        }
    }
    out
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn ends(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

fn date(text: &str) -> Option<usize> {
    let year: u32 = text.get(..4)?.parse().ok()?;
    if digits(text) < 4 || !(1990..=2100).contains(&year) {
        return None;
    }
    let two =
        |at: usize, top: u32| text.get(at..at + 2).filter(|part| digits(part) == 2)?.parse::<u32>().ok().filter(|n| (1..=top).contains(n));
    match digits(text) {
        8 if two(4, 12).is_some() && two(6, 31).is_some() && ends(text, 8) => Some(8),
        6 if two(4, 12).is_some() && ends(text, 6) => Some(6),
        4 => {
            let separator = text.as_bytes().get(4).copied().filter(|byte| b".-_".contains(byte));
            let Some(separator) = separator.filter(|_| two(5, 53).is_some()) else { return ends(text, 4).then_some(4) };
            if text.as_bytes().get(7) == Some(&separator) && two(8, 31).is_some() && ends(text, 10) {
                return Some(10);
            }
            ends(text, 7).then_some(7)
        }
        _ => None,
    }
}

fn counter(text: &str) -> Option<usize> {
    let length = digits(text);
    (length >= 5 && ends(text, length) || length > 0 && length == text.len()).then_some(length)
}

fn prefixes(by_pattern: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for pattern in by_pattern.keys() {
        if let Some(head) = head(pattern) {
            *counts.entry(head.to_owned()).or_default() += 1;
        }
    }
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (pattern, mut names) in by_pattern {
        let wide = head(&pattern).filter(|head| counts.get(*head).is_some_and(|&count| count >= 3)).map(|head| format!("{head}*"));
        out.entry(wide.unwrap_or(pattern)).or_default().append(&mut names);
    }
    out
}

/// A pattern up to and with its first separator; a leading dot belongs to the name.
fn head(pattern: &str) -> Option<&str> {
    let from = usize::from(pattern.starts_with('.'));
    let at = pattern[from..].find(['-', '_', '.'])? + from;
    Some(&pattern[..=at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(names: &[&str], how: Generalisation) -> Vec<String> {
        generalise(names.iter().copied(), how).into_iter().map(|pattern| pattern.pattern).collect()
    }

    #[test]
    fn dates_and_counters_become_a_star() {
        for name in [
            "logs-2026.11.22",
            "logs-2026-11-22",
            "logs-20261122",
            "logs-2026.11",
            "logs-2026",
            "logs-000042",
            "logs-7",
            "logs-2026.11.22-000001",
        ] {
            assert_eq!(patterns(&[name], Generalisation::Series), ["logs-*"], "{name}");
        }
        assert_eq!(patterns(&["logs-2026.11.22-prod"], Generalisation::Series), ["logs-*-prod"]);
        assert_eq!(patterns(&[".ds-logs-app-2026.11.22-000001"], Generalisation::Series), [".ds-logs-app-*"]);
    }

    #[test]
    fn what_is_no_series_stays() {
        for name in ["hr", "k8s-prod", "2016", "v2-users", "app1x", "naïve-é"] {
            assert_eq!(patterns(&[name], Generalisation::Series), [name]);
        }
    }

    #[test]
    fn exact_stays_exact_and_prefix_needs_three() {
        assert_eq!(patterns(&["logs-1", "logs-2"], Generalisation::Exact), ["logs-1", "logs-2"]);
        assert_eq!(patterns(&["a-x", "a-y", "b-x"], Generalisation::Prefix), ["a-x", "a-y", "b-x"]);
        assert_eq!(patterns(&["a-x", "a-y", "a-z", "b-x"], Generalisation::Prefix), ["a-*", "b-x"]);
    }

    #[test]
    fn a_name_under_a_pattern_goes_into_it() {
        let all = generalise(["logs-2026.11.22", "logs-current"], Generalisation::Series);
        assert_eq!(all, [Pattern { pattern: "logs-*".into(), names: vec!["logs-2026.11.22".into(), "logs-current".into()] }]);
    }

    #[test]
    fn a_given_pattern_takes_its_names_and_no_others() {
        let naming = Naming { how: Generalisation::Exact, given: vec!["hr-*".to_owned()] };
        let patterns: Vec<String> = naming.patterns(["hr-a", "hr", "hr-b", "x"]).into_iter().map(|pattern| pattern.pattern).collect();
        assert_eq!(patterns, ["hr", "hr-*", "x"]);
    }
}

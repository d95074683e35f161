//! The filter of a list: fuzzy letters, `/regex/`, and `!` before either for the rest.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A filter, ready to match.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: String,
    kind: Kind,
    inverse: bool,
}

#[derive(Debug, Clone, Default)]
enum Kind {
    #[default]
    Everything,
    Fuzzy(Pattern),
    Regex(regex::Regex),
    /// The regular expression is not finished; everything shows.
    Broken(String),
}

impl Filter {
    /// Read a filter as typed.
    pub fn new(text: &str) -> Self {
        let (inverse, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let kind = match rest.strip_prefix('/') {
            Some(expression) => {
                let expression = expression.strip_suffix('/').unwrap_or(expression);
                match regex::RegexBuilder::new(expression).case_insensitive(true).size_limit(1 << 20).build() {
                    _ if expression.is_empty() => Kind::Everything,
                    Ok(regex) => Kind::Regex(regex),
                    Err(_) => Kind::Broken("not a regular expression yet".to_owned()),
                }
            }
            None if rest.trim().is_empty() => Kind::Everything,
            None => Kind::Fuzzy(Pattern::parse(rest, CaseMatching::Smart, Normalization::Smart)),
        };
        Filter { text: text.to_owned(), inverse: inverse && !matches!(kind, Kind::Everything | Kind::Broken(_)), kind }
    }

    /// The filter as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        matches!(self.kind, Kind::Everything)
    }

    /// What is wrong with it.
    pub fn problem(&self) -> Option<&str> {
        match &self.kind {
            Kind::Broken(problem) => Some(problem),
            _ => None,
        }
    }

    /// Rows of `names` that pass: best match first for letters, file order otherwise.
    pub fn apply<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<u32> {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, u32)> = Vec::new();
        for (row, name) in names.enumerate() {
            let score = match &self.kind {
                Kind::Everything | Kind::Broken(_) => Some(0),
                Kind::Fuzzy(pattern) => pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher),
                Kind::Regex(regex) => regex.is_match(name).then_some(0),
            };
            match (score, self.inverse) {
                (Some(score), false) => scored.push((score, row as u32)),
                (None, true) => scored.push((0, row as u32)),
                _ => {}
            }
        }
        if matches!(self.kind, Kind::Fuzzy(_)) && !self.inverse {
            scored.sort_by_key(|&(score, row)| (std::cmp::Reverse(score), row));
        }
        scored.into_iter().map(|(_, row)| row).collect()
    }

    /// Which characters of `name` the filter matched, sorted.
    pub fn marks(&self, name: &str) -> Vec<u32> {
        if self.inverse {
            return Vec::new();
        }
        match &self.kind {
            Kind::Everything | Kind::Broken(_) => Vec::new(),
            Kind::Fuzzy(pattern) => {
                let (mut buffer, mut marks) = (Vec::new(), Vec::new());
                pattern.indices(Utf32Str::new(name, &mut buffer), &mut Matcher::new(Config::DEFAULT), &mut marks);
                marks.sort_unstable();
                marks.dedup();
                marks
            }
            Kind::Regex(regex) => {
                let count = |end: usize| name[..end].chars().count() as u32;
                regex.find_iter(name).flat_map(|found| count(found.start())..count(found.end())).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["logs_reader", "kibana_user", "all_access", "logs_writer"];

    fn shown(filter: &str) -> Vec<&'static str> {
        Filter::new(filter).apply(NAMES.into_iter()).into_iter().map(|row| NAMES[row as usize]).collect()
    }

    #[test]
    fn letters_match_loosely_and_a_bang_shows_the_rest() {
        assert_eq!(shown("lgrd"), ["logs_reader"]);
        assert_eq!(shown("!logs"), ["kibana_user", "all_access"]);
        assert_eq!(shown(""), NAMES);
        assert_eq!(shown("!"), NAMES);
    }

    #[test]
    fn slashes_make_a_regular_expression() {
        assert_eq!(shown("/^logs/"), ["logs_reader", "logs_writer"]);
        assert_eq!(shown("!/er$/"), ["all_access"]);
        assert_eq!(shown("/["), NAMES);
        assert!(Filter::new("/[").problem().is_some());
    }

    #[test]
    fn matched_letters_are_marked() {
        assert_eq!(Filter::new("/og/").marks("logs_log"), [1, 2, 6, 7]);
        assert_eq!(Filter::new("ka").marks("kibana"), [0, 3]);
        assert_eq!(Filter::new("!ka").marks("kibana"), [] as [u32; 0]);
    }
}

//! A pattern of a role, a mapping or a setting, which unlike OpenSearch's stays in place when it is broken:
//! the engine throws when it meets it.

use crate::engine::pattern::{self, RegexProblem};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// One that works.
    Sound(pattern::Matcher),
    /// A regular expression that Java refuses too.
    Broken,
    /// A regular expression that Java knows and this reading does not; matches nothing.
    Unknown,
}

impl Matcher {
    /// Compile `pattern`.
    pub(super) fn new(pattern: &str) -> Self {
        match pattern::Matcher::new(pattern) {
            Ok(matcher) => Matcher::Sound(matcher),
            Err(RegexProblem::Invalid(_)) => Matcher::Broken,
            Err(RegexProblem::Unsupported(_)) => Matcher::Unknown,
        }
    }

    /// Whether the text matches. A broken pattern matches nothing; callers that must fail ask `is_broken`.
    pub(super) fn test(&self, text: &str) -> bool {
        matches!(self, Matcher::Sound(matcher) if matcher.matches(text))
    }

    /// Whether the engine would throw on compiling it.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Matcher::Broken)
    }

    /// Whether the engine knows it and this reading does not.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Matcher::Unknown)
    }

    /// Whether the pattern is a plain text.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Matcher::Sound(pattern::Matcher::Exact(_)))
    }
}

/// Whether any of the patterns matches.
pub(super) fn any(matchers: &[Matcher], text: &str) -> bool {
    matchers.iter().any(|matcher| matcher.test(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_matched_as_the_one_character_that_it_is() {
        // requests for all indices are checked as the text `*` (vector local-all-dnfof-off)
        assert!(Matcher::new("?").test("*"));
        assert!(Matcher::new("/.{1}/").test("*"));
        assert!(!Matcher::new("/[^*]+/").test("*"));
        assert!(Matcher::new("/logs-[/").is_broken());
        assert!(Matcher::new("/").is_broken());
    }
}

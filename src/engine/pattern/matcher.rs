//! A pattern of OpenSearch Security, compiled: exact, prefix, wildcard or `/regular expression/`.

use std::collections::HashSet;

use super::{JavaRegex, RegexProblem, wildcard};

/// One compiled pattern.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// `*`
    Any,
    /// No special character.
    Exact(Box<str>),
    /// One `*`, at the end.
    Prefix(Box<str>),
    /// Any other use of `*` and `?`.
    Wildcard(Box<str>),
    /// `/…/`, matched as a whole.
    Regex(Box<JavaRegex>),
}

impl Matcher {
    /// Compile a pattern as the plugin's `WildcardMatcher` does; only a regular expression can fail.
    pub fn new(pattern: &str) -> Result<Self, RegexProblem> {
        Ok(if pattern == "*" {
            Matcher::Any
        } else if pattern.starts_with('/') && pattern.ends_with('/') {
            // `/` alone fails in the plugin as well: there is nothing between the slashes to compile.
            let inner = pattern.get(1..pattern.len().saturating_sub(1)).filter(|_| pattern.len() > 1);
            Matcher::Regex(Box::new(JavaRegex::new(inner.ok_or_else(|| RegexProblem::Invalid("a lone `/`".to_owned()))?)?))
        } else if !pattern.contains(['*', '?']) {
            Matcher::Exact(pattern.into())
        } else {
            match pattern.strip_suffix('*') {
                Some(prefix) if !prefix.contains(['*', '?']) => Matcher::Prefix(prefix.into()),
                _ => Matcher::Wildcard(pattern.into()),
            }
        })
    }

    /// Whether the whole of `text` matches `pattern`, compiled for this once; one that does not compile matches nothing.
    pub fn once(pattern: &str, text: &str) -> bool {
        Matcher::new(pattern).is_ok_and(|matcher| matcher.matches(text))
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Matcher::Any => true,
            Matcher::Exact(name) => **name == *text,
            Matcher::Prefix(prefix) => text.starts_with(&**prefix),
            Matcher::Wildcard(pattern) => wildcard(pattern, text),
            Matcher::Regex(regex) => regex.matches(text),
        }
    }
}

/// Any of many patterns; exact names are looked up in a table.
#[derive(Debug, Clone, Default)]
pub struct Matchers {
    any: bool,
    exact: HashSet<Box<str>>,
    others: Vec<Matcher>,
    /// Patterns that could not be compiled here although the engine may know them.
    unsupported: Vec<String>,
}

impl Matchers {
    /// Compile patterns. An invalid regular expression is left out, as the plugin does (it logs and goes on).
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let mut matchers = Self::default();
        for pattern in patterns {
            matchers.add(pattern);
        }
        matchers
    }

    /// Add one pattern.
    pub fn add(&mut self, pattern: &str) {
        match Matcher::new(pattern) {
            Ok(Matcher::Any) => self.any = true,
            Ok(Matcher::Exact(name)) => {
                self.exact.insert(name);
            }
            Ok(other) => self.others.push(other),
            Err(RegexProblem::Invalid(_)) => {}
            Err(RegexProblem::Unsupported(_)) => self.unsupported.push(pattern.to_owned()),
        }
    }

    /// Whether any pattern matches.
    pub fn matches(&self, text: &str) -> bool {
        self.any || self.exact.contains(text) || self.others.iter().any(|matcher| matcher.matches(text))
    }

    /// Whether one of the patterns is `*` itself.
    pub fn has_any(&self) -> bool {
        self.any
    }

    /// Whether nothing can match.
    pub fn is_empty(&self) -> bool {
        !self.any && self.exact.is_empty() && self.others.is_empty()
    }

    /// Patterns whose meaning is not known here; an answer that hangs on them is unknown.
    pub fn unsupported(&self) -> &[String] {
        &self.unsupported
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_case_sensitive_and_dashes_or_commas_mean_nothing() {
        // opensearch.md, rule 17
        let matchers = Matchers::new(["-x", "a,b", "_all", "!x", "L*"]);
        assert!(matchers.matches("-x") && matchers.matches("a,b") && matchers.matches("_all") && matchers.matches("L1"));
        assert!(!matchers.matches("x") && !matchers.matches("a") && !matchers.matches("l1"));
    }

    #[test]
    fn a_regular_expression_must_match_as_a_whole_and_a_broken_one_is_left_out() {
        let matchers = Matchers::new(["/log/", "/logs-[/"]);
        assert!(!matchers.matches("logs") && matchers.matches("log"));
        assert!(matchers.unsupported().is_empty());
        assert!(Matchers::new(["/logs-[/"]).is_empty());
    }
}

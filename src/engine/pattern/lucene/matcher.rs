//! A set of name patterns as a role holds them, made for fast answers: names as they are, prefixes, and
//! one automaton for the rest.

use std::collections::HashSet;

use super::{Dfa, Dialect, PatternError, among, pattern, union};

/// Tells whether a name matches any of some patterns.
///
/// A pattern without `*`, `?` and without a leading `/` is a plain name, `\` included, as in
/// Elasticsearch's own matcher; only automata (containment) read `\` as an escape there.
#[derive(Debug, Clone, Default)]
pub struct NameMatcher {
    pub(super) everything: bool,
    pub(super) names: HashSet<Box<str>>,
    pub(super) prefixes: Vec<Box<str>>,
    pub(super) rest: Option<Dfa>,
}

impl NameMatcher {
    /// Compile patterns; the first one that cannot be used is the error.
    pub fn new<S: AsRef<str>>(patterns: &[S], dialect: Dialect) -> Result<Self, PatternError> {
        let mut matcher = Self::default();
        let mut automata = Vec::new();
        let plain = |text: &str| !text.starts_with('/') && !text.contains(['*', '?']);
        let inexact: HashSet<&str> = patterns.iter().map(AsRef::as_ref).filter(|text| !plain(text)).collect();
        let read = if inexact.len() > 1 { among } else { pattern };
        for text in patterns.iter().map(AsRef::as_ref) {
            match text.strip_suffix('*') {
                Some("") => matcher.everything = true,
                Some(prefix) if plain(prefix) && prefix.chars().all(|c| c != '\\' && c.len_utf16() == 1) => {
                    matcher.prefixes.push(prefix.into());
                }
                None if plain(text) => {
                    matcher.names.insert(text.into());
                }
                _ => automata.push(read(text, dialect)?),
            }
        }
        if !automata.is_empty() {
            matcher.rest = Some(union(automata.iter())?);
        }
        Ok(matcher)
    }

    /// Whether `*` is among the patterns.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether the name matches.
    pub fn matches(&self, name: &str) -> bool {
        self.everything
            || self.names.contains(name)
            || self.prefixes.iter().any(|prefix| name.starts_with(&**prefix))
            || self.rest.as_ref().is_some_and(|rest| rest.accepts(name))
    }
}

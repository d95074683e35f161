//! What a role's index pattern covers for one user: itself as a pattern, and the indices that it
//! resolves to, those of the aliases that it matches included.

use super::compile::Rule;
use super::matcher::Matcher;
use super::substitute::substitute;
use crate::engine::cluster::{Cluster, IndicesOptions, ResolveError, Resolver};
use crate::engine::evaluate::Subject;

/// Why evaluating a role fails.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Failure {
    /// A regular expression does not compile: 500 for every question that meets it.
    BrokenRegex,
    /// The pattern is no possible index name: 400.
    Unresolved(ResolveError),
}

/// A pattern with the user put in and resolved.
#[derive(Debug, Clone)]
pub(super) struct Covered {
    /// The pattern.
    pub text: String,
    pattern: Matcher,
    resolved: Vec<String>,
}

impl Covered {
    /// Resolve a rule's pattern.
    pub(super) fn new(rule: &Rule, subject: &Subject, cluster: &Cluster) -> Result<Self, Failure> {
        let text = substitute(&rule.pattern.value, subject);
        let pattern = Matcher::new(&text);
        if pattern.is_broken() {
            return Err(Failure::BrokenRegex);
        }
        let aliases: Vec<String> =
            if pattern.is_exact() { Vec::new() } else { cluster.aliases.keys().filter(|alias| pattern.test(alias)).cloned().collect() };
        let resolver = Resolver::new(cluster);
        let concrete = |names: &[String]| resolver.concrete(names, IndicesOptions::LENIENT_EXPAND_OPEN, false);
        let resolved = match (aliases.is_empty(), text.is_empty()) {
            (false, _) => concrete(&aliases),
            (true, false) => concrete(std::slice::from_ref(&text)),
            (true, true) => Ok(Vec::new()),
        };
        match resolved {
            Ok(resolved) => Ok(Self { text, pattern, resolved }),
            // an invalid name throws; a missing one cannot, the options are lenient
            Err(ResolveError::Missing(_)) => Ok(Self { text, pattern, resolved: Vec::new() }),
            Err(other) => Err(Failure::Unresolved(other)),
        }
    }

    /// Whether it covers a name.
    pub(super) fn covers(&self, name: &str) -> bool {
        self.pattern.test(name) || self.resolved.iter().any(|resolved| resolved == name)
    }

    /// The names that it stands for: the pattern and what it resolved to.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.text.as_str()).chain(self.resolved.iter().map(String::as_str))
    }
}

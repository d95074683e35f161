//! Index options: how a request wants its expressions resolved.

/// The index options of one request. Unlike the legacy evaluator, v4 resolves names with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Missing names are no error; explicit names may be dropped by the reduction.
    pub ignore_unavailable: bool,
    /// An empty set of names is no error.
    pub allow_no_indices: bool,
    /// Wildcards expand to open indices.
    pub open: bool,
    /// Wildcards expand to closed indices.
    pub closed: bool,
    /// Wildcards expand to hidden indices too.
    pub hidden: bool,
    /// A closed index is an error.
    pub forbid_closed: bool,
    /// Wildcards do not look at aliases.
    pub ignore_aliases: bool,
}

impl Options {
    /// Whether wildcards are expanded at all; if not they are names like any other.
    pub fn expands(self) -> bool {
        self.open || self.closed
    }
}

//! Indices options: how a request wants its index expressions to be read.

/// How a request wants its expressions to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndicesOptions {
    /// Missing names are passed over.
    pub ignore_unavailable: bool,
    /// An expression may come to nothing.
    pub allow_no_indices: bool,
    /// Wildcards match open indices.
    pub open: bool,
    /// Wildcards match closed indices.
    pub closed: bool,
    /// Wildcards match hidden indices.
    pub hidden: bool,
    /// A closed index that is named is an error.
    pub forbid_closed: bool,
    /// Aliases count as missing.
    pub ignore_aliases: bool,
    /// An alias may stand for several indices.
    pub many_per_alias: bool,
}

impl IndicesOptions {
    /// `strictExpandOpen`: missing names are errors, wildcards match open indices.
    pub const STRICT_EXPAND_OPEN: Self = Self {
        ignore_unavailable: false,
        allow_no_indices: true,
        open: true,
        closed: false,
        hidden: false,
        forbid_closed: false,
        ignore_aliases: false,
        many_per_alias: true,
    };
    /// `strictExpandOpenAndForbidClosed`
    pub const STRICT_EXPAND_OPEN_FORBID_CLOSED: Self = Self { forbid_closed: true, ..Self::STRICT_EXPAND_OPEN };
    /// `strictExpand`: wildcards match open and closed indices.
    pub const STRICT_EXPAND: Self = Self { closed: true, ..Self::STRICT_EXPAND_OPEN };
    /// `strictExpandHidden`
    pub const STRICT_EXPAND_HIDDEN: Self = Self { hidden: true, ..Self::STRICT_EXPAND };
    /// `lenientExpandOpen`: missing names are passed over.
    pub const LENIENT_EXPAND_OPEN: Self = Self { ignore_unavailable: true, ..Self::STRICT_EXPAND_OPEN };
    /// `lenientExpandHidden`
    pub const LENIENT_EXPAND_HIDDEN: Self = Self { ignore_unavailable: true, ..Self::STRICT_EXPAND_HIDDEN };
    /// `strictSingleIndexNoExpandForbidClosed`: one open index, no wildcards.
    pub const SINGLE_INDEX: Self = Self {
        ignore_unavailable: false,
        allow_no_indices: false,
        open: false,
        closed: false,
        hidden: false,
        forbid_closed: true,
        ignore_aliases: false,
        many_per_alias: false,
    };
    /// What the plugin's legacy evaluator resolves with, whatever the request says (opensearch.md, rule 1).
    pub const LEGACY_SECURITY: Self = Self { hidden: true, ..Self::STRICT_EXPAND_OPEN };
}

//! What differs between the versions, one row a product. Stages read the row; they do not ask for the
//! product.

use std::sync::OnceLock;

use crate::engine::model::Product;
use crate::engine::pattern::lucene::{Dfa, Dialect, Generation, NameMatcher, patterns};

/// One product's row.
#[derive(Debug)]
pub struct Rules {
    /// The product.
    pub product: Product,
    /// Regular expression dialect of name patterns.
    pub dialect: Dialect,
    /// Patterns of restricted (system) names.
    pub restricted: &'static [&'static str],
    /// Monitor actions pass on restricted names without the flag (6.8, PR 37774 removed it).
    pub monitor_passes_restricted: bool,
    /// `create`, `create_doc`, `index` and `write` allow mapping updates on indices and aliases beside
    /// their patterns (from 7.9).
    pub writers_update_mappings: bool,
    /// Of several privileges together, those writers count only in lower case (7.17, 8.17).
    pub writers_as_written: bool,
    /// `indices:admin/index_template/…` are cluster actions (from 7.8).
    pub composable_templates: bool,
    /// A bad name pattern is wrapped into `The set of patterns […] is invalid` (8.x).
    pub wraps_bad_patterns: bool,
    /// What too complex patterns are called (constants in the classes of 6.8.23 and 7.17.28).
    pub set_of_patterns: &'static str,
    /// Names are compiled when the privileges of all entries are known: an unknown privilege is refused
    /// before a bad name (8.x).
    pub names_come_last: bool,
    /// `*` among an entry's names matches without a look at the others: a bad pattern beside it is only
    /// found when `_has_privileges` compares the names (from 7.17).
    pub everything_hides_names: bool,
    /// Whether an alias may be added is asked of the roles that limit a key, too (from 7.17).
    pub limits_aliases: bool,
    /// There restricted names count as granted without the flag (up to 7.17).
    pub aliases_see_restricted: bool,
    /// `_has_privileges` unites the names of groups that have the same privileges (8.x).
    pub unites_groups: bool,
    /// `_has_privileges` reads all names that it is asked about before it looks at a privilege (9.x).
    pub reads_names_first: bool,
    /// Privileges distinguish a data stream's documents and failures (9.x).
    pub selectors: bool,
    /// A refused alias or data stream refuses the indices behind it too, in the messages (7.17).
    pub refuses_behind: bool,
    /// Actions that may name other clusters resolve their names before the check by name alone, and so
    /// are refused with names even then (PR 74157; 7.17).
    pub names_remote_actions: bool,
    /// How the verdicts on a request's names are kept.
    pub tables: Tables,
    /// How `*` in an application name is resolved.
    pub applications: ApplicationWildcards,
    /// Asking for a cluster privilege without actions is true even for a user without any (6.8).
    pub nothing_is_implied: bool,
    /// Options that expand nothing still allow that no index is left (8.x).
    pub single_index_allows_none: bool,
    /// Whether there are hidden indices; without, `*` means dot names too (6.8).
    pub hidden_indices: bool,
    /// `except` outside of `grant` is refused when the role is read (7.17), or built (6.8).
    pub checks_fields_when_reading: bool,
    /// The words of a denial.
    pub wording: Wording,
    /// Keys of a role that came later than this product.
    pub unknown_keys: &'static [&'static str],
    /// Whether an entry of `indices` may have `allow_restricted_indices` (from 6.7); without it restricted names
    /// are a superuser's alone.
    pub restricted_flag: bool,
    /// Texts where lists are usual are read (X-Pack 5.x).
    pub old_spelling: bool,
    /// The list of known names in `unknown … privilege` messages.
    pub unknown_privilege: UnknownPrivilege,
    /// `manage_own_api_key` breaks a grant request instead of saying no (7.17).
    pub own_key_grant_breaks: bool,
}

/// How `*` in an application name is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationWildcards {
    /// Names are taken as they are; stored privileges are not looked at (6.8).
    Plain,
    /// Resolved against stored applications; plain only when there is none (7.17).
    StoredElsePlain,
    /// Both (8.x).
    StoredAndPlain,
}

/// How the verdicts on a request's names are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// By index, whichever name comes last; an index and the names that lead to it share one table (6.8).
    Shared,
    /// By name in the request's order, refused ones too (7.17).
    Listed,
    /// By granted name (8.x).
    Granted,
}

/// The words of a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// `action [A] is unauthorized for user [U]` and no more (up to 6.8).
    Short,
    /// `with roles [..] on indices [..], this action is granted by …` (7.17).
    Roles,
    /// `with effective roles [..]`, restricted names apart (8.x).
    EffectiveRoles,
}

/// The list of known names in `unknown … privilege` messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownPrivilege {
    /// `name=[name]` in the order of a Java hash map, for both kinds (6.8).
    HashMap,
    /// Index names as `name=[name]`, by access (7.17, 8.17).
    ByAccess,
    /// Index names sorted (9.1).
    Sorted,
}

impl Rules {
    /// The row of a product; the newest one's for a product of another family.
    pub fn of(product: Product) -> &'static Rules {
        match product {
            Product::XPack5_1 => &XPACK_5_1,
            Product::Elasticsearch6_8 => &ES_6_8,
            Product::Elasticsearch7_17 => &ES_7_17,
            Product::Elasticsearch8_17 => &ES_8_17,
            _ => &ES_9_1,
        }
    }

    /// Whether a name is a restricted one.
    pub fn is_restricted(&self, name: &str) -> bool {
        self.restricted_names().0.matches(name)
    }

    /// Whether an action passes on restricted names without the flag.
    pub fn passes_restricted(&self, action: &str) -> bool {
        self.monitor_passes_restricted && action.starts_with("indices:monitor/")
    }

    /// The automaton of restricted names.
    pub fn restricted_automaton(&self) -> &'static Dfa {
        &self.restricted_names().1
    }

    fn restricted_names(&self) -> &'static (NameMatcher, Dfa) {
        static TABLES: [OnceLock<(NameMatcher, Dfa)>; 5] = [const { OnceLock::new() }; 5];
        let row = match self.product {
            Product::XPack5_1 => 0,
            Product::Elasticsearch6_8 => 1,
            Product::Elasticsearch7_17 => 2,
            Product::Elasticsearch8_17 => 3,
            _ => 4,
        };
        TABLES[row].get_or_init(|| {
            let matcher = NameMatcher::new(self.restricted, self.dialect).unwrap_or_default();
            (matcher, patterns(self.restricted, self.dialect).unwrap_or_default())
        })
    }
}

const LUCENE_7: Dialect = Dialect { character_classes: false, generation: Generation::Seven };
const LUCENE_8: Dialect = Dialect { character_classes: false, generation: Generation::Nine };
const LUCENE_9: Dialect = Dialect { character_classes: true, generation: Generation::Nine };
const LUCENE_10: Dialect = Dialect { character_classes: true, generation: Generation::Ten };

const SECURITY_6: &[&str] = &[".security", ".security-6", ".security-7"];
const SECURITY_7: &[&str] = &[".security", ".security-6", ".security-tokens", r"/\.security(-tokens)?-[0-9].*/", ".async-search*"];
/// System indices of the default distribution, as the vectors were recorded with (a node registers a
/// few more).
const SYSTEM_8: &[&str] = &[
    r"/\.security-[0-9]+.*/",
    ".security",
    r"/\.security-tokens-[0-9]+.*/",
    ".security-tokens",
    r"/\.security-profile-[0-9]+.*/",
    ".security-profile",
    ".kibana_*",
    ".kibana",
    ".reporting-*",
    ".apm-agent-configuration*",
    ".apm-custom-link*",
    ".async-search*",
    ".enrich-*",
    ".fleet-servers*",
    r"/\.fleet-policies-[0-9]+.*/",
    ".geoip_databases*",
    ".logstash*",
    ".ml-meta*",
    ".ml-config*",
    ".ml-inference*",
    ".snapshot-blob-cache*",
    ".transform-internal-*",
    ".watches*",
    ".triggered_watches*",
    ".tasks*",
    ".synonyms-*",
    ".synonyms",
];

static ES_6_8: Rules = Rules {
    product: Product::Elasticsearch6_8,
    dialect: LUCENE_7,
    restricted: SECURITY_6,
    monitor_passes_restricted: true,
    writers_update_mappings: false,
    writers_as_written: false,
    composable_templates: false,
    wraps_bad_patterns: false,
    set_of_patterns: "permitted index patterns",
    names_come_last: false,
    everything_hides_names: false,
    limits_aliases: false,
    aliases_see_restricted: true,
    unites_groups: false,
    reads_names_first: false,
    selectors: false,
    refuses_behind: true,
    names_remote_actions: false,
    tables: Tables::Shared,
    applications: ApplicationWildcards::Plain,
    nothing_is_implied: true,
    single_index_allows_none: false,
    hidden_indices: false,
    checks_fields_when_reading: false,
    wording: Wording::Short,
    unknown_keys: &["description", "remote_indices", "remote_cluster", "restriction"],
    restricted_flag: true,
    old_spelling: false,
    unknown_privilege: UnknownPrivilege::HashMap,
    own_key_grant_breaks: false,
};

static XPACK_5_1: Rules = Rules {
    product: Product::XPack5_1,
    restricted_flag: false,
    old_spelling: true,
    unknown_keys: &["description", "remote_indices", "remote_cluster", "restriction", "applications", "global"],
    ..copy(&ES_6_8)
};

static ES_7_17: Rules = Rules {
    product: Product::Elasticsearch7_17,
    dialect: LUCENE_8,
    set_of_patterns: "patterns",
    restricted: SECURITY_7,
    monitor_passes_restricted: false,
    writers_update_mappings: true,
    writers_as_written: true,
    composable_templates: true,
    everything_hides_names: true,
    limits_aliases: true,
    names_remote_actions: true,
    tables: Tables::Listed,
    applications: ApplicationWildcards::StoredElsePlain,
    nothing_is_implied: false,
    hidden_indices: true,
    checks_fields_when_reading: true,
    wording: Wording::Roles,
    unknown_privilege: UnknownPrivilege::ByAccess,
    own_key_grant_breaks: true,
    ..copy(&ES_6_8)
};

static ES_8_17: Rules = Rules {
    product: Product::Elasticsearch8_17,
    dialect: LUCENE_9,
    restricted: SYSTEM_8,
    wraps_bad_patterns: true,
    names_come_last: true,
    aliases_see_restricted: false,
    unites_groups: true,
    refuses_behind: false,
    tables: Tables::Granted,
    applications: ApplicationWildcards::StoredAndPlain,
    single_index_allows_none: true,
    wording: Wording::EffectiveRoles,
    unknown_keys: &[],
    own_key_grant_breaks: false,
    ..copy(&ES_7_17)
};

static ES_9_1: Rules = Rules {
    product: Product::Elasticsearch9_1,
    dialect: LUCENE_10,
    reads_names_first: true,
    selectors: true,
    writers_as_written: false,
    unknown_privilege: UnknownPrivilege::Sorted,
    ..copy(&ES_8_17)
};

/// A row to start the next one from.
const fn copy(from: &Rules) -> Rules {
    Rules { ..*from }
}

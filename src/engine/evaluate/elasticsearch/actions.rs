//! Sets of actions: what privileges grant.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use super::rules::Rules;
use crate::engine::catalog::elasticsearch::{Catalog, Privilege};
use crate::engine::model::Product;
use crate::engine::pattern::lucene::{Dfa, Dialect, NameMatcher, PatternError, patterns, union};

/// The patterns of one privilege, or of some raw action patterns.
#[derive(Debug)]
pub struct Part {
    allow: NameMatcher,
    except: Option<NameMatcher>,
    automaton: Dfa,
}

impl Part {
    fn new<S: AsRef<str>>(allow: &[S], except: &[S], dialect: Dialect) -> Result<Self, PatternError> {
        let mut automaton = patterns(allow, dialect)?;
        let mut out = None;
        if !except.is_empty() {
            automaton = automaton.minus(&patterns(except, dialect)?)?;
            out = Some(NameMatcher::new(except, dialect)?);
        }
        Ok(Self { allow: NameMatcher::new(allow, dialect)?, except: out, automaton })
    }

    pub(super) fn grants(&self, action: &str) -> bool {
        self.allow.matches(action) && !self.except.as_ref().is_some_and(|except| except.matches(action))
    }
}

/// The actions that a set of privileges grants.
#[derive(Debug, Default)]
pub struct Actions {
    parts: Vec<Arc<Part>>,
    automaton: OnceLock<Dfa>,
}

impl Actions {
    /// The union of parts.
    pub fn new(parts: Vec<Arc<Part>>) -> Self {
        Self { parts, automaton: OnceLock::new() }
    }

    /// Whether the action is granted.
    pub fn grant(&self, action: &str) -> bool {
        self.parts.iter().any(|part| part.grants(action))
    }

    /// The automaton of all granted actions; the privileges' automata are small, so a union that is too
    /// complex does not occur with named ones, and counts as empty.
    pub fn automaton(&self) -> &Dfa {
        self.automaton.get_or_init(|| union(self.parts.iter().map(|part| &part.automaton)).unwrap_or_default())
    }
}

/// Whether an action is decided by cluster privileges.
pub fn is_cluster_action(action: &str) -> bool {
    ["cluster:", "indices:admin/template/", "indices:admin/index_template/"].iter().any(|prefix| action.starts_with(prefix))
}

/// Whether an action is decided by index privileges (when it is no cluster action).
pub fn is_index_action(action: &str) -> bool {
    action.starts_with("indices:") || action.starts_with("internal:transport/proxy/indices:")
}

/// The parts of named privileges and of raw patterns, compiled once in the process for each product.
pub struct Parts;

/// Whether an action is judged by its name alone, whatever indices it is about: its parts are judged on theirs.
pub fn is_composite_action(action: &str) -> bool {
    matches!(
        action,
        "indices:data/write/bulk"
            | "indices:data/write/simulate/bulk"
            | "indices:data/write/index"
            | "indices:data/write/delete"
            | "indices:data/write/reindex"
            | "indices:data/read/mget"
            | "indices:data/read/mtv"
            | "indices:data/read/msearch"
            | "indices:data/read/msearch/template"
            | "indices:data/read/search/template"
            | "indices:data/read/mpercolate"
            | "indices:data/read/scroll"
            | "indices:data/read/sql"
            | "indices:data/read/sql/translate"
            | "indices:data/read/esql"
    )
}

/// Whether a privilege, named or as an action pattern, grants an action. A name that is unknown grants nothing.
pub fn privilege_grants(rules: &Rules, catalog: &Catalog, kind: Kind, text: &str, action: &str) -> bool {
    let text = text.to_lowercase();
    let raw = match kind {
        Kind::Cluster => is_cluster_action(&text),
        Kind::Index => is_index_action(&text) && !is_cluster_action(&text),
    };
    if raw {
        return Parts::raw(rules, &BTreeSet::from([text])).is_ok_and(|part| part.grants(action));
    }
    match kind {
        Kind::Cluster => catalog.cluster_privilege(&text).is_some_and(|privilege| match privilege.own_api_keys {
            true => super::cluster::own_key_request(action) == Some(true),
            false => Parts::named(rules, kind, privilege).grants(action),
        }),
        Kind::Index => {
            let writes = rules.writers_update_mappings && super::indices::is_mapping_update(action) && super::indices::is_writer(&text);
            writes || catalog.index_privilege(&text).is_some_and(|privilege| Parts::named(rules, kind, privilege).grants(action))
        }
    }
}

/// Which kind of privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Cluster privileges.
    Cluster,
    /// Index privileges.
    Index,
}

type Named = HashMap<(Product, Kind, String), Arc<Part>>;

impl Parts {
    /// The part of a named privilege.
    pub fn named(rules: &Rules, kind: Kind, privilege: &Privilege) -> Arc<Part> {
        static NAMED: OnceLock<Mutex<Named>> = OnceLock::new();
        let key = (rules.product, kind, privilege.name.clone());
        let table = NAMED.get_or_init(Mutex::default);
        let mut table = table.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        table
            .entry(key)
            .or_insert_with(|| {
                let part = if privilege.own_api_keys {
                    Part::new(&["cluster:admin/xpack/security/api_key/*"], &[], rules.dialect)
                } else {
                    Part::new(&privilege.allow, &privilege.except, rules.dialect)
                };
                // a recorded catalog's patterns all compile; the catalog's test reads them
                Arc::new(part.unwrap_or_else(|_| Part { allow: NameMatcher::default(), except: None, automaton: Dfa::empty() }))
            })
            .clone()
    }

    /// The part of raw action patterns; each stands for what begins with it.
    pub fn raw(rules: &Rules, texts: &BTreeSet<String>) -> Result<Arc<Part>, PatternError> {
        let texts: Vec<String> = texts.iter().map(|text| format!("{text}*")).collect();
        Ok(Arc::new(Part::new(&texts, &[], rules.dialect)?))
    }
}

/// The named privileges that grant an action, from the least to the most, as messages list them.
pub fn granting<'c>(rules: &Rules, catalog: &'c Catalog, action: &str) -> Vec<&'c Privilege> {
    if is_cluster_action(action) {
        let grants = |privilege: &&Privilege| match privilege.own_api_keys {
            true => super::cluster::own_key_request(action) == Some(true),
            false => Parts::named(rules, Kind::Cluster, privilege).grants(action),
        };
        return catalog.cluster.iter().filter(grants).collect();
    }
    if !is_index_action(action) {
        return Vec::new();
    }
    catalog.index.iter().filter(|privilege| Parts::named(rules, Kind::Index, privilege).grants(action)).collect()
}

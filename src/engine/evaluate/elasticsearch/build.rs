//! From roles to permissions: what the engine does when a user with these roles comes for the first
//! time. Entries of all roles with the same set of names are merged; the first thing that a role gets
//! wrong refuses it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::actions::{Actions, Kind, Part, Parts, is_cluster_action, is_index_action};
use super::applications::{ApplicationEntry, Stored};
use super::cluster::ClusterPermission;
use super::fields::{self, Definition, Fields};
use super::indices::{Group, is_writer};
use super::java_order::{self, JavaMap};
use super::rules::{Rules, UnknownPrivilege};
use crate::engine::catalog::elasticsearch::{Catalog, Privilege, Selector};
use crate::engine::model::elasticsearch::{IndexPrivileges, Refusal, RefusalClass, Role};
use crate::engine::pattern::lucene::{NameIndex, NameMatcher, PatternError, patterns};
use crate::source::{Located, Place};

/// What a user with some roles may do.
#[derive(Debug)]
pub struct Permissions {
    pub(super) rules: &'static Rules,
    pub(super) catalog: &'static Catalog,
    /// Names of the roles, in the user's order.
    pub roles: Vec<String>,
    pub(super) cluster: ClusterPermission,
    pub(super) groups: Vec<Group>,
    /// The groups by their names, made when names are first asked about.
    pub(super) by_name: OnceLock<NameIndex>,
    pub(super) applications: Vec<ApplicationEntry>,
    pub(super) run_as: crate::engine::pattern::lucene::Dfa,
}

/// A role with its name.
pub type Named<'r> = (&'r str, &'r Role);

/// Which entry of which role (by position).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Position among the user's roles.
    pub role: usize,
    /// Position in the role's `indices`.
    pub entry: usize,
}

/// Entries with the same names. Names and privileges come in the order in which the engine's sets give
/// them: the first that is wrong refuses the roles.
#[derive(Debug, Default)]
struct Merged {
    restricted: bool,
    names: Vec<String>,
    privileges: Vec<String>,
    fields: BTreeSet<Definition>,
    queries: Option<BTreeSet<String>>,
    sources: Vec<Source>,
}

impl Permissions {
    /// Build the permissions of a user with these roles; the error is the engine's refusal.
    pub fn build(rules: &'static Rules, roles: &[Named<'_>], stored: &Stored) -> Result<Self, Refusal> {
        let catalog = Catalog::of(rules.product);
        for (name, role) in roles {
            check_form(rules, name, role)?;
        }
        // the engine's order, which shows when several things are wrong
        let cluster = ClusterPermission::build(rules, catalog, roles)?;
        let run_as: BTreeSet<&str> = roles.iter().flat_map(|(_, role)| &role.run_as).map(|name| name.as_str()).collect();
        let run_as = patterns(&java_order::grown(run_as), rules.dialect).map_err(raw_pattern)?;
        let mut groups = Vec::new();
        let mut resolved = Vec::new();
        for merged in merge(roles) {
            resolved.push(Resolved::new(rules, catalog, merged)?);
            if !rules.names_come_last {
                for resolved in resolved.drain(..) {
                    resolved.build(rules, &mut groups)?;
                }
            }
        }
        for resolved in resolved {
            resolved.build(rules, &mut groups)?;
        }
        Ok(Self {
            rules,
            catalog,
            roles: roles.iter().map(|(name, _)| (*name).to_owned()).collect(),
            cluster,
            groups,
            by_name: OnceLock::new(),
            applications: ApplicationEntry::build(rules, roles, stored)?,
            run_as,
        })
    }

    /// The users that may be acted for.
    pub fn run_as(&self) -> &crate::engine::pattern::lucene::Dfa {
        &self.run_as
    }

    /// Whether the user may act as another; the name counts case.
    pub fn may_run_as(&self, user: &str) -> bool {
        self.run_as.accepts(user)
    }
}

/// What the engine sees when it reads the role, apart from the form itself.
fn check_form(rules: &Rules, name: &str, role: &Role) -> Result<(), Refusal> {
    if let Some(old) = role.old_spelling.as_ref().filter(|_| !rules.old_spelling) {
        return Err((**old).clone());
    }
    let start = |place: Option<Place>| place.map(|place| place.span.start);
    let refusal = role.refused_by(rules.product);
    let before = |key: &&Located<&str>| refusal.is_none_or(|refusal| start(key.place) <= start(refusal.place));
    if let Some(key) = role.later_keys.iter().filter(|key| rules.unknown_keys.contains(&key.value)).find(before) {
        let message = format!("failed to parse role [{name}]. unexpected field [{}]", key.value);
        return Err(Refusal { place: key.place, ..Refusal::new(RefusalClass::Parse, message) });
    }
    let fields = |entry: &IndexPrivileges| {
        let definition = fields::definition(entry.field_security.as_ref());
        Fields::new(BTreeSet::from([definition]), rules).map(drop).map_err(|refusal| {
            let message = format!("failed to parse indices privileges for role [{name}] - {}", refusal.message);
            let security = entry.field_security.as_ref();
            let lists = security.into_iter().flat_map(|security| security.except.iter().chain(&security.grant)).flatten();
            let place = lists.filter_map(|field| field.place).next().or(entry.place);
            Refusal { place, ..Refusal::new(RefusalClass::Parse, message) }
        })
    };
    if rules.checks_fields_when_reading {
        // an entry's fields are looked at where it ends; what is refused after that is not read any more
        let end = |place: Option<Place>| place.map(|place| place.span.end);
        let whole = |entry: &&IndexPrivileges| refusal.is_none_or(|refusal| end(entry.place) <= start(refusal.place));
        role.indices.iter().filter(whole).try_for_each(fields)?;
    }
    if let Some(refusal) = refusal {
        return Err(refusal.clone());
    }
    let flag = role.indices.iter().find_map(|entry| entry.allow_restricted_indices.as_ref());
    if let Some(flag) = flag.filter(|_| !rules.restricted_flag && !Catalog::of(rules.product).is_reserved(role)) {
        let message = format!("failed to parse indices privileges for role [{name}]. unexpected field [allow_restricted_indices]");
        return Err(Refusal { place: flag.place, ..Refusal::new(RefusalClass::Parse, message) });
    }
    Ok(())
}

/// A selector with the parts and the privileges that are granted on it.
type BySelector = (Selector, Vec<Arc<Part>>, BTreeSet<String>);

/// The entries of all roles, merged by their names, in the order of the engine's hash maps: those without
/// restricted names first.
fn merge(roles: &[Named<'_>]) -> Vec<Merged> {
    let mut merged = Vec::new();
    for restricted in [false, true] {
        let mut entries: Vec<(BTreeSet<String>, Source, &IndexPrivileges)> = Vec::new();
        for (at, (_, role)) in roles.iter().enumerate() {
            for (entry_at, entry) in role.indices.iter().enumerate() {
                let nothing = role.indices.len() == 1 && entry.privileges.first().is_some_and(|first| first.eq_ignore_ascii_case("none"));
                if !nothing && entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value) == restricted {
                    let names = entry.names.iter().map(|name| name.value.clone()).collect();
                    entries.push((names, Source { role: at, entry: entry_at }, entry));
                }
            }
        }
        let mut order = JavaMap::with_capacity(16);
        let mut by_names: BTreeMap<&BTreeSet<String>, Merged> = BTreeMap::new();
        for (names, source, entry) in &entries {
            order.merge(names);
            by_names.entry(names).or_default().add(entry, *source, restricted);
        }
        merged.extend(order.names().filter_map(|names| by_names.remove(names)));
    }
    merged
}

impl Merged {
    fn add(&mut self, entry: &IndexPrivileges, source: Source, restricted: bool) {
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        let privileges: Vec<&str> = entry.privileges.iter().map(|privilege| privilege.as_str()).collect();
        if self.sources.is_empty() {
            self.restricted = restricted;
            self.names = owned(java_order::collected(&entry.names.iter().map(|name| name.as_str()).collect::<Vec<_>>()));
            self.privileges = owned(java_order::collected(&privileges));
        } else {
            self.privileges = owned(java_order::grown(self.privileges.iter().map(String::as_str).chain(privileges)));
        }
        let query = entry.query.as_ref().map(|query| query.value.clone());
        self.queries = match (self.queries.take(), query) {
            // no query in the first entry, or in any of them, lifts the queries
            (queries, Some(query)) if self.sources.is_empty() || queries.is_some() => {
                let mut queries = queries.unwrap_or_default();
                queries.insert(query);
                Some(queries)
            }
            _ => None,
        };
        self.fields.insert(fields::definition(entry.field_security.as_ref()));
        self.sources.push(source);
    }

    /// What groups must share for `_has_privileges` to unite them: the set of privileges as it is
    /// written, a single name without its case.
    fn shared_privileges(&self) -> BTreeSet<String> {
        match &self.privileges[..] {
            [one] if !is_index_action(&one.to_lowercase()) => BTreeSet::from([one.to_lowercase()]),
            all => all.iter().cloned().collect(),
        }
    }
}

/// Merged entries whose privileges are known, before their names are compiled.
struct Resolved {
    merged: Merged,
    fields: Option<Arc<Fields>>,
    by_selector: BTreeMap<u8, BySelector>,
}

impl Resolved {
    fn new(rules: &'static Rules, catalog: &Catalog, mut merged: Merged) -> Result<Self, Refusal> {
        let mut fields = Fields::new(std::mem::take(&mut merged.fields), rules);
        if !rules.checks_fields_when_reading {
            fields = fields.map_err(|_| fields::uncomputable());
        }
        let fields = fields?.map(Arc::new);
        let mut by_selector: BTreeMap<u8, BySelector> = BTreeMap::new();
        let mut raw = BTreeSet::new();
        for privilege in merged.privileges.iter().map(|privilege| privilege.to_lowercase()) {
            if is_index_action(&privilege) {
                raw.insert(privilege);
                continue;
            }
            let named = index_privilege(rules, catalog, &privilege)?;
            let selector = if rules.selectors { named.selector } else { Selector::Data };
            let slot = by_selector.entry(selector as u8).or_insert_with(|| (selector, Vec::new(), BTreeSet::new()));
            if slot.2.insert(privilege) {
                slot.1.push(Parts::named(rules, Kind::Index, named));
            }
        }
        if !raw.is_empty() {
            let slot = by_selector.entry(Selector::Data as u8).or_insert_with(|| (Selector::Data, Vec::new(), BTreeSet::new()));
            slot.1.push(Parts::raw(rules, &raw).map_err(raw_pattern)?);
            slot.2.extend(raw);
        }
        Ok(Self { merged, fields, by_selector })
    }

    fn build(self, rules: &'static Rules, groups: &mut Vec<Group>) -> Result<(), Refusal> {
        let entry = Arc::new(self.merged.shared_privileges());
        let matcher = name_matcher(rules, &self.merged.names)?;
        for (selector, parts, privileges) in self.by_selector.into_values() {
            groups.push(Group {
                matcher: matcher.clone(),
                names: self.merged.names.clone(),
                restricted: self.merged.restricted,
                selector,
                writes: match rules.writers_as_written {
                    true => entry.iter().any(|name| is_writer(name)),
                    false => privileges.iter().any(|name| is_writer(name)),
                },
                privileges,
                entry: entry.clone(),
                actions: Actions::new(parts),
                fields: self.fields.clone(),
                queries: self.merged.queries.clone(),
                sources: self.merged.sources.clone(),
                automaton: OnceLock::new(),
            });
        }
        Ok(())
    }
}

/// The matcher of name patterns, with the engine's words for bad ones; the words list them as they come.
pub(super) fn name_matcher(rules: &Rules, names: &[String]) -> Result<NameMatcher, Refusal> {
    if rules.everything_hides_names && names.iter().any(|name| name == "*") {
        return NameMatcher::new(&["*"], rules.dialect).map_err(raw_pattern);
    }
    NameMatcher::new(names, rules.dialect).map_err(|error| {
        if !rules.wraps_bad_patterns && matches!(error, PatternError::Invalid(_)) {
            return raw_pattern(error);
        }
        let inexact = |name: &&str| name.starts_with('/') || name.contains(['*', '?']);
        let mut list = names.iter().map(String::as_str).filter(inexact).collect::<Vec<_>>().join(",");
        if list.chars().count() > 80 {
            list = list.chars().take(80).chain("...".chars()).collect();
        }
        let message = match error {
            PatternError::Invalid(_) => format!("The set of patterns [{list}] is invalid"),
            PatternError::TooComplex(_) => format!("The set of {} [{list}] is too complex to evaluate", rules.set_of_patterns),
        };
        Refusal::new(RefusalClass::Security, message)
    })
}

/// 6.8 prints its privileges in the order of a hash map; names in one bucket come as they were put.
const HASHED_INDEX_PRIVILEGES: [&str; 16] = [
    "none",
    "all",
    "manage",
    "create_index",
    "monitor",
    "read",
    "index",
    "delete",
    "write",
    "create",
    "delete_index",
    "view_index_metadata",
    "read_cross_cluster",
    "manage_follow_index",
    "manage_leader_index",
    "manage_ilm",
];
const HASHED_CLUSTER_PRIVILEGES: [&str; 22] = [
    "none",
    "all",
    "monitor",
    "monitor_ml",
    "monitor_watcher",
    "monitor_rollup",
    "manage",
    "manage_ml",
    "manage_token",
    "manage_watcher",
    "manage_index_templates",
    "manage_ingest_pipelines",
    "transport_client",
    "manage_security",
    "manage_saml",
    "manage_pipeline",
    "manage_rollup",
    "manage_ccr",
    "read_ccr",
    "create_snapshot",
    "manage_ilm",
    "read_ilm",
];

/// A pattern's error where the engine does not wrap it.
pub(super) fn raw_pattern(error: PatternError) -> Refusal {
    let class = match &error {
        PatternError::Invalid(words) if words.starts_with("For input string") => RefusalClass::Number,
        PatternError::Invalid(_) => RefusalClass::IllegalArgument,
        PatternError::TooComplex(_) => RefusalClass::TooComplex,
    };
    Refusal::new(class, error.to_string())
}

/// A named index privilege, or the engine's words that there is none.
pub(super) fn index_privilege<'c>(rules: &Rules, catalog: &'c Catalog, name: &str) -> Result<&'c Privilege, Refusal> {
    let lower = name.to_lowercase();
    catalog.index_privilege(&lower).ok_or_else(|| {
        let names: Vec<&str> = catalog.index.iter().map(|privilege| privilege.name.as_str()).collect();
        let doubled = |names: Vec<&str>| names.iter().map(|name| format!("{name}=[{name}]")).collect::<Vec<_>>().join(",");
        let known = match rules.unknown_privilege {
            UnknownPrivilege::HashMap => doubled(java_order::grown(HASHED_INDEX_PRIVILEGES)),
            UnknownPrivilege::ByAccess => doubled(names),
            UnknownPrivilege::Sorted => {
                let mut names = names;
                names.sort_unstable();
                names.join(",")
            }
        };
        let message = format!(
            "unknown index privilege [{lower}]. a privilege must be either one of the predefined fixed indices privileges [{known}] or a pattern over one of the available index actions"
        );
        Refusal::new(RefusalClass::IllegalArgument, message)
    })
}

/// A named cluster privilege, or the engine's words that there is none; `all` are the names that the
/// user's roles give together.
pub(super) fn cluster_privilege<'c>(rules: &Rules, catalog: &'c Catalog, name: &str, all: &[&str]) -> Result<&'c Privilege, Refusal> {
    let lower = name.to_lowercase();
    catalog.cluster_privilege(&lower).ok_or_else(|| {
        let names: Vec<&str> = catalog.cluster.iter().map(|privilege| privilege.name.as_str()).collect();
        let message = if rules.unknown_privilege == UnknownPrivilege::HashMap {
            let known: Vec<String> =
                java_order::grown(HASHED_CLUSTER_PRIVILEGES).iter().map(|name| format!("{name}=[{name}]")).collect();
            format!(
                "unknown cluster privilege [[{}]]. a privilege must be either one of the predefined fixed cluster privileges [{}] or a pattern over one of the available cluster actions",
                java_order::grown(all.iter().copied()).join(", "),
                known.join(",")
            )
        } else {
            format!(
                "unknown cluster privilege [{lower}]. a privilege must be either one of the predefined cluster privilege names [{}] or a pattern over one of the available cluster actions",
                names.join(",")
            )
        };
        Refusal::new(RefusalClass::IllegalArgument, message)
    })
}

/// Whether a text of `cluster` is an action pattern.
pub(super) fn is_cluster_pattern(rules: &Rules, text: &str) -> bool {
    is_cluster_action(text) && (rules.composable_templates || !text.starts_with("indices:admin/index_template/"))
}

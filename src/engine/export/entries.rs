//! What is exported: entries, and the steps from one configuration to another.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::model::{elasticsearch, opensearch};

/// What an entry is. The order is that in which they are created: what is named comes before what names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An action group.
    ActionGroup,
    /// A tenant.
    Tenant,
    /// A role.
    Role,
    /// An internal user.
    User,
    /// A role mapping.
    Mapping,
}

impl Kind {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Kind::ActionGroup => "action group",
            Kind::Tenant => "tenant",
            Kind::Role => "role",
            Kind::User => "user",
            Kind::Mapping => "role mapping",
        }
    }
}

/// Whose API takes the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// OpenSearch Security.
    OpenSearch,
    /// Open Distro, with the same bodies below another path.
    OpenDistro,
    /// Elasticsearch.
    Elasticsearch,
}

/// One entry as the API takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its body, without a password hash.
    pub body: Value,
    /// Reserved, hidden or static: the word; the REST API lets only an admin certificate change it.
    pub guarded: Option<&'static str>,
}

/// One step from the configuration before to the one after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The entry is new.
    Create(Entry),
    /// The entry is there and reads otherwise.
    Change(Entry),
    /// The entry goes.
    Delete(Kind, String),
}

/// The entries of an OpenSearch or Open Distro configuration, in the order of their kinds.
pub fn opensearch_entries(configuration: &opensearch::Configuration) -> Vec<Entry> {
    let entry = |kind: Kind, name: &str, flags: opensearch::Flags, body: Value| {
        let guarded = [(flags.is_static, "static"), (flags.reserved, "reserved"), (flags.hidden, "hidden")];
        let guarded = guarded.into_iter().find_map(|(set, word)| set.then_some(word));
        Entry { kind, name: name.to_owned(), body, guarded }
    };
    let mut out = Vec::new();
    out.extend(configuration.action_groups.iter().map(|(name, group)| entry(Kind::ActionGroup, name, group.flags, group.body())));
    out.extend(configuration.tenants.iter().map(|(name, tenant)| entry(Kind::Tenant, name, tenant.flags, tenant.body())));
    out.extend(configuration.roles.iter().map(|(name, role)| entry(Kind::Role, name, role.flags, role.body())));
    out.extend(configuration.internal_users.iter().map(|(name, user)| entry(Kind::User, name, user.flags, user.body())));
    out.extend(configuration.roles_mapping.iter().map(|(name, mapping)| entry(Kind::Mapping, name, mapping.flags, mapping.body())));
    out
}

/// The entries of an Elasticsearch configuration, in the order of their kinds.
pub fn elasticsearch_entries(configuration: &elasticsearch::Configuration) -> Vec<Entry> {
    let entry = |kind: Kind, name: &str, body: Value| Entry { kind, name: name.to_owned(), body, guarded: None };
    let mut out = Vec::new();
    out.extend(configuration.roles.iter().map(|(name, role)| entry(Kind::Role, name, role.body())));
    out.extend(configuration.users.iter().map(|(name, user)| entry(Kind::User, name, user.body())));
    out.extend(configuration.role_mappings.iter().map(|(name, mapping)| entry(Kind::Mapping, name, mapping.body())));
    out
}

/// Every entry as a new one.
pub fn everything(entries: Vec<Entry>) -> Vec<Step> {
    entries.into_iter().map(Step::Create).collect()
}

/// The steps that make `after` of `before`: what is new or changed first, then what goes, users of a name
/// before the name.
pub fn difference(before: &[Entry], after: &[Entry]) -> Vec<Step> {
    let by_name =
        |entries: &[Entry]| entries.iter().map(|entry| ((entry.kind, entry.name.clone()), entry.clone())).collect::<BTreeMap<_, _>>();
    let (old, new) = (by_name(before), by_name(after));
    let mut steps = Vec::new();
    for entry in after {
        match old.get(&(entry.kind, entry.name.clone())) {
            None => steps.push(Step::Create(entry.clone())),
            Some(before) if before.body != entry.body => steps.push(Step::Change(entry.clone())),
            Some(_) => {}
        }
    }
    let gone = before.iter().rev().filter(|entry| !new.contains_key(&(entry.kind, entry.name.clone())));
    steps.extend(gone.map(|entry| Step::Delete(entry.kind, entry.name.clone())));
    steps
}

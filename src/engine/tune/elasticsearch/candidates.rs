//! The ways to give what is missing: into which role, as which privileges, on which names.

use std::collections::BTreeSet;

use super::is_reserved;
use super::privileges::{Kind, grants, least, named, on_failures};
use crate::engine::catalog::elasticsearch::{Catalog, Privilege};
use crate::engine::change::elasticsearch::{
    ElasticsearchRoleChange, ElasticsearchUserChange, IndexEntry, IndexPrivilegesChange, RoleMappingChange,
};
use crate::engine::change::{Change, RuleNumber};
use crate::engine::evaluate::Subject;
use crate::engine::evaluate::elasticsearch::{ClusterRequest, Component, Permissions, Rules, Stored, role as role_called, split_selector};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role};
use crate::engine::pattern::lucene::NameMatcher;
use crate::engine::tune::generalise::{Generalisation, generalise};
use crate::engine::tune::repair::{Bench, Candidate, Missing, Way, free_name, into_new_role, into_role};

/// How the missing actions are given.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wording {
    /// By the least privileges that together grant them.
    Least,
    /// By one privilege that grants all of them.
    One(String),
}

#[derive(Debug, Clone)]
struct Words {
    product: Product,
    wording: Wording,
    names: Generalisation,
}

/// Every way that is worth trying, from the least privilege to the most.
pub(super) fn candidates(
    bench: &Bench<'_, Configuration>,
    subject: &Subject,
    held: &[String],
    missing: &Missing,
) -> Vec<Candidate<Configuration>> {
    if missing.is_empty() {
        return Vec::new();
    }
    let catalog = Catalog::of(bench.product);
    let mut out = Vec::new();
    let ways = ways(bench.product, missing);
    for name in held {
        let own = bench.configuration.roles.get(name);
        let Some(role) = own.filter(|role| !catalog.reserved_roles().contains_key(name) && !is_reserved(role)) else { continue };
        out.extend(into_role(bench.configuration, name, &ways, missing));
        out.extend(widen(bench.product, name, role, missing));
    }
    let taken = |name: &str| bench.configuration.roles.contains_key(name) || bench.configuration.role_mappings.contains_key(name);
    let fresh = free_name(&format!("{}_access", subject.user), taken);
    let create = ElasticsearchRoleChange::CreateElasticsearchRole {
        role: fresh.clone(),
        cluster: Vec::new(),
        indices: Vec::new(),
        applications: Vec::new(),
        run_as: Vec::new(),
    };
    let first = [create.into(), assign(bench.configuration, &subject.user, &fresh)];
    out.extend(into_new_role(bench.configuration, &fresh, &ways, missing, &first));
    let names = bench.configuration.roles.keys().chain(catalog.reserved_roles().keys());
    // trying a role costs a compilation: only those that may hold what is missing are tried
    for name in names.filter(|name| !held.contains(name) && covers(bench, name, missing)).collect::<BTreeSet<_>>() {
        let changes = vec![assign(bench.configuration, &subject.user, name)];
        out.push(Candidate { title: format!("give `{}` the role `{name}`", subject.user), changes, next: None });
    }
    out
}

/// The least privileges first, then each single one that grants all, in the engine's order.
fn ways(product: Product, missing: &Missing) -> Vec<Words> {
    let actions: BTreeSet<&String> = missing.index.keys().flatten().collect();
    let whole =
        |privilege: &&Privilege| !actions.is_empty() && actions.iter().all(|action| grants(product, Kind::Index, &privilege.name, action));
    let one = |privilege: &Privilege| Wording::One(privilege.name.clone());
    let mut asked = missing.index.values().flatten().map(|name| split_selector(Rules::of(product), name).1);
    let wordings: Vec<Wording> = match !actions.is_empty() && asked.all(|component| component == Component::Failures) {
        // what is least for documents is nothing for failures
        true => on_failures(product).filter(whole).map(one).collect(),
        false => std::iter::once(Wording::Least).chain(named(product, Kind::Index).filter(whole).map(one)).collect(),
    };
    let on =
        |wording: Wording| [Generalisation::Exact, Generalisation::Series].map(|names| Words { product, wording: wording.clone(), names });
    wordings.into_iter().flat_map(on).collect()
}

/// A user of the files gets the role by its entry, anybody else by a mapping.
fn assign(configuration: &Configuration, user: &str, role: &str) -> Change {
    if configuration.users.contains_key(user) {
        return ElasticsearchUserChange::GiveRole { user: user.to_owned(), role: role.to_owned() }.into();
    }
    let mapping = free_name(role, |name| configuration.role_mappings.contains_key(name));
    RoleMappingChange::CreateRoleMapping {
        mapping,
        roles: vec![role.to_owned()],
        rules: serde_json::json!({ "field": { "username": user } }),
    }
    .into()
}

/// Whether a role by itself grants all that is missing, as far as its names say.
fn covers(bench: &Bench<'_, Configuration>, name: &str, missing: &Missing) -> bool {
    let Some((role, _)) = role_called(bench.configuration, Catalog::of(bench.product), name) else { return false };
    let rules = Rules::of(bench.product);
    let permissions = Permissions::of_sound(rules, &[(name, role)], &Stored::new(&bench.configuration.privileges));
    let on = |action: &String, name: &String| {
        let (name, component) = split_selector(rules, name);
        permissions.granting(action).any(|group| group.has(component) && group.covers_asked(name, action, rules))
    };
    missing.cluster.iter().all(|action| permissions.cluster_action(action, &ClusterRequest::default()) == Ok(true))
        && missing.run_as.iter().all(|user| permissions.may_run_as(user))
        && missing.index.iter().all(|(actions, names)| names.iter().all(|name| actions.iter().all(|action| on(action, name))))
}

/// Names as a role has them: which part of a data stream is meant is for its privileges to say.
fn bare(product: Product, names: &BTreeSet<String>) -> BTreeSet<String> {
    names.iter().map(|name| split_selector(Rules::of(product), name).0.to_owned()).collect()
}

/// Put the missing names to an entry that has the privileges already.
fn widen(product: Product, name: &str, role: &Role, missing: &Missing) -> Option<Candidate<Configuration>> {
    if !missing.cluster.is_empty() || !missing.run_as.is_empty() {
        return None;
    }
    let mut changes = Vec::new();
    for (actions, names) in &missing.index {
        let at = role.indices.iter().position(|entry| {
            actions.iter().all(|action| entry.privileges.iter().any(|privilege| grants(product, Kind::Index, privilege, action)))
        });
        let rule = RuleNumber::from_index(at?);
        let add = |new: String| IndexPrivilegesChange::AddIndexName { role: name.to_owned(), rule, name: new }.into();
        changes.extend(bare(product, names).into_iter().map(add));
    }
    Some(Candidate { title: format!("widen role `{name}`: the missing names to an entry that has the privileges"), changes, next: None })
}

impl Way<Configuration> for Words {
    fn summary(&self) -> String {
        let what = match &self.wording {
            Wording::Least => "the least privileges".to_owned(),
            Wording::One(privilege) => format!("`{privilege}`"),
        };
        let names = if self.names == Generalisation::Exact { "the very names" } else { "patterns of the names" };
        format!("{what} on {names}")
    }

    fn give(&self, state: &Configuration, name: &str, missing: &Missing) -> Vec<Change> {
        let nothing = Role::default();
        let role = state.roles.get(name).unwrap_or(&nothing);
        let name = || name.to_owned();
        let has = |privilege: &String| role.cluster.iter().any(|given| given.value == *privilege);
        let cluster = least(self.product, Kind::Cluster, &missing.cluster).into_iter().filter(|privilege| !has(privilege));
        let mut changes: Vec<Change> =
            cluster.map(|privilege| ElasticsearchRoleChange::AddClusterPrivilege { role: name(), privilege }.into()).collect();
        changes.extend(missing.run_as.iter().map(|user| ElasticsearchRoleChange::AddRunAs { role: name(), user: user.clone() }.into()));
        for (actions, names) in &missing.index {
            let names = &bare(self.product, names);
            let privileges = match &self.wording {
                Wording::One(privilege) if actions.iter().all(|action| grants(self.product, Kind::Index, privilege, action)) => {
                    vec![privilege.clone()]
                }
                _ => least(self.product, Kind::Index, actions),
            };
            let restricted = names.iter().any(|name| Rules::of(self.product).is_restricted(name));
            match role.indices.iter().position(|entry| self.takes(entry, names, restricted)) {
                Some(at) => {
                    let rule = RuleNumber::from_index(at);
                    let new = privileges.into_iter().filter(|one| !role.indices[at].privileges.iter().any(|given| given.value == *one));
                    changes.extend(new.map(|privilege| IndexPrivilegesChange::AddIndexPrivilege { role: name(), rule, privilege }.into()));
                }
                None => {
                    let patterns = generalise(names.iter().map(String::as_str), self.names).into_iter().map(|pattern| pattern.pattern);
                    let indices = IndexEntry {
                        names: patterns.collect(),
                        privileges,
                        allow_restricted_indices: restricted.then_some(true),
                        ..IndexEntry::default()
                    };
                    changes.push(ElasticsearchRoleChange::AddIndexPrivileges { role: name(), indices }.into());
                }
            }
        }
        changes
    }
}

impl Words {
    /// Whether an entry's names take in all of these, without document- or field-level security.
    fn takes(&self, entry: &IndexPrivileges, names: &BTreeSet<String>, restricted: bool) -> bool {
        let patterns: Vec<&str> = entry.names.iter().map(|name| name.as_str()).collect();
        let flag = entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
        entry.query.is_none()
            && entry.field_security.is_none()
            && (flag || !restricted)
            && NameMatcher::new(&patterns, Rules::of(self.product).dialect)
                .is_ok_and(|matcher| names.iter().all(|name| matcher.matches(name)))
    }
}

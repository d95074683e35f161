//! A draft made into a role of privileges: only what the role does not grant yet.

use std::collections::BTreeSet;

use super::privileges::{Kind, grants, least};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::change::elasticsearch::{ElasticsearchRoleChange, IndexEntry, IndexPrivilegesChange};
use crate::engine::change::{Change, RuleNumber};
use crate::engine::evaluate::elasticsearch::{Rules, is_composite_action};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, Role};
use crate::engine::pattern::lucene::NameMatcher;
use crate::engine::tune::draft::{Draft, Permission};
use crate::engine::tune::family::Learned;

/// The changes that make `role` allow everything in the draft, by the least named privileges; the role is made
/// when it is not there. What the privileges grant beyond what was seen is said in the notes.
pub(super) fn learned(configuration: &Configuration, product: Product, draft: &Draft, role: &str) -> Learned {
    let mut out = Learned::default();
    let own = configuration.roles.get(role);
    if own.is_none() {
        let create = ElasticsearchRoleChange::CreateElasticsearchRole {
            role: role.to_owned(),
            cluster: Vec::new(),
            indices: Vec::new(),
            applications: Vec::new(),
            run_as: Vec::new(),
        };
        out.changes.push(create.into());
    }
    let nothing = Role::default();
    let own = own.unwrap_or(&nothing);
    let seen = |permissions: &[Permission]| permissions.iter().map(|permission| permission.action.clone()).collect::<BTreeSet<_>>();
    let mut cluster = seen(&draft.cluster);
    cluster.retain(|action| !own.cluster.iter().any(|given| grants(product, Kind::Cluster, given, action)));
    for privilege in least(product, Kind::Cluster, &cluster) {
        out.notes.extend(beyond(product, Kind::Cluster, &privilege, &cluster));
        out.changes.push(ElasticsearchRoleChange::AddClusterPrivilege { role: role.to_owned(), privilege }.into());
    }
    for rule in &draft.rules {
        let names: Vec<&String> = rule.patterns.iter().flat_map(|pattern| &pattern.names).collect();
        let mut actions = seen(&rule.actions);
        // an action that passes by its name alone needs no entry of its own where another grants it
        actions.retain(|action| !names.iter().all(|name| has(own, product, name, action)));
        let needed: BTreeSet<String> = actions.iter().filter(|action| !is_composite_action(action)).cloned().collect();
        if actions.is_empty() {
            continue;
        }
        let privileges = least(product, Kind::Index, if needed.is_empty() { &actions } else { &needed });
        for privilege in &privileges {
            out.notes.extend(beyond(product, Kind::Index, privilege, &actions));
        }
        let patterns: BTreeSet<&str> = rule.patterns.iter().map(|pattern| pattern.pattern.as_str()).collect();
        out.changes.extend(add(own, role, product, &patterns, privileges));
    }
    out
}

fn has(role: &Role, product: Product, name: &str, action: &str) -> bool {
    role.indices.iter().any(|entry| {
        let patterns: Vec<&str> = entry.names.iter().map(|name| name.as_str()).collect();
        NameMatcher::new(&patterns, Rules::of(product).dialect).is_ok_and(|matcher| matcher.matches(name))
            && entry.privileges.iter().any(|privilege| grants(product, Kind::Index, privilege, action))
    })
}

fn add(own: &Role, role: &str, product: Product, patterns: &BTreeSet<&str>, privileges: Vec<String>) -> Vec<Change> {
    let same = own.indices.iter().position(|entry| {
        let unrestricted = entry.query.is_none() && entry.field_security.is_none();
        unrestricted && entry.names.iter().map(|name| name.as_str()).collect::<BTreeSet<_>>() == *patterns
    });
    match same {
        Some(at) => {
            let rule = RuleNumber::from_index(at);
            let add = |privilege| IndexPrivilegesChange::AddIndexPrivilege { role: role.to_owned(), rule, privilege }.into();
            privileges.into_iter().map(add).collect()
        }
        None => {
            let restricted = patterns.iter().any(|name| Rules::of(product).is_restricted(name));
            let indices = IndexEntry {
                names: patterns.iter().map(|name| (*name).to_owned()).collect(),
                privileges,
                allow_restricted_indices: restricted.then_some(true),
                ..IndexEntry::default()
            };
            vec![ElasticsearchRoleChange::AddIndexPrivileges { role: role.to_owned(), indices }.into()]
        }
    }
}

/// How much a privilege grants that was not seen.
fn beyond(product: Product, kind: Kind, privilege: &str, seen: &BTreeSet<String>) -> Option<String> {
    let more: Vec<&String> =
        Catalog::of(product).actions.iter().filter(|action| !seen.contains(*action) && grants(product, kind, privilege, action)).collect();
    let first = more.first()?;
    let others = if more.len() > 1 { format!(" and {} more actions", more.len() - 1) } else { String::new() };
    Some(format!("`{privilege}` also grants `{first}`{others} that were not seen"))
}

//! Everything that one user of Elasticsearch may do, by all roles together.

use super::{HeldRole, HeldRule, Step};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::evaluate::Subject;
use crate::engine::evaluate::elasticsearch::{assigned, role};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, FieldSecurity, IndexPrivileges};
use crate::source::Located;

/// An entry of `indices` of one of the roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEntry {
    /// Names and privileges.
    pub rule: HeldRule,
    /// The query that limits the documents.
    pub query: Option<String>,
    /// The fields that are seen; excluded ones with `~` before them.
    pub fields: Vec<String>,
    /// The remote clusters that it is about; empty for the cluster itself.
    pub clusters: Vec<String>,
}

/// What a user may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivilegeUnion {
    /// Roles, in the evaluator's order.
    pub roles: Vec<HeldRole>,
    /// Cluster privileges as written, each with the roles that give it.
    pub cluster: Vec<(String, Vec<String>)>,
    /// Entries of `indices` and `remote_indices`.
    pub indices: Vec<HeldEntry>,
    /// Entries of `applications`: resources as patterns, `application:privilege` as actions.
    pub applications: Vec<HeldRule>,
    /// Users that may be impersonated, each with the roles that give it.
    pub run_as: Vec<(String, Vec<String>)>,
    /// What the files do not say.
    pub unknown: Vec<String>,
}

/// Put together what the roles of a subject give. A query and fields of one entry count beside those of the others:
/// an entry without them lifts them where both cover a name.
pub fn privilege_union(configuration: &Configuration, product: Product, subject: &Subject) -> PrivilegeUnion {
    let mut out = PrivilegeUnion::default();
    let catalog = Catalog::of(product);
    for held in assigned(configuration, subject, &mut out.unknown) {
        let (kind, name, place) = held.through;
        let way = vec![Step { text: format!("{kind} `{name}`"), place }];
        let Some((role, _)) = role(configuration, catalog, &held.name) else {
            out.unknown.push(format!("role `{}` is in no file", held.name));
            continue;
        };
        out.roles.push(HeldRole { role: held.name.clone(), way, place: role.place });
        for (list, all) in [(&role.cluster, &mut out.cluster), (&role.run_as, &mut out.run_as)] {
            for item in list {
                match all.iter_mut().find(|(known, _)| *known == item.value) {
                    Some((_, roles)) => roles.push(held.name.clone()),
                    None => all.push((item.value.clone(), vec![held.name.clone()])),
                }
            }
        }
        out.indices.extend(role.indices.iter().map(|entry| held_entry(&held.name, entry, &[])));
        out.indices.extend(role.remote_indices.iter().map(|remote| held_entry(&held.name, &remote.privileges, &remote.clusters)));
        out.applications.extend(role.applications.iter().map(|entry| {
            let application = entry.application.as_ref().map_or("*", |name| name.value.as_str());
            HeldRule {
                role: held.name.clone(),
                patterns: texts(&entry.resources),
                actions: entry.privileges.iter().map(|privilege| format!("{application}:{}", privilege.value)).collect(),
                place: entry.place,
            }
        }));
    }
    out
}

fn texts(list: &[Located<String>]) -> Vec<String> {
    list.iter().map(|item| item.value.clone()).collect()
}

fn held_entry(role: &str, entry: &IndexPrivileges, clusters: &[Located<String>]) -> HeldEntry {
    let fields = |security: &FieldSecurity| {
        let granted = security.grant.iter().flatten().map(|field| field.value.clone());
        granted.chain(security.except.iter().flatten().map(|field| format!("~{}", field.value))).collect()
    };
    HeldEntry {
        rule: HeldRule { role: role.to_owned(), patterns: texts(&entry.names), actions: texts(&entry.privileges), place: entry.place },
        query: entry.query.as_ref().map(|query| query.value.clone()),
        fields: entry.field_security.as_ref().map(fields).unwrap_or_default(),
        clusters: texts(clusters),
    }
}

//! From a place to the changes that mend it: an item of a list in the words of
//! [`Change`](crate::engine::change::Change).

use super::fix::{Fix, Safety, Splice, quoted, remove_item};
use super::privileges::Holdings;
use super::rules::redundant_permission::takes_in;
use super::tree::scalar_at;
use super::{FileKind, View};
use crate::engine::change::elasticsearch::{ElasticsearchRoleChange, IndexPrivilegesChange};
use crate::engine::change::{Change, GroupChange, MappingChange, RoleChange, RuleChange, RuleNumber, UserChange};
use crate::engine::model::opensearch::{DocumentKind, v6};
use crate::source::{Located, Place};
use crate::yaml::{Kind, Node};

/// A list of names in the configuration.
enum List<'a> {
    ClusterPermissions { role: &'a str },
    IndexPatterns { role: &'a str, rule: RuleNumber },
    AllowedActions { role: &'a str, rule: RuleNumber },
    Fls { role: &'a str, rule: RuleNumber },
    MaskedFields { role: &'a str, rule: RuleNumber },
    TenantPatterns { role: &'a str, rule: RuleNumber },
    TenantActions { role: &'a str, rule: RuleNumber },
    Users { role: &'a str },
    BackendRoles { role: &'a str },
    AndBackendRoles { role: &'a str },
    Hosts { role: &'a str },
    BackendRolesOfUser { user: &'a str },
    SecurityRoles { user: &'a str },
    GroupActions { group: &'a str },
    ClusterPrivileges { role: &'a str },
    RunAs { role: &'a str },
    IndexNames { role: &'a str, rule: RuleNumber },
    IndexPrivileges { role: &'a str, rule: RuleNumber },
    GrantedFields { role: &'a str, rule: RuleNumber },
}

/// The fix that writes another name for an item of a list, or for any other scalar.
pub(super) fn rename(view: &View<'_>, name: &Located<String>, text: &str, safety: Safety) -> Option<Fix> {
    rename_to(view, name, &[text.to_owned()], format!("write `{text}`"), safety)
}

/// The fix that writes one or more names for an item of a list.
pub(super) fn rename_to(view: &View<'_>, name: &Located<String>, texts: &[String], title: String, safety: Safety) -> Option<Fix> {
    let place = name.place?;
    let node = scalar(view, place)?;
    if let Some((list, items)) = list_of(view, node) {
        let others = || items.items().filter_map(Node::text).filter(|text| *text != name.value);
        // what another item grants already need not be written, and what the new one grants need not stand there
        let wanted = |text: &str| !others().any(|other| other == text || list.takes_in(view, other, text));
        let mut wanted: Vec<&str> = texts.iter().map(String::as_str).filter(|text| wanted(text)).collect();
        let needless: Vec<&str> = others().filter(|other| wanted.iter().any(|text| list.takes_in(view, text, other))).collect();
        let title = match (wanted.is_empty(), needless.is_empty()) {
            (true, _) => format!("remove `{}`: the others hold what is meant", name.value),
            (false, true) => title,
            (false, false) => format!("{title}, and leave out what it grants: `{}`", needless.join("`, `")),
        };
        let mut changes = Vec::new();
        let replace = wanted.first().and_then(|first| list.replace(name, first));
        if replace.is_some() {
            wanted.remove(0);
        }
        let replaced = replace.is_some();
        changes.extend(replace);
        changes.extend(wanted.into_iter().map(|text| list.add(text)));
        let mut needless = needless;
        needless.sort_unstable();
        needless.dedup();
        changes.extend(needless.into_iter().map(|text| list.remove(text)));
        // last, so that no list is empty on the way
        if !replaced {
            changes.push(list.remove(name));
        }
        return Some(Fix::changes(title, safety, changes));
    }
    let [text] = texts else { return None };
    Some(Fix::replace(title, safety, place, quoted(node, text)?))
}

/// The fix that takes an item out of its list.
pub(super) fn remove(view: &View<'_>, name: &Located<String>, safety: Safety) -> Option<Fix> {
    let place = name.place?;
    let title = format!("remove `{}`", name.value);
    if let Some((list, _)) = scalar(view, place).and_then(|node| list_of(view, node)) {
        return Some(Fix::changes(title, safety, vec![list.remove(name)]));
    }
    let splice: Splice = remove_item(view.file(place.file)?.document, place)?;
    Some(Fix::text(title, safety, vec![splice]))
}

/// The scalar that stands exactly at a place.
pub(super) fn scalar<'a>(view: &View<'a>, place: Place) -> Option<Node<'a>> {
    scalar_at(view.file(place.file)?.document.root()?, place.span)
}

/// The list that a scalar is an item of, when changes can name it.
fn list_of<'a>(view: &View<'a>, item: Node<'a>) -> Option<(List<'a>, Node<'a>)> {
    let file = view.file(item.place().file)?;
    if file.kind == FileKind::ElasticsearchRoles {
        return list_of_elasticsearch(view, item);
    }
    let FileKind::Security(kind) = file.kind else { return None };
    let items = item.parent().filter(|parent| parent.kind() == Kind::Sequence)?;
    let body = items.parent().filter(|parent| parent.kind() == Kind::Mapping)?;
    let entry = view.entry(item.place())?;
    // asked of what was read: looking for `_meta` costs a walk through all entries each time
    if view.input.configuration.forms.get(&kind) == Some(&v6::Form::V6) {
        return None;
    }
    let list = key_of(body, items)?;
    let above = body.parent()?;
    if above.kind() == Kind::Mapping {
        // the entry itself, right below the root
        above.parent().is_none().then_some(())?;
        let list = match (kind, list) {
            (DocumentKind::Roles, "cluster_permissions") => List::ClusterPermissions { role: entry },
            (DocumentKind::RolesMapping, "users") => List::Users { role: entry },
            (DocumentKind::RolesMapping, "backend_roles") => List::BackendRoles { role: entry },
            (DocumentKind::RolesMapping, "and_backend_roles") => List::AndBackendRoles { role: entry },
            (DocumentKind::RolesMapping, "hosts") => List::Hosts { role: entry },
            (DocumentKind::InternalUsers, "backend_roles") => List::BackendRolesOfUser { user: entry },
            (DocumentKind::InternalUsers, "opendistro_security_roles") => List::SecurityRoles { user: entry },
            (DocumentKind::ActionGroups, "allowed_actions") => List::GroupActions { group: entry },
            _ => return None,
        };
        return Some((list, items));
    }
    let at = above.items().position(|rule| rule.id() == body.id())?;
    let (role, rule) = (entry, RuleNumber::from_index(at));
    let list = match (kind, key_of(above.parent()?, above)?, list) {
        (DocumentKind::Roles, "index_permissions", "index_patterns") => List::IndexPatterns { role, rule },
        (DocumentKind::Roles, "index_permissions", "allowed_actions") => List::AllowedActions { role, rule },
        (DocumentKind::Roles, "index_permissions", "fls") => List::Fls { role, rule },
        (DocumentKind::Roles, "index_permissions", "masked_fields") => List::MaskedFields { role, rule },
        (DocumentKind::Roles, "tenant_permissions", "tenant_patterns") => List::TenantPatterns { role, rule },
        (DocumentKind::Roles, "tenant_permissions", "allowed_actions") => List::TenantActions { role, rule },
        _ => return None,
    };
    Some((list, items))
}

/// The same in Elasticsearch's roles, in today's spelling.
fn list_of_elasticsearch<'a>(view: &View<'a>, item: Node<'a>) -> Option<(List<'a>, Node<'a>)> {
    let items = item.parent().filter(|parent| parent.kind() == Kind::Sequence)?;
    let mut body = items.parent().filter(|parent| parent.kind() == Kind::Mapping)?;
    let role = view.entry(item.place())?;
    let list = key_of(body, items)?;
    let mut above = body.parent()?;
    if above.kind() == Kind::Mapping && above.parent().is_none() {
        let list = match list {
            "cluster" => List::ClusterPrivileges { role },
            "run_as" => List::RunAs { role },
            _ => return None,
        };
        return Some((list, items));
    }
    let of_fields = above.kind() == Kind::Mapping && key_of(above, body)? == "field_security";
    if of_fields {
        (body, above) = (above, above.parent()?);
    }
    if above.kind() != Kind::Sequence || key_of(above.parent()?, above)? != "indices" {
        return None;
    }
    let rule = RuleNumber::from_index(above.items().position(|entry| entry.id() == body.id())?);
    let list = match (of_fields, list) {
        (false, "names") => List::IndexNames { role, rule },
        (false, "privileges") => List::IndexPrivileges { role, rule },
        (true, "grant") => List::GrantedFields { role, rule },
        _ => return None,
    };
    Some((list, items))
}

/// The key that a value stands behind.
fn key_of<'a>(mapping: Node<'a>, value: Node<'a>) -> Option<&'a str> {
    mapping.entries().find(|entry| entry.value.id() == value.id())?.key.text()
}

impl List<'_> {
    /// Whether one item grants all that another one does.
    fn takes_in(&self, view: &View<'_>, wide: &str, narrow: &str) -> bool {
        let product = view.input.product;
        match self {
            List::ClusterPermissions { .. } | List::AllowedActions { .. } => takes_in(view, wide, narrow),
            List::ClusterPrivileges { .. } => Holdings::of(product, true).is_wider(&wide.to_lowercase(), &narrow.to_lowercase()),
            List::IndexPrivileges { .. } => Holdings::of(product, false).is_wider(&wide.to_lowercase(), &narrow.to_lowercase()),
            _ => false,
        }
    }

    fn add(&self, item: &str) -> Change {
        let item = item.to_owned();
        match *self {
            List::ClusterPermissions { role } => RoleChange::AddClusterPermission { role: role.into(), permission: item }.into(),
            List::IndexPatterns { role, rule } => RuleChange::AddIndexPattern { role: role.into(), rule, pattern: item }.into(),
            List::AllowedActions { role, rule } => RuleChange::AddAllowedAction { role: role.into(), rule, action: item }.into(),
            List::Fls { role, rule } => RuleChange::AddFlsField { role: role.into(), rule, field: item }.into(),
            List::MaskedFields { role, rule } => RuleChange::AddMaskedField { role: role.into(), rule, field: item }.into(),
            List::TenantPatterns { role, rule } => RuleChange::AddTenantPattern { role: role.into(), rule, pattern: item }.into(),
            List::TenantActions { role, rule } => RuleChange::AddTenantAction { role: role.into(), rule, action: item }.into(),
            List::Users { role } => MappingChange::MapUser { role: role.into(), user: item }.into(),
            List::BackendRoles { role } => MappingChange::MapBackendRole { role: role.into(), backend_role: item }.into(),
            List::AndBackendRoles { role } => MappingChange::MapAndBackendRole { role: role.into(), backend_role: item }.into(),
            List::Hosts { role } => MappingChange::MapHost { role: role.into(), host: item }.into(),
            List::BackendRolesOfUser { user } => UserChange::AddBackendRole { user: user.into(), backend_role: item }.into(),
            List::SecurityRoles { user } => UserChange::AddSecurityRole { user: user.into(), role: item }.into(),
            List::GroupActions { group } => GroupChange::AddGroupAction { group: group.into(), action: item }.into(),
            List::ClusterPrivileges { role } => ElasticsearchRoleChange::AddClusterPrivilege { role: role.into(), privilege: item }.into(),
            List::RunAs { role } => ElasticsearchRoleChange::AddRunAs { role: role.into(), user: item }.into(),
            List::IndexNames { role, rule } => IndexPrivilegesChange::AddIndexName { role: role.into(), rule, name: item }.into(),
            List::IndexPrivileges { role, rule } => {
                IndexPrivilegesChange::AddIndexPrivilege { role: role.into(), rule, privilege: item }.into()
            }
            List::GrantedFields { role, rule } => IndexPrivilegesChange::AddGrantedField { role: role.into(), rule, field: item }.into(),
        }
    }

    fn remove(&self, item: &str) -> Change {
        let item = item.to_owned();
        match *self {
            List::ClusterPermissions { role } => RoleChange::RemoveClusterPermission { role: role.into(), permission: item }.into(),
            List::IndexPatterns { role, rule } => RuleChange::RemoveIndexPattern { role: role.into(), rule, pattern: item }.into(),
            List::AllowedActions { role, rule } => RuleChange::RemoveAllowedAction { role: role.into(), rule, action: item }.into(),
            List::Fls { role, rule } => RuleChange::RemoveFlsField { role: role.into(), rule, field: item }.into(),
            List::MaskedFields { role, rule } => RuleChange::RemoveMaskedField { role: role.into(), rule, field: item }.into(),
            List::TenantPatterns { role, rule } => RuleChange::RemoveTenantPattern { role: role.into(), rule, pattern: item }.into(),
            List::TenantActions { role, rule } => RuleChange::RemoveTenantAction { role: role.into(), rule, action: item }.into(),
            List::Users { role } => MappingChange::UnmapUser { role: role.into(), user: item }.into(),
            List::BackendRoles { role } => MappingChange::UnmapBackendRole { role: role.into(), backend_role: item }.into(),
            List::AndBackendRoles { role } => MappingChange::UnmapAndBackendRole { role: role.into(), backend_role: item }.into(),
            List::Hosts { role } => MappingChange::UnmapHost { role: role.into(), host: item }.into(),
            List::BackendRolesOfUser { user } => UserChange::RemoveBackendRole { user: user.into(), backend_role: item }.into(),
            List::SecurityRoles { user } => UserChange::RemoveSecurityRole { user: user.into(), role: item }.into(),
            List::GroupActions { group } => GroupChange::RemoveGroupAction { group: group.into(), action: item }.into(),
            List::ClusterPrivileges { role } => {
                ElasticsearchRoleChange::RemoveClusterPrivilege { role: role.into(), privilege: item }.into()
            }
            List::RunAs { role } => ElasticsearchRoleChange::RemoveRunAs { role: role.into(), user: item }.into(),
            List::IndexNames { role, rule } => IndexPrivilegesChange::RemoveIndexName { role: role.into(), rule, name: item }.into(),
            List::IndexPrivileges { role, rule } => {
                IndexPrivilegesChange::RemoveIndexPrivilege { role: role.into(), rule, privilege: item }.into()
            }
            List::GrantedFields { role, rule } => IndexPrivilegesChange::RemoveGrantedField { role: role.into(), rule, field: item }.into(),
        }
    }

    /// Where a change keeps the item's place; elsewhere it goes and the other comes behind the rest.
    fn replace(&self, item: &str, with: &str) -> Option<Change> {
        let (item, with) = (item.to_owned(), with.to_owned());
        Some(match *self {
            List::ClusterPermissions { role } => RoleChange::ReplaceClusterPermission { role: role.into(), permission: item, with }.into(),
            List::IndexPatterns { role, rule } => RuleChange::ReplaceIndexPattern { role: role.into(), rule, pattern: item, with }.into(),
            List::AllowedActions { role, rule } => RuleChange::ReplaceAllowedAction { role: role.into(), rule, action: item, with }.into(),
            List::GroupActions { group } => GroupChange::ReplaceGroupAction { group: group.into(), action: item, with }.into(),
            List::ClusterPrivileges { role } => {
                ElasticsearchRoleChange::ReplaceClusterPrivilege { role: role.into(), privilege: item, with }.into()
            }
            List::IndexNames { role, rule } => IndexPrivilegesChange::ReplaceIndexName { role: role.into(), rule, name: item, with }.into(),
            List::IndexPrivileges { role, rule } => {
                IndexPrivilegesChange::ReplaceIndexPrivilege { role: role.into(), rule, privilege: item, with }.into()
            }
            _ => return None,
        })
    }
}

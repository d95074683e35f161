//! Custom resources of the OpenSearch operator: one entry each, keys in camelCase.

use super::{Container, Embedded};
use crate::engine::model::opensearch::read::{each, text, texts};
use crate::engine::model::opensearch::{
    ActionGroup, Configuration, DocumentKind, IndexPermission, InternalUser, Role, RoleMapping, Tenant, TenantPermission,
};
use crate::source::{Located, Problem};
use crate::yaml::{Entry, Node};

/// Whether a `kind` is one of them.
pub(super) fn is_one(kind: &str) -> bool {
    document_kind(kind).is_some()
}

fn document_kind(kind: &str) -> Option<DocumentKind> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "opensearchrole" => DocumentKind::Roles,
        "opensearchuserrolebinding" => DocumentKind::RolesMapping,
        "opensearchuser" => DocumentKind::InternalUsers,
        "opensearchactiongroup" => DocumentKind::ActionGroups,
        "opensearchtenant" => DocumentKind::Tenants,
        _ => return None,
    })
}

/// Read one resource into the configuration.
pub(super) fn read(kind: &str, root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) -> Option<Embedded> {
    let document_kind = document_kind(kind)?;
    let place = Some(root.place());
    let Some(name) = root.path(&["metadata", "name"]).and_then(Node::text).filter(|name| !name.is_empty()) else {
        problems.push(Problem::error(place, format!("this `{kind}` has no `metadata.name`")));
        return None;
    };
    let Some(spec) = root.get("spec") else {
        problems.push(Problem::error(place, format!("`{kind}` `{name}` has no `spec`")));
        return None;
    };
    let mut list = |key: &str| spec.get(key).map(|value| texts(value, problems)).unwrap_or_default();
    match document_kind {
        DocumentKind::RolesMapping => {
            let (users, backend_roles) = (list("users"), list("backendRoles"));
            for role in list("roles") {
                let mapping: &mut RoleMapping = configuration.roles_mapping.entry(role.value).or_default();
                mapping.place = mapping.place.or(place);
                add(&mut mapping.users, &users);
                add(&mut mapping.backend_roles, &backend_roles);
            }
        }
        DocumentKind::InternalUsers => {
            let attributes = spec.get("attributes").into_iter().flat_map(Node::entries);
            let attributes = attributes.filter_map(|Entry { key, value }| Some((key.text()?.to_owned(), value.located()?))).collect();
            let user = InternalUser {
                backend_roles: list("backendRoles"),
                security_roles: list("opendistroSecurityRoles"),
                attributes,
                place,
                ..InternalUser::default()
            };
            configuration.internal_users.insert(name.to_owned(), user);
        }
        DocumentKind::ActionGroups => {
            let allowed_actions = list("allowedActions");
            let optional = |key: &str| spec.get(key).and_then(Node::located);
            let group = ActionGroup {
                allowed_actions,
                kind: optional("type"),
                description: optional("description"),
                place,
                ..ActionGroup::default()
            };
            configuration.action_groups.insert(name.to_owned(), group);
        }
        DocumentKind::Tenants => {
            let tenant = Tenant { description: spec.get("description").and_then(Node::located), place, ..Tenant::default() };
            configuration.tenants.insert(name.to_owned(), tenant);
        }
        _ => {
            let cluster_permissions = list("clusterPermissions");
            let index_permissions = spec.get("indexPermissions").map(|rules| each(rules, problems, index_permission)).unwrap_or_default();
            let tenant_permissions =
                spec.get("tenantPermissions").map(|rules| each(rules, problems, tenant_permission)).unwrap_or_default();
            let role = Role { cluster_permissions, index_permissions, tenant_permissions, place, ..Role::default() };
            configuration.roles.insert(name.to_owned(), role);
        }
    }
    Some(Embedded { container: Container::Resource, kind: document_kind, name: name.to_owned(), nested: None })
}

fn add(list: &mut Vec<Located<String>>, more: &[Located<String>]) {
    for item in more {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}

fn index_permission(rule: Node<'_>, problems: &mut Vec<Problem>) -> IndexPermission {
    let dls = rule.get("dls").and_then(|value| text(value, problems)).filter(|dls| !dls.value.is_empty());
    let mut list = |key: &str| rule.get(key).map(|value| texts(value, problems)).unwrap_or_default();
    IndexPermission {
        index_patterns: list("indexPatterns"),
        dls,
        fls: list("fls"),
        masked_fields: list("maskedFields"),
        allowed_actions: list("allowedActions"),
        place: Some(rule.place()),
    }
}

fn tenant_permission(rule: Node<'_>, problems: &mut Vec<Problem>) -> TenantPermission {
    let mut list = |key: &str| rule.get(key).map(|value| texts(value, problems)).unwrap_or_default();
    TenantPermission { tenant_patterns: list("tenantPatterns"), allowed_actions: list("allowedActions"), place: Some(rule.place()) }
}

//! Custom resources of the OpenSearch operator: one entry each, keys in camelCase.

use super::{Container, Holder, Section};
use crate::engine::model::opensearch::read::{each, text, texts};
use crate::engine::model::opensearch::{
    ActionGroup, Configuration, DocumentKind, IndexPermission, InternalUser, Role, RoleMapping, Tenant, TenantPermission,
};
use crate::source::{Located, Problem};
use crate::yaml::{Entry, Node};

/// The resource of a `kind`, by name; none when it is no such resource.
pub(super) fn section(kind: &str, root: Node<'_>) -> Option<Section> {
    let name = root.path(&["metadata", "name"]).and_then(Node::text).unwrap_or_default().to_owned();
    Some(Section { container: Container::Resource, holder: Holder::Resource, kind: document_kind(kind)?, name, node: root.id() })
}

fn document_kind(kind: &str) -> Option<DocumentKind> {
    let spelling = Spelling::ALL.iter().find(|spelling| spelling.resource.eq_ignore_ascii_case(kind));
    spelling.map(|spelling| spelling.kind)
}

/// How the operator spells the entries of one kind of document.
#[derive(Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The kind of document.
    pub kind: DocumentKind,
    /// `kind` of the resource.
    pub resource: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

/// Keys inside the rules of a role.
const RULES: [(&str, &str); 6] = [
    ("index_patterns", "indexPatterns"),
    ("dls", "dls"),
    ("fls", "fls"),
    ("masked_fields", "maskedFields"),
    ("allowed_actions", "allowedActions"),
    ("tenant_patterns", "tenantPatterns"),
];

impl Spelling {
    const ALL: [Spelling; 5] = [
        Spelling {
            kind: DocumentKind::Roles,
            resource: "OpensearchRole",
            fields: &[
                ("cluster_permissions", "clusterPermissions"),
                ("index_permissions", "indexPermissions"),
                ("tenant_permissions", "tenantPermissions"),
            ],
        },
        Spelling {
            kind: DocumentKind::RolesMapping,
            resource: "OpensearchUserRoleBinding",
            fields: &[("users", "users"), ("backend_roles", "backendRoles")],
        },
        Spelling {
            kind: DocumentKind::InternalUsers,
            resource: "OpensearchUser",
            fields: &[
                ("backend_roles", "backendRoles"),
                ("opendistro_security_roles", "opendistroSecurityRoles"),
                ("attributes", "attributes"),
            ],
        },
        Spelling {
            kind: DocumentKind::ActionGroups,
            resource: "OpensearchActionGroup",
            fields: &[("allowed_actions", "allowedActions"), ("type", "type"), ("description", "description")],
        },
        Spelling { kind: DocumentKind::Tenants, resource: "OpensearchTenant", fields: &[("description", "description")] },
    ];

    /// That of a kind of document; none where the operator has no resource for it.
    pub fn of(kind: DocumentKind) -> Option<&'static Spelling> {
        Self::ALL.iter().find(|spelling| spelling.kind == kind)
    }

    /// A key of an entry; none where a resource has nothing for it.
    pub fn field(&self, key: &str) -> Option<&'static str> {
        self.fields.iter().find(|(name, _)| *name == key).map(|(_, field)| *field)
    }

    /// A key inside a rule of a role.
    pub fn rule_field(key: &str) -> Option<&'static str> {
        RULES.iter().find(|(name, _)| *name == key).map(|(_, field)| *field)
    }
}

/// Read one resource into the configuration.
pub(super) fn read(section: &Section, root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    let place = Some(root.place());
    let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
    let name = &section.name;
    if name.is_empty() {
        problems.push(Problem::error(place, format!("this `{kind}` has no `metadata.name`")));
        return;
    }
    let Some(spec) = root.get("spec") else {
        problems.push(Problem::error(place, format!("`{kind}` `{name}` has no `spec`")));
        return;
    };
    let mut list = |key: &str| spec.get(key).map(|value| texts(value, problems)).unwrap_or_default();
    match section.kind {
        DocumentKind::RolesMapping => {
            let (users, backend_roles) = (list("users"), list("backendRoles"));
            for role in list("roles") {
                let mapping: &mut RoleMapping = configuration.roles_mapping.or_default(role.value);
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

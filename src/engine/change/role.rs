//! Changes of a role as a whole: its life, its cluster permissions, its rules as wholes.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entry::{create, delete, find, rename};
use super::list::{add, bare, remove, replace, swap};
use super::text::{Op, Step, key};
use super::{ChangeError, RuleNumber};
use crate::engine::model::opensearch::{Configuration, DocumentKind, Flags, IndexPermission, Role, TenantPermission};
use crate::source::Located;

/// One change of a role as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum RoleChange {
    /// A new role, behind the others.
    CreateRole {
        /// Its name.
        role: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Cluster permissions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cluster_permissions: Vec<String>,
        /// Index rules.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        index_permissions: Vec<IndexRule>,
        /// Tenant rules.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tenant_permissions: Vec<TenantRule>,
    },
    /// A copy under another name, behind the others, neither reserved nor hidden nor static.
    CopyRole {
        /// The role to copy.
        role: String,
        /// The copy's name.
        to: String,
    },
    /// Another name; its mapping and the users that hold it directly follow.
    RenameRole {
        /// The role.
        role: String,
        /// Its new name.
        to: String,
    },
    /// The role goes; mappings and users that name it stay and point at nothing.
    DeleteRole {
        /// The role.
        role: String,
    },
    /// Its description; without one the key goes.
    DescribeRole {
        /// The role.
        role: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// One more cluster permission.
    AddClusterPermission {
        /// The role.
        role: String,
        /// An action, a pattern or an action group.
        permission: String,
    },
    /// One cluster permission less.
    RemoveClusterPermission {
        /// The role.
        role: String,
        /// As written.
        permission: String,
    },
    /// One cluster permission in the place of another.
    ReplaceClusterPermission {
        /// The role.
        role: String,
        /// As written.
        permission: String,
        /// What comes instead.
        with: String,
    },
    /// One more index rule, behind the others.
    AddIndexPermission {
        /// The role.
        role: String,
        /// The rule.
        #[serde(flatten)]
        rule: IndexRule,
    },
    /// An index rule goes.
    RemoveIndexPermission {
        /// The role.
        role: String,
        /// Counted from one.
        rule: RuleNumber,
    },
    /// One more tenant rule, behind the others.
    AddTenantPermission {
        /// The role.
        role: String,
        /// The rule.
        #[serde(flatten)]
        rule: TenantRule,
    },
    /// A tenant rule goes.
    RemoveTenantPermission {
        /// The role.
        role: String,
        /// Counted from one.
        rule: RuleNumber,
    },
}

/// An index rule as a change carries it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexRule {
    /// Index patterns.
    pub index_patterns: Vec<String>,
    /// Document-level security: a query as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dls: Option<String>,
    /// Fields, or excluded ones with `~` before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fls: Vec<String>,
    /// Masked fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked_fields: Vec<String>,
    /// Actions, patterns and action groups.
    #[serde(default)]
    pub allowed_actions: Vec<String>,
}

/// A tenant rule as a change carries it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TenantRule {
    /// Tenant patterns.
    pub tenant_patterns: Vec<String>,
    /// `kibana_all_read` or `kibana_all_write`.
    #[serde(default)]
    pub allowed_actions: Vec<String>,
}

impl IndexRule {
    fn model(&self) -> IndexPermission {
        IndexPermission {
            index_patterns: bare(&self.index_patterns),
            dls: self.dls.as_deref().map(Into::into),
            fls: bare(&self.fls),
            masked_fields: bare(&self.masked_fields),
            allowed_actions: bare(&self.allowed_actions),
            place: None,
        }
    }
}

impl From<&IndexPermission> for IndexRule {
    fn from(rule: &IndexPermission) -> Self {
        Self {
            index_patterns: texts(&rule.index_patterns),
            dls: rule.dls.as_ref().map(|dls| dls.value.clone()),
            fls: texts(&rule.fls),
            masked_fields: texts(&rule.masked_fields),
            allowed_actions: texts(&rule.allowed_actions),
        }
    }
}

impl From<&TenantPermission> for TenantRule {
    fn from(rule: &TenantPermission) -> Self {
        Self { tenant_patterns: texts(&rule.tenant_patterns), allowed_actions: texts(&rule.allowed_actions) }
    }
}

impl TenantRule {
    fn model(&self) -> TenantPermission {
        TenantPermission { tenant_patterns: bare(&self.tenant_patterns), allowed_actions: bare(&self.allowed_actions), place: None }
    }
}

fn texts(items: &[Located<String>]) -> Vec<String> {
    items.iter().map(|item| item.value.clone()).collect()
}

impl RoleChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-role",
        "copy-role",
        "rename-role",
        "delete-role",
        "describe-role",
        "add-cluster-permission",
        "remove-cluster-permission",
        "replace-cluster-permission",
        "add-index-permission",
        "remove-index-permission",
        "add-tenant-permission",
        "remove-tenant-permission",
    ];

    pub(super) fn role(&self) -> &str {
        match self {
            Self::CreateRole { role, .. }
            | Self::CopyRole { role, .. }
            | Self::RenameRole { role, .. }
            | Self::DeleteRole { role }
            | Self::DescribeRole { role, .. }
            | Self::AddClusterPermission { role, .. }
            | Self::RemoveClusterPermission { role, .. }
            | Self::ReplaceClusterPermission { role, .. }
            | Self::AddIndexPermission { role, .. }
            | Self::RemoveIndexPermission { role, .. }
            | Self::AddTenantPermission { role, .. }
            | Self::RemoveTenantPermission { role, .. } => role,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let roles = &mut configuration.roles;
        match self {
            Self::CreateRole { role, description, cluster_permissions, index_permissions, tenant_permissions } => create(
                roles,
                "role",
                role,
                Role {
                    description: description.as_deref().map(Into::into),
                    cluster_permissions: bare(cluster_permissions),
                    index_permissions: index_permissions.iter().map(IndexRule::model).collect(),
                    tenant_permissions: tenant_permissions.iter().map(TenantRule::model).collect(),
                    ..Role::default()
                },
            ),
            Self::CopyRole { role, to } => {
                let copy = Role { flags: Flags::default(), place: None, ..find(roles, "role", role)?.clone() };
                create(roles, "role", to, copy)
            }
            Self::RenameRole { role, to } => {
                if configuration.roles_mapping.contains_key(role) && configuration.roles_mapping.contains_key(to) {
                    return Err(ChangeError::Exists { what: "role mapping", name: to.clone() });
                }
                rename(roles, "role", role, to)?;
                if configuration.roles_mapping.contains_key(role) {
                    rename(&mut configuration.roles_mapping, "role mapping", role, to)?;
                }
                for user in configuration.internal_users.values_mut() {
                    swap(&mut user.security_roles, role, to);
                }
                Ok(())
            }
            Self::DeleteRole { role } => delete(roles, "role", role),
            Self::DescribeRole { role, description } => {
                find(roles, "role", role)?.description = description.as_deref().map(Into::into);
                Ok(())
            }
            Self::AddClusterPermission { role, permission } => {
                add(&mut find(roles, "role", role)?.cluster_permissions, permission, "cluster_permissions", role)
            }
            Self::RemoveClusterPermission { role, permission } => {
                remove(&mut find(roles, "role", role)?.cluster_permissions, permission, "cluster_permissions", role)
            }
            Self::ReplaceClusterPermission { role, permission, with } => {
                replace(&mut find(roles, "role", role)?.cluster_permissions, permission, with, "cluster_permissions", role)
            }
            Self::AddIndexPermission { role, rule } => {
                find(roles, "role", role)?.index_permissions.push(rule.model());
                Ok(())
            }
            Self::RemoveIndexPermission { role, rule } => {
                let rules = &mut find(roles, "role", role)?.index_permissions;
                let at = rule.within(rules.len(), role, "index permission")?;
                rules.remove(at);
                Ok(())
            }
            Self::AddTenantPermission { role, rule } => {
                find(roles, "role", role)?.tenant_permissions.push(rule.model());
                Ok(())
            }
            Self::RemoveTenantPermission { role, rule } => {
                let rules = &mut find(roles, "role", role)?.tenant_permissions;
                let at = rule.within(rules.len(), role, "tenant permission")?;
                rules.remove(at);
                Ok(())
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let roles = |path: Vec<Step>| Op::at(DocumentKind::Roles, path);
        match self {
            Self::CreateRole { role, description, cluster_permissions, index_permissions, tenant_permissions } => {
                let model = Role {
                    description: description.as_deref().map(Into::into),
                    cluster_permissions: bare(cluster_permissions),
                    index_permissions: index_permissions.iter().map(IndexRule::model).collect(),
                    tenant_permissions: tenant_permissions.iter().map(TenantRule::model).collect(),
                    ..Role::default()
                };
                vec![roles(vec![key(role)]).put(model.body())]
            }
            Self::CopyRole { role, to } => {
                let value = configuration.roles.get(role).map(Role::body).unwrap_or_default();
                vec![roles(vec![key(to)]).put(value)]
            }
            Self::RenameRole { role, to } => {
                let mut out = vec![roles(vec![key(role)]).rename(to)];
                if configuration.roles_mapping.contains_key(role) {
                    out.push(Op::at(DocumentKind::RolesMapping, vec![key(role)]).rename(to));
                }
                for (name, user) in &configuration.internal_users {
                    if user.security_roles.iter().any(|have| have.value == *role) {
                        out.push(Op::at(DocumentKind::InternalUsers, vec![key(name), key("opendistro_security_roles")]).replace(role, to));
                    }
                }
                out
            }
            Self::DeleteRole { role } => vec![roles(vec![key(role)]).cut()],
            Self::DescribeRole { role, description } => {
                vec![roles(vec![key(role), key("description")]).put_or_cut(description.as_ref().map(|text| json!(text)))]
            }
            Self::AddClusterPermission { role, permission } => {
                vec![roles(vec![key(role), key("cluster_permissions")]).push(json!(permission))]
            }
            Self::RemoveClusterPermission { role, permission } => {
                vec![roles(vec![key(role), key("cluster_permissions")]).remove(permission)]
            }
            Self::ReplaceClusterPermission { role, permission, with } => {
                vec![roles(vec![key(role), key("cluster_permissions")]).replace(permission, with)]
            }
            Self::AddIndexPermission { role, rule } => vec![roles(vec![key(role), key("index_permissions")]).push(rule.model().body())],
            Self::RemoveIndexPermission { role, rule } => {
                vec![roles(vec![key(role), key("index_permissions"), rule.step()]).cut()]
            }
            Self::AddTenantPermission { role, rule } => vec![roles(vec![key(role), key("tenant_permissions")]).push(json!(rule))],
            Self::RemoveTenantPermission { role, rule } => {
                vec![roles(vec![key(role), key("tenant_permissions"), rule.step()]).cut()]
            }
        }
    }
}

//! Changes of who gets a role.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ChangeError;
use super::entry::{create, delete, find};
use super::list::{add, check_name, remove};
use super::text::{Op, key};
use crate::engine::model::opensearch::{Configuration, DocumentKind, RoleMapping};
use crate::source::Located;

/// One change of a role mapping. Mapping somebody to a role that has no mapping yet makes one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum MappingChange {
    /// An empty mapping.
    CreateMapping {
        /// The role that is mapped.
        role: String,
    },
    /// The whole mapping goes.
    DeleteMapping {
        /// The role that is mapped.
        role: String,
    },
    /// Its description; without one the key goes.
    DescribeMapping {
        /// The role that is mapped.
        role: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// A user gets the role.
    MapUser {
        /// The role that is mapped.
        role: String,
        /// A user name or pattern.
        user: String,
    },
    /// A user loses this way to the role.
    UnmapUser {
        /// The role that is mapped.
        role: String,
        /// As written.
        user: String,
    },
    /// The holders of a backend role get the role.
    MapBackendRole {
        /// The role that is mapped.
        role: String,
        /// A backend role or pattern.
        backend_role: String,
    },
    /// The holders of a backend role lose this way to the role.
    UnmapBackendRole {
        /// The role that is mapped.
        role: String,
        /// As written.
        backend_role: String,
    },
    /// One more backend role of those that must all be there.
    MapAndBackendRole {
        /// The role that is mapped.
        role: String,
        /// A backend role or pattern.
        backend_role: String,
    },
    /// One backend role less of those that must all be there.
    UnmapAndBackendRole {
        /// The role that is mapped.
        role: String,
        /// As written.
        backend_role: String,
    },
    /// Requests from a host get the role.
    MapHost {
        /// The role that is mapped.
        role: String,
        /// A host name, address or pattern.
        host: String,
    },
    /// Requests from a host lose this way to the role.
    UnmapHost {
        /// The role that is mapped.
        role: String,
        /// As written.
        host: String,
    },
}

type List = (&'static str, fn(&mut RoleMapping) -> &mut Vec<Located<String>>);

const USERS: List = ("users", |mapping| &mut mapping.users);
const BACKEND_ROLES: List = ("backend_roles", |mapping| &mut mapping.backend_roles);
const AND_BACKEND_ROLES: List = ("and_backend_roles", |mapping| &mut mapping.and_backend_roles);
const HOSTS: List = ("hosts", |mapping| &mut mapping.hosts);

impl MappingChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-mapping",
        "delete-mapping",
        "describe-mapping",
        "map-user",
        "unmap-user",
        "map-backend-role",
        "unmap-backend-role",
        "map-and-backend-role",
        "unmap-and-backend-role",
        "map-host",
        "unmap-host",
    ];

    pub(super) fn role(&self) -> &str {
        match self {
            Self::CreateMapping { role }
            | Self::DeleteMapping { role }
            | Self::DescribeMapping { role, .. }
            | Self::MapUser { role, .. }
            | Self::UnmapUser { role, .. }
            | Self::MapBackendRole { role, .. }
            | Self::UnmapBackendRole { role, .. }
            | Self::MapAndBackendRole { role, .. }
            | Self::UnmapAndBackendRole { role, .. }
            | Self::MapHost { role, .. }
            | Self::UnmapHost { role, .. } => role,
        }
    }

    /// The list, the name, and whether it is added.
    fn act(&self) -> Option<(List, &str, bool)> {
        Some(match self {
            Self::MapUser { user, .. } => (USERS, user, true),
            Self::UnmapUser { user, .. } => (USERS, user, false),
            Self::MapBackendRole { backend_role, .. } => (BACKEND_ROLES, backend_role, true),
            Self::UnmapBackendRole { backend_role, .. } => (BACKEND_ROLES, backend_role, false),
            Self::MapAndBackendRole { backend_role, .. } => (AND_BACKEND_ROLES, backend_role, true),
            Self::UnmapAndBackendRole { backend_role, .. } => (AND_BACKEND_ROLES, backend_role, false),
            Self::MapHost { host, .. } => (HOSTS, host, true),
            Self::UnmapHost { host, .. } => (HOSTS, host, false),
            Self::CreateMapping { .. } | Self::DeleteMapping { .. } | Self::DescribeMapping { .. } => return None,
        })
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let mappings = &mut configuration.roles_mapping;
        match self {
            Self::CreateMapping { role } => return create(mappings, "role mapping", role, RoleMapping::default()),
            Self::DeleteMapping { role } => return delete(mappings, "role mapping", role),
            Self::DescribeMapping { role, description } => {
                find(mappings, "role mapping", role)?.description = description.as_deref().map(Into::into);
                return Ok(());
            }
            _ => {}
        }
        let role = self.role();
        let Some(((list, items), name, added)) = self.act() else { return Ok(()) };
        if added {
            check_name(role)?;
            add(items(mappings.or_default(role)), name, list, role)
        } else {
            remove(items(find(mappings, "role mapping", role)?), name, list, role)
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let at = |path| Op::at(DocumentKind::RolesMapping, path);
        match self {
            Self::CreateMapping { role } => return vec![at(vec![key(role)]).put(json!({ "backend_roles": [] }))],
            Self::DeleteMapping { role } => return vec![at(vec![key(role)]).cut()],
            Self::DescribeMapping { role, description } => {
                return vec![at(vec![key(role), key("description")]).put_or_cut(description.as_ref().map(|text| json!(text)))];
            }
            _ => {}
        }
        let role = self.role();
        let Some(((list, _), name, added)) = self.act() else { return Vec::new() };
        vec![match added {
            true if !configuration.roles_mapping.contains_key(role) => at(vec![key(role)]).put(json!({ list: [name] })),
            true => at(vec![key(role), key(list)]).push(json!(name)),
            false => at(vec![key(role), key(list)]).remove(name),
        }]
    }
}

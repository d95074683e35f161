//! The form before 1.0 (Open Distro 0.x, and Search Guard's `sg_*` files before it): roles by type,
//! tenants inside roles, groups as bare lists.

pub mod migrate;
mod read;
mod view;

pub use view::merge_tenants;

pub use read::{read_action_groups, read_config, read_document, read_internal_users, read_roles, read_roles_mapping};

use indexmap::IndexMap;

use super::{DocumentKind, Flags, RoleMapping, Secret, Settings};
use crate::source::{Located, Place};
use crate::yaml::{Kind, Node};

/// Which form a document is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// No `_meta`, or one that says version 1.
    V6,
    /// `_meta.config_version: 2`.
    V7,
}

/// The form of a document: by its own `_meta`, as the plugin tells them apart; without one (in print-outs of
/// the REST API) by the keys that only one form has. None where it has neither: it then means the same in
/// both.
pub fn form(kind: DocumentKind, root: Node<'_>) -> Option<Form> {
    let meta = ["_meta", "_sg_meta"].iter().find_map(|meta| root.path(&[meta, "config_version"]));
    if let Some(version) = meta.and_then(Node::text) {
        return Some(if version == "1" { Form::V6 } else { Form::V7 });
    }
    let (old, new): (&[&str], &[&str]) = match kind {
        DocumentKind::Config => {
            let old = ["opendistro_security", "searchguard"].iter().any(|key| root.get(key).is_some());
            return Some(if old { Form::V6 } else { Form::V7 });
        }
        DocumentKind::Roles => (
            &["cluster", "indices", "tenants", "readonly"],
            &["cluster_permissions", "index_permissions", "tenant_permissions", "reserved"],
        ),
        DocumentKind::RolesMapping => {
            (&["backendroles", "and_backendroles", "readonly"], &["backend_roles", "and_backend_roles", "reserved"])
        }
        DocumentKind::InternalUsers => (&["roles", "username", "readonly"], &["backend_roles", "opendistro_security_roles", "reserved"]),
        DocumentKind::ActionGroups => {
            if root.entries().any(|entry| entry.value.kind() == Kind::Sequence) {
                return Some(Form::V6);
            }
            (&["permissions", "readonly"], &["allowed_actions", "reserved"])
        }
        DocumentKind::Tenants | DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {
            return None;
        }
    };
    let has = |keys: &[&str]| root.entries().any(|entry| keys.iter().any(|key| entry.value.get(key).is_some()));
    match (has(old), has(new)) {
        (true, false) => Some(Form::V6),
        (_, true) => Some(Form::V7),
        (false, false) => None,
    }
}

/// A role.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// `readonly` (as reserved) and `hidden`.
    pub flags: Flags,
    /// Actions and groups of the cluster stage.
    pub cluster: Vec<Located<String>>,
    /// By index pattern.
    pub indices: Vec<Index>,
    /// `RW` or `RO` by tenant.
    pub tenants: IndexMap<String, Located<String>>,
    /// Nothing is written behind the name.
    pub is_null: bool,
    /// The whole entry.
    pub place: Option<Place>,
}

/// What a role may do on one index pattern.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The pattern, possibly with `?kibana` in it, which here is a pattern like any other.
    pub pattern: Located<String>,
    /// Actions and groups by mapping type; the types themselves mean nothing any more.
    pub types: IndexMap<String, Vec<Located<String>>>,
    /// `_dls_`
    pub dls: Option<Located<String>>,
    /// `_fls_`; none when the key is absent.
    pub fls: Option<Vec<Located<String>>>,
    /// `_masked_fields_`; none when the key is absent.
    pub masked_fields: Option<Vec<Located<String>>>,
}

/// A user of the internal database.
#[derive(Debug, Clone, Default)]
pub struct InternalUser {
    /// `readonly` (as reserved) and `hidden`.
    pub flags: Flags,
    /// The password's hash.
    pub hash: Option<Located<Secret>>,
    /// The name, where it is not the key.
    pub username: Option<Located<String>>,
    /// `roles`: names that mappings match on.
    pub backend_roles: Vec<Located<String>>,
    /// Attributes.
    pub attributes: IndexMap<String, Located<String>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// A named set of actions.
#[derive(Debug, Clone, Default)]
pub struct ActionGroup {
    /// `readonly` (as reserved) and `hidden`.
    pub flags: Flags,
    /// Actions, patterns and further groups.
    pub permissions: Vec<Located<String>>,
    /// Written as a bare list, as before version 6.
    pub is_bare: bool,
    /// The whole entry.
    pub place: Option<Place>,
}

/// Everything that decides.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// By name.
    pub roles: IndexMap<String, Role>,
    /// By role name.
    pub roles_mapping: IndexMap<String, RoleMapping>,
    /// By key.
    pub internal_users: IndexMap<String, InternalUser>,
    /// By name.
    pub action_groups: IndexMap<String, ActionGroup>,
    /// `opendistro_security.dynamic`, dotted keys.
    pub dynamic: Settings,
    /// Settings of elasticsearch.yml that security reads.
    pub node: Settings,
}

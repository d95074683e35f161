//! OpenSearch Security's configuration (v7 form, shared with Open Distro 1.x): roles, role mappings,
//! internal users, action groups, tenants, dynamic settings, and what the node's own settings add.
//!
//! Values are as the engine would read them; each keeps the place that it was read from.

mod body;
pub mod container;
mod read;
mod same;
mod shift;
pub mod v6;

pub use read::{
    BEFORE_1_0, DocumentKind, json, read_action_groups, read_config, read_document, read_internal_users, read_roles, read_roles_mapping,
    read_tenants,
};

pub(crate) use same::same_role;
pub use same::{Says, same, same_entries};
pub use shift::{Outwards, Placed};

use indexmap::IndexMap;

use crate::engine::model::Entries;
use crate::source::{Located, Place};

/// The flags that any entry may carry. None of them changes a verdict (measured).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// The REST API refuses to change it.
    pub reserved: bool,
    /// The REST API does not show it.
    pub hidden: bool,
    /// Built into the plugin.
    pub is_static: bool,
}

/// A role: what its holders may do.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// `reserved`, `hidden`, `static`.
    pub flags: Flags,
    /// Free text.
    pub description: Option<Located<String>>,
    /// Actions, action patterns and action groups of the cluster stage.
    pub cluster_permissions: Vec<Located<String>>,
    /// What is allowed on which indices.
    pub index_permissions: Vec<IndexPermission>,
    /// What is allowed in which tenants.
    pub tenant_permissions: Vec<TenantPermission>,
    /// The whole entry, from its key on.
    pub place: Option<Place>,
}

/// One rule of a role: actions on index patterns, and what of the documents is seen.
#[derive(Debug, Clone, Default)]
pub struct IndexPermission {
    /// Index patterns; names of aliases and data streams too.
    pub index_patterns: Vec<Located<String>>,
    /// Document-level security: a query as JSON text.
    pub dls: Option<Located<String>>,
    /// Field-level security: fields, or excluded ones with `~` before them.
    pub fls: Vec<Located<String>>,
    /// Fields that come back hashed or rewritten.
    pub masked_fields: Vec<Located<String>>,
    /// Actions, action patterns and action groups.
    pub allowed_actions: Vec<Located<String>>,
    /// The whole rule.
    pub place: Option<Place>,
}

/// One tenant rule of a role.
#[derive(Debug, Clone, Default)]
pub struct TenantPermission {
    /// Tenant patterns.
    pub tenant_patterns: Vec<Located<String>>,
    /// `kibana_all_read`, `kibana_all_write` and what the groups of those names hold.
    pub allowed_actions: Vec<Located<String>>,
    /// The whole rule.
    pub place: Option<Place>,
}

/// Who gets a role.
#[derive(Debug, Clone, Default)]
pub struct RoleMapping {
    /// `reserved`, `hidden`.
    pub flags: Flags,
    /// Free text.
    pub description: Option<Located<String>>,
    /// User names and patterns.
    pub users: Vec<Located<String>>,
    /// Backend roles and patterns; any one suffices.
    pub backend_roles: Vec<Located<String>>,
    /// Backend roles of which all must be there.
    pub and_backend_roles: Vec<Located<String>>,
    /// Host names, addresses and patterns.
    pub hosts: Vec<Located<String>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// A user of the internal database.
#[derive(Debug, Clone, Default)]
pub struct InternalUser {
    /// `reserved`, `hidden`, `static`.
    pub flags: Flags,
    /// Free text.
    pub description: Option<Located<String>>,
    /// The password's hash; never shown in full, logged or exported.
    pub hash: Option<Located<Secret>>,
    /// Names that mappings match on.
    pub backend_roles: Vec<Located<String>>,
    /// `attr.internal.<name>` in patterns and queries.
    pub attributes: IndexMap<String, Located<String>>,
    /// Roles given directly, without a mapping.
    pub security_roles: Vec<Located<String>>,
    /// A service account (`service: true`).
    pub service: bool,
    /// `enabled: false` locks a service account.
    pub disabled: bool,
    /// The whole entry.
    pub place: Option<Place>,
}

/// A text that must not reach a screen, a log or an export.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keep `text` from view.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for comparing and for writing it back where it came from.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(masked)")
    }
}

/// A named set of actions.
#[derive(Debug, Clone, Default)]
pub struct ActionGroup {
    /// `reserved`, `hidden`, `static`.
    pub flags: Flags,
    /// Free text.
    pub description: Option<Located<String>>,
    /// `cluster`, `index`, `kibana` or `all`; without meaning for the verdict.
    pub kind: Option<Located<String>>,
    /// Actions, patterns and further groups.
    pub allowed_actions: Vec<Located<String>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// A Dashboards tenant.
#[derive(Debug, Clone, Default)]
pub struct Tenant {
    /// `reserved`, `hidden`, `static`.
    pub flags: Flags,
    /// Free text.
    pub description: Option<Located<String>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// `config.dynamic` of config.yml and the node's settings, as JSON values by dotted key, each with
/// its place. Evaluators read the keys that they know; absent means the product's default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    values: IndexMap<String, Located<serde_json::Value>>,
}

impl Settings {
    /// Set a key, the last one wins.
    pub fn set(&mut self, key: impl Into<String>, value: Located<serde_json::Value>) {
        self.values.insert(key.into(), value);
    }

    /// Take a key out; its value, if it was there.
    pub fn remove(&mut self, key: &str) -> Option<Located<serde_json::Value>> {
        self.values.shift_remove(key)
    }

    /// The value of a dotted key.
    pub fn get(&self, key: &str) -> Option<&Located<serde_json::Value>> {
        self.values.get(key)
    }

    /// A boolean as the engines read it: `true` and `"true"` are true, `false` and `"false"` false.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match &self.get(key)?.value {
            serde_json::Value::Bool(value) => Some(*value),
            serde_json::Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether the settings of an Elasticsearch node switch security off.
    pub fn switches_security_off(&self) -> bool {
        self.flag("xpack.security.enabled") == Some(false)
    }

    /// A text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.as_str()
    }

    /// A list of texts; a lone text is a list of one.
    pub fn list(&self, key: &str) -> Option<Vec<&str>> {
        match &self.get(key)?.value {
            serde_json::Value::Array(items) => Some(items.iter().filter_map(|item| item.as_str()).collect()),
            serde_json::Value::String(text) => Some(vec![text]),
            _ => None,
        }
    }

    /// All keys in file order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// Everything that decides, as one value. Built-in (static) roles, groups and tenants are not in
/// here; they are the catalog's and evaluators add them.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// By name, in file order.
    pub roles: Entries<Role>,
    /// By role name.
    pub roles_mapping: Entries<RoleMapping>,
    /// By user name.
    pub internal_users: Entries<InternalUser>,
    /// By group name.
    pub action_groups: Entries<ActionGroup>,
    /// By tenant name.
    pub tenants: Entries<Tenant>,
    /// `config.dynamic`, keys without that prefix, nested keys joined by dots
    /// (`do_not_fail_on_forbidden`, `kibana.multitenancy_enabled`).
    pub dynamic: Settings,
    /// Settings of opensearch.yml that security reads (`plugins.security.…`), where known.
    pub node: Settings,
    /// In which form each document was written, where it tells.
    pub forms: IndexMap<DocumentKind, v6::Form>,
    /// Documents in the form before 1.0, which answer as they stand; the fields above show them in the new
    /// form.
    pub before_1_0: Option<Box<v6::Configuration>>,
}

impl Configuration {
    /// Whether its documents are in the form before 1.0, all of those that tell.
    pub fn is_before_1_0(&self) -> bool {
        !self.forms.is_empty() && self.forms.values().all(|form| *form == v6::Form::V6)
    }
}

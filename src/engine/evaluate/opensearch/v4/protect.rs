//! Indices that no pattern opens by itself: the security index, system indices, protected indices.

use crate::engine::model::opensearch::Settings;
use crate::engine::pattern::Matchers;

/// What the node protects. In v4 the switches `system_indices.enabled` and
/// `system_indices.permission.enabled` do not matter to the evaluator (recorded with both settings).
#[derive(Debug, Clone)]
pub struct Protection {
    security_index: String,
    system: Matchers,
    protected: Option<Protected>,
    /// What the shards do with system indices: these two switches still matter there.
    system_hidden: bool,
    system_permission: bool,
}

#[derive(Debug, Clone)]
struct Protected {
    indices: Matchers,
    roles: Matchers,
}

/// System indices that the node itself registers, whatever its settings list.
const REGISTERED: [&str; 2] = [".tasks*", ".opensearch_security_api_tokens"];

impl Protection {
    /// Read the node's settings.
    pub fn new(node: &Settings) -> Self {
        let list = |key: &str| node.list(key).unwrap_or_default();
        let protected = node.flag("plugins.security.protected_indices.enabled").unwrap_or(false).then(|| Protected {
            indices: Matchers::new(list("plugins.security.protected_indices.indices")),
            roles: Matchers::new(list("plugins.security.protected_indices.roles")),
        });
        let security_index = node.text("plugins.security.config_index_name").unwrap_or(".opendistro_security").to_owned();
        let mut system = Matchers::new(list("plugins.security.system_indices.indices"));
        REGISTERED.into_iter().for_each(|name| system.add(name));
        system.add(&security_index);
        let flag = |key: &str| node.flag(key).unwrap_or(false);
        let system_hidden = flag("plugins.security.system_indices.enabled");
        let system_permission = flag("plugins.security.system_indices.permission.enabled");
        Self { security_index, system, protected, system_hidden, system_permission }
    }

    /// The index that holds the security configuration: nobody gets anything on it.
    pub fn is_security_index(&self, name: &str) -> bool {
        name == self.security_index
    }

    /// Whether the name needs `system:admin/system_index`.
    pub fn is_system(&self, name: &str) -> bool {
        self.system.matches(name)
    }

    /// Whether the shards of an index show no document to a user, although the evaluator lets him pass: by
    /// default `system:admin/system_index` opens a system index for writing and leaves it empty for reading.
    pub fn is_empty_to(&self, index: &str, opens: impl FnOnce() -> bool) -> bool {
        self.is_security_index(index) || (self.system_hidden && self.is_system(index) && !(self.system_permission && opens()))
    }

    /// Whether the name is protected against holders of these roles.
    pub fn is_closed_to<'a>(&self, name: &str, mut roles: impl Iterator<Item = &'a str>) -> bool {
        self.protected.as_ref().is_some_and(|protected| protected.indices.matches(name) && !roles.any(|role| protected.roles.matches(role)))
    }
}

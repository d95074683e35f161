//! The settings that decide, read once.

use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::Matchers;

/// System indices that the node names when its settings do not.
const SYSTEM_INDICES: [&str; 0] = [];

/// Dynamic and node settings.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) reduce: bool,
    pub(super) reduce_to_nothing: bool,
    pub(super) respect_options: bool,
    pub(super) disallow_filtered_aliases: bool,
    pub(super) multitenancy: bool,
    pub(super) private_tenant: bool,
    pub(super) dashboards_index: String,
    pub(super) dashboards_user: String,
    pub(super) security_index: String,
    pub(super) system_enabled: bool,
    pub(super) system_permission_enabled: bool,
    pub(super) system_indices: Matchers,
    pub(super) filter_security_index: bool,
    pub(super) restore_security_index: bool,
    pub(super) restore_enabled: bool,
    pub(super) restore_checks_writes: bool,
    pub(super) protected_indices: Option<Matchers>,
    pub(super) protected_roles: Matchers,
    pub(super) rest_roles: Vec<String>,
    pub(super) empty_dls_overrides: bool,
}

impl Settings {
    pub(super) fn new(configuration: &Configuration) -> Self {
        let (dynamic, node) = (&configuration.dynamic, &configuration.node);
        let flag = |key: &str, default: bool| node.flag(key).unwrap_or(default);
        let list = |key: &str| node.list(key).unwrap_or_default();
        let system = node.list("plugins.security.system_indices.indices").unwrap_or_else(|| SYSTEM_INDICES.to_vec());
        let protected = flag("plugins.security.protected_indices.enabled", false);
        Self {
            reduce: dynamic.flag("do_not_fail_on_forbidden").unwrap_or(false),
            reduce_to_nothing: dynamic.flag("do_not_fail_on_forbidden_empty").unwrap_or(false),
            respect_options: dynamic.flag("respect_request_indices_options").unwrap_or(false),
            disallow_filtered_aliases: dynamic.text("filtered_alias_mode") == Some("disallow"),
            multitenancy: dynamic.flag("kibana.multitenancy_enabled").unwrap_or(true),
            private_tenant: dynamic.flag("kibana.private_tenant_enabled").unwrap_or(true),
            dashboards_index: dynamic.text("kibana.index").unwrap_or(".kibana").to_owned(),
            dashboards_user: dynamic.text("kibana.server_username").unwrap_or("kibanaserver").to_owned(),
            security_index: node.text("plugins.security.config_index_name").unwrap_or(".opendistro_security").to_owned(),
            system_enabled: flag("plugins.security.system_indices.enabled", false),
            system_permission_enabled: flag("plugins.security.system_indices.permission.enabled", false),
            // the server itself registers the results of tasks as system indices
            system_indices: Matchers::new(system.into_iter().chain([".tasks*"])),
            filter_security_index: flag("plugins.security.filter_securityindex_from_all_requests", false),
            restore_security_index: flag("plugins.security.unsupported.restore.securityindex.enabled", false),
            restore_enabled: flag("plugins.security.enable_snapshot_restore_privilege", true),
            restore_checks_writes: flag("plugins.security.check_snapshot_restore_write_privileges", true),
            protected_indices: protected.then(|| Matchers::new(list("plugins.security.protected_indices.indices"))),
            protected_roles: Matchers::new(list("plugins.security.protected_indices.roles")),
            rest_roles: list("plugins.security.restapi.roles_enabled").into_iter().map(str::to_owned).collect(),
            empty_dls_overrides: flag("plugins.security.dfm_empty_overrides_all", false),
        }
    }
}

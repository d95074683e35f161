//! A configuration compiled for answering: groups resolved, patterns compiled, mappings turned round.

use crate::engine::catalog::opensearch::BuiltIn;
use crate::engine::model::opensearch::{Configuration, Role as RoleModel, Settings};
use crate::source::Located;

use super::groups::{Groups, Refusal};
use super::mapping::Mapping;
use super::matcher::Matcher;
use super::tenants::Tenants;

/// One index pattern of a role with what it grants.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// The pattern as written.
    pub pattern: Located<String>,
    /// The actions granted, for the full check.
    pub actions: Vec<Matcher>,
    /// The actions that the reduction looks at: the same, but in a v6 role those of the last type.
    pub reducible: Vec<Matcher>,
    /// The listed actions and groups, each with what it resolves to; for evidence.
    pub listed: Vec<(Located<String>, Vec<Matcher>)>,
    /// A document query.
    pub dls: Option<String>,
    /// Fields.
    pub fls: Vec<String>,
    /// Masked fields.
    pub masked: Vec<String>,
}

/// A compiled role.
#[derive(Debug, Clone)]
pub(super) struct Role {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Option<crate::source::Place>,
    /// Cluster permissions.
    pub cluster: Vec<(Located<String>, Vec<Matcher>)>,
    /// Index permissions, one rule a pattern.
    pub rules: Vec<Rule>,
}

impl Role {
    /// Whether a cluster permission covers the action.
    pub(super) fn grants_cluster(&self, action: &str) -> bool {
        self.cluster.iter().any(|(_, matchers)| super::matcher::any(matchers, action))
    }
}

/// Everything compiled.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    /// Static and configured roles.
    pub roles: Vec<Role>,
    /// Who gets which.
    pub mapping: Mapping,
    /// Tenants and who may use them.
    pub tenants: Tenants,
    /// The switches.
    pub switches: Switches,
}

/// The settings that decide, with the product's defaults.
#[derive(Debug, Clone)]
pub(super) struct Switches {
    /// `do_not_fail_on_forbidden`
    pub dnfof: bool,
    /// `do_not_fail_on_forbidden_empty`
    pub dnfof_empty: bool,
    /// `multi_rolespan_enabled`
    pub multi_rolespan: bool,
    /// `filtered_alias_mode` is `disallow`.
    pub filtered_alias_disallow: bool,
    /// `respect_request_indices_options`
    pub respect_options: bool,
    /// `kibana.multitenancy_enabled`
    pub multitenancy: bool,
    /// `kibana.server_username`
    pub kibana_server: String,
    /// `kibana.index`
    pub kibana_index: String,
    /// `config_index_name`
    pub security_index: String,
    /// `filter_securityindex_from_all_requests`
    pub filter_security_index: bool,
    /// `system_indices.indices`, none when the protection is off.
    pub system_indices: Vec<Matcher>,
    /// `protected_indices`, none when off.
    pub protected: Option<Protected>,
    /// `enable_snapshot_restore_privilege`
    pub restore: bool,
    /// `check_snapshot_restore_write_privileges`
    pub restore_writes: bool,
    /// `unsupported.restore.securityindex.enabled`
    pub restore_security_index: bool,
    /// `restapi.roles_enabled`
    pub rest_roles: Vec<String>,
}

/// Protected indices and who may touch them.
#[derive(Debug, Clone)]
pub(super) struct Protected {
    /// Index patterns.
    pub indices: Vec<Matcher>,
    /// Role patterns.
    pub roles: Vec<Matcher>,
    /// The patterns as the log prints them.
    pub text: String,
}

const PREFIX: &str = "opendistro_security.";

fn matchers(patterns: &[&str]) -> Vec<Matcher> {
    patterns.iter().map(|pattern| Matcher::new(pattern)).collect()
}

impl Switches {
    /// From `config.dynamic` and the node's settings; `v6` moves the defaults of the old form.
    pub(super) fn new(dynamic: &Settings, node: &Settings, v6: bool) -> Self {
        let on = |key: &str, default: bool| dynamic.flag(key).unwrap_or(default);
        let node_flag = |key: &str, default: bool| node.flag(&format!("{PREFIX}{key}")).unwrap_or(default);
        let node_list = |key: &str| node.list(&format!("{PREFIX}{key}")).unwrap_or_default();
        let protected = node_flag("protected_indices.enabled", false).then(|| Protected {
            indices: matchers(&node_list("protected_indices.indices")),
            roles: matchers(&node_list("protected_indices.roles")),
            text: match node_list("protected_indices.indices").as_slice() {
                [one] => (*one).to_owned(),
                several => format!("[{}]", several.join(", ")),
            },
        });
        Switches {
            dnfof: on("do_not_fail_on_forbidden", false) || (v6 && on("kibana.do_not_fail_on_forbidden", false)),
            dnfof_empty: on("do_not_fail_on_forbidden_empty", false),
            multi_rolespan: on("multi_rolespan_enabled", !v6),
            filtered_alias_disallow: dynamic.text("filtered_alias_mode") == Some("disallow"),
            respect_options: on("respect_request_indices_options", false),
            multitenancy: on("kibana.multitenancy_enabled", true),
            kibana_server: dynamic.text("kibana.server_username").unwrap_or("kibanaserver").to_owned(),
            kibana_index: dynamic.text("kibana.index").unwrap_or(".kibana").to_owned(),
            security_index: node.text(&format!("{PREFIX}config_index_name")).unwrap_or(".opendistro_security").to_owned(),
            filter_security_index: node_flag("filter_securityindex_from_all_requests", false),
            system_indices: if node_flag("system_indices.enabled", false) {
                matchers(&node_list("system_indices.indices"))
            } else {
                Vec::new()
            },
            protected,
            restore: node_flag("enable_snapshot_restore_privilege", true),
            restore_writes: node_flag("check_snapshot_restore_write_privileges", true),
            restore_security_index: node_flag("unsupported.restore.securityindex.enabled", false),
            rest_roles: node_list("restapi.roles_enabled").into_iter().map(str::to_owned).collect(),
        }
    }
}

/// Compile a v7 configuration with the plugin's built-in roles, groups and tenants added.
pub(super) fn compile(configuration: &Configuration, fixed: &BuiltIn) -> Result<Compiled, Refusal> {
    refuse_overrides("roles", configuration.roles.keys(), |name| fixed.roles.contains_key(name))?;
    refuse_overrides("action groups", configuration.action_groups.keys(), |name| fixed.action_groups.contains_key(name))?;
    refuse_overrides("tenants", configuration.tenants.keys(), |name| fixed.tenants.contains_key(name))?;
    let mut groups = Groups::default();
    for (name, group) in fixed.action_groups.iter().chain(&configuration.action_groups) {
        groups.insert(name, group.allowed_actions.iter().map(|action| action.value.clone()).collect());
    }
    let roles = fixed
        .roles
        .iter()
        .chain(&configuration.roles)
        .map(|(name, role)| compile_role(name, role, &groups))
        .collect::<Result<Vec<_>, _>>()?;
    let tenants = Tenants::new(
        fixed.roles.iter().chain(&configuration.roles),
        fixed.tenants.keys().chain(configuration.tenants.keys()).map(String::as_str),
        &groups,
    )?;
    let mapping = Mapping::new(configuration);
    Ok(Compiled { roles, mapping, tenants, switches: Switches::new(&configuration.dynamic, &configuration.node, false) })
}

fn refuse_overrides<'a>(
    kind: &'static str,
    names: impl Iterator<Item = &'a String>,
    is_static: impl Fn(&str) -> bool,
) -> Result<(), Refusal> {
    for name in names {
        if is_static(name) {
            return Err(Refusal::StaticOverride { kind, name: name.clone() });
        }
    }
    Ok(())
}

fn compile_role(name: &str, role: &RoleModel, groups: &Groups) -> Result<Role, Refusal> {
    let cluster = cluster_permissions(name, &role.cluster_permissions, groups)?;
    let mut rules = Vec::new();
    for permission in &role.index_permissions {
        let listed = resolve_listed(&permission.allowed_actions, groups)?;
        let actions: Vec<Matcher> = listed.iter().flat_map(|(_, matchers)| matchers.iter().cloned()).collect();
        for pattern in &permission.index_patterns {
            rules.push(Rule {
                pattern: pattern.clone(),
                actions: actions.clone(),
                reducible: actions.clone(),
                listed: listed.clone(),
                dls: permission.dls.as_ref().map(|dls| dls.value.clone()),
                fls: permission.fls.iter().map(|field| field.value.clone()).collect(),
                masked: permission.masked_fields.iter().map(|field| field.value.clone()).collect(),
            });
        }
    }
    Ok(Role { name: name.to_owned(), place: role.place, cluster, rules })
}

/// A written permission with the patterns that it stands for.
pub(super) type Listed = (Located<String>, Vec<Matcher>);

/// Compile cluster permissions; a broken regular expression among them refuses everything.
pub(super) fn cluster_permissions(role: &str, listed: &[Located<String>], groups: &Groups) -> Result<Vec<Listed>, Refusal> {
    let cluster = resolve_listed(listed, groups)?;
    match cluster.iter().find(|(_, matchers)| matchers.iter().any(Matcher::is_broken)) {
        Some((listed, _)) => Err(Refusal::BrokenClusterPermission { role: role.to_owned(), pattern: listed.value.clone() }),
        None => Ok(cluster),
    }
}

/// Each listed action or group with the patterns that it stands for.
pub(super) fn resolve_listed(listed: &[Located<String>], groups: &Groups) -> Result<Vec<Listed>, Refusal> {
    listed
        .iter()
        .map(|entry| {
            let actions = groups.resolve([entry.value.as_str()])?;
            Ok((entry.clone(), actions.iter().map(|action| Matcher::new(action)).collect()))
        })
        .collect()
}

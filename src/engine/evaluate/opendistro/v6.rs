//! Configurations before 1.0, evaluated as they stand: no built-in roles, groups or tenants; mapping
//! types count for nothing, except that the reduction looks at the last one alone.

use std::collections::HashMap;

use super::compile::{Compiled, Role, Rule, Switches, cluster_permissions, resolve_listed};
use super::groups::{Groups, Refusal};
use super::mapping::{Entry, Mapping};
use super::matcher::Matcher;
use super::tenants::Tenants;
use crate::engine::model::opensearch::v6::{Configuration, Role as RoleModel};

/// Compile.
pub(super) fn compile(configuration: &Configuration) -> Result<Compiled, Refusal> {
    let mut groups = Groups::default();
    for (name, group) in &configuration.action_groups {
        groups.insert(name, group.permissions.iter().map(|action| action.value.clone()).collect());
    }
    let defined = configuration.roles.iter().filter(|(_, role)| !role.is_null);
    let roles = defined.map(|(name, role)| compile_role(name, role, &groups)).collect::<Result<Vec<_>, _>>()?;
    let tenants = configuration.roles.iter().map(|(name, role)| {
        let tenants = role.tenants.iter().map(|(tenant, mode)| (tenant.clone(), mode.value.eq_ignore_ascii_case("rw")));
        (name.clone(), tenants.collect())
    });
    let entries = configuration.roles_mapping.iter().map(|(role, mapping)| Entry {
        role: role.clone(),
        users: mapping.users.clone(),
        backend_roles: mapping.backend_roles.clone(),
        and_backend_roles: mapping.and_backend_roles.clone(),
        hosts: mapping.hosts.clone(),
        place: mapping.place,
    });
    let resolution = configuration.node.text("opendistro_security.roles_mapping_resolution");
    Ok(Compiled {
        roles,
        mapping: Mapping::from_entries(entries.collect(), HashMap::new(), resolution),
        tenants: Tenants::of_v6(tenants.collect()),
        switches: Switches::new(&configuration.dynamic, &configuration.node, true),
    })
}

fn compile_role(name: &str, role: &RoleModel, groups: &Groups) -> Result<Role, Refusal> {
    let mut rules = Vec::new();
    for index in &role.indices {
        let mut listed = Vec::new();
        let mut reducible: Vec<Matcher> = Vec::new();
        for actions in index.types.values() {
            let resolved = resolve_listed(actions, groups)?;
            reducible = resolved.iter().flat_map(|(_, matchers)| matchers.iter().cloned()).collect();
            listed.extend(resolved);
        }
        let fields = |listed: &Option<Vec<crate::source::Located<String>>>| {
            listed.iter().flatten().map(|field| field.value.clone()).collect::<Vec<_>>()
        };
        rules.push(Rule {
            pattern: index.pattern.clone(),
            actions: listed.iter().flat_map(|(_, matchers)| matchers.iter().cloned()).collect(),
            reducible,
            listed,
            dls: index.dls.as_ref().map(|dls| dls.value.clone()),
            fls: fields(&index.fls),
            masked: fields(&index.masked_fields),
        });
    }
    Ok(Role { name: name.to_owned(), place: role.place, cluster: cluster_permissions(name, &role.cluster, groups)?, rules })
}

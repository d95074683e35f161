//! Configurations before 1.0, evaluated as they stand: no built-in roles, groups or tenants; mapping
//! types count for nothing, except that the reduction looks at the last one alone.

use super::compile::{Compiled, Role, Rule, Switches, cluster_permissions, resolve_listed};
use super::groups::{Groups, Refusal};
use super::mapping::Mapping;
use super::matcher::Matcher;
use super::tenants::Tenants;
use crate::engine::model::opensearch::Configuration as View;
use crate::engine::model::opensearch::v6::{Configuration, Role as RoleModel};

/// Compile. Mappings and users mean the same in both forms and are taken from the view.
pub(super) fn compile(configuration: &Configuration, view: &View) -> Result<Compiled, Refusal> {
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
    Ok(Compiled {
        roles,
        mapping: Mapping::new(view),
        tenants: Tenants::of_v6(tenants.collect()),
        switches: Switches::new(&configuration.dynamic, &view.node, true),
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

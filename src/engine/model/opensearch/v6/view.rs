//! The old form as the new model shows it, each value with its place.

use indexmap::IndexMap;

use super::super::{ActionGroup, IndexPermission, InternalUser, Role, RoleMapping, TenantPermission};
use super::Configuration;
use crate::source::Located;

impl From<&super::Role> for Role {
    fn from(old: &super::Role) -> Self {
        let index_permissions = old.indices.iter().map(|index| {
            let mut allowed_actions: Vec<Located<String>> = Vec::new();
            for action in index.types.values().flatten() {
                if !allowed_actions.contains(action) {
                    allowed_actions.push(action.clone());
                }
            }
            IndexPermission {
                index_patterns: vec![index.pattern.clone()],
                dls: index.dls.clone(),
                fls: index.fls.clone().unwrap_or_default(),
                masked_fields: index.masked_fields.clone().unwrap_or_default(),
                allowed_actions,
                place: index.pattern.place,
            }
        });
        let tenants = |mode: &str, action: &str| {
            let named = old.tenants.iter().filter(|(_, value)| value.value.eq_ignore_ascii_case(mode));
            let tenant_patterns: Vec<Located<String>> =
                named.map(|(tenant, value)| Located { value: tenant.clone(), place: value.place }).collect();
            let place = tenant_patterns.first().and_then(|tenant| tenant.place);
            (!tenant_patterns.is_empty()).then(|| TenantPermission { tenant_patterns, allowed_actions: vec![action.into()], place })
        };
        Role {
            flags: old.flags,
            description: None,
            cluster_permissions: old.cluster.clone(),
            index_permissions: index_permissions.collect(),
            tenant_permissions: [tenants("rw", "kibana_all_write"), tenants("ro", "kibana_all_read")].into_iter().flatten().collect(),
            place: old.place,
        }
    }
}

impl From<&super::RoleMapping> for RoleMapping {
    fn from(old: &super::RoleMapping) -> Self {
        RoleMapping {
            flags: old.flags,
            description: None,
            users: old.users.clone(),
            backend_roles: old.backend_roles.clone(),
            and_backend_roles: old.and_backend_roles.clone(),
            hosts: old.hosts.clone(),
            place: old.place,
        }
    }
}

impl From<&super::InternalUser> for InternalUser {
    fn from(old: &super::InternalUser) -> Self {
        InternalUser {
            flags: old.flags,
            hash: old.hash.clone(),
            backend_roles: old.backend_roles.clone(),
            attributes: old.attributes.clone(),
            place: old.place,
            ..InternalUser::default()
        }
    }
}

impl From<&super::ActionGroup> for ActionGroup {
    fn from(old: &super::ActionGroup) -> Self {
        ActionGroup { flags: old.flags, allowed_actions: old.permissions.clone(), place: old.place, ..ActionGroup::default() }
    }
}

impl Configuration {
    /// Put what is read in the old form into a configuration of the new model, to be looked at.
    pub fn show(&self, view: &mut super::super::Configuration) {
        fn each<'a, O: 'a, N: From<&'a O>>(old: &'a IndexMap<String, O>) -> impl Iterator<Item = (String, N)> {
            old.iter().map(|(name, entry)| (name.clone(), N::from(entry)))
        }
        view.roles.extend(each(&self.roles));
        view.roles_mapping.extend(each(&self.roles_mapping));
        view.action_groups.extend(each(&self.action_groups));
        for (key, user) in &self.internal_users {
            let name = user.username.as_ref().map_or(key, |name| &name.value);
            view.internal_users.insert(name.clone(), InternalUser::from(user));
        }
        for role in self.roles.values() {
            for (tenant, value) in &role.tenants {
                let entry = view.tenants.or_default(tenant.as_str());
                entry.place = entry.place.or(value.place);
            }
        }
    }
}

//! The old form as the new model shows it, each value with its place.

use indexmap::IndexMap;

use super::super::{ActionGroup, DocumentKind, IndexPermission, InternalUser, Role, TenantPermission};
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

/// The tenants of a role as this form can say them: one rule for those to be written to, one for the others.
pub fn merge_tenants(role: &mut Role) {
    const ACTIONS: [&str; 2] = ["kibana_all_write", "kibana_all_read"];
    let sayable = |rule: &TenantPermission| matches!(rule.allowed_actions.as_slice(), [only] if ACTIONS.contains(&only.value.as_str()));
    if !role.tenant_permissions.iter().all(sayable) {
        return;
    }
    let of = |action: &str| {
        let rules = role.tenant_permissions.iter().filter(|rule| matches!(rule.allowed_actions.as_slice(), [only] if only.value == action));
        let tenant_patterns: Vec<Located<String>> = rules.flat_map(|rule| rule.tenant_patterns.iter().cloned()).collect();
        let rule = TenantPermission { tenant_patterns, allowed_actions: vec![action.into()], place: None };
        (!rule.tenant_patterns.is_empty()).then_some(rule)
    };
    role.tenant_permissions = ACTIONS.into_iter().filter_map(of).collect();
}

impl Configuration {
    /// Take the part that a document of this kind holds from another.
    pub fn take(&mut self, kind: DocumentKind, from: Self) {
        match kind {
            DocumentKind::Roles => self.roles = from.roles,
            DocumentKind::RolesMapping => self.roles_mapping = from.roles_mapping,
            DocumentKind::InternalUsers => self.internal_users = from.internal_users,
            DocumentKind::ActionGroups => self.action_groups = from.action_groups,
            DocumentKind::Config => self.dynamic = from.dynamic,
            DocumentKind::Tenants | DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {}
        }
    }

    /// Put what is read in the old form into a configuration of the new model, to be looked at.
    pub fn show(&self, view: &mut super::super::Configuration) {
        fn each<'a, O: 'a, N: From<&'a O>>(old: &'a IndexMap<String, O>) -> impl Iterator<Item = (String, N)> {
            old.iter().map(|(name, entry)| (name.clone(), N::from(entry)))
        }
        view.roles.extend(each(&self.roles));
        view.roles_mapping.extend(self.roles_mapping.clone());
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

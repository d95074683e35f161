//! Whether two configurations mean the same, wherever their parts stand.

use super::{ActionGroup, Configuration, DocumentKind, IndexPermission, InternalUser, Role, RoleMapping, Tenant, TenantPermission};
use crate::engine::model::Entries;

/// Whether the parts that a document of this kind holds are equal, order of entries included and
/// places left out. Side files decide nothing and are always the same.
pub fn same(kind: DocumentKind, a: &Configuration, b: &Configuration) -> bool {
    match kind {
        DocumentKind::Roles => entries(&a.roles, &b.roles, same_role),
        DocumentKind::RolesMapping => entries(&a.roles_mapping, &b.roles_mapping, mapping),
        DocumentKind::InternalUsers => entries(&a.internal_users, &b.internal_users, user),
        DocumentKind::ActionGroups => entries(&a.action_groups, &b.action_groups, group),
        DocumentKind::Tenants => entries(&a.tenants, &b.tenants, tenant),
        DocumentKind::Config => a.dynamic == b.dynamic,
        DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => true,
    }
}

/// As [`same`], with the entries, and whom a role is mapped to, in any order: what is read from several places
/// stands in the order of the places.
pub fn same_entries(kind: DocumentKind, a: &Configuration, b: &Configuration) -> bool {
    let mut sorted = [a, b].map(|configuration| Configuration {
        roles: configuration.roles.clone(),
        roles_mapping: configuration.roles_mapping.clone(),
        internal_users: configuration.internal_users.clone(),
        action_groups: configuration.action_groups.clone(),
        tenants: configuration.tenants.clone(),
        dynamic: configuration.dynamic.clone(),
        ..Configuration::default()
    });
    for configuration in &mut sorted {
        for mapping in configuration.roles_mapping.values_mut() {
            for list in [&mut mapping.users, &mut mapping.backend_roles, &mut mapping.hosts] {
                list.sort_by(|a, b| a.value.cmp(&b.value));
            }
        }
        configuration.roles.sort_unstable_keys();
        configuration.roles_mapping.sort_unstable_keys();
        configuration.internal_users.sort_unstable_keys();
        configuration.action_groups.sort_unstable_keys();
        configuration.tenants.sort_unstable_keys();
    }
    same(kind, &sorted[0], &sorted[1])
}

/// What can say the same as another, wherever both stand.
pub trait Says {
    /// Whether it does.
    fn says(&self, other: &Self) -> bool;
}

macro_rules! says {
    ($($entry:ident by $same:ident),*) => {
        $(impl Says for $entry {
            fn says(&self, other: &Self) -> bool {
                $same(self, other)
            }
        })*
    };
}

says!(Role by same_role, RoleMapping by mapping, InternalUser by user, ActionGroup by group, Tenant by tenant);

fn entries<T>(a: &Entries<T>, b: &Entries<T>, equal: fn(&T, &T) -> bool) -> bool {
    let mut pairs = a.sayings().zip(b.sayings()).enumerate();
    a.is(b)
        || (a.len() == b.len()
            && pairs.all(|(at, ((name_a, one), (name_b, two)))| a.alike_at(at, b, at) || (name_a == name_b && equal(one, two))))
}

fn all<T>(a: &[T], b: &[T], equal: fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

/// Whether two roles say the same.
pub(crate) fn same_role(a: &Role, b: &Role) -> bool {
    a.flags == b.flags
        && a.description == b.description
        && a.cluster_permissions == b.cluster_permissions
        && all(&a.index_permissions, &b.index_permissions, index_rule)
        && all(&a.tenant_permissions, &b.tenant_permissions, tenant_rule)
}

fn index_rule(a: &IndexPermission, b: &IndexPermission) -> bool {
    a.index_patterns == b.index_patterns
        && a.dls == b.dls
        && a.fls == b.fls
        && a.masked_fields == b.masked_fields
        && a.allowed_actions == b.allowed_actions
}

fn tenant_rule(a: &TenantPermission, b: &TenantPermission) -> bool {
    a.tenant_patterns == b.tenant_patterns && a.allowed_actions == b.allowed_actions
}

fn mapping(a: &RoleMapping, b: &RoleMapping) -> bool {
    a.flags == b.flags
        && a.description == b.description
        && a.users == b.users
        && a.backend_roles == b.backend_roles
        && a.and_backend_roles == b.and_backend_roles
        && a.hosts == b.hosts
}

fn user(a: &InternalUser, b: &InternalUser) -> bool {
    a.flags == b.flags
        && a.description == b.description
        && a.hash == b.hash
        && a.backend_roles == b.backend_roles
        && a.attributes == b.attributes
        && a.security_roles == b.security_roles
}

fn group(a: &ActionGroup, b: &ActionGroup) -> bool {
    a.flags == b.flags && a.description == b.description && a.kind == b.kind && a.allowed_actions == b.allowed_actions
}

fn tenant(a: &Tenant, b: &Tenant) -> bool {
    a.flags == b.flags && a.description == b.description
}

//! Whether two configurations mean the same, wherever their parts stand.

use crate::engine::model::Entries;
use crate::engine::model::elasticsearch::{
    ApplicationPrivileges, Configuration, FieldSecurity, IndexPrivileges, Part, RemoteIndexPrivileges, Role, RoleMapping, StoredPrivilege,
    User,
};
use crate::source::Located;

/// Whether a part of both is equal. Places do not count, nor the order of entries, which may stand in
/// several files; why the engine refuses a role follows from the rest.
pub fn same(part: Part, a: &Configuration, b: &Configuration) -> bool {
    match part {
        Part::Roles => entries(&a.roles, &b.roles, role),
        Part::Mappings => entries(&a.role_mappings, &b.role_mappings, mapping),
        Part::Users => entries(&a.users, &b.users, user),
        Part::Privileges => {
            let sorted = |all: &Configuration| {
                let mut privileges: Vec<StoredPrivilege> = all.privileges.clone();
                privileges.sort_by(|a, b| (&a.application, &a.name).cmp(&(&b.application, &b.name)));
                privileges
            };
            all(&sorted(a), &sorted(b), privilege)
        }
    }
}

fn entries<T>(a: &Entries<T>, b: &Entries<T>, equal: fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
}

fn all<T>(a: &[T], b: &[T], equal: fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

fn maybe<T>(a: Option<&T>, b: Option<&T>, equal: fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => equal(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn role(a: &Role, b: &Role) -> bool {
    a.description == b.description
        && a.cluster == b.cluster
        && a.global == b.global
        && all(&a.indices, &b.indices, indices)
        && all(&a.applications, &b.applications, application)
        && a.run_as == b.run_as
        && all(&a.remote_indices, &b.remote_indices, remote)
        && a.metadata == b.metadata
}

fn indices(a: &IndexPrivileges, b: &IndexPrivileges) -> bool {
    a.names == b.names
        && a.privileges == b.privileges
        && maybe(a.field_security.as_ref(), b.field_security.as_ref(), fields)
        && maybe(a.query.as_ref(), b.query.as_ref(), query)
        && a.allow_restricted_indices == b.allow_restricted_indices
}

fn fields(a: &FieldSecurity, b: &FieldSecurity) -> bool {
    a.grant == b.grant && a.except == b.except
}

/// Queries are equal as texts or as JSON, since a file may hold one as an object.
fn query(a: &Located<String>, b: &Located<String>) -> bool {
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    a == b || parsed(a).is_some_and(|a| Some(a) == parsed(b))
}

fn application(a: &ApplicationPrivileges, b: &ApplicationPrivileges) -> bool {
    a.application == b.application && a.privileges == b.privileges && a.resources == b.resources
}

fn remote(a: &RemoteIndexPrivileges, b: &RemoteIndexPrivileges) -> bool {
    a.clusters == b.clusters && indices(&a.privileges, &b.privileges)
}

fn mapping(a: &RoleMapping, b: &RoleMapping) -> bool {
    let enabled = |mapping: &RoleMapping| mapping.enabled.as_ref().is_none_or(|enabled| enabled.value);
    enabled(a) == enabled(b) && a.roles == b.roles && a.role_templates == b.role_templates && a.rules == b.rules && a.by_role == b.by_role
}

/// A file that lists users by role has no order of a user's roles.
fn user(a: &User, b: &User) -> bool {
    let sorted = |user: &User| {
        let mut roles: Vec<String> = user.roles.iter().map(|role| role.value.clone()).collect();
        roles.sort();
        roles
    };
    a.hash == b.hash
        && sorted(a) == sorted(b)
        && a.enabled == b.enabled
        && a.full_name == b.full_name
        && a.email == b.email
        && a.metadata == b.metadata
        && a.native == b.native
}

fn privilege(a: &StoredPrivilege, b: &StoredPrivilege) -> bool {
    a.application == b.application && a.name == b.name && a.actions == b.actions
}

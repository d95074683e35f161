//! Places of an inner document as places of the file that holds it.

use crate::engine::model::opensearch::Configuration;
use crate::source::{Located, Place, Span};

type Outwards<'a> = dyn Fn(Span) -> Span + 'a;

/// One place.
pub(super) fn place(place: &mut Option<Place>, outwards: &Outwards<'_>) {
    if let Some(place) = place {
        place.span = outwards(place.span);
    }
}

fn one<T>(located: &mut Located<T>, outwards: &Outwards<'_>) {
    place(&mut located.place, outwards);
}

fn each<'l, T: 'l>(located: impl IntoIterator<Item = &'l mut Located<T>>, outwards: &Outwards<'_>) {
    for located in located {
        one(located, outwards);
    }
}

/// Every place of a configuration that was read from the inner document alone. What is kept of the form
/// before 1.0 keeps inner places: only the view of it is shown.
pub(super) fn configuration(configuration: &mut Configuration, outwards: &Outwards<'_>) {
    for role in configuration.roles.values_mut() {
        place(&mut role.place, outwards);
        each(&mut role.description, outwards);
        each(&mut role.cluster_permissions, outwards);
        for rule in &mut role.index_permissions {
            place(&mut rule.place, outwards);
            each(&mut rule.dls, outwards);
            for list in [&mut rule.index_patterns, &mut rule.fls, &mut rule.masked_fields, &mut rule.allowed_actions] {
                each(list, outwards);
            }
        }
        for rule in &mut role.tenant_permissions {
            place(&mut rule.place, outwards);
            each(rule.tenant_patterns.iter_mut().chain(&mut rule.allowed_actions), outwards);
        }
    }
    for mapping in configuration.roles_mapping.values_mut() {
        place(&mut mapping.place, outwards);
        each(&mut mapping.description, outwards);
        for list in [&mut mapping.users, &mut mapping.backend_roles, &mut mapping.and_backend_roles, &mut mapping.hosts] {
            each(list, outwards);
        }
    }
    for user in configuration.internal_users.values_mut() {
        place(&mut user.place, outwards);
        each(&mut user.description, outwards);
        each(&mut user.hash, outwards);
        each(user.backend_roles.iter_mut().chain(&mut user.security_roles), outwards);
        each(user.attributes.values_mut(), outwards);
    }
    for group in configuration.action_groups.values_mut() {
        place(&mut group.place, outwards);
        each(group.description.iter_mut().chain(&mut group.kind).chain(&mut group.allowed_actions), outwards);
    }
    for tenant in configuration.tenants.values_mut() {
        place(&mut tenant.place, outwards);
        each(&mut tenant.description, outwards);
    }
    let keys: Vec<String> = configuration.dynamic.keys().map(str::to_owned).collect();
    for key in keys {
        if let Some(mut value) = configuration.dynamic.get(&key).cloned() {
            one(&mut value, outwards);
            configuration.dynamic.set(key, value);
        }
    }
}

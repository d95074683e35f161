//! Places that move: those of an inner document in the file that holds it, those behind an edit.

use super::{ActionGroup, Configuration, InternalUser, Role, RoleMapping, Tenant};
use crate::source::{Located, Place, Span};

/// Where a span is then.
pub type Outwards<'a> = dyn Fn(Span) -> Span + Sync + 'a;

/// What knows the places that it was read from.
pub trait Placed {
    /// The whole entry's.
    fn place(&self) -> Option<Place>;

    /// Move it, and everything in it.
    fn shift(&mut self, outwards: &Outwards<'_>);
}

/// Move one place.
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

impl Placed for Role {
    fn place(&self) -> Option<Place> {
        self.place
    }

    fn shift(&mut self, outwards: &Outwards<'_>) {
        place(&mut self.place, outwards);
        each(&mut self.description, outwards);
        each(&mut self.cluster_permissions, outwards);
        for rule in &mut self.index_permissions {
            place(&mut rule.place, outwards);
            each(&mut rule.dls, outwards);
            for list in [&mut rule.index_patterns, &mut rule.fls, &mut rule.masked_fields, &mut rule.allowed_actions] {
                each(list, outwards);
            }
        }
        for rule in &mut self.tenant_permissions {
            place(&mut rule.place, outwards);
            each(rule.tenant_patterns.iter_mut().chain(&mut rule.allowed_actions), outwards);
        }
    }
}

impl Placed for RoleMapping {
    fn place(&self) -> Option<Place> {
        self.place
    }

    fn shift(&mut self, outwards: &Outwards<'_>) {
        place(&mut self.place, outwards);
        each(&mut self.description, outwards);
        for list in [&mut self.users, &mut self.backend_roles, &mut self.and_backend_roles, &mut self.hosts] {
            each(list, outwards);
        }
    }
}

impl Placed for InternalUser {
    fn place(&self) -> Option<Place> {
        self.place
    }

    fn shift(&mut self, outwards: &Outwards<'_>) {
        place(&mut self.place, outwards);
        each(&mut self.description, outwards);
        each(&mut self.hash, outwards);
        each(self.backend_roles.iter_mut().chain(&mut self.security_roles), outwards);
        each(self.attributes.values_mut(), outwards);
    }
}

impl Placed for ActionGroup {
    fn place(&self) -> Option<Place> {
        self.place
    }

    fn shift(&mut self, outwards: &Outwards<'_>) {
        place(&mut self.place, outwards);
        each(self.description.iter_mut().chain(&mut self.kind).chain(&mut self.allowed_actions), outwards);
    }
}

impl Placed for Tenant {
    fn place(&self) -> Option<Place> {
        self.place
    }

    fn shift(&mut self, outwards: &Outwards<'_>) {
        place(&mut self.place, outwards);
        each(&mut self.description, outwards);
    }
}

/// Every place of a configuration that was read from the inner document alone. What is kept of the form
/// before 1.0 keeps inner places: only the view of it is shown.
pub(super) fn configuration(configuration: &mut Configuration, outwards: &Outwards<'_>) {
    configuration.roles.values_mut().for_each(|role| role.shift(outwards));
    configuration.roles_mapping.values_mut().for_each(|mapping| mapping.shift(outwards));
    configuration.internal_users.values_mut().for_each(|user| user.shift(outwards));
    configuration.action_groups.values_mut().for_each(|group| group.shift(outwards));
    configuration.tenants.values_mut().for_each(|tenant| tenant.shift(outwards));
    let keys: Vec<String> = configuration.dynamic.keys().map(str::to_owned).collect();
    for key in keys {
        if let Some(mut value) = configuration.dynamic.get(&key).cloned() {
            one(&mut value, outwards);
            configuration.dynamic.set(key, value);
        }
    }
}

//! A group of everyday users behind all_access.

use super::prelude::*;
use crate::engine::model::opensearch::Role;

/// A backend role that has everything beside its restricted role.
pub(super) struct EverydayAllAccess;

impl Rule for EverydayAllAccess {
    fn about(&self) -> About {
        About {
            id: "everyday-all-access",
            title: "a backend role with an all-powerful role beside a restricted one",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "The restricted role limits nothing: the same people have everything by the other one.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# roles_mapping.yml
all_access:
  backend_roles: [admin, analysts]  # finds
analyst:
  backend_roles: [analysts]
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# roles_mapping.yml
all_access:
  backend_roles: [admin]
analyst:
  backend_roles: [analysts]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        everyday_of_elasticsearch(view, found);
        let mappings = &view.input.configuration.roles_mapping;
        for (backend, roles) in view.mapped_backend_roles().filter(|(_, roles)| roles.len() > 1) {
            let Some(powerful) = roles.iter().find(|name| view.role(name).is_some_and(|role| grants_everything(view, role))) else {
                continue;
            };
            let restricted =
                roles.iter().find(|name| view.role(name).is_some_and(|role| !grants_everything(view, role) && !role.flags.is_static));
            if let Some(restricted) = restricted {
                let place = mappings
                    .get(*powerful)
                    .and_then(|mapping| mapping.backend_roles.iter().find(|name| name.value == backend))
                    .and_then(|name| name.place);
                found
                    .add(place, format!("backend role `{backend}` has `{powerful}`, so its role `{restricted}` limits nothing"))
                    .help(format!("take `{backend}` out of the mapping of `{powerful}`, or out of `{restricted}`"));
            }
        }
    }
}

/// Whether a role may write to and administer every index.
pub(super) fn grants_everything(view: &View<'_>, role: &Role) -> bool {
    role.index_permissions.iter().any(|rule| {
        rule.index_patterns.iter().any(|pattern| pattern.value == "*")
            && ["indices:admin/delete", "indices:data/write/index", "indices:data/read/search"]
                .iter()
                .all(|action| view.grants(&rule.allowed_actions, action).is_some())
    })
}

fn everyday_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    for holder in privileges::holders(view).iter().filter(|holder| holder.roles.len() > 1) {
        let named = || holder.roles.iter().filter_map(|(name, place)| Some((*name, *place, privileges::role(view, name)?)));
        let Some((powerful, place, _)) = named().find(|(.., role)| privileges::is_powerful(view, role)) else { continue };
        let restricted = named().find(|(.., role)| !role.indices.is_empty() && !privileges::is_powerful(view, role));
        if let Some((restricted, ..)) = restricted {
            found
                .add(place, format!("{} has `{powerful}`, so its role `{restricted}` limits nothing", holder.what))
                .help(format!("take `{powerful}` away, or `{restricted}`"));
        }
    }
}

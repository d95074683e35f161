//! A user who may do nothing.

use super::prelude::*;
use crate::engine::lint::glob::{covers, is_pattern, is_regex};

/// An internal user to whom nothing gives a role.
pub(super) struct UserWithoutRole;

/// Beyond so many patterns in mappings the users are not compared with each.
const MOST_PATTERNS: usize = 64;

impl Rule for UserWithoutRole {
    fn about(&self) -> About {
        About {
            id: "user-without-role",
            title: "an internal user to whom nothing gives a role",
            severity: Note,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The user can log in and do nothing: left over, or a backend role is misspelt. (A mapping of `*` is not counted.)",
            wrong: "# roles_mapping.yml
readall:
  backend_roles: [readers]
own_index:
  users: ['*']
# internal_users.yml
kim:  # finds
  hash: ''
  backend_roles: [reader]
",
            right: "# roles_mapping.yml
readall:
  backend_roles: [readers]
  users: ['ops-*']
# internal_users.yml
kim:
  hash: ''
  backend_roles: [readers]
ops-1:
  hash: ''
direct:
  hash: ''
  opendistro_security_roles: [readall]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let mappings = &view.input.configuration.roles_mapping;
        let by_host = mappings.values().any(|mapping| !mapping.hosts.is_empty());
        if !view.has(DocumentKind::RolesMapping) || by_host {
            return;
        }
        let names = || mappings.values().flat_map(|mapping| &mapping.users).map(|name| name.value.as_str());
        let exact: std::collections::HashSet<&str> = names().collect();
        let patterns: Vec<&str> = names().filter(|name| is_pattern(name) && *name != "*").collect();
        let backend: Vec<&str> =
            view.mapped_backend_roles().map(|(name, _)| name).filter(|name| is_pattern(name) && *name != "*").collect();
        if patterns.len() + backend.len() > MOST_PATTERNS {
            return;
        }
        let any = |patterns: &[&str], name: &str| patterns.iter().any(|pattern| is_regex(pattern) || covers(pattern, name));
        for (name, user) in &view.input.configuration.internal_users {
            let mapped = !user.security_roles.is_empty()
                || exact.contains(name.as_str())
                || any(&patterns, name)
                || user.backend_roles.iter().any(|role| !view.roles_of_backend_role(role).is_empty() || any(&backend, role));
            // accounts of the product and of extensions are used otherwise
            if !mapped && !user.flags.reserved && !user.flags.hidden && !user.service {
                let place =
                    user.place.map(|place| Place { span: Span { end: place.span.start + name.len() as u32, ..place.span }, ..place });
                found
                    .add(place, format!("nothing gives user `{name}` a role"))
                    .help("give a backend role that a mapping names, or remove the user");
            }
        }
    }
}

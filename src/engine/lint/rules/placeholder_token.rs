//! Placeholders that parse.

use super::prelude::*;

/// A token that something else was to replace.
pub(super) struct PlaceholderToken;

impl Rule for PlaceholderToken {
    fn about(&self) -> About {
        About {
            id: "placeholder-token",
            title: "a token that looks as if it should be replaced",
            severity: Note,
            confidence: Possible,
            products: EVERY,
            why: "`__ADMIN__` is a name like any other to the engine. If a pipeline replaces it, all is well.",
            wrong: "# roles_mapping.yml
all_access:
  backend_roles:
    - __ADMIN_GROUP__  # finds
    - REPLACE_ME  # finds
",
            right: "# roles_mapping.yml
all_access:
  backend_roles: [ADMINS, __internal]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let configuration = view.input.configuration;
        let mapped = configuration
            .roles_mapping
            .values()
            .flat_map(|mapping| mapping.users.iter().chain(&mapping.backend_roles).chain(&mapping.and_backend_roles).chain(&mapping.hosts));
        let users = configuration.internal_users.values().flat_map(|user| user.backend_roles.iter().chain(&user.security_roles));
        let elasticsearch = view.input.elasticsearch.into_iter();
        let given = elasticsearch.clone().flat_map(|other| other.users.values()).flat_map(|user| &user.roles);
        let given = given.chain(elasticsearch.clone().flat_map(|other| other.role_mappings.values()).flat_map(|mapping| &mapping.roles));
        let mut report = |text: &str, place: Option<Place>| {
            found
                .add(place, format!("`{text}` looks like a placeholder"))
                .help("fine if it is replaced before the file is loaded; else put the name there");
        };
        mapped.chain(users).chain(given).filter(|name| is_token(name)).for_each(|name| report(name, name.place));
        for name in elasticsearch.flat_map(|other| other.users.iter()).filter(|(name, user)| user.hash.is_some() && is_token(name)) {
            report(name.0, name.1.place);
        }
    }
}

fn is_token(name: &str) -> bool {
    let capitals = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    name.strip_prefix("__").and_then(|name| name.strip_suffix("__")).is_some_and(capitals)
        || matches!(name, "REPLACE_ME" | "CHANGE_ME" | "CHANGEME" | "TODO" | "FIXME" | "XXX")
        || name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).is_some_and(|inner| !inner.is_empty() && !inner.contains('{'))
}

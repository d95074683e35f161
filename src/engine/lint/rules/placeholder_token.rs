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
            products: OPENSEARCH,
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
        for name in mapped.chain(users).filter(|name| is_token(name)) {
            found
                .add(name.place, format!("`{}` looks like a placeholder", name.value))
                .help("fine if it is replaced before the file is loaded; else put the name there");
        }
    }
}

fn is_token(name: &str) -> bool {
    let capitals = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    name.strip_prefix("__").and_then(|name| name.strip_suffix("__")).is_some_and(capitals)
        || matches!(name, "REPLACE_ME" | "CHANGE_ME" | "CHANGEME" | "TODO" | "FIXME" | "XXX")
        || name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).is_some_and(|inner| !inner.is_empty() && !inner.contains('{'))
}

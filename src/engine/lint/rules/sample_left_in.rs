//! Samples of the documentation.

use super::prelude::*;

/// An example that was meant to be replaced.
pub(super) struct SampleLeftIn;

impl Rule for SampleLeftIn {
    fn about(&self) -> About {
        About {
            id: "sample-left-in",
            title: "an example of the documentation that was left in",
            severity: Warning,
            confidence: Likely,
            products: OPENSEARCH,
            why: "Nobody needs it, and its password or rights are known to everybody who read the same page.",
            wrong: "# roles_mapping.yml
specify-some-security-role-here:  # finds
  backend_roles: [admin]
# internal_users.yml
new-user:  # finds
  hash: ''
kim:
  hash: ''
  opendistro_security_roles: [specify-some-security-role-here]  # finds
",
            right: "# roles_mapping.yml
readall:
  backend_roles: [readers]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        const ROLE: &str = "specify-some-security-role-here";
        const USER: &str = "new-user";
        let configuration = view.input.configuration;
        let keys = [(DocumentKind::Roles, ROLE), (DocumentKind::RolesMapping, ROLE), (DocumentKind::InternalUsers, USER)];
        for (kind, name) in keys {
            for entry in view.top(kind).filter(|entry| entry.key.text() == Some(name)) {
                found
                    .add(Some(entry.key.place()), format!("`{name}` is an example of the documentation"))
                    .help("remove it, or put the real name there");
            }
        }
        let mentioned = configuration.internal_users.values().flat_map(|user| user.security_roles.iter().chain(&user.backend_roles));
        let mentioned = mentioned.filter(|name| name.value == ROLE);
        let users = configuration.roles_mapping.values().flat_map(|mapping| &mapping.users).filter(|name| name.value == USER);
        for name in mentioned.chain(users) {
            found
                .add(name.place, format!("`{}` is an example of the documentation", name.value))
                .help("remove it, or put the real name there");
        }
    }
}

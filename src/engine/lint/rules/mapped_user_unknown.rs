//! A mapping that names a user whom nobody knows.

use super::prelude::*;
use crate::engine::lint::glob::is_pattern;
use crate::engine::lint::suggest::Suggest;

/// A user in a mapping, but not among the internal users.
pub(super) struct MappedUserUnknown;

impl Rule for MappedUserUnknown {
    fn about(&self) -> About {
        About {
            id: "mapped-user-unknown",
            title: "a mapping that names a user who is not among the internal users",
            severity: Warning,
            confidence: Likely,
            products: OPENSEARCH,
            why: "A user who does not exist cannot log in. Where LDAP, OpenID, SAML, a proxy or JWT brings users, the name may come from there.",
            wrong: "# roles_mapping.yml
all_access:
  users: [admn]  # finds
# internal_users.yml
admin:
  hash: ''
# config.yml
config:
  dynamic:
    authc:
      basic:
        http_enabled: true
        authentication_backend: { type: intern }
",
            right: "# roles_mapping.yml
all_access:
  users: [admin, 'ops-*', 'CN=ops,O=example']
# internal_users.yml
admin:
  hash: ''
# config.yml
config:
  dynamic:
    authc:
      basic:
        http_enabled: true
        authentication_backend: { type: intern }
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        if !view.has(DocumentKind::InternalUsers) {
            return;
        }
        let configuration = view.input.configuration;
        let external = view.has_external_users();
        let users = Suggest::new(configuration.internal_users.keys().map(String::as_str));
        for (role, mapping) in &configuration.roles_mapping {
            for user in &mapping.users {
                // a name like a certificate's is one
                if is_pattern(user) || user.contains('=') || configuration.internal_users.contains_key(&user.value) {
                    continue;
                }
                let nearest = users.nearest(user);
                let finding = found.add(user.place, format!("role `{role}`: there is no internal user `{}`", user.value));
                if external {
                    finding.severity(Note).confidence(Possible);
                }
                match nearest {
                    Some(nearest) => {
                        finding.help(format!("did you mean `{nearest}`?")).fix(remedy::rename(view, user, nearest, Safety::Confirm))
                    }
                    None if external => finding.help("fine if the user comes from outside; else add it to internal_users.yml"),
                    None => finding.help("add the user to internal_users.yml, or remove the name"),
                };
            }
        }
    }
}

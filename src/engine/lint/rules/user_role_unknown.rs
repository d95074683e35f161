//! `opendistro_security_roles` that are not defined.

use super::prelude::*;
use crate::engine::lint::suggest::Suggest;

/// A user with a role that does not exist.
pub(super) struct UserRoleUnknown;

impl Rule for UserRoleUnknown {
    fn about(&self) -> About {
        About {
            id: "user-role-unknown",
            title: "a user with a role that is not defined",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The user gets a role that does not exist and may do nothing by it.",
            wrong: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
# internal_users.yml
kim:
  hash: ''
  opendistro_security_roles: [log_raeder]  # finds
",
            right: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
# internal_users.yml
kim:
  hash: ''
  opendistro_security_roles: [log_reader, readall]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        if !view.has(DocumentKind::Roles) {
            return;
        }
        let names = Suggest::new(view.role_names());
        for (user, body) in &view.input.configuration.internal_users {
            for role in body.security_roles.iter().filter(|role| !view.is_role(role)) {
                let finding = found.add(role.place, format!("user `{user}`: there is no role `{}`", role.value));
                match names.nearest(role) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(remedy::rename(view, role, near, Safety::Confirm)),
                    None => finding.help("define the role in roles.yml, or remove the name"),
                };
            }
        }
    }
}

//! A user in users_roles who is not in users.

use super::prelude::*;
use crate::engine::change::elasticsearch::ElasticsearchUserChange;
use crate::engine::lint::suggest::Suggest;

/// A user without a password, or without a role.
pub(super) struct UserNotInFile;

impl Rule for UserNotInFile {
    fn about(&self) -> About {
        About {
            id: "user-not-in-file",
            title: "a user of users_roles who is not in users, or the reverse",
            severity: Warning,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "The engine refuses to use a role line for a user without a password line; a user without roles can do nothing.",
            wrong: "# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# finds below
idle:$2a$10$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
# users_roles
# finds below
superuser:kmi
viewer:kim
",
            right: "# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# users_roles
superuser:kim
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(configuration) = view.input.elasticsearch else { return };
        let opened = |kind: FileKind| view.input.files.iter().any(|file| file.kind == kind);
        if !opened(FileKind::ElasticsearchUsers) || !opened(FileKind::ElasticsearchUsersRoles) {
            return;
        }
        let names = Suggest::new(configuration.users.iter().filter(|(_, user)| user.hash.is_some()).map(|(name, _)| name.as_str()));
        for (name, user) in &configuration.users {
            if user.hash.is_none() {
                for role in &user.roles {
                    let finding = found.add(role.place, format!("role `{}`: there is no user `{name}` in users", role.value));
                    // nobody logs in by this name, so nobody loses anything; whether somebody else is to have the role is not guessed
                    let take = ElasticsearchUserChange::TakeRole { user: name.clone(), role: role.value.clone() };
                    let fix = Fix::changes(format!("take `{}` from `{name}`", role.value), Safety::Confirm, vec![take.into()]);
                    match names.nearest(name) {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding.help("add the user to users, or take the name out"),
                    }
                    .fix(Some(fix));
                }
            } else if user.roles.is_empty() {
                found
                    .add(user.place, format!("user `{name}` has no role"))
                    .severity(Note)
                    .help("name a role in users_roles, or remove the user");
            }
        }
    }
}

//! Changes of users: the file realm's lines, and the native realm's entries.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::entry::{create, delete, find, rename};
use super::super::list::{add, bare, remove, swap};
use super::super::{ChangeError, PasswordHash};
use super::list::{check_line_name, check_name};
use super::op::{Op, body, entry};
use super::tree::Step;
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, FileKind, Secret, User};
use crate::source::Located;

/// One change of a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum ElasticsearchUserChange {
    /// A new user of the file realm.
    CreateElasticsearchUser {
        /// Its name.
        user: String,
        /// The password's hash.
        hash: PasswordHash,
        /// Roles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        roles: Vec<String>,
    },
    /// Another name; `run_as` and mapping rules that name the user follow.
    RenameElasticsearchUser {
        /// The user.
        user: String,
        /// The new name.
        to: String,
    },
    /// The user goes, from `users_roles` too; `run_as` and mapping rules that name it stay.
    DeleteElasticsearchUser {
        /// The user.
        user: String,
    },
    /// One more role.
    GiveRole {
        /// The user.
        user: String,
        /// The role.
        role: String,
    },
    /// One role less.
    TakeRole {
        /// The user.
        user: String,
        /// As written.
        role: String,
    },
    /// Another password of a user of the file realm.
    SetElasticsearchHash {
        /// The user.
        user: String,
        /// The password's hash.
        hash: PasswordHash,
    },
    /// Whether a user of the native realm may log in.
    EnableUser {
        /// The user.
        user: String,
        /// True or false.
        enabled: bool,
    },
}

const NATIVE: FileKind = FileKind::Document(DocumentKind::Users);

impl ElasticsearchUserChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-elasticsearch-user",
        "rename-elasticsearch-user",
        "delete-elasticsearch-user",
        "give-role",
        "take-role",
        "set-elasticsearch-hash",
        "enable-user",
    ];

    pub(super) fn user(&self) -> &str {
        match self {
            Self::CreateElasticsearchUser { user, .. }
            | Self::RenameElasticsearchUser { user, .. }
            | Self::DeleteElasticsearchUser { user }
            | Self::GiveRole { user, .. }
            | Self::TakeRole { user, .. }
            | Self::SetElasticsearchHash { user, .. }
            | Self::EnableUser { user, .. } => user,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let users = &mut configuration.users;
        let secret = |hash: &PasswordHash| Some(Located::bare(Secret::new(hash.0.clone())));
        match self {
            Self::CreateElasticsearchUser { user, hash, roles } => {
                check_line_name(user)?;
                roles.iter().try_for_each(|role| check_line_name(role))?;
                check_hash(hash)?;
                create(users, "user", user, User { hash: secret(hash), roles: bare(roles), ..User::default() })
            }
            Self::RenameElasticsearchUser { user, to } => {
                match find(users, "user", user)?.native {
                    true => check_name(to)?,
                    false => check_line_name(to)?,
                }
                rename(users, "user", user, to)?;
                for role in configuration.roles.values_mut() {
                    swap(&mut role.run_as, user, to);
                }
                for rules in configuration.role_mappings.values_mut().filter_map(|mapping| mapping.rules.as_mut()) {
                    rules.replace("username", user, to);
                }
                Ok(())
            }
            Self::DeleteElasticsearchUser { user } => delete(users, "user", user),
            Self::GiveRole { user, role } => {
                let found = find(users, "user", user)?;
                match found.native {
                    true => check_name(role)?,
                    false => check_line_name(role)?,
                }
                add(&mut found.roles, role, "roles", user)
            }
            Self::TakeRole { user, role } => {
                let found = find(users, "user", user)?;
                remove(&mut found.roles, role, "roles", user)?;
                // one that only `users_roles` names is nobody without a role
                if !found.native && found.hash.is_none() && found.roles.is_empty() {
                    users.shift_remove(user);
                }
                Ok(())
            }
            Self::SetElasticsearchHash { user, hash } => {
                check_hash(hash)?;
                let found = find(users, "user", user)?;
                if found.native {
                    return Err(ChangeError::Native(user.clone()));
                }
                found.hash = secret(hash);
                Ok(())
            }
            Self::EnableUser { user, enabled } => {
                let found = find(users, "user", user)?;
                if !found.native {
                    return Err(ChangeError::NotNative(user.clone()));
                }
                found.enabled = Some(Located::bare(*enabled));
                Ok(())
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let name = self.user();
        let user = configuration.users.get(name);
        let file = user.and_then(|user| user.place).map(|place| place.file);
        let native = user.is_some_and(|user| user.native);
        let roles_file = user.and_then(|user| user.roles.first()).or_else(|| any_role(configuration)).and_then(|role| role.place);
        let roles_file = roles_file.map(|place| place.file);
        let roles = || Op::at(file, NATIVE, entry(name)).then(Step::Key("roles"));
        match self {
            Self::CreateElasticsearchUser { user, hash, roles } => {
                let file = configuration.users.values().filter_map(|user| user.hash.as_ref()?.place).map(|place| place.file).next();
                let mut out = vec![Op::set_hash(file, user, &hash.0)];
                out.extend(roles.iter().map(|role| Op::give(roles_file, user, role)));
                out
            }
            Self::RenameElasticsearchUser { user, to } => {
                let mut out = match native {
                    true => vec![Op::at(file, NATIVE, entry(name)).rename(to)],
                    false => self.lines(configuration, |file, kind| Op::rename_user(file, kind, user, to)),
                };
                follow(configuration, user, to, &mut out);
                out
            }
            Self::DeleteElasticsearchUser { .. } if native => vec![Op::at(file, NATIVE, entry(name)).cut()],
            Self::DeleteElasticsearchUser { user } => self.lines(configuration, |file, kind| Op::cut_user(file, kind, user)),
            Self::GiveRole { role, .. } if native => vec![roles().push(role)],
            Self::GiveRole { user, role } => vec![Op::give(roles_file, user, role)],
            Self::TakeRole { role, .. } if native => vec![roles().remove(role)],
            Self::TakeRole { user, role } => vec![Op::take(roles_file, user, role)],
            Self::SetElasticsearchHash { user, hash } => vec![Op::set_hash(file, user, &hash.0)],
            Self::EnableUser { enabled, .. } => vec![Op::at(file, NATIVE, entry(name)).then(Step::Key("enabled")).put(json!(enabled))],
        }
    }

    /// An operation for each line file that has the user.
    fn lines(&self, configuration: &Configuration, op: impl Fn(Option<crate::source::FileId>, FileKind) -> Op) -> Vec<Op> {
        let Some(user) = configuration.users.get(self.user()) else { return Vec::new() };
        let mut out = Vec::new();
        if let Some(place) = user.place {
            out.push(op(Some(place.file), FileKind::Users));
        }
        if let Some(place) = user.roles.first().and_then(|role| role.place) {
            out.push(op(Some(place.file), FileKind::UsersRoles));
        }
        out
    }
}

/// A role of any user of the file realm, for the file that it stands in.
fn any_role(configuration: &Configuration) -> Option<&Located<String>> {
    configuration.users.values().filter(|user| !user.native).find_map(|user| user.roles.first())
}

/// A hash that a line can hold.
fn check_hash(hash: &PasswordHash) -> Result<(), ChangeError> {
    let fits = !hash.0.is_empty() && hash.0.chars().all(|c| c.is_ascii_graphic());
    if fits { Ok(()) } else { Err(ChangeError::BadHash) }
}

/// Another name for a user in roles and mapping rules.
fn follow(configuration: &Configuration, user: &str, to: &str, out: &mut Vec<Op>) {
    for (name, role) in &configuration.roles {
        if role.run_as.iter().any(|have| have.value == user) {
            let file = role.place.map(|place| place.file);
            out.push(Op::at(file, FileKind::Document(DocumentKind::Roles), body(name, "run_as")).replace(user, to));
        }
    }
    for (name, mapping) in &configuration.role_mappings {
        if mapping.rules.as_ref().is_some_and(|rules| rules.names("username", user)) {
            let file = mapping.place.map(|place| place.file);
            let rules = Op::at(file, FileKind::Document(DocumentKind::RoleMappings), entry(name)).then(Step::Key("rules"));
            out.push(rules.replace_in_rules("username", user, to));
        }
    }
}

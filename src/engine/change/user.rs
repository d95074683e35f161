//! Changes of internal users.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use indexmap::IndexMap;

use super::ChangeError;
use super::entry::{create, delete, find, rename};
use super::list::{add, bare, remove, swap};
use super::text::{Op, key};
use crate::engine::model::Entries;
use crate::engine::model::opensearch::{Configuration, DocumentKind, Flags, InternalUser, Secret};
use crate::source::Located;

/// A password's hash on its way into a file; never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(masked)")
    }
}

/// One change of an internal user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum UserChange {
    /// A new user, behind the others.
    CreateUser {
        /// Its name.
        user: String,
        /// The password's bcrypt hash.
        hash: PasswordHash,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Backend roles.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        backend_roles: Vec<String>,
        /// Roles held without a mapping.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        security_roles: Vec<String>,
        /// Attributes.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        attributes: IndexMap<String, String>,
    },
    /// A copy under another name with the same rights and another password.
    CopyUser {
        /// The user to copy.
        user: String,
        /// The copy's name.
        to: String,
        /// The copy's own hash.
        hash: PasswordHash,
    },
    /// Another name; mappings that name the user follow.
    RenameUser {
        /// The user.
        user: String,
        /// The new name.
        to: String,
    },
    /// The user goes; mappings that name it stay.
    DeleteUser {
        /// The user.
        user: String,
    },
    /// Its description; without one the key goes.
    DescribeUser {
        /// The user.
        user: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// One more backend role.
    AddBackendRole {
        /// The user.
        user: String,
        /// The backend role.
        backend_role: String,
    },
    /// One backend role less.
    RemoveBackendRole {
        /// The user.
        user: String,
        /// As written.
        backend_role: String,
    },
    /// An attribute gets a value.
    SetAttribute {
        /// The user.
        user: String,
        /// The attribute's name.
        attribute: String,
        /// Its value.
        value: String,
    },
    /// An attribute goes.
    RemoveAttribute {
        /// The user.
        user: String,
        /// The attribute's name.
        attribute: String,
    },
    /// One more role held without a mapping.
    AddSecurityRole {
        /// The user.
        user: String,
        /// The role.
        role: String,
    },
    /// One role less of those held without a mapping.
    RemoveSecurityRole {
        /// The user.
        user: String,
        /// As written.
        role: String,
    },
    /// Another password.
    SetHash {
        /// The user.
        user: String,
        /// Its bcrypt hash.
        hash: PasswordHash,
    },
}

const ROLES: &str = "opendistro_security_roles";

fn secret(hash: &PasswordHash) -> Option<Located<Secret>> {
    Some(Located::bare(Secret::new(hash.0.clone())))
}

fn value(user: &InternalUser) -> Value {
    let texts = |items: &[Located<String>]| json!(items.iter().map(|item| &item.value).collect::<Vec<_>>());
    let mut out = json!({ "hash": user.hash.as_ref().map_or("", |hash| hash.reveal()) });
    if let Some(description) = &user.description {
        out["description"] = json!(description.value);
    }
    if !user.backend_roles.is_empty() {
        out["backend_roles"] = texts(&user.backend_roles);
    }
    if !user.security_roles.is_empty() {
        out[ROLES] = texts(&user.security_roles);
    }
    if !user.attributes.is_empty() {
        out["attributes"] = user.attributes.iter().map(|(name, value)| (name.clone(), json!(value.value))).collect();
    }
    out
}

impl UserChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-user",
        "copy-user",
        "rename-user",
        "delete-user",
        "describe-user",
        "add-backend-role",
        "remove-backend-role",
        "set-attribute",
        "remove-attribute",
        "add-security-role",
        "remove-security-role",
        "set-hash",
    ];

    pub(super) fn user(&self) -> &str {
        match self {
            Self::CreateUser { user, .. }
            | Self::CopyUser { user, .. }
            | Self::RenameUser { user, .. }
            | Self::DeleteUser { user }
            | Self::DescribeUser { user, .. }
            | Self::AddBackendRole { user, .. }
            | Self::RemoveBackendRole { user, .. }
            | Self::SetAttribute { user, .. }
            | Self::RemoveAttribute { user, .. }
            | Self::AddSecurityRole { user, .. }
            | Self::RemoveSecurityRole { user, .. }
            | Self::SetHash { user, .. } => user,
        }
    }

    /// The user that a change makes, if it makes one.
    fn made(&self, users: &Entries<InternalUser>) -> Option<InternalUser> {
        match self {
            Self::CreateUser { hash, description, backend_roles, security_roles, attributes, .. } => Some(InternalUser {
                hash: secret(hash),
                description: description.as_deref().map(Into::into),
                backend_roles: bare(backend_roles),
                security_roles: bare(security_roles),
                attributes: attributes.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect(),
                ..InternalUser::default()
            }),
            Self::CopyUser { user, hash, .. } => {
                let from = users.get(user)?;
                Some(InternalUser {
                    hash: secret(hash),
                    description: from.description.clone(),
                    backend_roles: from.backend_roles.clone(),
                    security_roles: from.security_roles.clone(),
                    attributes: from.attributes.clone(),
                    flags: Flags::default(),
                    ..InternalUser::default()
                })
            }
            _ => None,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let made = self.made(&configuration.internal_users);
        let users = &mut configuration.internal_users;
        let name = self.user();
        let missing = || ChangeError::Missing { what: "user", name: name.to_owned() };
        match self {
            Self::CreateUser { user, .. } => create(users, "user", user, made.ok_or_else(missing)?),
            Self::CopyUser { to, .. } => create(users, "user", to, made.ok_or_else(missing)?),
            Self::RenameUser { user, to } => {
                rename(users, "user", user, to)?;
                for mapping in configuration.roles_mapping.values_mut() {
                    swap(&mut mapping.users, user, to);
                }
                Ok(())
            }
            Self::DeleteUser { user } => delete(users, "user", user),
            Self::DescribeUser { description, .. } => {
                find(users, "user", name)?.description = description.as_deref().map(Into::into);
                Ok(())
            }
            Self::AddBackendRole { backend_role, .. } => {
                add(&mut find(users, "user", name)?.backend_roles, backend_role, "backend_roles", name)
            }
            Self::RemoveBackendRole { backend_role, .. } => {
                remove(&mut find(users, "user", name)?.backend_roles, backend_role, "backend_roles", name)
            }
            Self::SetAttribute { attribute, value, .. } => {
                find(users, "user", name)?.attributes.insert(attribute.clone(), value.as_str().into());
                Ok(())
            }
            Self::RemoveAttribute { attribute, .. } => {
                let gone = find(users, "user", name)?.attributes.shift_remove(attribute);
                gone.map(drop).ok_or_else(|| ChangeError::NotListed { item: attribute.clone(), list: "attributes", name: name.to_owned() })
            }
            Self::AddSecurityRole { role, .. } => add(&mut find(users, "user", name)?.security_roles, role, ROLES, name),
            Self::RemoveSecurityRole { role, .. } => remove(&mut find(users, "user", name)?.security_roles, role, ROLES, name),
            Self::SetHash { hash, .. } => {
                find(users, "user", name)?.hash = secret(hash);
                Ok(())
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let name = self.user();
        let entry = |name: &str| Op::at(DocumentKind::InternalUsers, vec![key(name)]);
        let at = |list: &str| Op::at(DocumentKind::InternalUsers, vec![key(name), key(list)]);
        let made = || self.made(&configuration.internal_users).as_ref().map(value).unwrap_or_default();
        vec![match self {
            Self::CreateUser { user, .. } => entry(user).put(made()),
            Self::CopyUser { to, .. } => entry(to).put(made()),
            Self::RenameUser { user, to } => {
                let mut out = vec![entry(user).rename(to)];
                for (role, mapping) in &configuration.roles_mapping {
                    if mapping.users.iter().any(|have| have.value == *user) {
                        out.push(Op::at(DocumentKind::RolesMapping, vec![key(role), key("users")]).replace(user, to));
                    }
                }
                return out;
            }
            Self::DeleteUser { user } => entry(user).cut(),
            Self::DescribeUser { description, .. } => at("description").put_or_cut(description.as_ref().map(|text| json!(text))),
            Self::AddBackendRole { backend_role, .. } => at("backend_roles").push(json!(backend_role)),
            Self::RemoveBackendRole { backend_role, .. } => at("backend_roles").remove(backend_role),
            Self::SetAttribute { attribute, value, .. } => at("attributes").then(key(attribute)).put(json!(value)),
            Self::RemoveAttribute { attribute, .. } => at("attributes").then(key(attribute)).cut(),
            Self::AddSecurityRole { role, .. } => at(ROLES).push(json!(role)),
            Self::RemoveSecurityRole { role, .. } => at(ROLES).remove(role),
            Self::SetHash { hash, .. } => at("hash").put(json!(hash.0)),
        }]
    }
}

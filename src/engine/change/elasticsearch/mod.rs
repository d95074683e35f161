//! Changes of Elasticsearch's files: roles, role mappings, users of both realms, stored privileges.
//!
//! Most carry `elasticsearch` in their names only where OpenSearch has a change of the same words; what they
//! change is read from the entry's own file, in whichever spelling it is written.

mod application;
mod index;
mod lines;
mod list;
mod mapping;
mod op;
mod reference;
mod role;
mod same;
mod stored;
mod tree;
mod user;

pub use application::ApplicationChange;
pub use index::IndexPrivilegesChange;
pub use mapping::{RoleMappingChange, distinguished_names};
pub use op::{Op, edit};
pub use reference::references;
pub use role::{ApplicationEntry, ElasticsearchRoleChange, FieldSecurityEntry, IndexEntry};
pub use same::same;
pub use stored::StoredPrivilegeChange;
pub use user::ElasticsearchUserChange;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{ChangeError, EntryKind, Reference};
use crate::engine::model::elasticsearch::Configuration;

/// One edit of an Elasticsearch configuration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ElasticsearchChange {
    /// A role as a whole, its cluster privileges, whom it runs as, its entries as wholes.
    Role(ElasticsearchRoleChange),
    /// Inside one entry of a role's `indices`.
    Index(IndexPrivilegesChange),
    /// Inside one entry of a role's `applications`.
    Application(ApplicationChange),
    /// Who gets which roles.
    Mapping(RoleMappingChange),
    /// A user of the file or the native realm.
    User(ElasticsearchUserChange),
    /// A stored application privilege.
    Stored(StoredPrivilegeChange),
}

macro_rules! families {
    ($($variant:ident($family:ident)),*) => {
        $(impl From<$family> for ElasticsearchChange {
            fn from(change: $family) -> Self {
                ElasticsearchChange::$variant(change)
            }
        }

        impl From<$family> for super::Change {
            fn from(change: $family) -> Self {
                super::Change::Elasticsearch(change.into())
            }
        })*

        impl<'de> Deserialize<'de> for ElasticsearchChange {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                let name = value.get("change").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
                $(if $family::NAMES.contains(&name.as_str()) {
                    return serde_json::from_value(value).map(ElasticsearchChange::$variant).map_err(D::Error::custom);
                })*
                Err(D::Error::custom(format!("no change is called `{name}`")))
            }
        }

        impl ElasticsearchChange {
            /// The names of all changes, as files spell them.
            pub const NAMES: &'static [&'static [&'static str]] = &[$($family::NAMES),*];

            /// Do it to the model. On an error the model is as it was.
            ///
            /// # Errors
            /// [`ChangeError`] when it does not fit the configuration.
            pub fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
                match self {
                    $(ElasticsearchChange::$variant(change) => change.apply(configuration),)*
                }
            }

            /// The same in terms of the files. The configuration is the one that the change has not been applied to.
            pub fn operations(&self, configuration: &Configuration) -> Vec<Op> {
                match self {
                    $(ElasticsearchChange::$variant(change) => change.operations(configuration),)*
                }
            }
        }
    };
}

families! {
    Role(ElasticsearchRoleChange), Index(IndexPrivilegesChange), Application(ApplicationChange), Mapping(RoleMappingChange),
    User(ElasticsearchUserChange), Stored(StoredPrivilegeChange)
}

impl ElasticsearchChange {
    /// The entry that the change is about.
    pub fn subject(&self) -> (EntryKind, &str) {
        match self {
            ElasticsearchChange::Role(change) => (EntryKind::Role, change.role()),
            ElasticsearchChange::Index(change) => (EntryKind::Role, change.role()),
            ElasticsearchChange::Application(change) => (EntryKind::Role, change.role()),
            ElasticsearchChange::Mapping(change) => (EntryKind::Mapping, change.mapping()),
            ElasticsearchChange::User(change) => (EntryKind::User, change.user()),
            ElasticsearchChange::Stored(change) => (EntryKind::Privilege, change.privilege()),
        }
    }

    /// Whether the entry is reserved, so that an operator should confirm the change: the word, if there is one.
    pub fn guarded(&self, configuration: &Configuration) -> Option<&'static str> {
        let (kind, name) = self.subject();
        let metadata = match kind {
            EntryKind::Role => configuration.roles.get(name)?.metadata.as_ref(),
            EntryKind::User => configuration.users.get(name)?.metadata.as_ref(),
            _ => None,
        };
        metadata?.value.get("_reserved")?.as_bool()?.then_some("reserved")
    }

    /// What would point at nothing after the change: every reference to what it deletes.
    pub fn breaks(&self, configuration: &Configuration) -> Vec<Reference> {
        match self {
            ElasticsearchChange::Role(ElasticsearchRoleChange::DeleteElasticsearchRole { role }) => {
                references(EntryKind::Role, role, configuration)
            }
            ElasticsearchChange::User(ElasticsearchUserChange::DeleteElasticsearchUser { user }) => {
                references(EntryKind::User, user, configuration)
            }
            ElasticsearchChange::Stored(StoredPrivilegeChange::DeleteStoredPrivilege { privilege }) => {
                references(EntryKind::Privilege, privilege, configuration)
            }
            ElasticsearchChange::Stored(StoredPrivilegeChange::DeleteStoredApplication { application }) => {
                let of_it = configuration.privileges.iter().filter(|have| have.application == *application);
                let names = of_it.map(|have| format!("{application} {}", have.name));
                names.flat_map(|name| references(EntryKind::Privilege, &name, configuration)).collect()
            }
            _ => Vec::new(),
        }
    }
}

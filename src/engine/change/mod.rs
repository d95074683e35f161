//! The operator's edits as values in the field's words. A change is applied to the model
//! ([`Change::apply`]) and, independently, turned into edits of the text ([`Change::edits`]); both
//! must give the same configuration, and the workspace checks that they do.
//!
//! In files a change is a mapping with the key `change`; `rolesmith guide changes` shows one of each.

mod before_1_0;
pub mod elasticsearch;
mod entry;
mod error;
mod file;
mod group;
mod inside;
mod list;
mod mapping;
mod reference;
mod resource;
mod role;
mod rule;
mod setting;
mod tenant;
mod text;
mod user;

pub use crate::engine::model::opensearch::{same, same_entries};
pub use error::ChangeError;
pub use file::{read_changes, write_changes};
pub use group::GroupChange;
pub use inside::Room;
pub use mapping::MappingChange;
pub use reference::{Reference, references};
pub use role::{IndexRule, RoleChange, TenantRule};
pub use rule::{RuleChange, RuleNumber};
pub use setting::SettingChange;
pub use tenant::TenantChange;
pub(crate) use text::yaml;
pub use text::{Op, Step};
pub use user::{PasswordHash, UserChange};

pub use elasticsearch::ElasticsearchChange;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::engine::model::opensearch::{Configuration, DocumentKind};

/// One edit of a configuration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Change {
    /// A role as a whole, its cluster permissions, its rules as wholes.
    Role(RoleChange),
    /// Inside one index or tenant rule of a role.
    Rule(RuleChange),
    /// Who gets a role.
    Mapping(MappingChange),
    /// An internal user.
    User(UserChange),
    /// An action group.
    Group(GroupChange),
    /// A tenant.
    Tenant(TenantChange),
    /// A dynamic setting.
    Setting(SettingChange),
    /// Something of Elasticsearch's files.
    Elasticsearch(ElasticsearchChange),
}

/// What an entry is, whichever product's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// A role.
    Role,
    /// A role mapping.
    Mapping,
    /// A user.
    User,
    /// An action group, or a stored application privilege.
    Privilege,
    /// A tenant.
    Tenant,
    /// A dynamic setting.
    Setting,
    /// An entry of a side file.
    SideFile,
}

impl From<DocumentKind> for EntryKind {
    fn from(kind: DocumentKind) -> Self {
        match kind {
            DocumentKind::Roles => EntryKind::Role,
            DocumentKind::RolesMapping => EntryKind::Mapping,
            DocumentKind::InternalUsers => EntryKind::User,
            DocumentKind::ActionGroups => EntryKind::Privilege,
            DocumentKind::Tenants => EntryKind::Tenant,
            DocumentKind::Config => EntryKind::Setting,
            DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => EntryKind::SideFile,
        }
    }
}

impl From<ElasticsearchChange> for Change {
    fn from(change: ElasticsearchChange) -> Self {
        Change::Elasticsearch(change)
    }
}

macro_rules! families {
    ($($variant:ident($family:ident)),*) => {
        $(impl From<$family> for Change {
            fn from(change: $family) -> Self {
                Change::$variant(change)
            }
        })*

        impl<'de> Deserialize<'de> for Change {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                let Some(name) = value.get("change").and_then(|name| name.as_str()).map(str::to_owned) else {
                    return Err(D::Error::custom("a change needs the key `change` with its name"));
                };
                $(if $family::NAMES.contains(&name.as_str()) {
                    return serde_json::from_value(value).map(Change::$variant).map_err(D::Error::custom);
                })*
                if ElasticsearchChange::NAMES.iter().any(|names| names.contains(&name.as_str())) {
                    return serde_json::from_value(value).map(Change::Elasticsearch).map_err(D::Error::custom);
                }
                Err(D::Error::custom(format!("no change is called `{name}`")))
            }
        }

        impl Change {
            /// The names of all changes, as files spell them.
            pub fn names() -> impl Iterator<Item = &'static str> {
                let elasticsearch = ElasticsearchChange::NAMES.iter().copied().flatten();
                [$($family::NAMES),*].into_iter().flatten().chain(elasticsearch).copied()
            }

            /// Do it to OpenSearch's model. On an error the model is as it was.
            pub fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
                match self {
                    $(Change::$variant(change) => change.apply(configuration),)*
                    Change::Elasticsearch(_) => Err(ChangeError::OtherFamily("Elasticsearch")),
                }
            }

            /// The same in terms of OpenSearch's documents, for [`Change::edits`]. The configuration is the one
            /// that the change has not been applied to.
            pub fn operations(&self, configuration: &Configuration) -> Vec<Op> {
                match self {
                    $(Change::$variant(change) => change.operations(configuration),)*
                    Change::Elasticsearch(_) => Vec::new(),
                }
            }
        }
    };
}

families! {
    Role(RoleChange), Rule(RuleChange), Mapping(MappingChange), User(UserChange), Group(GroupChange), Tenant(TenantChange), Setting(SettingChange)
}

impl Change {
    /// Its name, as files spell it.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.get("change").and_then(|name| name.as_str()).unwrap_or_default().to_owned()
    }

    /// The entry that the change is about: what it is, and its name.
    pub fn subject(&self) -> (EntryKind, &str) {
        match self {
            Change::Role(change) => (EntryKind::Role, change.role()),
            Change::Rule(change) => (EntryKind::Role, change.role()),
            Change::Mapping(change) => (EntryKind::Mapping, change.role()),
            Change::User(change) => (EntryKind::User, change.user()),
            Change::Group(change) => (EntryKind::Privilege, change.group()),
            Change::Tenant(change) => (EntryKind::Tenant, change.tenant()),
            Change::Setting(change) => (EntryKind::Setting, change.key()),
            Change::Elasticsearch(change) => change.subject(),
        }
    }

    /// Whether the entry is reserved, hidden or static, so that an operator should confirm the change:
    /// the word, if there is one. Of OpenSearch's configuration.
    pub fn guarded(&self, configuration: &Configuration) -> Option<&'static str> {
        let (kind, name) = self.subject();
        let flags = match kind {
            _ if matches!(self, Change::Elasticsearch(_)) => return None,
            EntryKind::Role => configuration.roles.get(name)?.flags,
            EntryKind::Mapping => configuration.roles_mapping.get(name)?.flags,
            EntryKind::User => configuration.internal_users.get(name)?.flags,
            EntryKind::Privilege => configuration.action_groups.get(name)?.flags,
            EntryKind::Tenant => configuration.tenants.get(name)?.flags,
            EntryKind::Setting | EntryKind::SideFile => return None,
        };
        [(flags.is_static, "static"), (flags.reserved, "reserved"), (flags.hidden, "hidden")]
            .into_iter()
            .find_map(|(set, word)| set.then_some(word))
    }

    /// What would point at nothing after the change: every reference to what it deletes. Of OpenSearch's
    /// configuration.
    pub fn breaks(&self, configuration: &Configuration) -> Vec<Reference> {
        match self {
            Change::Role(RoleChange::DeleteRole { role }) => references(DocumentKind::Roles, role, configuration),
            Change::User(UserChange::DeleteUser { user }) => references(DocumentKind::InternalUsers, user, configuration),
            Change::Group(GroupChange::DeleteActionGroup { group }) => references(DocumentKind::ActionGroups, group, configuration),
            Change::Tenant(TenantChange::DeleteTenant { tenant }) => references(DocumentKind::Tenants, tenant, configuration),
            _ => Vec::new(),
        }
    }
}

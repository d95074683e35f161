//! Changes of a role as a whole.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::entry::{create, delete, find, rename};
use super::super::list::{add, bare, remove, replace, swap};
use super::super::{ChangeError, RuleNumber};
use super::list::{check_line_name, check_name};
use super::mapping::{follow_role, role_operations};
use super::op::{Op, body, entry};
use super::tree::Step;
use crate::engine::model::elasticsearch::{
    ApplicationPrivileges, Configuration, DocumentKind, FieldSecurity, FileKind, IndexPrivileges, Role,
};
use crate::source::Located;

/// Which fields are seen, as changes carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSecurityEntry {
    /// Granted fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Vec<String>>,
    /// Fields taken out again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Vec<String>>,
}

/// One entry of `indices`, as changes carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// Index name patterns.
    pub names: Vec<String>,
    /// Index privileges.
    pub privileges: Vec<String>,
    /// Field-level security.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_security: Option<FieldSecurityEntry>,
    /// Document-level security, a query as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Whether restricted names are meant too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_restricted_indices: Option<bool>,
}

/// One entry of `applications`, as changes carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationEntry {
    /// Application name or pattern.
    pub application: String,
    /// Names of stored privileges or action patterns.
    pub privileges: Vec<String>,
    /// Resource patterns.
    pub resources: Vec<String>,
}

impl From<&FieldSecurityEntry> for FieldSecurity {
    fn from(entry: &FieldSecurityEntry) -> Self {
        let list = |items: &Option<Vec<String>>| items.as_deref().map(bare);
        FieldSecurity { grant: list(&entry.grant), except: list(&entry.except) }
    }
}

impl From<&IndexEntry> for IndexPrivileges {
    fn from(entry: &IndexEntry) -> Self {
        IndexPrivileges {
            names: bare(&entry.names),
            privileges: bare(&entry.privileges),
            field_security: entry.field_security.as_ref().map(Into::into),
            query: entry.query.as_deref().map(Into::into),
            allow_restricted_indices: entry.allow_restricted_indices.map(Located::bare),
            place: None,
        }
    }
}

impl From<&ApplicationEntry> for ApplicationPrivileges {
    fn from(entry: &ApplicationEntry) -> Self {
        ApplicationPrivileges {
            application: Some(entry.application.as_str().into()),
            privileges: bare(&entry.privileges),
            resources: bare(&entry.resources),
            place: None,
        }
    }
}

/// One change of a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum ElasticsearchRoleChange {
    /// A new role, behind the others.
    CreateElasticsearchRole {
        /// Its name.
        role: String,
        /// Cluster privileges.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cluster: Vec<String>,
        /// Entries of `indices`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        indices: Vec<IndexEntry>,
        /// Entries of `applications`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        applications: Vec<ApplicationEntry>,
        /// Users that may be impersonated.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        run_as: Vec<String>,
    },
    /// A copy under another name, in the same file; a reserved role's copy is not reserved.
    CopyElasticsearchRole {
        /// The role to copy.
        role: String,
        /// The copy's name.
        to: String,
    },
    /// Another name; users and mappings that name the role follow.
    RenameElasticsearchRole {
        /// The role.
        role: String,
        /// Its new name.
        to: String,
    },
    /// The role goes; users and mappings that name it stay.
    DeleteElasticsearchRole {
        /// The role.
        role: String,
    },
    /// Its description; without one the key goes. Products before 8.15 refuse the key.
    DescribeElasticsearchRole {
        /// The role.
        role: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// One more cluster privilege.
    AddClusterPrivilege {
        /// The role.
        role: String,
        /// A named privilege or an action pattern.
        privilege: String,
    },
    /// One cluster privilege less.
    RemoveClusterPrivilege {
        /// The role.
        role: String,
        /// As written.
        privilege: String,
    },
    /// One cluster privilege in the place of another.
    ReplaceClusterPrivilege {
        /// The role.
        role: String,
        /// As written.
        privilege: String,
        /// What comes instead.
        with: String,
    },
    /// One more user to run as.
    AddRunAs {
        /// The role.
        role: String,
        /// A user name or pattern.
        user: String,
    },
    /// One user less to run as.
    RemoveRunAs {
        /// The role.
        role: String,
        /// As written.
        user: String,
    },
    /// One more entry of `indices`.
    AddIndexPrivileges {
        /// The role.
        role: String,
        /// The entry.
        indices: IndexEntry,
    },
    /// One entry of `indices` less.
    RemoveIndexPrivileges {
        /// The role.
        role: String,
        /// Counted from one.
        rule: RuleNumber,
    },
    /// One more entry of `applications`.
    AddApplicationPrivileges {
        /// The role.
        role: String,
        /// The entry.
        applications: ApplicationEntry,
    },
    /// One entry of `applications` less.
    RemoveApplicationPrivileges {
        /// The role.
        role: String,
        /// Counted from one.
        rule: RuleNumber,
    },
}

/// The metadata without what marks a built-in role.
pub(super) fn own_metadata(metadata: &Value) -> Value {
    let mut metadata = metadata.clone();
    if let Some(entries) = metadata.as_object_mut() {
        entries.retain(|key, _| !key.starts_with('_'));
    }
    metadata
}

/// A role with the name of a kind for messages.
pub(super) fn role_of<'c>(configuration: &'c mut Configuration, role: &str) -> Result<&'c mut Role, ChangeError> {
    find(&mut configuration.roles, "role", role)
}

/// Take an entry of a role's list out.
pub(super) fn remove_rule<T>(rules: &mut Vec<T>, rule: RuleNumber, role: &str, what: &'static str) -> Result<(), ChangeError> {
    rules.remove(rule.within(rules.len(), role, what)?);
    Ok(())
}

impl ElasticsearchRoleChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-elasticsearch-role",
        "copy-elasticsearch-role",
        "rename-elasticsearch-role",
        "delete-elasticsearch-role",
        "describe-elasticsearch-role",
        "add-cluster-privilege",
        "remove-cluster-privilege",
        "replace-cluster-privilege",
        "add-run-as",
        "remove-run-as",
        "add-index-privileges",
        "remove-index-privileges",
        "add-application-privileges",
        "remove-application-privileges",
    ];

    pub(super) fn role(&self) -> &str {
        match self {
            Self::CreateElasticsearchRole { role, .. }
            | Self::CopyElasticsearchRole { role, .. }
            | Self::RenameElasticsearchRole { role, .. }
            | Self::DeleteElasticsearchRole { role }
            | Self::DescribeElasticsearchRole { role, .. }
            | Self::AddClusterPrivilege { role, .. }
            | Self::RemoveClusterPrivilege { role, .. }
            | Self::ReplaceClusterPrivilege { role, .. }
            | Self::AddRunAs { role, .. }
            | Self::RemoveRunAs { role, .. }
            | Self::AddIndexPrivileges { role, .. }
            | Self::RemoveIndexPrivileges { role, .. }
            | Self::AddApplicationPrivileges { role, .. }
            | Self::RemoveApplicationPrivileges { role, .. } => role,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        match self {
            Self::CreateElasticsearchRole { role, cluster, indices, applications, run_as } => {
                check_name(role)?;
                let made = Role {
                    cluster: bare(cluster),
                    indices: indices.iter().map(Into::into).collect(),
                    applications: applications.iter().map(Into::into).collect(),
                    run_as: bare(run_as),
                    ..Role::default()
                };
                create(&mut configuration.roles, "role", role, made)
            }
            Self::CopyElasticsearchRole { role, to } => {
                check_name(to)?;
                let mut made = role_of(configuration, role)?.clone();
                made.place = None;
                if let Some(metadata) = &mut made.metadata {
                    metadata.value = own_metadata(&metadata.value);
                }
                create(&mut configuration.roles, "role", to, made)
            }
            Self::RenameElasticsearchRole { role, to } => {
                let held = configuration.users.values().any(|user| !user.native && user.roles.iter().any(|have| have.value == *role));
                if held {
                    check_line_name(to)?
                } else {
                    check_name(to)?
                };
                rename(&mut configuration.roles, "role", role, to)?;
                for user in configuration.users.values_mut() {
                    swap(&mut user.roles, role, to);
                }
                follow_role(configuration, role, to);
                Ok(())
            }
            Self::DeleteElasticsearchRole { role } => delete(&mut configuration.roles, "role", role),
            Self::DescribeElasticsearchRole { role, description } => {
                role_of(configuration, role)?.description = description.as_deref().map(Into::into);
                Ok(())
            }
            Self::AddClusterPrivilege { role, privilege } => add(&mut role_of(configuration, role)?.cluster, privilege, "cluster", role),
            Self::RemoveClusterPrivilege { role, privilege } => {
                remove(&mut role_of(configuration, role)?.cluster, privilege, "cluster", role)
            }
            Self::ReplaceClusterPrivilege { role, privilege, with } => {
                replace(&mut role_of(configuration, role)?.cluster, privilege, with, "cluster", role)
            }
            Self::AddRunAs { role, user } => add(&mut role_of(configuration, role)?.run_as, user, "run_as", role),
            Self::RemoveRunAs { role, user } => remove(&mut role_of(configuration, role)?.run_as, user, "run_as", role),
            Self::AddIndexPrivileges { role, indices } => {
                role_of(configuration, role)?.indices.push(indices.into());
                Ok(())
            }
            Self::RemoveIndexPrivileges { role, rule } => {
                remove_rule(&mut role_of(configuration, role)?.indices, *rule, role, "entry of indices")
            }
            Self::AddApplicationPrivileges { role, applications } => {
                role_of(configuration, role)?.applications.push(applications.into());
                Ok(())
            }
            Self::RemoveApplicationPrivileges { role, rule } => {
                remove_rule(&mut role_of(configuration, role)?.applications, *rule, role, "entry of applications")
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let name = self.role();
        let file = configuration.roles.get(name).and_then(|role| role.place).map(|place| place.file);
        let kind = FileKind::Document(DocumentKind::Roles);
        let whole = |name: &str| Op::at(file, kind, entry(name));
        let at = |key| Op::at(file, kind, body(name, key));
        vec![match self {
            Self::CreateElasticsearchRole { role, cluster, indices, applications, run_as } => {
                let mut value = json!({});
                let lists = [("cluster", json!(cluster)), ("indices", json!(indices)), ("applications", json!(applications))];
                for (key, list) in lists.into_iter().chain([("run_as", json!(run_as))]) {
                    if list.as_array().is_some_and(|items| !items.is_empty()) {
                        value[key] = list;
                    }
                }
                whole(role).create(value)
            }
            Self::CopyElasticsearchRole { to, .. } => whole(name).copy(to),
            Self::RenameElasticsearchRole { role, to } => return follow(configuration, whole(name).rename(to), role, to),
            Self::DeleteElasticsearchRole { .. } => whole(name).cut(),
            Self::DescribeElasticsearchRole { description, .. } => {
                Op::at(file, kind, vec![Step::Entry(name.to_owned()), Step::Key("description")])
                    .put_or_cut(description.as_ref().map(|text| json!(text)))
            }
            Self::AddClusterPrivilege { privilege, .. } => at("cluster").push(privilege),
            Self::RemoveClusterPrivilege { privilege, .. } => at("cluster").remove(privilege),
            Self::ReplaceClusterPrivilege { privilege, with, .. } => at("cluster").replace(privilege, with),
            Self::AddRunAs { user, .. } => at("run_as").push(user),
            Self::RemoveRunAs { user, .. } => at("run_as").remove(user),
            Self::AddIndexPrivileges { indices, .. } => at("indices").push_value(json!(indices)),
            Self::RemoveIndexPrivileges { rule, .. } => at("indices").then(Step::item(*rule)).cut(),
            Self::AddApplicationPrivileges { applications, .. } => at("applications").push_value(json!(applications)),
            Self::RemoveApplicationPrivileges { rule, .. } => at("applications").then(Step::item(*rule)).cut(),
        }]
    }
}

/// The rename of a role and of every use of it.
fn follow(configuration: &Configuration, first: Op, role: &str, to: &str) -> Vec<Op> {
    let mut out = vec![first];
    let mut line_files = Vec::new();
    for (name, user) in &configuration.users {
        for held in user.roles.iter().filter(|held| held.value == role) {
            let file = held.place.map(|place| place.file);
            if user.native {
                let list = vec![Step::Entry(name.clone()), Step::Key("roles")];
                out.push(Op::at(file, FileKind::Document(DocumentKind::Users), list).replace(role, to));
            } else if !line_files.contains(&file) {
                line_files.push(file);
                out.push(Op::rename_role(file, role, to));
            }
        }
    }
    role_operations(configuration, role, to, &mut out);
    out
}

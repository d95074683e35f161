//! Edits of Elasticsearch's entries from the panes: whole entries here, parts of them in `fields`, their
//! completions in `completions`, an entry as text in `text`.

pub mod completions;
pub mod fields;
pub mod rules;
pub mod text;

use serde_json::json;

use crate::engine::change::elasticsearch::{
    ApplicationEntry, ElasticsearchRoleChange as Role, ElasticsearchUserChange as User, FieldSecurityEntry, IndexEntry,
    RoleMappingChange as Mapping, StoredPrivilegeChange as Stored,
};
use crate::engine::change::{Change, PasswordHash};
use crate::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role as RoleBody};
use crate::source::Located;
use crate::tui::data::Data;
use crate::tui::pane::Pane;
use crate::tui::pane::elasticsearch::roles::role;

pub(super) fn texts(items: &[Located<String>]) -> Vec<String> {
    items.iter().map(|item| item.value.clone()).collect()
}

/// What the prompt for a new entry says; none where nothing can be made.
pub fn new_note(pane: Pane) -> Option<&'static str> {
    Some(match pane {
        Pane::Users => "a name; its password comes next, its line goes into `users`",
        Pane::Roles => "a name",
        Pane::Mappings => "a name; its rules mean nobody until you edit them",
        Pane::Privileges => "application, name and actions, as `shop read: data:read/*`",
        Pane::Tenants | Pane::Settings | Pane::Simulator | Pane::Findings => return None,
    })
}

/// The change that makes an entry. A user needs its password first.
pub fn new(pane: Pane, name: &str) -> Option<Change> {
    let name = name.to_owned();
    Some(match pane {
        Pane::Roles => {
            let (cluster, indices, applications, run_as) = Default::default();
            Role::CreateElasticsearchRole { role: name, cluster, indices, applications, run_as }.into()
        }
        Pane::Mappings => Mapping::CreateRoleMapping { mapping: name, roles: Vec::new(), rules: json!({ "any": [] }) }.into(),
        Pane::Privileges => {
            let (privilege, actions) = name.split_once(": ").unwrap_or((name.trim_end_matches(':'), ""));
            let actions = actions.split(',').map(|action| action.trim().to_owned()).filter(|action| !action.is_empty()).collect();
            Stored::CreateStoredPrivilege { privilege: privilege.trim().to_owned(), actions }.into()
        }
        _ => return None,
    })
}

/// The change that copies an entry. A user needs its password first.
pub fn duplicate(all: &Configuration, data: &Data, pane: Pane, name: &str, to: &str) -> Option<Change> {
    let to = to.to_owned();
    Some(match pane {
        Pane::Roles if all.roles.contains_key(name) => Role::CopyElasticsearchRole { role: name.to_owned(), to }.into(),
        Pane::Roles => built_in(role(all, data, name)?.0, to).into(),
        Pane::Mappings => Mapping::CopyRoleMapping { mapping: name.to_owned(), to }.into(),
        _ => return None,
    })
}

/// A role of one's own with what a reserved one holds.
fn built_in(role: &RoleBody, to: String) -> Role {
    let applications = role.applications.iter().map(|entry| ApplicationEntry {
        application: entry.application.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        privileges: texts(&entry.privileges),
        resources: texts(&entry.resources),
    });
    Role::CreateElasticsearchRole {
        role: to,
        cluster: texts(&role.cluster),
        indices: role.indices.iter().map(index_entry).collect(),
        applications: applications.collect(),
        run_as: texts(&role.run_as),
    }
}

/// An entry of `indices` as changes carry it.
pub fn index_entry(entry: &IndexPrivileges) -> IndexEntry {
    IndexEntry {
        names: texts(&entry.names),
        privileges: texts(&entry.privileges),
        field_security: entry.field_security.as_ref().map(|security| FieldSecurityEntry {
            grant: security.grant.as_deref().map(texts),
            except: security.except.as_deref().map(texts),
        }),
        query: entry.query.as_ref().map(|query| query.value.clone()),
        allow_restricted_indices: entry.allow_restricted_indices.as_ref().map(|flag| flag.value),
    }
}

/// The change that renames an entry.
pub fn rename(pane: Pane, name: &str, to: &str) -> Option<Change> {
    let (name, to) = (name.to_owned(), to.to_owned());
    Some(match pane {
        Pane::Users => User::RenameElasticsearchUser { user: name, to }.into(),
        Pane::Roles => Role::RenameElasticsearchRole { role: name, to }.into(),
        Pane::Mappings => Mapping::RenameRoleMapping { mapping: name, to }.into(),
        Pane::Privileges => Stored::RenameStoredPrivilege { privilege: name, to }.into(),
        _ => return None,
    })
}

/// The change that deletes an entry.
pub fn delete(pane: Pane, name: &str) -> Option<Change> {
    let name = name.to_owned();
    Some(match pane {
        Pane::Users => User::DeleteElasticsearchUser { user: name }.into(),
        Pane::Roles => Role::DeleteElasticsearchRole { role: name }.into(),
        Pane::Mappings => Mapping::DeleteRoleMapping { mapping: name }.into(),
        Pane::Privileges => Stored::DeleteStoredPrivilege { privilege: name }.into(),
        _ => return None,
    })
}

/// The changes that give each of these users each of these roles that it has not.
pub fn give(all: &Configuration, users: &[String], roles: &[String]) -> Vec<Change> {
    let has = |user: &String, role: &String| all.users.get(user).is_some_and(|body| body.roles.iter().any(|have| have.value == *role));
    let mut out = Vec::new();
    for user in users {
        let lacking = roles.iter().filter(|role| users.len() * roles.len() == 1 || !has(user, role));
        out.extend(lacking.map(|role| User::GiveRole { user: user.clone(), role: role.clone() }.into()));
    }
    out
}

/// The change that a hashed password is for.
pub fn hashed(all: &Configuration, user: &str, hash: PasswordHash, copy_of: Option<&str>, new: bool) -> Change {
    let user = user.to_owned();
    match copy_of {
        Some(from) => {
            let roles = all.users.get(from).map(|from| texts(&from.roles)).unwrap_or_default();
            User::CreateElasticsearchUser { user, hash, roles }.into()
        }
        None if new => User::CreateElasticsearchUser { user, hash, roles: Vec::new() }.into(),
        None => User::SetElasticsearchHash { user, hash }.into(),
    }
}

/// The change that makes an entry of `indices` (`logs-*: read`) or, behind `application`, of `applications`
/// (`application kibana-.kibana: read on space:a`).
pub fn new_rule(role: String, text: &str, parse: impl Fn(&str) -> (Vec<String>, Vec<String>)) -> Change {
    match text.strip_prefix("application ") {
        Some(rest) => {
            let (rest, resources) = rest.split_once(" on ").unwrap_or((rest, "*"));
            let (application, privileges) = parse(rest);
            let resources = resources.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
            let applications = ApplicationEntry { application: application.join(","), privileges, resources };
            Role::AddApplicationPrivileges { role, applications }.into()
        }
        None => {
            let (names, privileges) = parse(text);
            Role::AddIndexPrivileges { role, indices: IndexEntry { names, privileges, ..IndexEntry::default() } }.into()
        }
    }
}

//! The roles that Elasticsearch's files give to users and by mappings, and the changes that give another one.

use super::View;
use super::fix::{Fix, Safety};
use crate::engine::change::Change;
use crate::engine::change::elasticsearch::{ElasticsearchUserChange, RoleMappingChange};
use crate::engine::model::elasticsearch::{Configuration, RoleMapping, User};
use crate::source::Located;

/// One role that somebody is given.
pub(super) struct Given<'a> {
    /// Whom: ``user `kim` ``.
    pub what: String,
    /// The role.
    pub role: &'a Located<String>,
    by: By<'a>,
}

enum By<'a> {
    User(&'a str, &'a User),
    Mapping(&'a str, &'a RoleMapping),
}

/// Every role that is given, user by user, then mapping by mapping.
pub(super) fn given<'a>(view: &View<'a>) -> Vec<Given<'a>> {
    let Some(configuration) = view.input.elasticsearch else { return Vec::new() };
    let of_user = |(name, user): (&'a String, &'a User)| {
        user.roles.iter().map(move |role| Given { what: format!("user `{name}`"), role, by: By::User(name, user) })
    };
    let of_mapping = |(name, mapping): (&'a String, &'a RoleMapping)| {
        mapping.roles.iter().map(move |role| Given { what: format!("mapping `{name}`"), role, by: By::Mapping(name, mapping) })
    };
    configuration.users.iter().flat_map(of_user).chain(configuration.role_mappings.iter().flat_map(of_mapping)).collect()
}

impl Given<'_> {
    /// The fix that gives another role instead.
    pub(super) fn instead(&self, configuration: &Configuration, role: &str) -> Option<Fix> {
        let (have, role) = (self.role.value.clone(), role.to_owned());
        let title = format!("give `{role}` instead of `{have}`");
        let changes: Vec<Change> = match self.by {
            By::User(user, body) => {
                let user = user.to_owned();
                let mut changes = vec![ElasticsearchUserChange::TakeRole { user: user.clone(), role: have }.into()];
                if !body.roles.iter().any(|other| other.value == role) {
                    // first, so that nobody is without a role on the way
                    changes.insert(0, ElasticsearchUserChange::GiveRole { user, role }.into());
                }
                changes
            }
            // an entry of role_mapping.yml is called as the role that it gives
            By::Mapping(mapping, body) if body.by_role => {
                if configuration.role_mappings.contains_key(&role) {
                    return None;
                }
                vec![RoleMappingChange::RenameRoleMapping { mapping: mapping.to_owned(), to: role }.into()]
            }
            By::Mapping(mapping, body) => {
                let mapping = mapping.to_owned();
                let there = body.roles.iter().any(|other| other.value == role);
                let add = RoleMappingChange::AddMappedRole { mapping: mapping.clone(), role };
                let remove = RoleMappingChange::RemoveMappedRole { mapping, role: have };
                (!there).then_some(add).into_iter().chain([remove]).map(Change::from).collect()
            }
        };
        Some(Fix::changes(title, Safety::Confirm, changes))
    }
}

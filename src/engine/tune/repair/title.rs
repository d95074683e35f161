//! What a repair does, on one line.

use crate::engine::change::elasticsearch::{
    ElasticsearchChange, ElasticsearchRoleChange, ElasticsearchUserChange, IndexPrivilegesChange, RoleMappingChange,
};
use crate::engine::change::{Change, MappingChange, RoleChange, RuleChange};

/// The changes in words; names that follow each other are said once. None when a change is no grant that is known here.
pub(super) fn title(changes: &[Change]) -> Option<String> {
    if let [first, second, rest @ ..] = changes
        && let Some((role, user)) = made(first, second)
        && !rest.is_empty()
    {
        let given = words(rest)?.replace(&format!("give role `{role}` "), "");
        return Some(format!("new role `{role}` for `{user}`: {given}"));
    }
    words(changes)
}

/// The role that is made, and the user who gets it.
fn made<'c>(first: &'c Change, second: &'c Change) -> Option<(&'c str, &'c str)> {
    let (made, (role, user)) = match (first, second) {
        (Change::Role(RoleChange::CreateRole { role: made, .. }), Change::Mapping(MappingChange::MapUser { role, user })) => {
            (made, (role.as_str(), user.as_str()))
        }
        (
            Change::Elasticsearch(ElasticsearchChange::Role(ElasticsearchRoleChange::CreateElasticsearchRole { role: made, .. })),
            Change::Elasticsearch(given),
        ) => (made, assigned(given)?),
        _ => return None,
    };
    (made == role).then_some((role, user))
}

/// The role that a user gets by a line of the file realm, or a mapping to one role.
fn assigned(change: &ElasticsearchChange) -> Option<(&str, &str)> {
    match change {
        ElasticsearchChange::User(ElasticsearchUserChange::GiveRole { user, role }) => Some((role, user)),
        ElasticsearchChange::Mapping(RoleMappingChange::CreateRoleMapping { roles, rules, .. }) => match roles.as_slice() {
            [role] => Some((role, rules.pointer("/field/username")?.as_str()?)),
            _ => None,
        },
        _ => None,
    }
}

fn words(changes: &[Change]) -> Option<String> {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for change in changes {
        let (head, item) = match change {
            Change::Elasticsearch(change) => elasticsearch(change)?,
            change => opensearch(change)?,
        };
        match parts.last_mut() {
            Some((last, items)) if *last == head => items.push(item),
            _ => parts.push((head, vec![item])),
        }
    }
    Some(parts.into_iter().map(|(head, items)| format!("{head} {}", items.join(", "))).collect::<Vec<_>>().join("; "))
}

/// What is done, and to what.
fn opensearch(change: &Change) -> Option<(String, String)> {
    Some(match change {
        Change::Role(RoleChange::CreateRole { role, .. }) => ("make role".to_owned(), format!("`{role}`")),
        Change::Role(RoleChange::AddClusterPermission { role, permission }) => {
            (format!("give role `{role}` the cluster permission"), format!("`{permission}`"))
        }
        Change::Role(RoleChange::AddIndexPermission { role, rule }) => {
            (format!("give role `{role}`"), format!("{} on {}", quoted(&rule.allowed_actions), quoted(&rule.index_patterns)))
        }
        Change::Rule(RuleChange::AddAllowedAction { role, rule, action }) => {
            (format!("add to rule {} of role `{role}` the action", rule.0), format!("`{action}`"))
        }
        Change::Rule(RuleChange::AddIndexPattern { role, rule, pattern }) => {
            (format!("add to rule {} of role `{role}` the pattern", rule.0), format!("`{pattern}`"))
        }
        Change::Mapping(MappingChange::MapUser { role, user }) => (format!("map user `{user}` to role"), format!("`{role}`")),
        _ => return None,
    })
}

fn elasticsearch(change: &ElasticsearchChange) -> Option<(String, String)> {
    use ElasticsearchChange::{Index, Role};
    Some(match change {
        Role(ElasticsearchRoleChange::CreateElasticsearchRole { role, .. }) => ("make role".to_owned(), format!("`{role}`")),
        Role(ElasticsearchRoleChange::AddClusterPrivilege { role, privilege }) => {
            (format!("give role `{role}` the cluster privilege"), format!("`{privilege}`"))
        }
        Role(ElasticsearchRoleChange::AddRunAs { role, user }) => (format!("let role `{role}` run as"), format!("`{user}`")),
        Role(ElasticsearchRoleChange::AddIndexPrivileges { role, indices }) => {
            let restricted = if indices.allow_restricted_indices == Some(true) { ", restricted names too" } else { "" };
            (format!("give role `{role}`"), format!("{} on {}{restricted}", quoted(&indices.privileges), quoted(&indices.names)))
        }
        Index(IndexPrivilegesChange::AddIndexPrivilege { role, rule, privilege }) => {
            (format!("add to entry {} of role `{role}` the privilege", rule.0), format!("`{privilege}`"))
        }
        Index(IndexPrivilegesChange::AddIndexName { role, rule, name }) => {
            (format!("add to entry {} of role `{role}` the name", rule.0), format!("`{name}`"))
        }
        change => {
            let (role, user) = assigned(change)?;
            (format!("give user `{user}` the role"), format!("`{role}`"))
        }
    })
}

fn quoted(items: &[String]) -> String {
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}

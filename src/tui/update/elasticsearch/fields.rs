//! Parts of Elasticsearch's entries: their texts, and the changes that edit them.

use super::rules;
use crate::engine::change::elasticsearch::{
    ApplicationChange as Application, ElasticsearchRoleChange as Role, ElasticsearchUserChange as User, IndexPrivilegesChange as Index,
    RoleMappingChange as Mapping, StoredPrivilegeChange as Stored, distinguished_names,
};
use crate::engine::change::{Change, RuleNumber};
use crate::engine::model::elasticsearch::Configuration;
use crate::source::{Located, Place};
use crate::tui::data::Data;
use crate::tui::line::{ElasticsearchList as List, ListField, Spot};
use crate::tui::pane::Pane;
use crate::tui::pane::elasticsearch::privileges::stored;
use crate::tui::pane::elasticsearch::roles::role;

/// The items of a list of an entry.
pub fn items(data: &Data, name: &str, field: List) -> Vec<Located<String>> {
    let Some(all) = data.elasticsearch() else { return Vec::new() };
    let texts = |items: &[Located<String>]| items.to_vec();
    let role = || role(all, data, name).map(|(role, _)| role);
    let entry = |number: usize| role().and_then(|role| role.indices.get(number));
    let security = |number: usize| entry(number).and_then(|entry| entry.field_security.as_ref());
    let application = |number: usize| role().and_then(|role| role.applications.get(number));
    let found: Option<Vec<Located<String>>> = match field {
        List::Cluster => role().map(|role| texts(&role.cluster)),
        List::RunAs => role().map(|role| texts(&role.run_as)),
        List::Names(number) => entry(number).map(|entry| texts(&entry.names)),
        List::Privileges(number) => entry(number).map(|entry| texts(&entry.privileges)),
        List::Grant(number) => security(number).and_then(|security| security.grant.as_deref().map(texts)),
        List::Except(number) => security(number).and_then(|security| security.except.as_deref().map(texts)),
        List::ApplicationPrivileges(number) => application(number).map(|entry| texts(&entry.privileges)),
        List::Resources(number) => application(number).map(|entry| texts(&entry.resources)),
        List::StoredActions => stored(all, name).map(|stored| texts(&stored.actions)),
        List::UserRoles => all.users.get(name).map(|user| texts(&user.roles)),
        List::MappedRoles => all.role_mappings.get(name).map(|mapping| texts(&mapping.roles)),
        List::Dns => all.role_mappings.get(name).map(|mapping| {
            let text = |name: &Located<serde_json::Value>| name.value.as_str().unwrap_or_default().to_owned();
            distinguished_names(mapping).iter().map(|name| Located { value: text(name), place: name.place }).collect()
        }),
    };
    found.unwrap_or_default()
}

/// One item of the list, in the field's words.
pub fn word(field: List) -> &'static str {
    match field {
        List::Cluster => "cluster privilege, or an action pattern",
        List::RunAs => "user name or pattern",
        List::Names(_) => "index, alias or data stream, or a pattern",
        List::Privileges(_) => "index privilege, or an action pattern",
        List::Grant(_) | List::Except(_) => "field or pattern",
        List::ApplicationPrivileges(_) => "application privilege",
        List::Resources(_) => "resource, such as `*` or `space:NAME`",
        List::UserRoles | List::MappedRoles => "role",
        List::Dns => "distinguished name of a user or a group",
        List::StoredActions => "action pattern of the application, with a `/`, a `*` or a `:`",
    }
}

/// The change that adds an item.
pub fn add(name: &str, field: List, item: &str) -> Change {
    let (role, item) = (name.to_owned(), item.to_owned());
    let at = RuleNumber::from_index;
    match field {
        List::Cluster => Role::AddClusterPrivilege { role, privilege: item }.into(),
        List::RunAs => Role::AddRunAs { role, user: item }.into(),
        List::Names(rule) => Index::AddIndexName { role, rule: at(rule), name: item }.into(),
        List::Privileges(rule) => Index::AddIndexPrivilege { role, rule: at(rule), privilege: item }.into(),
        List::Grant(rule) => Index::AddGrantedField { role, rule: at(rule), field: item }.into(),
        List::Except(rule) => Index::AddExceptedField { role, rule: at(rule), field: item }.into(),
        List::ApplicationPrivileges(rule) => Application::AddApplicationPrivilege { role, rule: at(rule), privilege: item }.into(),
        List::Resources(rule) => Application::AddApplicationResource { role, rule: at(rule), resource: item }.into(),
        List::UserRoles => User::GiveRole { user: role, role: item }.into(),
        List::MappedRoles => Mapping::AddMappedRole { mapping: role, role: item }.into(),
        List::Dns => Mapping::MapDn { mapping: role, dn: item }.into(),
        List::StoredActions => Stored::AddStoredAction { privilege: role, action: item }.into(),
    }
}

/// The change that takes an item out.
pub fn remove(name: &str, field: List, item: &str) -> Change {
    let (role, item) = (name.to_owned(), item.to_owned());
    let at = RuleNumber::from_index;
    match field {
        List::Cluster => Role::RemoveClusterPrivilege { role, privilege: item }.into(),
        List::RunAs => Role::RemoveRunAs { role, user: item }.into(),
        List::Names(rule) => Index::RemoveIndexName { role, rule: at(rule), name: item }.into(),
        List::Privileges(rule) => Index::RemoveIndexPrivilege { role, rule: at(rule), privilege: item }.into(),
        List::Grant(rule) => Index::RemoveGrantedField { role, rule: at(rule), field: item }.into(),
        List::Except(rule) => Index::RemoveExceptedField { role, rule: at(rule), field: item }.into(),
        List::ApplicationPrivileges(rule) => Application::RemoveApplicationPrivilege { role, rule: at(rule), privilege: item }.into(),
        List::Resources(rule) => Application::RemoveApplicationResource { role, rule: at(rule), resource: item }.into(),
        List::UserRoles => User::TakeRole { user: role, role: item }.into(),
        List::MappedRoles => Mapping::RemoveMappedRole { mapping: role, role: item }.into(),
        List::Dns => Mapping::UnmapDn { mapping: role, dn: item }.into(),
        List::StoredActions => Stored::RemoveStoredAction { privilege: role, action: item }.into(),
    }
}

/// The changes that put another text in the place of an item: one where the field knows it, else in and out.
pub fn replace(name: &str, field: List, item: &str, with: &str) -> Vec<Change> {
    let role = name.to_owned();
    let (old, new) = (item.to_owned(), with.to_owned());
    let at = RuleNumber::from_index;
    match field {
        List::Cluster => vec![Role::ReplaceClusterPrivilege { role, privilege: old, with: new }.into()],
        List::Names(rule) => vec![Index::ReplaceIndexName { role, rule: at(rule), name: old, with: new }.into()],
        List::Privileges(rule) => vec![Index::ReplaceIndexPrivilege { role, rule: at(rule), privilege: old, with: new }.into()],
        _ => vec![add(name, field, with), remove(name, field, item)],
    }
}

/// The text that an edit of a spot starts from.
pub fn text(data: &Data, pane: Pane, name: &str, spot: &Spot) -> Option<String> {
    let all = data.elasticsearch()?;
    match spot {
        Spot::Item(ListField::Elasticsearch(field), index) => items(data, name, *field).into_iter().nth(*index).map(|item| item.value),
        Spot::Description if pane == Pane::Roles => all.roles.get(name)?.description.as_ref().map(|text| text.value.clone()),
        Spot::Dls(rule) => {
            let query = role(all, data, name)?.0.indices.get(*rule)?.query.as_ref();
            Some(query.map(|query| query.value.clone()).unwrap_or_default())
        }
        Spot::MappingRule(path) => Some(rules::text(all.role_mappings.get(name)?.rules.as_ref(), path)),
        _ => None,
    }
}

/// The changes that give a spot another text.
///
/// # Errors
/// Why the text cannot be taken.
pub fn edit(data: &Data, name: &str, spot: &Spot, old: &str, new: &str) -> Result<Vec<Change>, String> {
    Ok(match spot {
        Spot::Item(ListField::Elasticsearch(field), _) => replace(name, *field, old, new),
        Spot::Description => {
            let description = Some(new.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
            vec![Role::DescribeElasticsearchRole { role: name.to_owned(), description }.into()]
        }
        Spot::MappingRule(path) => {
            let mapping = data.elasticsearch().and_then(|all| all.role_mappings.get(name));
            let rules = rules::replace(mapping.and_then(|mapping| mapping.rules.as_ref()), path, rules::parse(new)?);
            vec![Mapping::SetMappingRules { mapping: name.to_owned(), rules }.into()]
        }
        _ => Vec::new(),
    })
}

/// The changes that add a rule to the list of rules at a path.
///
/// # Errors
/// Why the text cannot be taken.
pub fn add_rule(data: &Data, names: &[String], path: &[usize], text: &str) -> Result<Vec<Change>, String> {
    let rule = rules::parse(text)?;
    let mapping = |name: &String| data.elasticsearch().and_then(|all| all.role_mappings.get(name));
    let change = |name: &String| {
        let rules = rules::add(mapping(name).and_then(|mapping| mapping.rules.as_ref()), path, rule.clone());
        Mapping::SetMappingRules { mapping: name.clone(), rules }.into()
    };
    Ok(names.iter().map(change).collect())
}

/// The changes that take a spot out.
pub fn cut(data: &Data, name: &str, spot: &Spot) -> Vec<Change> {
    let role = || name.to_owned();
    let at = RuleNumber::from_index;
    let change: Option<Change> = match spot {
        Spot::Item(ListField::Elasticsearch(field), index) => items(data, name, *field).get(*index).map(|item| remove(name, *field, item)),
        Spot::Rule(rule) => Some(Role::RemoveIndexPrivileges { role: role(), rule: at(*rule) }.into()),
        Spot::Application(rule) => Some(Role::RemoveApplicationPrivileges { role: role(), rule: at(*rule) }.into()),
        Spot::Dls(rule) => Some(Index::SetIndexQuery { role: role(), rule: at(*rule), query: None }.into()),
        Spot::Restricted(rule) => Some(Index::AllowRestrictedIndices { role: role(), rule: at(*rule), value: None }.into()),
        Spot::Description => Some(Role::DescribeElasticsearchRole { role: role(), description: None }.into()),
        Spot::MappingRule(path) => data
            .elasticsearch()
            .and_then(|all| rules::without(all.role_mappings.get(name)?.rules.as_ref()?, path))
            .map(|rules| Mapping::SetMappingRules { mapping: role(), rules }.into()),
        _ => None,
    };
    change.into_iter().collect()
}

/// The change that turns a switch over, if the spot is one.
pub fn toggle(all: &Configuration, pane: Pane, name: &str, spot: &Spot) -> Option<Change> {
    match (spot, pane) {
        (Spot::Restricted(rule), _) => {
            let is = all.roles.get(name)?.indices.get(*rule)?.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
            let rule = RuleNumber::from_index(*rule);
            Some(Index::AllowRestrictedIndices { role: name.to_owned(), rule, value: Some(!is) }.into())
        }
        (Spot::Enabled, Pane::Users) => {
            let is = all.users.get(name)?.enabled.as_ref().is_none_or(|flag| flag.value);
            Some(User::EnableUser { user: name.to_owned(), enabled: !is }.into())
        }
        (Spot::Enabled, Pane::Mappings) => {
            let is = all.role_mappings.get(name)?.enabled.as_ref().is_none_or(|flag| flag.value);
            Some(Mapping::EnableRoleMapping { mapping: name.to_owned(), enabled: !is }.into())
        }
        _ => None,
    }
}

/// The list that `a` adds to when the cursor is on none.
pub fn field(data: &Data, pane: Pane, name: &str) -> Option<List> {
    let all = data.elasticsearch()?;
    match pane {
        Pane::Users => Some(List::UserRoles),
        Pane::Mappings if all.role_mappings.get(name)?.by_role => Some(List::Dns),
        Pane::Mappings => Some(List::MappedRoles),
        Pane::Roles if role(all, data, name)?.0.indices.is_empty() => Some(List::Cluster),
        Pane::Roles => Some(List::Privileges(0)),
        Pane::Privileges => stored(all, name).map(|_| List::StoredActions),
        _ => None,
    }
}

/// Where a part of an entry stands.
pub fn place(data: &Data, pane: Pane, name: &str, spot: &Spot) -> Option<Place> {
    let all = data.elasticsearch()?;
    let entry = |rule: &usize| all.roles.get(name)?.indices.get(*rule);
    match spot {
        Spot::Item(ListField::Elasticsearch(field), at) => items(data, name, *field).get(*at)?.place,
        Spot::List(ListField::Elasticsearch(field)) => items(data, name, *field).first()?.place,
        Spot::Rule(rule) => entry(rule)?.place,
        Spot::Application(rule) => all.roles.get(name)?.applications.get(*rule)?.place,
        Spot::Dls(rule) => entry(rule).and_then(|entry| entry.query.as_ref().and_then(|query| query.place).or(entry.place)),
        Spot::Restricted(rule) => {
            entry(rule).and_then(|entry| entry.allow_restricted_indices.as_ref().and_then(|flag| flag.place).or(entry.place))
        }
        Spot::Enabled if pane == Pane::Users => all.users.get(name)?.enabled.as_ref()?.place,
        Spot::Enabled => all.role_mappings.get(name)?.enabled.as_ref()?.place,
        Spot::Password => all.users.get(name)?.hash.as_ref()?.place,
        Spot::Description => all.roles.get(name)?.description.as_ref()?.place,
        _ => None,
    }
}

/// In which entry of a role a list stands, for the title of a prompt.
pub fn where_in(field: List) -> String {
    match field {
        List::Names(rule) | List::Privileges(rule) | List::Grant(rule) | List::Except(rule) => format!(", index privileges {}", rule + 1),
        List::ApplicationPrivileges(rule) | List::Resources(rule) => format!(", application privileges {}", rule + 1),
        _ => String::new(),
    }
}

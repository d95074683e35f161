//! From a part of an entry to the change that edits it.

use super::elasticsearch;
use crate::engine::change::{
    Change, GroupChange, MappingChange, RoleChange, RuleChange, RuleNumber, SettingChange, TenantChange, UserChange,
};
use crate::source::{Located, Place};
use crate::tui::data::Data;
use crate::tui::line::{ListField, Spot};
use crate::tui::pane::Pane;

/// The items of a list of an entry.
pub fn items<'a>(data: &'a Data, name: &str, field: ListField) -> &'a [Located<String>] {
    let all = data.configuration();
    let role = || data.role(name);
    let rule = |number: usize| role().and_then(|role| role.index_permissions.get(number));
    let tenant = |number: usize| role().and_then(|role| role.tenant_permissions.get(number));
    let mapping = || all.roles_mapping.get(name);
    let found = match field {
        ListField::ClusterPermissions => role().map(|role| &role.cluster_permissions),
        ListField::IndexPatterns(number) => rule(number).map(|rule| &rule.index_patterns),
        ListField::Actions(number) => rule(number).map(|rule| &rule.allowed_actions),
        ListField::Fls(number) => rule(number).map(|rule| &rule.fls),
        ListField::MaskedFields(number) => rule(number).map(|rule| &rule.masked_fields),
        ListField::TenantPatterns(number) => tenant(number).map(|rule| &rule.tenant_patterns),
        ListField::TenantActions(number) => tenant(number).map(|rule| &rule.allowed_actions),
        ListField::MappingUsers => mapping().map(|mapping| &mapping.users),
        ListField::MappingBackendRoles => mapping().map(|mapping| &mapping.backend_roles),
        ListField::MappingAndBackendRoles => mapping().map(|mapping| &mapping.and_backend_roles),
        ListField::MappingHosts => mapping().map(|mapping| &mapping.hosts),
        ListField::GroupActions => data.group(name).map(|group| &group.allowed_actions),
        ListField::UserBackendRoles => all.internal_users.get(name).map(|user| &user.backend_roles),
        ListField::UserRoles => all.internal_users.get(name).map(|user| &user.security_roles),
        ListField::Elasticsearch(_) => None,
    };
    found.map(Vec::as_slice).unwrap_or_default()
}

/// Where a part of an entry stands.
pub fn place(data: &Data, pane: Pane, name: &str, spot: &Spot) -> Option<Place> {
    if data.elasticsearch().is_some() {
        return elasticsearch::fields::place(data, pane, name, spot);
    }
    let all = data.configuration();
    let index = |rule: &usize| data.role(name)?.index_permissions.get(*rule);
    match spot {
        Spot::Item(field, at) => items(data, name, *field).get(*at)?.place,
        Spot::List(field) => match field {
            ListField::IndexPatterns(rule) | ListField::Actions(rule) | ListField::Fls(rule) | ListField::MaskedFields(rule) => {
                items(data, name, *field).first().and_then(|item| item.place).or_else(|| index(rule)?.place)
            }
            _ => items(data, name, *field).first()?.place,
        },
        Spot::Rule(rule) => index(rule)?.place,
        Spot::Dls(rule) => index(rule).and_then(|rule| rule.dls.as_ref().and_then(|dls| dls.place).or(rule.place)),
        Spot::TenantRule(rule) => data.role(name)?.tenant_permissions.get(*rule)?.place,
        Spot::Description => match pane {
            Pane::Users => all.internal_users.get(name)?.description.as_ref()?.place,
            Pane::Roles => data.role(name)?.description.as_ref()?.place,
            Pane::Mappings => all.roles_mapping.get(name)?.description.as_ref()?.place,
            Pane::Privileges => data.group(name)?.description.as_ref()?.place,
            Pane::Tenants => data.tenant(name)?.description.as_ref()?.place,
            Pane::Simulator | Pane::Findings | Pane::Settings => None,
        },
        Spot::Attribute(key) => all.internal_users.get(name)?.attributes.get(key)?.place,
        Spot::Password => all.internal_users.get(name)?.hash.as_ref()?.place,
        Spot::Setting(key) => all.dynamic.get(key)?.place,
        Spot::Attributes | Spot::Missing(..) => None,
        // Elasticsearch's
        Spot::Application(_) | Spot::Restricted(_) | Spot::Enabled | Spot::MappingRule(_) => None,
    }
}

/// One item of the list, in the field's words.
pub fn word(field: ListField) -> &'static str {
    match field {
        ListField::ClusterPermissions => "cluster permission",
        ListField::IndexPatterns(_) => "index pattern",
        ListField::Actions(_) | ListField::TenantActions(_) | ListField::GroupActions => "action or action group",
        ListField::Fls(_) => "field, or `~field` to leave one out",
        ListField::MaskedFields(_) => "masked field",
        ListField::TenantPatterns(_) => "tenant pattern",
        ListField::MappingUsers => "user",
        ListField::MappingBackendRoles | ListField::MappingAndBackendRoles | ListField::UserBackendRoles => "backend role",
        ListField::MappingHosts => "host",
        ListField::UserRoles => "role",
        ListField::Elasticsearch(field) => elasticsearch::fields::word(field),
    }
}

/// The change that adds an item.
pub fn add(name: &str, field: ListField, item: &str) -> Change {
    let (role, item) = (name.to_owned(), item.to_owned());
    let at = RuleNumber::from_index;
    match field {
        ListField::ClusterPermissions => RoleChange::AddClusterPermission { role, permission: item }.into(),
        ListField::IndexPatterns(rule) => RuleChange::AddIndexPattern { role, rule: at(rule), pattern: item }.into(),
        ListField::Actions(rule) => RuleChange::AddAllowedAction { role, rule: at(rule), action: item }.into(),
        ListField::Fls(rule) => RuleChange::AddFlsField { role, rule: at(rule), field: item }.into(),
        ListField::MaskedFields(rule) => RuleChange::AddMaskedField { role, rule: at(rule), field: item }.into(),
        ListField::TenantPatterns(rule) => RuleChange::AddTenantPattern { role, rule: at(rule), pattern: item }.into(),
        ListField::TenantActions(rule) => RuleChange::AddTenantAction { role, rule: at(rule), action: item }.into(),
        ListField::MappingUsers => MappingChange::MapUser { role, user: item }.into(),
        ListField::MappingBackendRoles => MappingChange::MapBackendRole { role, backend_role: item }.into(),
        ListField::MappingAndBackendRoles => MappingChange::MapAndBackendRole { role, backend_role: item }.into(),
        ListField::MappingHosts => MappingChange::MapHost { role, host: item }.into(),
        ListField::GroupActions => GroupChange::AddGroupAction { group: role, action: item }.into(),
        ListField::UserBackendRoles => UserChange::AddBackendRole { user: role, backend_role: item }.into(),
        ListField::UserRoles => UserChange::AddSecurityRole { user: role, role: item }.into(),
        ListField::Elasticsearch(field) => elasticsearch::fields::add(name, field, &item),
    }
}

/// The change that takes an item out.
pub fn remove(name: &str, field: ListField, item: &str) -> Change {
    let (role, item) = (name.to_owned(), item.to_owned());
    let at = RuleNumber::from_index;
    match field {
        ListField::ClusterPermissions => RoleChange::RemoveClusterPermission { role, permission: item }.into(),
        ListField::IndexPatterns(rule) => RuleChange::RemoveIndexPattern { role, rule: at(rule), pattern: item }.into(),
        ListField::Actions(rule) => RuleChange::RemoveAllowedAction { role, rule: at(rule), action: item }.into(),
        ListField::Fls(rule) => RuleChange::RemoveFlsField { role, rule: at(rule), field: item }.into(),
        ListField::MaskedFields(rule) => RuleChange::RemoveMaskedField { role, rule: at(rule), field: item }.into(),
        ListField::TenantPatterns(rule) => RuleChange::RemoveTenantPattern { role, rule: at(rule), pattern: item }.into(),
        ListField::TenantActions(rule) => RuleChange::RemoveTenantAction { role, rule: at(rule), action: item }.into(),
        ListField::MappingUsers => MappingChange::UnmapUser { role, user: item }.into(),
        ListField::MappingBackendRoles => MappingChange::UnmapBackendRole { role, backend_role: item }.into(),
        ListField::MappingAndBackendRoles => MappingChange::UnmapAndBackendRole { role, backend_role: item }.into(),
        ListField::MappingHosts => MappingChange::UnmapHost { role, host: item }.into(),
        ListField::GroupActions => GroupChange::RemoveGroupAction { group: role, action: item }.into(),
        ListField::UserBackendRoles => UserChange::RemoveBackendRole { user: role, backend_role: item }.into(),
        ListField::UserRoles => UserChange::RemoveSecurityRole { user: role, role: item }.into(),
        ListField::Elasticsearch(field) => elasticsearch::fields::remove(name, field, &item),
    }
}

/// The changes that put another text in the place of an item: one where the field knows it, else out and in.
pub fn replace(name: &str, field: ListField, item: &str, with: &str) -> Vec<Change> {
    let role = name.to_owned();
    let (old, new) = (item.to_owned(), with.to_owned());
    let at = RuleNumber::from_index;
    match field {
        ListField::ClusterPermissions => vec![RoleChange::ReplaceClusterPermission { role, permission: old, with: new }.into()],
        ListField::IndexPatterns(rule) => vec![RuleChange::ReplaceIndexPattern { role, rule: at(rule), pattern: old, with: new }.into()],
        ListField::Actions(rule) => vec![RuleChange::ReplaceAllowedAction { role, rule: at(rule), action: old, with: new }.into()],
        ListField::GroupActions => vec![GroupChange::ReplaceGroupAction { group: role, action: old, with: new }.into()],
        _ => vec![remove(name, field, item), add(name, field, with)],
    }
}

/// The change of a description; an empty text takes it out.
pub fn describe(pane: Pane, name: &str, text: &str) -> Option<Change> {
    let description = Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let name = name.to_owned();
    Some(match pane {
        Pane::Users => UserChange::DescribeUser { user: name, description }.into(),
        Pane::Roles => RoleChange::DescribeRole { role: name, description }.into(),
        Pane::Mappings => MappingChange::DescribeMapping { role: name, description }.into(),
        Pane::Privileges => GroupChange::DescribeActionGroup { group: name, description }.into(),
        Pane::Tenants => TenantChange::DescribeTenant { tenant: name, description }.into(),
        Pane::Simulator | Pane::Findings | Pane::Settings => return None,
    })
}

/// The text that an edit of a spot starts from.
pub fn text(data: &Data, pane: Pane, name: &str, spot: &Spot) -> Option<String> {
    if data.elasticsearch().is_some() {
        return elasticsearch::fields::text(data, pane, name, spot);
    }
    let all = data.configuration();
    let owned = |text: Option<&Located<String>>| Some(text.map(|text| text.value.clone()).unwrap_or_default());
    match spot {
        Spot::Item(field, index) => items(data, name, *field).get(*index).map(|item| item.value.clone()),
        Spot::Description => owned(match pane {
            Pane::Users => all.internal_users.get(name)?.description.as_ref(),
            Pane::Roles => data.role(name)?.description.as_ref(),
            Pane::Mappings => all.roles_mapping.get(name)?.description.as_ref(),
            Pane::Privileges => data.group(name)?.description.as_ref(),
            Pane::Tenants => data.tenant(name)?.description.as_ref(),
            Pane::Simulator | Pane::Findings | Pane::Settings => return None,
        }),
        Spot::Attribute(key) => owned(all.internal_users.get(name)?.attributes.get(key)),
        Spot::Setting(key) => all.dynamic.get(key).map(|value| match &value.value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
        Spot::Dls(rule) => owned(data.role(name)?.index_permissions.get(*rule)?.dls.as_ref()),
        _ => None,
    }
}

/// The changes that give a spot another text.
///
/// # Errors
/// Why the text cannot be taken.
pub fn edit(data: &Data, pane: Pane, name: &str, spot: &Spot, old: &str, new: &str) -> Result<Vec<Change>, String> {
    if data.elasticsearch().is_some() {
        return elasticsearch::fields::edit(data, name, spot, old, new);
    }
    Ok(match spot {
        Spot::Item(field, _) => replace(name, *field, old, new),
        Spot::Description => describe(pane, name, new).into_iter().collect(),
        Spot::Attribute(key) => {
            vec![UserChange::SetAttribute { user: name.to_owned(), attribute: key.clone(), value: new.to_owned() }.into()]
        }
        Spot::Setting(key) => {
            let value = serde_json::from_str(new).unwrap_or_else(|_| serde_json::Value::String(new.to_owned()));
            vec![SettingChange::SetSetting { key: key.clone(), value }.into()]
        }
        _ => Vec::new(),
    })
}

/// The changes that take a spot out.
pub fn cut(data: &Data, name: &str, spot: &Spot) -> Vec<Change> {
    if data.elasticsearch().is_some() {
        return elasticsearch::fields::cut(data, name, spot);
    }
    let role = || name.to_owned();
    let change: Change = match spot {
        Spot::Item(field, index) => match items(data, name, *field).get(*index) {
            Some(item) => remove(name, *field, item),
            None => return Vec::new(),
        },
        Spot::Rule(rule) => RoleChange::RemoveIndexPermission { role: role(), rule: RuleNumber::from_index(*rule) }.into(),
        Spot::TenantRule(rule) => RoleChange::RemoveTenantPermission { role: role(), rule: RuleNumber::from_index(*rule) }.into(),
        Spot::Dls(rule) => RuleChange::SetDls { role: role(), rule: RuleNumber::from_index(*rule), dls: None }.into(),
        Spot::Attribute(key) => UserChange::RemoveAttribute { user: role(), attribute: key.clone() }.into(),
        Spot::Setting(key) => SettingChange::RemoveSetting { key: key.clone() }.into(),
        _ => return Vec::new(),
    };
    vec![change]
}

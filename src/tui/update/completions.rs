//! What a prompt offers to complete, and what it thinks was meant.

use std::collections::BTreeSet;

use super::elasticsearch;
use crate::engine::catalog::opensearch::actions;
use crate::tui::data::Data;
use crate::tui::line::ListField;
use crate::tui::state::State;

/// Groups first, then every action of the catalog.
pub fn privileges(data: &Data) -> Vec<String> {
    let groups = data.configuration().action_groups.keys().chain(data.static_groups().keys());
    let mut seen = BTreeSet::new();
    groups.map(String::as_str).chain(actions().iter().copied()).filter(|name| seen.insert(*name)).map(str::to_owned).collect()
}

/// Every backend role that a user or a mapping names.
pub fn backend_roles(data: &Data) -> Vec<String> {
    let all = data.configuration();
    let users = all.internal_users.values().flat_map(|user| &user.backend_roles);
    let mapped = all.roles_mapping.values().flat_map(|mapping| mapping.backend_roles.iter().chain(&mapping.and_backend_roles));
    users.chain(mapped).map(|role| role.value.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Roles of the files and built-in ones.
pub fn roles(data: &Data) -> Vec<String> {
    if let Some(all) = data.elasticsearch() {
        return elasticsearch::completions::roles(all, data);
    }
    data.configuration().roles.keys().chain(data.static_roles().keys()).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Users of the database.
pub fn users(data: &Data) -> Vec<String> {
    if let Some(all) = data.elasticsearch() {
        return all.users.keys().cloned().collect();
    }
    data.configuration().internal_users.keys().cloned().collect()
}

/// Index patterns in use.
pub fn patterns(data: &Data) -> Vec<String> {
    let rules = data.configuration().roles.values().flat_map(|role| &role.index_permissions);
    rules.flat_map(|rule| &rule.index_patterns).map(|pattern| pattern.value.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What an item of a list may be.
pub fn of(state: &State, field: ListField) -> Vec<String> {
    let data = state.open.data();
    match field {
        ListField::ClusterPermissions | ListField::Actions(_) | ListField::GroupActions => privileges(data),
        ListField::TenantActions(_) => ["kibana_all_read", "kibana_all_write"].map(str::to_owned).to_vec(),
        ListField::IndexPatterns(_) => patterns(data),
        ListField::TenantPatterns(_) => data.configuration().tenants.keys().chain(data.static_tenants().keys()).cloned().collect(),
        ListField::MappingUsers => users(data),
        ListField::MappingBackendRoles | ListField::MappingAndBackendRoles | ListField::UserBackendRoles => backend_roles(data),
        ListField::UserRoles => roles(data),
        ListField::Fls(_) | ListField::MaskedFields(_) | ListField::MappingHosts => Vec::new(),
        ListField::Elasticsearch(field) => elasticsearch::completions::of(data, field),
    }
}

/// For an action that nobody knows: the known name nearest to it, and a sentence about it.
pub fn doubt(state: &State, field: ListField, text: &str) -> Option<String> {
    let (known, what) = match field {
        ListField::ClusterPermissions | ListField::Actions(_) | ListField::GroupActions => {
            (privileges(state.open.data()), "action or group")
        }
        // a name with a colon is a pattern of actions to the engine, whatever it matches
        ListField::Elasticsearch(field) if !text.contains(':') => {
            (elasticsearch::completions::known(state.open.data(), field)?, "privilege")
        }
        _ => return None,
    };
    if text.contains(['*', '?', '/']) && text.contains('*') {
        return None;
    }
    if known.iter().any(|name| name == text) {
        return None;
    }
    let nearest = known.iter().map(|name| (distance(text, name), name)).min();
    Some(match nearest {
        Some((away, name)) if away <= 1 + text.chars().count() / 4 => {
            format!("no {what} `{text}`; did you mean `{name}`? enter takes yours")
        }
        _ => format!("no {what} `{text}` in the catalog; enter takes it as it is"),
    })
}

fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().take(100).enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.chars().enumerate() {
            let next = (corner + usize::from(from != to)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row.last().copied().unwrap_or_default()
}

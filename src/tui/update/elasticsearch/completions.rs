//! What a prompt about Elasticsearch's entries offers to complete.

use std::collections::BTreeSet;

use crate::engine::catalog::elasticsearch::{Privilege, deprecated};
use crate::engine::model::elasticsearch::Configuration;
use crate::tui::data::Data;
use crate::tui::line::ElasticsearchList as List;

/// Named privileges, deprecated ones last, then every action of the product.
fn privileges(data: &Data, named: &[Privilege], is: impl Fn(&str) -> bool) -> Vec<String> {
    let product = data.workspace().product();
    let mut names: Vec<&str> = named.iter().map(|privilege| privilege.name.as_str()).collect();
    names.sort_by_key(|name| (deprecated(product, name).is_some(), *name));
    let actions = data.elasticsearch_catalog().actions.iter().map(String::as_str).filter(|action| is(action));
    names.into_iter().chain(actions).map(str::to_owned).collect()
}

/// Cluster privileges and actions.
pub fn cluster(data: &Data) -> Vec<String> {
    privileges(data, &data.elasticsearch_catalog().cluster, |action| !action.starts_with("indices:data/"))
}

/// Index privileges and actions.
pub fn index(data: &Data) -> Vec<String> {
    privileges(data, &data.elasticsearch_catalog().index, |action| action.starts_with("indices:"))
}

/// Roles of the files and reserved ones.
pub fn roles(all: &Configuration, data: &Data) -> Vec<String> {
    all.roles.keys().chain(data.elasticsearch_catalog().reserved_roles().keys()).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// What an item of a list may be.
pub fn of(data: &Data, field: List) -> Vec<String> {
    let Some(all) = data.elasticsearch() else { return Vec::new() };
    let unique = |items: &mut dyn Iterator<Item = &str>| items.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect();
    match field {
        List::Cluster => cluster(data),
        List::Privileges(_) => index(data),
        List::Names(_) => {
            let entries = all.roles.values().flat_map(|role| &role.indices);
            let cluster = data.workspace().cluster();
            let mut known = entries.flat_map(|entry| &entry.names).map(|name| name.as_str());
            let mut out: Vec<String> = unique(&mut known);
            out.extend(cluster.indices.keys().cloned());
            out
        }
        List::ApplicationPrivileges(_) => unique(&mut all.privileges.iter().map(|stored| stored.name.as_str())),
        List::StoredActions => unique(&mut all.privileges.iter().flat_map(|stored| &stored.actions).map(|action| action.as_str())),
        List::UserRoles | List::MappedRoles => roles(all, data),
        List::RunAs => all.users.keys().cloned().collect(),
        List::Grant(_) | List::Except(_) | List::Resources(_) | List::Dns => Vec::new(),
    }
}

/// The privileges that an item must be one of, or an action pattern; none where any text will do.
pub fn known(data: &Data, field: List) -> Option<Vec<String>> {
    match field {
        List::Cluster => Some(cluster(data)),
        List::Privileges(_) => Some(index(data)),
        _ => None,
    }
}

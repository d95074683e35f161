//! Who asks: a user's roles, from the user itself and from role mappings.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::evaluate::Subject;
use crate::engine::model::elasticsearch::{Configuration, Role};
use crate::source::Place;

/// The subject that a user of the configuration is; none when there is no such user.
pub fn subject(configuration: &Configuration, user: &str) -> Option<Subject> {
    let entry = configuration.users.get(user)?;
    let backend_roles = entry.roles.iter().map(|role| role.value.clone()).collect();
    Some(Subject { user: user.to_owned(), backend_roles, ..Subject::default() })
}

/// A role that the user has, and why.
#[derive(Debug, Clone)]
pub(super) struct Assigned {
    pub name: String,
    /// `user` or `role mapping`, its name, and where it stands.
    pub through: (&'static str, String, Option<Place>),
}

/// The roles assigned to a subject, in order, each once. A user of the configuration has those of its
/// entry; any backend role that is a role's name counts as that role; enabled role mappings add theirs.
pub(super) fn assigned(configuration: &Configuration, subject: &Subject, unknown: &mut Vec<String>) -> Vec<Assigned> {
    let mut found: Vec<Assigned> = Vec::new();
    let mut add = |name: &str, through: (&'static str, String, Option<Place>)| {
        if !found.iter().any(|known| known.name == name) {
            found.push(Assigned { name: name.to_owned(), through });
        }
    };
    let entry = configuration.users.get(&subject.user);
    for role in entry.map(|user| user.roles.as_slice()).unwrap_or_default() {
        add(role, ("user", subject.user.clone(), role.place));
    }
    for role in &subject.backend_roles {
        add(role, ("user", subject.user.clone(), None));
    }
    let fields = fields(configuration, subject);
    for (name, mapping) in &configuration.role_mappings {
        if mapping.enabled.as_ref().is_some_and(|flag| !flag.value) || !mapping.rules.as_ref().is_some_and(|rule| rule.matches(&fields)) {
            continue;
        }
        for role in &mapping.roles {
            add(role, ("role mapping", name.clone(), role.place.or(mapping.place)));
        }
        if !mapping.role_templates.is_empty() {
            unknown.push(format!("role mapping `{name}` names its roles by a template, which is not evaluated"));
        }
    }
    found
}

/// What role mapping rules may ask of a user.
fn fields(configuration: &Configuration, subject: &Subject) -> BTreeMap<String, Vec<Value>> {
    let texts = |list: &[String]| list.iter().map(|text| Value::from(text.as_str())).collect::<Vec<_>>();
    // the roles that a user's own entry gives are no groups of a directory
    let own = configuration.users.get(&subject.user).map(|user| user.roles.as_slice()).unwrap_or_default();
    let groups: Vec<String> = subject.backend_roles.iter().filter(|name| !own.iter().any(|role| role.value == **name)).cloned().collect();
    let mut fields =
        BTreeMap::from([("username".to_owned(), vec![Value::from(subject.user.as_str())]), ("groups".to_owned(), texts(&groups))]);
    let names: Vec<String> = groups.iter().filter(|name| name.contains('=')).cloned().collect();
    fields.insert("dn".to_owned(), texts(&names));
    for (name, value) in &subject.attributes {
        fields.insert(name.clone(), vec![Value::from(value.as_str())]);
    }
    let metadata = configuration.users.get(&subject.user).and_then(|user| user.metadata.as_ref());
    for (name, value) in metadata.and_then(|metadata| metadata.value.as_object()).into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        fields.insert(format!("metadata.{name}"), values);
    }
    fields
}

/// A role by name and whether it is built in: reserved ones first, as in the engine.
pub fn role<'c>(configuration: &'c Configuration, catalog: &'static Catalog, name: &str) -> Option<(&'c Role, bool)> {
    let reserved: Option<&'static Role> = catalog.reserved_roles().get(name);
    reserved.map(|role| (role, true)).or_else(|| configuration.roles.get(name).map(|role| (role, false)))
}

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
pub(crate) struct Assigned {
    pub name: String,
    /// `user` or `role mapping`, its name, and where it stands.
    pub through: (&'static str, String, Option<Place>),
}

/// The roles assigned to a subject, in order, each once. A user of the configuration has those of its
/// entry; any backend role that is a role's name counts as that role; enabled role mappings add theirs.
pub(crate) fn assigned(configuration: &Configuration, subject: &Subject, unknown: &mut Vec<String>) -> Vec<Assigned> {
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
        for template in &mapping.role_templates {
            match templated(&template.value, &fields) {
                Some(roles) => roles.iter().for_each(|role| add(role, ("role mapping", name.clone(), template.place.or(mapping.place)))),
                None => {
                    unknown.push(format!("role mapping `{name}` names its roles by a template that is more than one field of the user"))
                }
            }
        }
    }
    found
}

/// The roles that a template names: a plain text, one field of the user, or a list as JSON. None for the
/// rest of mustache, which is not evaluated.
fn templated(template: &Value, fields: &BTreeMap<String, Vec<Value>>) -> Option<Vec<String>> {
    let inner = template.get("template")?;
    // the API prints the template as a text that holds JSON
    let parsed = inner.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let source = match parsed.as_ref().unwrap_or(inner) {
        Value::Object(body) => body.get("source")?.as_str()?,
        _ => inner.as_str()?,
    };
    let is_json = template.get("format").and_then(Value::as_str) == Some("json");
    let texts =
        |name: &str| -> Vec<String> { fields.get(name).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect() };
    if is_json {
        let list = source.trim().strip_prefix("{{#tojson}}").and_then(|rest| rest.strip_suffix("{{/tojson}}"));
        return list.map(|name| texts(name.trim()));
    }
    let Some((before, rest)) = source.split_once("{{") else { return Some(vec![source.to_owned()]) };
    let (name, after) = rest.split_once("}}")?;
    let name = name.trim();
    if after.contains("{{") || name.starts_with(['#', '/', '^', '!', '>', '&', '{', '=']) {
        return None;
    }
    match &texts(name)[..] {
        [one] => Some(vec![format!("{before}{one}{after}")]),
        _ => None,
    }
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
    if !names.is_empty() {
        fields.insert("dn".to_owned(), texts(&names));
    }
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

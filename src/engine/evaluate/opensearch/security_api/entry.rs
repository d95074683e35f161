//! Guards of single entries: hidden, static and reserved ones, and those that make administrators.

use serde_json::Value;

use super::administrator::{is_one, names_one};
use super::endpoint::Endpoint;
use super::patch::{operations, texts, touched};
use super::{Asked, SecurityApi, denied, refuse};
use crate::engine::model::opensearch::Flags;
use crate::engine::request::opensearch::{Answer, Rest};

/// Decide about the entries that a request reads or changes.
pub(super) fn decide(api: &SecurityApi<'_>, asked: &Asked<'_>, rest: &Rest) -> Answer {
    let is_collection = matches!(
        asked.endpoint,
        Endpoint::ActionGroups | Endpoint::InternalUsers | Endpoint::Roles | Endpoint::RolesMapping | Endpoint::Tenants
    );
    if !is_collection {
        return Answer::Pass;
    }
    let name = asked.rest.first().copied();
    let answer = match (asked.method, name) {
        ("GET" | "POST", Some(name)) => hidden(api, asked, asked.endpoint, name),
        ("DELETE", Some(name)) => changed(api, asked, name),
        ("PUT", Some(name)) => changed(api, asked, name).or_else(|| put(api, asked, name, rest.json())),
        ("PATCH", name) => patched(api, asked, name, operations(&rest.body)),
        _ => None,
    };
    answer.unwrap_or(Answer::Pass)
}

/// What guards an entry from every change of it.
fn changed(api: &SecurityApi<'_>, asked: &Asked<'_>, name: &str) -> Option<Answer> {
    immutable(api, asked, asked.endpoint, name).or_else(|| makes_administrators(api, asked.endpoint, name).then(denied))
}

/// What guards against new content.
fn put(api: &SecurityApi<'_>, asked: &Asked<'_>, name: &str, body: Option<&Value>) -> Option<Answer> {
    let content = |field: &str| body.and_then(|body| body.get(field)).map(texts).unwrap_or_default();
    match asked.endpoint {
        Endpoint::Roles => names_one(content("cluster_permissions").into_iter()).then(denied),
        Endpoint::ActionGroups => names_one(content("allowed_actions").into_iter()).then(denied),
        Endpoint::RolesMapping => role(api, asked, name),
        Endpoint::InternalUsers => {
            let roles = content("opendistro_security_roles");
            let unfit = roles.iter().find_map(|name| role(api, asked, name));
            unfit.or_else(|| roles.iter().find_map(|name| immutable(api, asked, Endpoint::RolesMapping, name)))
        }
        _ => None,
    }
}

fn patched(api: &SecurityApi<'_>, asked: &Asked<'_>, entry: Option<&str>, operations: &[Value]) -> Option<Answer> {
    for touched in touched(operations, entry) {
        let exists = flags(api, asked.endpoint, &touched.name).is_some();
        if let Some(answer) = exists.then(|| changed(api, asked, &touched.name)).flatten() {
            return Some(answer);
        }
        if !exists && entry.is_some() {
            return Some(Answer::Fail(format!("'{}' not found.", touched.name)));
        }
        let Some(value) = touched.value else { continue };
        if matches!(asked.endpoint, Endpoint::Roles | Endpoint::ActionGroups) && names_one(texts(value).into_iter()) {
            return Some(denied());
        }
        if let Some(answer) = touched.whole.then(|| put(api, asked, &touched.name, Some(value))).flatten() {
            return Some(answer);
        }
    }
    None
}

/// A role that an entry names: it has to be there, and to be shown.
fn role(api: &SecurityApi<'_>, asked: &Asked<'_>, name: &str) -> Option<Answer> {
    if flags(api, Endpoint::Roles, name).is_none() {
        return Some(Answer::Fail(format!("role '{name}' not found.")));
    }
    hidden(api, asked, Endpoint::Roles, name)
}

fn hidden(api: &SecurityApi<'_>, asked: &Asked<'_>, endpoint: Endpoint, name: &str) -> Option<Answer> {
    let is_hidden = flags(api, endpoint, name).is_some_and(|flags| flags.hidden);
    (is_hidden && !is_one(api, asked)).then(|| Answer::Fail(format!("Resource '{name}' is not available.")))
}

fn immutable(api: &SecurityApi<'_>, asked: &Asked<'_>, endpoint: Endpoint, name: &str) -> Option<Answer> {
    if let Some(answer) = hidden(api, asked, endpoint, name) {
        return Some(answer);
    }
    let why = match flags(api, endpoint, name)? {
        flags if flags.is_static => "static",
        flags if flags.reserved => "reserved",
        _ => return None,
    };
    (!is_one(api, asked)).then(|| refuse(&format!("Resource '{name}' is {why}.")))
}

/// Whether an entry that is there, or the role that a mapping gives, holds a permission of administrators.
fn makes_administrators(api: &SecurityApi<'_>, endpoint: Endpoint, name: &str) -> bool {
    match endpoint {
        Endpoint::Roles | Endpoint::RolesMapping => {
            let role = api.built_in.roles.get(name).or_else(|| api.configuration.roles.get(name));
            role.is_some_and(|role| names_one(role.cluster_permissions.iter().map(|action| action.value.as_str())))
        }
        Endpoint::ActionGroups => {
            let group = api.built_in.action_groups.get(name).or_else(|| api.configuration.action_groups.get(name));
            group.is_some_and(|group| names_one(group.allowed_actions.iter().map(|action| action.value.as_str())))
        }
        _ => false,
    }
}

fn flags(api: &SecurityApi<'_>, endpoint: Endpoint, name: &str) -> Option<Flags> {
    let (configuration, built_in) = (api.configuration, api.built_in);
    match endpoint {
        Endpoint::Roles => configuration.roles.get(name).map(|entry| entry.flags).or(built_in.roles.get(name).map(|entry| entry.flags)),
        Endpoint::ActionGroups => {
            configuration.action_groups.get(name).map(|entry| entry.flags).or(built_in.action_groups.get(name).map(|entry| entry.flags))
        }
        Endpoint::Tenants => {
            configuration.tenants.get(name).map(|entry| entry.flags).or(built_in.tenants.get(name).map(|entry| entry.flags))
        }
        Endpoint::InternalUsers => configuration.internal_users.get(name).map(|entry| entry.flags),
        Endpoint::RolesMapping => configuration.roles_mapping.get(name).map(|entry| entry.flags),
        _ => None,
    }
}

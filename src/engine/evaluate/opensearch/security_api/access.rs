//! Who gets in: roles that the node names, less what it disables for each of them.

use std::collections::{HashMap, HashSet};

use super::{Asked, SecurityApi};

const DISABLED: &str = "plugins.security.restapi.endpoints_disabled.";

/// Why the roles do not let in; none when they do.
pub(super) fn refused(api: &SecurityApi<'_>, asked: &Asked<'_>) -> Option<String> {
    if api.rest_roles.is_empty() {
        return Some("Role based access not enabled.".to_owned());
    }
    let who = format!("User {} with Security roles [{}]", asked.subject.user, asked.roles.join(", "));
    if !asked.roles.iter().any(|role| api.rest_roles.contains(role)) {
        return Some(format!("{who} does not have any role privileged for admin access"));
    }
    let endpoint = asked.endpoint.name();
    is_disabled(api, asked).then(|| format!("{who} does not have any access to endpoint {endpoint} and method {}", asked.method))
}

/// Methods that the settings disable, by endpoint, for one role or for all (`global`).
type Methods<'a> = HashMap<String, HashSet<&'a str>>;

fn disabled<'a>(api: &'a SecurityApi<'_>, role: &str) -> Methods<'a> {
    let mut found = Methods::new();
    for key in api.configuration.node.keys() {
        let Some(endpoint) = key.strip_prefix(DISABLED).and_then(|key| key.strip_prefix(role)).and_then(|key| key.strip_prefix('.')) else {
            continue;
        };
        let methods = api.configuration.node.list(key).unwrap_or_default();
        found.entry(endpoint.to_uppercase()).or_default().extend(methods.into_iter().map(str::trim));
    }
    found
}

fn has(methods: &Methods<'_>, asked: &Asked<'_>) -> bool {
    methods
        .get(asked.endpoint.name())
        .is_some_and(|methods| methods.iter().any(|method| *method == "*" || method.eq_ignore_ascii_case(asked.method)))
}

/// What is disabled counts when every role that disables something at all disables it.
fn is_disabled(api: &SecurityApi<'_>, asked: &Asked<'_>) -> bool {
    let of_roles: Vec<Methods<'_>> = asked
        .roles
        .iter()
        .filter(|role| api.rest_roles.contains(role))
        .map(|role| disabled(api, role))
        .filter(|methods| !methods.is_empty())
        .collect();
    has(&disabled(api, "global"), asked) || (!of_roles.is_empty() && of_roles.iter().all(|methods| has(methods, asked)))
}

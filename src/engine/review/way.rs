//! How a role comes to somebody.

use super::Step;
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::Matcher;
use crate::source::Located;

/// From somebody to a role: directly, or by what of a mapping matches. Empty when nothing in the files says so.
pub fn way(configuration: &Configuration, subject: &Subject, role: &str) -> Vec<Step> {
    let user = configuration.internal_users.get(&subject.user);
    if let Some(direct) = user.and_then(|user| user.security_roles.iter().find(|held| held.value == role)) {
        return vec![Step { text: format!("security role `{role}`"), place: direct.place }];
    }
    let Some(mapping) = configuration.roles_mapping.get(role) else { return Vec::new() };
    let mapped = Step { text: format!("mapping of `{role}`"), place: mapping.place };
    if let Some(pattern) = mapping.users.iter().find(|pattern| Matcher::once(pattern, &subject.user)) {
        return vec![Step { text: format!("mapping of `{role}`: user `{}`", pattern.value), place: pattern.place }];
    }
    let held = |pattern: &Located<String>| subject.backend_roles.iter().find(|held| Matcher::once(pattern, held));
    if let Some((pattern, held)) = mapping.backend_roles.iter().find_map(|pattern| Some((pattern, held(pattern)?))) {
        let place = user.and_then(|user| user.backend_roles.iter().find(|own| own.value == *held)).and_then(|own| own.place);
        let text = format!("mapping of `{role}`: backend role `{}`", pattern.value);
        return vec![Step { text: format!("backend role `{held}`"), place }, Step { text, place: pattern.place }];
    }
    if !mapping.and_backend_roles.is_empty() && mapping.and_backend_roles.iter().all(|pattern| held(pattern).is_some()) {
        return vec![mapped];
    }
    match mapping.hosts.iter().find(|pattern| subject.host.as_ref().is_some_and(|host| Matcher::once(pattern, host))) {
        Some(pattern) => vec![Step { text: format!("mapping of `{role}`: host `{}`", pattern.value), place: pattern.place }],
        None => Vec::new(),
    }
}

//! Who holds which role, and by which way, for the details and the graph.

use crate::engine::model::opensearch::{Configuration, InternalUser, RoleMapping};
use crate::engine::pattern::Matcher;

/// How a role came to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way<'a> {
    /// `opendistro_security_roles` of the user.
    Direct,
    /// The mapping names the user by this pattern.
    User(&'a str),
    /// The mapping names a backend role of the user by this pattern.
    BackendRole(&'a str),
    /// The mapping asks for several backend roles, and the user has all of them.
    AllBackendRoles,
}

/// How a role comes to a user by its mapping or directly, if it does.
pub(super) fn way<'a>(mapping: Option<&'a RoleMapping>, role: &str, name: &str, user: &InternalUser) -> Option<Way<'a>> {
    if user.security_roles.iter().any(|direct| direct.as_str() == role) {
        return Some(Way::Direct);
    }
    let mapping = mapping?;
    if let Some(pattern) = mapping.users.iter().find(|pattern| Matcher::once(pattern, name)) {
        return Some(Way::User(pattern));
    }
    let held = |pattern: &str| user.backend_roles.iter().any(|role| Matcher::once(pattern, role));
    if let Some(pattern) = mapping.backend_roles.iter().find(|pattern| held(pattern)) {
        return Some(Way::BackendRole(pattern));
    }
    let all = &mapping.and_backend_roles;
    (!all.is_empty() && all.iter().all(|pattern| held(pattern))).then_some(Way::AllBackendRoles)
}

/// The roles of a user, in the order of the mappings, then those given directly.
pub fn roles_of<'a>(configuration: &'a Configuration, name: &str, user: &'a InternalUser) -> Vec<(&'a str, Way<'a>)> {
    let mapped = configuration.roles_mapping.iter();
    let mut roles: Vec<_> = mapped.filter_map(|(role, mapping)| Some((role.as_str(), way(Some(mapping), role, name, user)?))).collect();
    for direct in &user.security_roles {
        if !roles.iter().any(|(role, _)| *role == direct.as_str()) {
            roles.push((direct.as_str(), Way::Direct));
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Located;

    #[test]
    fn stars_and_question_marks_cover_names() {
        for (pattern, name, wanted) in [
            ("*", "x", true),
            ("lo*s", "logs", true),
            ("lo*s", "log", false),
            ("l?gs", "logs", true),
            ("/l.gs/", "logs", true),
            ("/l/", "logs", false),
        ] {
            assert_eq!(Matcher::once(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn a_role_comes_directly_or_by_user_or_by_backend_role() {
        let mut configuration = Configuration::default();
        let text = |text: &str| Located::from(text);
        for (role, users, backend_roles) in
            [("by_user", vec!["ali*"], vec![]), ("by_role", vec![], vec!["ops"]), ("other", vec!["bob"], vec!["dev"])]
        {
            let mapping = configuration.roles_mapping.or_default(role);
            mapping.users = users.into_iter().map(text).collect();
            mapping.backend_roles = backend_roles.into_iter().map(text).collect();
        }
        let user = InternalUser { backend_roles: vec![text("ops")], security_roles: vec![text("direct")], ..InternalUser::default() };
        configuration.internal_users.insert("alice".to_owned(), user.clone());
        let roles = roles_of(&configuration, "alice", &user);
        assert_eq!(roles, [("by_user", Way::User("ali*")), ("by_role", Way::BackendRole("ops")), ("direct", Way::Direct)]);
    }
}

//! Who holds which role, and by which way, for the details and the graph.

use rayon::prelude::*;

use crate::engine::model::opensearch::{Configuration, InternalUser, RoleMapping};
use crate::engine::pattern::Matcher;
use crate::source::Located;

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

/// Who has a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder<'a> {
    /// A user of the internal database.
    User(&'a str),
    /// Anybody who comes with this backend role.
    BackendRole(&'a str),
    /// A pattern of users, or hosts.
    Pattern(&'static str, &'a str),
}

/// Whether a pattern of a mapping covers a name.
pub fn matches(pattern: &str, name: &str) -> bool {
    Matcher::new(pattern).is_ok_and(|matcher| matcher.matches(name))
}

fn way<'a>(mapping: Option<&'a RoleMapping>, role: &str, name: &str, user: &InternalUser) -> Option<Way<'a>> {
    if user.security_roles.iter().any(|direct| direct.as_str() == role) {
        return Some(Way::Direct);
    }
    let mapping = mapping?;
    if let Some(pattern) = mapping.users.iter().find(|pattern| matches(pattern, name)) {
        return Some(Way::User(pattern));
    }
    let held = |pattern: &str| user.backend_roles.iter().any(|role| matches(pattern, role));
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

/// Patterns, the plain names apart, so that many users are looked through quickly.
#[derive(Default)]
struct Named<'a> {
    exact: Vec<&'a str>,
    patterns: Vec<Matcher>,
}

impl<'a> Named<'a> {
    fn new(items: &'a [Located<String>]) -> Self {
        let (patterns, exact): (Vec<&str>, _) = items.iter().map(|item| item.as_str()).partition(|item| item.contains(['*', '?', '/']));
        Named { exact, patterns: patterns.into_iter().filter_map(|pattern| Matcher::new(pattern).ok()).collect() }
    }

    fn covers(&self, name: &str) -> bool {
        self.exact.contains(&name) || self.patterns.iter().any(|pattern| pattern.matches(name))
    }
}

/// How many users are looked at before it is known whether there are enough.
const BLOCK: usize = 1 << 15;

/// Who has a role, at most `most`: users first, then the backend roles, patterns and hosts of its mapping.
pub fn holders<'a>(configuration: &'a Configuration, role: &'a str, most: usize) -> Vec<Holder<'a>> {
    let mapping = configuration.roles_mapping.get(role);
    let named = mapping.map(|mapping| Named::new(&mapping.users)).unwrap_or_default();
    let backend = mapping.map(|mapping| Named::new(&mapping.backend_roles)).unwrap_or_default();
    let all_of = mapping.filter(|mapping| !mapping.and_backend_roles.is_empty());
    let holds = |name: &str, user: &InternalUser| {
        user.backend_roles.iter().any(|held| backend.covers(held))
            || named.covers(name)
            || user.security_roles.iter().any(|direct| direct.as_str() == role)
            || (all_of.is_some() && way(mapping, role, name, user).is_some())
    };
    let users = &configuration.internal_users;
    let (mut holders, mut from) = (Vec::new(), 0);
    // several blocks at once, since a role that nearly nobody has makes all users be looked at
    while from < users.len() && holders.len() < most {
        let block = from..users.len().min(from + BLOCK);
        let found = block.clone().into_par_iter().with_min_len(BLOCK / 8).filter_map(|at| users.get_index(at));
        holders.par_extend(found.filter(|(name, user)| holds(name, user)).map(|(name, _)| Holder::User(name)));
        from = block.end;
    }
    holders.truncate(most);
    if let Some(mapping) = mapping {
        let known = |name: &str| configuration.internal_users.contains_key(name);
        let users = mapping.users.iter().filter(|user| !known(user));
        holders.extend(mapping.backend_roles.iter().chain(&mapping.and_backend_roles).map(|role| Holder::BackendRole(role)));
        holders.extend(users.map(|user| Holder::Pattern("user", user)));
        holders.extend(mapping.hosts.iter().map(|host| Holder::Pattern("host", host)));
    }
    holders.truncate(most);
    holders
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
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
        assert_eq!(holders(&configuration, "by_role", 9), [Holder::User("alice"), Holder::BackendRole("ops")]);
    }
}

//! Who has a role, for the details: told from an index of the users, since looking through 100,000 of them for each key
//! would hold the screen up.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::access::way;
use crate::engine::model::Entries;
use crate::engine::model::opensearch::{Configuration, InternalUser};
use crate::engine::pattern::Matcher;
use crate::source::Located;

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

/// Users by their place in the order, ascending.
type Places = HashMap<String, Vec<u32>, RandomState>;

/// The users by what gives them roles.
#[derive(Debug, Default)]
pub struct Holders {
    users: Entries<InternalUser>,
    by_backend_role: Places,
    /// By the roles that they name themselves.
    by_role: Places,
}

fn put(places: &mut Places, names: &[Located<String>], at: u32) {
    for name in names {
        match places.get_mut(name.as_str()) {
            Some(list) => list.push(at),
            None => drop(places.insert(name.value.clone(), vec![at])),
        }
    }
}

/// Plain names and patterns of a list.
fn parted(items: &[Located<String>]) -> (Vec<&str>, Vec<Matcher>) {
    let (patterns, exact): (Vec<&str>, _) = items.iter().map(|item| item.as_str()).partition(|item| item.contains(['*', '?', '/']));
    (exact, patterns.into_iter().filter_map(|pattern| Matcher::new(pattern).ok()).collect())
}

impl Holders {
    /// Index users.
    pub fn new(users: &Entries<InternalUser>) -> Self {
        let mut index = Self { users: users.clone(), ..Self::default() };
        for (at, (_, user)) in (0..).zip(users.sayings()) {
            put(&mut index.by_backend_role, &user.backend_roles, at);
            put(&mut index.by_role, &user.security_roles, at);
        }
        index
    }

    /// Whether these are the users that were indexed.
    pub fn is_of(&self, users: &Entries<InternalUser>) -> bool {
        self.users.is(users)
    }

    /// The users with a backend role that one of the items covers, list by list.
    fn with_backend_role(&self, items: &[Located<String>]) -> Vec<&[u32]> {
        let (exact, patterns) = parted(items);
        let plain = exact.into_iter().filter_map(|name| self.by_backend_role.get(name));
        let covered = |name: &str| patterns.iter().any(|pattern| pattern.matches(name));
        let by_pattern = self.by_backend_role.iter().filter(|(name, _)| !patterns.is_empty() && covered(name)).map(|(_, list)| list);
        plain.chain(by_pattern).map(Vec::as_slice).collect()
    }

    /// Who has a role, at most `most`: users in their order first, then the backend roles, patterns and hosts of its
    /// mapping. The configuration has the users that were indexed.
    pub fn of<'a>(&self, configuration: &'a Configuration, role: &'a str, most: usize) -> Vec<Holder<'a>> {
        let users = &configuration.internal_users;
        let mapping = configuration.roles_mapping.get(role);
        // of each list the first are enough, for what comes out is in order
        let mut found: Vec<u32> = self.by_role.get(role).into_iter().flatten().copied().take(most).collect();
        if let Some(mapping) = mapping {
            let lists = self.with_backend_role(&mapping.backend_roles);
            found.extend(lists.into_iter().flat_map(|list| list.iter().take(most)));
            let (exact, patterns) = parted(&mapping.users);
            found.extend(exact.into_iter().filter_map(|name| users.get_index_of(name)).map(|at| at as u32));
            if !patterns.is_empty() {
                let covered =
                    |at: &u32| users.get_index(*at as usize).is_some_and(|(name, _)| patterns.iter().any(|pattern| pattern.matches(name)));
                found.par_extend((0..users.len() as u32).into_par_iter().with_min_len(1 << 12).filter(covered));
            }
            let has_all =
                |at: &&u32| users.get_index(**at as usize).is_some_and(|(name, user)| way(Some(mapping), role, name, user).is_some());
            for list in
                mapping.and_backend_roles.first().map(|first| self.with_backend_role(std::slice::from_ref(first))).into_iter().flatten()
            {
                found.extend(list.iter().filter(has_all).take(most));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(most);
        let mut holders: Vec<Holder<'a>> =
            found.into_iter().filter_map(|at| users.get_index(at as usize)).map(|(name, _)| Holder::User(name)).collect();
        if let Some(mapping) = mapping {
            let strangers = mapping.users.iter().filter(|user| !users.contains_key(user.as_str()));
            holders.extend(mapping.backend_roles.iter().chain(&mapping.and_backend_roles).map(|role| Holder::BackendRole(role)));
            holders.extend(strangers.map(|user| Holder::Pattern("user", user)));
            holders.extend(mapping.hosts.iter().map(|host| Holder::Pattern("host", host)));
        }
        holders.truncate(most);
        holders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_come_in_their_order_by_every_way_and_then_the_rest_of_the_mapping() {
        let mut configuration = Configuration::default();
        let texts = |texts: &[&str]| texts.iter().map(|text| Located::from(*text)).collect::<Vec<_>>();
        for (name, backend_roles, security_roles) in [
            ("zoe", ["dev", "x"], ["other"]),
            ("ann", ["ops", "ops"], ["r"]),
            ("bob", ["ops", "night"], ["other"]),
            ("eve", ["guests", "x"], ["r"]),
            ("joe", ["guests", "night"], ["other"]),
            ("ali", ["x", "y"], ["other"]),
        ] {
            let user =
                InternalUser { backend_roles: texts(&backend_roles), security_roles: texts(&security_roles), ..InternalUser::default() };
            configuration.internal_users.insert(name.to_owned(), user);
        }
        let mapping = configuration.roles_mapping.or_default("r");
        mapping.users = texts(&["zoe", "al?", "stranger"]);
        mapping.backend_roles = texts(&["op*"]);
        mapping.and_backend_roles = texts(&["night", "gue*"]);
        mapping.hosts = texts(&["h"]);
        let index = Holders::new(&configuration.internal_users);
        let users = |most: usize| -> Vec<&str> {
            let found = index.of(&configuration, "r", most);
            found.into_iter().filter_map(|holder| if let Holder::User(name) = holder { Some(name) } else { None }).collect()
        };
        assert_eq!(users(9), ["zoe", "ann", "bob", "eve", "joe", "ali"]);
        assert_eq!(users(3), ["zoe", "ann", "bob"]);
        let rest = [
            Holder::BackendRole("op*"),
            Holder::BackendRole("night"),
            Holder::BackendRole("gue*"),
            Holder::Pattern("user", "al?"),
            Holder::Pattern("user", "stranger"),
            Holder::Pattern("host", "h"),
        ];
        assert_eq!(index.of(&configuration, "r", 99)[6..], rest);
        assert_eq!(index.of(&configuration, "other", 2), [Holder::User("zoe"), Holder::User("bob")]);
        assert!(index.of(&configuration, "nobody's", 9).is_empty());
    }
}

//! From a user to the roles: direct roles, mappings by user, backend role and host.

use std::collections::HashMap;

use indexmap::IndexSet;

use super::matcher::{Matcher, any};
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::Configuration;
use crate::source::{Located, Place};

/// `opendistro_security.roles_mapping_resolution`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolution {
    /// The default.
    MappingOnly,
    /// Backend roles are the roles.
    BackendRolesOnly,
    /// Both.
    Both,
}

/// One mapping, compiled.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// The role given.
    pub role: String,
    /// User patterns.
    pub users: Vec<Located<String>>,
    /// Backend role patterns, any one suffices.
    pub backend_roles: Vec<Located<String>>,
    /// Backend role patterns that must all be met.
    pub and_backend_roles: Vec<Located<String>>,
    /// Host patterns.
    pub hosts: Vec<Located<String>>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// All mappings.
#[derive(Debug, Clone)]
pub(super) struct Mapping {
    entries: Vec<(Entry, Matchers)>,
    direct: HashMap<String, Vec<Located<String>>>,
    resolution: Resolution,
}

#[derive(Debug, Clone)]
struct Matchers {
    users: Vec<Matcher>,
    backend_roles: Vec<Matcher>,
    and_backend_roles: Vec<Matcher>,
    hosts: Vec<Matcher>,
}

fn matchers(patterns: &[Located<String>]) -> Vec<Matcher> {
    patterns.iter().map(|pattern| Matcher::new(&pattern.value)).collect()
}

/// Why a role is held.
#[derive(Debug, Clone)]
pub(super) enum Reason<'a> {
    /// Listed with the user.
    Direct(&'a Located<String>),
    /// A backend role's name is taken as the role.
    BackendRole(String),
    /// A mapping's pattern met the user, a backend role or the host.
    Mapped(&'a Entry, &'a Located<String>, &'static str),
}

impl Mapping {
    /// Of a configuration.
    pub(super) fn new(configuration: &Configuration) -> Self {
        let entries = configuration.roles_mapping.iter().map(|(role, mapping)| Entry {
            role: role.clone(),
            users: mapping.users.clone(),
            backend_roles: mapping.backend_roles.clone(),
            and_backend_roles: mapping.and_backend_roles.clone(),
            hosts: mapping.hosts.clone(),
            place: mapping.place,
        });
        let direct = configuration.internal_users.iter().map(|(name, user)| (name.clone(), user.security_roles.clone())).collect();
        let resolution = configuration.node.text("opendistro_security.roles_mapping_resolution");
        let entries = entries
            .map(|entry| {
                let matchers = Matchers {
                    users: matchers(&entry.users),
                    backend_roles: matchers(&entry.backend_roles),
                    and_backend_roles: matchers(&entry.and_backend_roles),
                    hosts: matchers(&entry.hosts),
                };
                (entry, matchers)
            })
            .collect();
        let resolution = match resolution.unwrap_or_default().to_ascii_uppercase().as_str() {
            "BACKENDROLES_ONLY" => Resolution::BackendRolesOnly,
            "BOTH" => Resolution::Both,
            _ => Resolution::MappingOnly,
        };
        Self { entries, direct, resolution }
    }

    /// The roles of a subject: mapped ones in the mappings' order, then direct ones.
    pub(super) fn roles(&self, subject: &Subject) -> IndexSet<String> {
        let mut out = IndexSet::new();
        if self.resolution != Resolution::BackendRolesOnly {
            for (entry, matchers) in &self.entries {
                if matchers.meet(subject) {
                    out.insert(entry.role.clone());
                }
            }
        }
        out.extend(self.direct.get(&subject.user).into_iter().flatten().map(|role| role.value.clone()));
        if self.resolution != Resolution::MappingOnly {
            out.extend(subject.backend_roles.iter().cloned());
        }
        out
    }

    /// Why the subject holds a role; the first reason found.
    pub(super) fn reason(&self, subject: &Subject, role: &str) -> Option<Reason<'_>> {
        if let Some(direct) = self.direct.get(&subject.user).into_iter().flatten().find(|direct| direct.value == role) {
            return Some(Reason::Direct(direct));
        }
        if self.resolution != Resolution::MappingOnly && subject.backend_roles.iter().any(|backend| backend == role) {
            return Some(Reason::BackendRole(role.to_owned()));
        }
        self.entries.iter().filter(|(entry, _)| entry.role == role).find_map(|(entry, matchers)| matchers.reason(entry, subject))
    }
}

impl Matchers {
    fn meet(&self, subject: &Subject) -> bool {
        any(&self.users, &subject.user)
            || subject.backend_roles.iter().any(|role| any(&self.backend_roles, role))
            || self.meet_all(subject)
            || subject.host.as_ref().is_some_and(|host| any(&self.hosts, host))
    }

    fn meet_all(&self, subject: &Subject) -> bool {
        !self.and_backend_roles.is_empty()
            && self.and_backend_roles.iter().all(|matcher| subject.backend_roles.iter().any(|role| matcher.test(role)))
    }

    fn reason<'a>(&self, entry: &'a Entry, subject: &Subject) -> Option<Reason<'a>> {
        let find = |matchers: &[Matcher], text: &str| matchers.iter().position(|matcher| matcher.test(text));
        if let Some(at) = find(&self.users, &subject.user) {
            return Some(Reason::Mapped(entry, &entry.users[at], "user"));
        }
        if let Some(at) = subject.backend_roles.iter().find_map(|role| find(&self.backend_roles, role)) {
            return Some(Reason::Mapped(entry, &entry.backend_roles[at], "backend role"));
        }
        if self.meet_all(subject) {
            return entry.and_backend_roles.first().map(|first| Reason::Mapped(entry, first, "backend role"));
        }
        let at = subject.host.as_ref().and_then(|host| find(&self.hosts, host))?;
        Some(Reason::Mapped(entry, &entry.hosts[at], "host"))
    }
}

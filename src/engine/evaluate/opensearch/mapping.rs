//! From a user to roles: the role mappings, compiled.

use std::collections::{HashMap, HashSet};

use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::{Matcher, RegexProblem};
use crate::source::Located;

/// The role mappings of a configuration, ready to be asked.
#[derive(Debug, Default)]
pub struct RolesMapping {
    /// Names of the mapped roles, in file order.
    roles: Vec<String>,
    users: Rules,
    backend_roles: Rules,
    hosts: Rules,
    /// All of these must be met by some backend role.
    and_backend_roles: Vec<(Vec<Matcher>, usize)>,
    /// `opendistro_security_roles` of the internal users.
    direct: HashMap<String, Vec<String>>,
    by_mapping: bool,
    by_backend_role: bool,
}

/// Patterns with the positions of the roles that they give.
#[derive(Debug, Default)]
struct Rules {
    exact: HashMap<String, Vec<usize>>,
    patterns: Vec<(Matcher, usize)>,
}

impl Rules {
    fn add(&mut self, patterns: &[Located<String>], role: usize) {
        for pattern in patterns {
            match Matcher::new(pattern) {
                Ok(Matcher::Exact(name)) => self.exact.entry(name.into()).or_default().push(role),
                Ok(matcher) => self.patterns.push((matcher, role)),
                // a pattern that does not compile matches nobody
                Err(RegexProblem::Invalid(_) | RegexProblem::Unsupported(_)) => {}
            }
        }
    }

    fn collect(&self, text: &str, out: &mut HashSet<usize>) {
        out.extend(self.exact.get(text).into_iter().flatten());
        out.extend(self.patterns.iter().filter(|(matcher, _)| matcher.matches(text)).map(|(_, role)| *role));
    }
}

impl RolesMapping {
    /// Compile the mappings of a configuration (`plugins.security.roles_mapping_resolution` says whether
    /// mappings, backend roles or both give roles).
    pub fn new(configuration: &Configuration) -> Self {
        let resolution = configuration.node.text("plugins.security.roles_mapping_resolution").unwrap_or("MAPPING_ONLY").to_uppercase();
        let mut mapping = Self {
            by_mapping: resolution != "BACKENDROLES_ONLY",
            by_backend_role: matches!(resolution.as_str(), "BOTH" | "BACKENDROLES_ONLY"),
            ..Self::default()
        };
        for (position, (name, rules)) in configuration.roles_mapping.iter().enumerate() {
            mapping.roles.push(name.clone());
            mapping.users.add(&rules.users, position);
            mapping.backend_roles.add(&rules.backend_roles, position);
            mapping.hosts.add(&rules.hosts, position);
            if !rules.and_backend_roles.is_empty() {
                let all: Option<Vec<Matcher>> = rules.and_backend_roles.iter().map(|pattern| Matcher::new(pattern).ok()).collect();
                mapping.and_backend_roles.extend(all.map(|all| (all, position)));
            }
        }
        for (name, user) in &configuration.internal_users {
            if !user.security_roles.is_empty() {
                mapping.direct.insert(name.clone(), user.security_roles.iter().map(|role| role.value.clone()).collect());
            }
        }
        mapping
    }

    /// The roles of a subject: those given directly, then backend roles where they count, then mapped ones
    /// in the order of the file.
    pub fn map(&self, subject: &Subject) -> Vec<String> {
        let mut names: Vec<String> = self.direct.get(&subject.user).cloned().unwrap_or_default();
        if self.by_backend_role {
            names.extend(subject.backend_roles.iter().cloned());
        }
        if self.by_mapping {
            let mut found = HashSet::new();
            self.users.collect(&subject.user, &mut found);
            for role in &subject.backend_roles {
                self.backend_roles.collect(role, &mut found);
            }
            if let Some(host) = &subject.host {
                self.hosts.collect(host, &mut found);
            }
            for (all, role) in &self.and_backend_roles {
                if all.iter().all(|matcher| subject.backend_roles.iter().any(|name| matcher.matches(name))) {
                    found.insert(*role);
                }
            }
            let mut found: Vec<usize> = found.into_iter().collect();
            found.sort_unstable();
            names.extend(found.into_iter().filter_map(|role| self.roles.get(role).cloned()));
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

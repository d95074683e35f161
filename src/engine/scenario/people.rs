//! Everybody that the files know of: internal users, the scenario's own users, and whoever would come with
//! a backend role that a mapping names.

use std::collections::BTreeSet;

use super::{Scenario, subject};
use crate::engine::evaluate::Subject;
use crate::engine::model::opensearch::Configuration;

/// Somebody to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user's name, or `backend role X`.
    pub label: String,
    /// Who asks.
    pub subject: Subject,
}

/// Users in file order, then the backend roles of mappings that no such user holds. Patterns among them are
/// left out, since nobody has a pattern as a backend role.
pub fn people(configuration: &Configuration, scenario: &Scenario) -> Vec<Person> {
    let names =
        configuration.internal_users.keys().chain(scenario.users.keys().filter(|name| !configuration.internal_users.contains_key(*name)));
    let mut out: Vec<Person> =
        names.filter_map(|name| Some(Person { label: name.clone(), subject: subject(name, scenario, configuration)? })).collect();
    let held: BTreeSet<String> = out.iter().flat_map(|person| person.subject.backend_roles.iter().cloned()).collect();
    let mapped = configuration.roles_mapping.values().flat_map(|mapping| &mapping.backend_roles).map(|role| role.value.clone());
    let others: BTreeSet<String> = mapped.filter(|role| !held.contains(role) && !role.contains(['*', '?', '/'])).collect();
    out.extend(others.into_iter().map(|role| {
        let subject = Subject { user: format!("holder-of-{role}"), backend_roles: vec![role.clone()], ..Subject::default() };
        Person { label: format!("backend role {role}"), subject }
    }));
    out
}

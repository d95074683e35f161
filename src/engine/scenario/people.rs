//! Everybody that the files know of: the configuration's users, the scenario's own, and whoever would come
//! with what a mapping names.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexSet;

use super::{Scenario, subject};
use crate::engine::evaluate::{self, Subject};
use crate::engine::model::elasticsearch::{self, Rule};
use crate::engine::model::opensearch;

/// Who a configuration knows, whatever the product family.
pub trait Directory {
    /// The subject that one of its users is; none when there is no such user.
    fn subject(&self, user: &str) -> Option<Subject>;

    /// Its users, in file order.
    fn users(&self) -> Vec<&str>;

    /// Whoever comes from elsewhere with what a mapping names; patterns are left out, since nobody is
    /// called like a pattern.
    fn mapped(&self) -> Vec<Person>;
}

impl<D: Directory + ?Sized> Directory for Arc<D> {
    fn subject(&self, user: &str) -> Option<Subject> {
        (**self).subject(user)
    }

    fn users(&self) -> Vec<&str> {
        (**self).users()
    }

    fn mapped(&self) -> Vec<Person> {
        (**self).mapped()
    }
}

impl Directory for opensearch::Configuration {
    fn subject(&self, user: &str) -> Option<Subject> {
        evaluate::opensearch::subject(self, user)
    }

    fn users(&self) -> Vec<&str> {
        self.internal_users.keys().map(String::as_str).collect()
    }

    fn mapped(&self) -> Vec<Person> {
        let roles = self.roles_mapping.values().flat_map(|mapping| &mapping.backend_roles);
        roles.filter(|role| !role.contains(['*', '?', '/'])).map(|role| holder("backend role", role)).collect()
    }
}

impl Directory for elasticsearch::Configuration {
    fn subject(&self, user: &str) -> Option<Subject> {
        evaluate::elasticsearch::subject(self, user)
    }

    fn users(&self) -> Vec<&str> {
        self.users.keys().map(String::as_str).collect()
    }

    fn mapped(&self) -> Vec<Person> {
        let mut out = Vec::new();
        for rule in self.role_mappings.values().filter_map(|mapping| mapping.rules.as_ref()) {
            named(rule, &mut out);
        }
        out
    }
}

/// The users and groups that a rule names in full.
fn named(rule: &Rule, out: &mut Vec<Person>) {
    match rule {
        Rule::Any(rules) | Rule::All(rules) => rules.iter().for_each(|rule| named(rule, out)),
        // whoever is left out by name comes with nothing else that is known
        Rule::Except(_) => {}
        Rule::Field(field, values) => {
            let texts =
                values.iter().filter_map(|value| value.as_str()).filter(|text| !text.contains(['*', '?']) && !text.starts_with('/'));
            match field.as_str() {
                "groups" => out.extend(texts.map(|group| holder("group", group))),
                "username" => out.extend(
                    texts.map(|user| Person { label: user.to_owned(), subject: Subject { user: user.to_owned(), ..Subject::default() } }),
                ),
                _ => {}
            }
        }
    }
}

fn holder(word: &str, group: &str) -> Person {
    let subject = Subject { user: format!("holder-of-{group}"), backend_roles: vec![group.to_owned()], ..Subject::default() };
    Person { label: format!("{word} {group}"), subject }
}

/// Somebody to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user's name, or `backend role X`.
    pub label: String,
    /// Who asks.
    pub subject: Subject,
}

/// Users in file order, then those of mappings that are no such user and whose groups nobody of them holds.
pub fn people(configuration: &dyn Directory, scenario: &Scenario) -> Vec<Person> {
    let users: IndexSet<&str> = configuration.users().into_iter().collect();
    let own = scenario.users.keys().map(String::as_str).filter(|name| !users.contains(name));
    let mut out: Vec<Person> = users
        .iter()
        .copied()
        .chain(own)
        .filter_map(|name| Some(Person { label: name.to_owned(), subject: subject(name, scenario, configuration)? }))
        .collect();
    let held: BTreeSet<&str> = out.iter().flat_map(|person| person.subject.backend_roles.iter().map(String::as_str)).collect();
    let mut others = configuration.mapped();
    others.retain(|other| match other.subject.backend_roles.first() {
        Some(role) => !held.contains(role.as_str()),
        None => !users.contains(other.label.as_str()) && !scenario.users.contains_key(&other.label),
    });
    others.sort_by(|a, b| a.label.cmp(&b.label));
    others.dedup_by(|a, b| a.label == b.label);
    out.extend(others);
    out
}

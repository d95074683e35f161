//! Application privileges: names that stand for stored action patterns, on resources.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Named, Permissions, raw_pattern};
use super::rules::{ApplicationWildcards, Rules};
use crate::engine::model::elasticsearch::{Refusal, StoredPrivilege};
use crate::engine::pattern::lucene::{Dfa, pattern, patterns};

/// Stored privileges: application → name → action patterns.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    applications: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Stored {
    /// The stored privileges of a configuration.
    pub fn new<'p>(privileges: impl IntoIterator<Item = &'p StoredPrivilege>) -> Self {
        let mut stored = Self::default();
        for privilege in privileges {
            let actions = privilege.actions.iter().map(|action| action.value.clone()).collect();
            stored.applications.entry(privilege.application.clone()).or_default().insert(privilege.name.clone(), actions);
        }
        stored
    }
}

/// An application's privilege with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Resolved {
    application: String,
    names: BTreeSet<String>,
    actions: BTreeSet<String>,
}

/// One granted privilege on resources.
#[derive(Debug)]
pub(super) struct ApplicationEntry {
    privilege: Resolved,
    application: Dfa,
    actions: Dfa,
    resources: Dfa,
}

/// Names begin with a lower-case letter and hold letters, digits, `_`, `.` and `-`; anything else is an
/// action pattern.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_ascii_lowercase()) && chars.all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

fn resolve(application: &str, names: &BTreeSet<String>, known: Option<&BTreeMap<String, BTreeSet<String>>>) -> Resolved {
    let mut actions = BTreeSet::new();
    for name in names {
        if !is_name(name) {
            actions.insert(name.clone());
        } else if let Some(stored) = known.and_then(|known| known.get(name)) {
            actions.extend(stored.iter().cloned());
        }
    }
    Resolved { application: application.to_owned(), names: names.clone(), actions }
}

fn resolve_all(rules: &Rules, application: &str, names: &BTreeSet<String>, stored: &Stored) -> Result<BTreeSet<Resolved>, Refusal> {
    if !application.contains('*') {
        return Ok(BTreeSet::from([resolve(application, names, stored.applications.get(application))]));
    }
    let plain = resolve(application, names, None);
    if rules.applications == ApplicationWildcards::Plain {
        return Ok(BTreeSet::from([plain]));
    }
    let matcher = pattern(application, rules.dialect).map_err(raw_pattern)?;
    let mut found: BTreeSet<Resolved> = stored
        .applications
        .iter()
        .filter(|(name, _)| matcher.accepts(name))
        .map(|(name, known)| resolve(name, names, Some(known)))
        .collect();
    if found.is_empty() || rules.applications == ApplicationWildcards::StoredAndPlain {
        found.insert(plain);
    }
    Ok(found)
}

impl ApplicationEntry {
    pub(super) fn build(rules: &Rules, roles: &[Named<'_>], stored: &Stored) -> Result<Vec<Self>, Refusal> {
        let mut merged: BTreeMap<(String, BTreeSet<String>), BTreeSet<String>> = BTreeMap::new();
        for entry in roles.iter().flat_map(|(_, role)| &role.applications) {
            let application = entry.application.as_ref().map(|name| name.value.clone()).unwrap_or_default();
            let resources = entry.resources.iter().map(|resource| resource.value.clone()).collect();
            let names = merged.entry((application, resources)).or_default();
            names.extend(entry.privileges.iter().map(|privilege| privilege.value.clone()));
        }
        let mut by_privilege: BTreeMap<Resolved, BTreeSet<String>> = BTreeMap::new();
        for ((application, resources), names) in merged {
            for privilege in resolve_all(rules, &application, &names, stored)? {
                by_privilege.entry(privilege).or_default().extend(resources.iter().cloned());
            }
        }
        let automaton = |texts: &BTreeSet<String>| patterns(&texts.iter().collect::<Vec<_>>(), rules.dialect).map_err(raw_pattern);
        let entry = |(privilege, resources): (Resolved, BTreeSet<String>)| {
            Ok(Self {
                application: pattern(&privilege.application, rules.dialect).map_err(raw_pattern)?,
                actions: automaton(&privilege.actions)?,
                resources: automaton(&resources)?,
                privilege,
            })
        };
        by_privilege.into_iter().map(entry).collect()
    }

    fn grants(&self, asked: &Resolved, actions: &Dfa, resource: &Dfa) -> bool {
        let covers = || {
            self.application.accepts(&asked.application)
                && (self.actions.is_total() || (!self.actions.is_empty() && !actions.is_empty() && actions.is_subset_of(&self.actions)))
        };
        (self.privilege == *asked || covers()) && resource.is_subset_of(&self.resources)
    }
}

/// Answers by resource and privilege.
pub type Answers = BTreeMap<String, BTreeMap<String, bool>>;

impl Permissions {
    /// Which privileges of an application the user has on resources (patterns); what several resolved
    /// privileges answer is and-ed.
    pub fn has_application_privileges(
        &self,
        application: &str,
        resources: &[String],
        privileges: &[String],
        stored: &Stored,
    ) -> Result<Answers, Refusal> {
        let mut answers = Answers::new();
        for resource in resources {
            let asked_resource = pattern(resource, self.rules.dialect).map_err(raw_pattern)?;
            for name in privileges {
                for asked in resolve_all(self.rules, application, &BTreeSet::from([name.clone()]), stored)? {
                    let list: Vec<&String> = asked.actions.iter().collect();
                    let actions = patterns(&list, self.rules.dialect).map_err(raw_pattern)?;
                    let granted = self.applications.iter().any(|entry| entry.grants(&asked, &actions, &asked_resource));
                    let slot = answers.entry(resource.clone()).or_default().entry(name.clone()).or_insert(true);
                    *slot &= granted;
                }
            }
        }
        Ok(answers)
    }
}

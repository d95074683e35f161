//! The table behind a call: what grants each cell, through which mapping, role, pattern and group.

use indexmap::IndexSet;

use super::OpenDistro;
use super::ask::{Answer, Ask};
use super::compile::{Role, Rule};
use super::mapping::Reason;
use super::matcher::any;
use super::role_pattern::Covered;
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::{Cell, Evidence, Hop, Subject};
use crate::source::{Located, Place};

/// More cells than anybody reads.
const MOST: usize = 2_000;

impl OpenDistro {
    /// The cells of a call.
    pub(super) fn cells(&self, subject: &Subject, mapped: &IndexSet<String>, cluster: &Cluster, ask: &Ask, answer: &Answer) -> Vec<Cell> {
        let roles: Vec<&Role> = self.compiled.roles.iter().filter(|role| mapped.contains(&role.name)).collect();
        if answer.required.is_empty() {
            return vec![self.cluster_cell(subject, &roles, &ask.action)];
        }
        let mut out = Vec::new();
        for index in answer.indices.iter().flatten() {
            for action in &answer.required {
                if out.len() < MOST {
                    out.push(self.index_cell(subject, &roles, cluster, index, action));
                }
            }
        }
        out
    }

    fn cluster_cell(&self, subject: &Subject, roles: &[&Role], action: &str) -> Cell {
        let granted_by = roles.iter().find_map(|role| {
            let (listed, _) = role.cluster.iter().find(|(_, matchers)| any(matchers, action))?;
            Some(self.evidence(subject, role, None, listed, action))
        });
        Cell { index: String::new(), action: action.to_owned(), granted_by, nearest: None }
    }

    fn index_cell(&self, subject: &Subject, roles: &[&Role], cluster: &Cluster, index: &str, action: &str) -> Cell {
        let (mut granted_by, mut nearest) = (None, None);
        for role in roles {
            for rule in &role.rules {
                let Ok(covered) = Covered::new(rule, subject, cluster) else { continue };
                let covers = covered.covers(index);
                let listed = rule.listed.iter().find(|(_, matchers)| any(matchers, action)).map(|(listed, _)| listed);
                match (covers, listed) {
                    (true, Some(listed)) if granted_by.is_none() => {
                        granted_by = Some(self.evidence(subject, role, Some(rule), listed, action));
                    }
                    // the right index without the action comes nearer than the right action elsewhere
                    (true, None) => nearest = Some(self.evidence(subject, role, Some(rule), &rule.pattern, action)),
                    (false, Some(listed)) if nearest.is_none() => {
                        nearest = Some(self.evidence(subject, role, Some(rule), listed, action));
                    }
                    _ => {}
                }
            }
        }
        let nearest = if granted_by.is_some() { None } else { nearest };
        Cell { index: index.to_owned(), action: action.to_owned(), granted_by, nearest }
    }

    fn evidence(&self, subject: &Subject, role: &Role, rule: Option<&Rule>, listed: &Located<String>, action: &str) -> Evidence {
        let hop = |kind: &'static str, name: &str, place: Option<Place>| Hop { kind, name: name.to_owned(), place };
        let mut hops = vec![hop("user", &subject.user, None)];
        match self.compiled.mapping.reason(subject, &role.name) {
            Some(Reason::Direct(direct)) => hops.push(hop("direct role", &direct.value, direct.place)),
            Some(Reason::BackendRole(name)) => hops.push(hop("backend role", &name, None)),
            Some(Reason::Mapped(entry, pattern, kind)) => {
                hops.push(hop(kind, &pattern.value, pattern.place));
                hops.push(hop("role mapping", &entry.role, entry.place));
            }
            None => {}
        }
        hops.push(hop("role", &role.name, role.place));
        if let Some(rule) = rule {
            hops.push(hop("index pattern", &rule.pattern.value, rule.pattern.place));
        }
        if rule.is_none_or(|rule| rule.pattern != *listed) {
            let is_action = listed.value.contains(['*', ':', '/']);
            hops.push(hop(if is_action { "action" } else { "action group" }, &listed.value, listed.place));
            if listed.value != action {
                hops.push(hop("action", action, None));
            }
        }
        Evidence { hops }
    }
}

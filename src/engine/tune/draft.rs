//! From the facts of one user to the smallest role that allows them.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Facts, Support};
use super::generalise::{Generalisation, Pattern, generalise};
use crate::engine::evaluate::elasticsearch::is_composite_action;

/// A role as the log asks for it, each permission with what supports it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Cluster permissions.
    pub cluster: Vec<Permission>,
    /// Rules: actions on patterns.
    pub rules: Vec<DraftRule>,
    /// What the log cannot show and an operator should add or check.
    pub notes: Vec<String>,
}

/// One action with its support.
#[derive(Debug, Clone, PartialEq)]
pub struct Permission {
    /// The action.
    pub action: String,
    /// Events, and where the first one stands.
    pub support: Support,
}

/// Actions that were seen on the same patterns.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftRule {
    /// Patterns with the names that they stand for.
    pub patterns: Vec<Pattern>,
    /// Actions.
    pub actions: Vec<Permission>,
}

/// Draft a role. `is_cluster` tells which actions the product decides by cluster permissions.
pub fn draft(facts: &Facts, user: &str, how: Generalisation, is_cluster: impl Fn(&str) -> bool) -> Draft {
    let mut cluster: BTreeMap<&str, Support> = BTreeMap::new();
    let mut by_action: BTreeMap<&str, BTreeMap<&str, Support>> = BTreeMap::new();
    let mut notes = BTreeSet::new();
    for (action, index, support) in facts.of(user) {
        if is_cluster(action) {
            merge(cluster.entry(action).or_insert(Support { count: 0, granted: 0, ..support }), support);
        } else if index.is_empty() && is_composite_action(action) {
            // judged by its name alone; what it goes on to do is logged with its names
        } else if index.is_empty() {
            notes.insert(format!("`{action}` was seen without index names: its indices are to be added by hand"));
        } else {
            by_action.entry(action).or_default().insert(index, support);
        }
    }
    if by_action.contains_key("indices:data/write/bulk[s]") && !by_action.keys().any(|action| is_item(action)) {
        notes.insert("bulk writes were logged without their items (`resolve_bulk_requests: false`): which of index, update and delete they hold is to be added by hand".to_owned());
    }
    // names generalise over all actions together, so that one series gives one pattern everywhere
    let names: BTreeSet<&str> = by_action.values().flat_map(|names| names.keys().copied()).collect();
    let patterns = generalise(names, how);
    let mut rules: BTreeMap<Vec<usize>, Vec<Permission>> = BTreeMap::new();
    for (action, names) in by_action {
        let on: Vec<usize> =
            (0..patterns.len()).filter(|&at| patterns[at].names.iter().any(|name| names.contains_key(name.as_str()))).collect();
        let Some(first) = names.values().next().copied() else { continue };
        let support = names.values().fold(Support { count: 0, granted: 0, ..first }, |mut all, &next| {
            merge(&mut all, next);
            all
        });
        rules.entry(on).or_default().push(Permission { action: action.to_owned(), support });
    }
    let rules =
        rules.into_iter().map(|(on, actions)| DraftRule { patterns: on.into_iter().map(|at| patterns[at].clone()).collect(), actions });
    Draft {
        cluster: cluster.into_iter().map(|(action, support)| Permission { action: action.to_owned(), support }).collect(),
        rules: rules.collect(),
        notes: notes.into_iter().collect(),
    }
}

const WRITES: [&str; 3] = ["indices:data/write/index", "indices:data/write/update", "indices:data/write/delete"];

/// Whether an action is that of a bulk's item, in either family's words.
fn is_item(action: &str) -> bool {
    WRITES.contains(&action) || action.starts_with("indices:data/write/index:op_type/")
}

fn merge(into: &mut Support, next: Support) {
    into.count += next.count;
    into.granted += next.granted;
    if (next.file, next.first_record) < (into.file, into.first_record) {
        (into.file, into.first_record) = (next.file, next.first_record);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fact::Observation;
    use super::*;

    fn facts(seen: &[(&str, &[&str])]) -> Facts {
        let mut facts = Facts::default();
        for (record, (action, indices)) in seen.iter().enumerate() {
            let indices = indices.iter().map(|&name| name.to_owned()).collect();
            facts.add(Observation { user: "svc".into(), action: (*action).into(), indices, granted: true }, 1, 0, record as u64 + 1);
        }
        facts
    }

    #[test]
    fn actions_on_the_same_patterns_share_a_rule() {
        let facts = facts(&[
            ("cluster:monitor/main", &[]),
            ("indices:data/write/index", &["logs-2026.11.22", "logs-2026.11.23"]),
            ("indices:admin/create", &["logs-2026.11.23"]),
            ("indices:data/read/search", &["hr"]),
        ]);
        let draft = draft(&facts, "svc", Generalisation::Series, |action| action.starts_with("cluster:"));
        assert_eq!(draft.cluster[0].action, "cluster:monitor/main");
        let rules: Vec<(Vec<&str>, Vec<&str>)> = draft
            .rules
            .iter()
            .map(|rule| {
                (rule.patterns.iter().map(|p| p.pattern.as_str()).collect(), rule.actions.iter().map(|a| a.action.as_str()).collect())
            })
            .collect();
        assert_eq!(
            rules,
            [(vec!["hr"], vec!["indices:data/read/search"]), (vec!["logs-*"], vec!["indices:admin/create", "indices:data/write/index"])]
        );
        assert_eq!(draft.rules[1].actions[0].support.first_record, 3);
    }

    #[test]
    fn what_the_log_cannot_show_is_said() {
        let facts = facts(&[("indices:data/write/bulk[s]", &["a"]), ("indices:data/read/search", &[])]);
        let draft = draft(&facts, "svc", Generalisation::Exact, |_| false);
        assert_eq!(draft.notes.len(), 2);
    }
}

//! From the facts of one user to the smallest role that allows them.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::cover;
use super::fact::{Facts, Support};
use super::generalise::{Naming, Pattern};
use crate::engine::evaluate::elasticsearch::is_composite_action;

/// A role as the log asks for it, each permission with what supports it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Cluster permissions.
    pub cluster: Vec<Permission>,
    /// Rules: actions on patterns.
    pub rules: Vec<DraftRule>,
    /// Whether no rules with fewer words say the same; else they are grouped by action or by pattern.
    pub is_least: bool,
    /// What the log cannot show and an operator should add or check.
    pub notes: Vec<String>,
}

/// One action with its support.
#[derive(Debug, Clone, PartialEq)]
pub struct Permission {
    /// The action.
    pub action: String,
    /// Events on the rule's patterns, and where the first one stands.
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
pub fn draft(facts: &Facts, user: &str, naming: impl Into<Naming>, is_cluster: impl Fn(&str) -> bool) -> Draft {
    let mut cluster: BTreeMap<&str, Support> = BTreeMap::new();
    let mut by_action: BTreeMap<&str, BTreeMap<&str, Support>> = BTreeMap::new();
    let mut notes = BTreeSet::new();
    for (action, index, support) in facts.of(user) {
        if is_cluster(action) {
            cluster.entry(action).and_modify(|known| merge(known, support)).or_insert(support);
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
    let patterns = naming.into().patterns(names);
    let actions: Vec<&str> = by_action.keys().copied().collect();
    let of = |names: &BTreeMap<&str, Support>| {
        (0..patterns.len()).filter(|&at| patterns[at].names.iter().any(|name| names.contains_key(name.as_str()))).collect()
    };
    let wanted: Vec<BTreeSet<usize>> = by_action.values().map(of).collect();
    let (rules, is_least) = cover(&wanted);
    let permission = |action: usize, on: &BTreeSet<usize>| {
        let names = on.iter().flat_map(|&at| &patterns[at].names);
        let supports = names.filter_map(|name| by_action[actions[action]].get(name.as_str()).copied());
        let support = supports.reduce(|mut all, next| {
            merge(&mut all, next);
            all
        });
        Permission { action: actions[action].to_owned(), support: support.unwrap_or_default() }
    };
    let mut rules: Vec<DraftRule> = rules
        .into_iter()
        .map(|(actions, on)| DraftRule {
            patterns: on.iter().map(|&at| patterns[at].clone()).collect(),
            actions: actions.into_iter().map(|action| permission(action, &on)).collect(),
        })
        .collect();
    rules.sort_by(|a, b| a.patterns.cmp(&b.patterns));
    Draft {
        cluster: cluster.into_iter().map(|(action, support)| Permission { action: action.to_owned(), support }).collect(),
        rules,
        is_least,
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
    into.requests += next.requests;
    if (next.file, next.line) < (into.file, into.line) {
        (into.file, into.line) = (next.file, next.line);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Generalisation;
    use super::super::fact::{Observation, Sighting};
    use super::*;

    fn facts(seen: &[(&str, &[&str])]) -> Facts {
        let mut facts = Facts::default();
        for (record, (action, indices)) in seen.iter().enumerate() {
            let indices = indices.iter().map(|&name| name.to_owned()).collect();
            facts.add(
                Observation { user: "svc".into(), action: (*action).into(), indices, granted: true },
                Sighting { count: 1, line: record as u64 + 1, ..Sighting::default() },
            );
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
        assert_eq!(draft.rules[1].actions[0].support.line, 3);
    }

    #[test]
    fn what_the_log_cannot_show_is_said() {
        let facts = facts(&[("indices:data/write/bulk[s]", &["a"]), ("indices:data/read/search", &[])]);
        let draft = draft(&facts, "svc", Generalisation::Exact, |_| false);
        assert_eq!(draft.notes.len(), 2);
    }
}

//! Taking away what no expectation needs, until nothing more can be taken.

use std::collections::BTreeSet;

use super::generalise::{Generalisation, generalise};
use super::grant::{Grant, GrantKind};
use crate::engine::change::{Change, RoleChange, RuleChange, RuleNumber};
use crate::engine::compare::leaves;
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::{Matchers, wildcard};

/// How a grant stands towards the expectations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Use {
    /// Without it an expectation breaks.
    Needed,
    /// Requests use it, but another grant covers them too.
    Redundant,
    /// No request uses it.
    Unused,
}

impl Use {
    /// The word that panes and reports show.
    pub fn word(self) -> &'static str {
        match self {
            Use::Needed => "used",
            Use::Redundant => "redundant",
            Use::Unused => "unused",
        }
    }
}

/// A grant and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The grant.
    pub grant: Grant,
    /// How it stands.
    pub used: Use,
}

/// Judges a configuration: what the expectations of a scenario make of it.
pub trait Judge {
    /// Whether every expectation holds.
    fn holds(&self, configuration: &Configuration) -> bool;

    /// The leaf actions that the scenario exercises, as the evaluator was asked: what a wide grant can be
    /// narrowed to.
    fn exercised(&self, configuration: &Configuration) -> Exercised;
}

/// What a scenario asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exercised {
    /// Actions of the cluster stage.
    pub cluster: BTreeSet<String>,
    /// Actions of the index stage.
    pub index: BTreeSet<String>,
    /// Index, alias and data stream names.
    pub names: BTreeSet<String>,
}

/// Mark every grant of a role. A grant is needed when taking it away breaks an expectation, redundant when
/// only taking it away together with the others that do the same does.
pub fn coverage(configuration: &Configuration, product: Product, role: &str, judge: &dyn Judge) -> Vec<Coverage> {
    let grants: Vec<Grant> = Grant::of_role(configuration, role).into_iter().chain(Grant::of_mapping(configuration, role)).collect();
    let kept: BTreeSet<String> = match prune(configuration, product, role, judge).last_state {
        Some(state) => Grant::of_role(&state, role).into_iter().chain(Grant::of_mapping(&state, role)).map(|grant| grant.text).collect(),
        None => BTreeSet::new(),
    };
    let spare: Vec<bool> =
        grants.iter().map(|grant| without(configuration, &grant.removal()).is_some_and(|state| judge.holds(&state))).collect();
    let exercised = judge.exercised(configuration);
    let marks = grants.into_iter().zip(spare).map(|(grant, spare)| {
        let used = match spare {
            false => Use::Needed,
            true if kept.contains(&grant.text) || touches(&grant, &exercised) => Use::Redundant,
            true => Use::Unused,
        };
        Coverage { grant, used }
    });
    marks.collect()
}

fn touches(grant: &Grant, exercised: &Exercised) -> bool {
    let any = |names: &BTreeSet<String>| names.iter().any(|name| wildcard(&grant.text, name));
    match grant.kind {
        GrantKind::Cluster => any(&exercised.cluster),
        GrantKind::Action(_) => any(&exercised.index),
        GrantKind::Pattern(_) => any(&exercised.names),
        GrantKind::User | GrantKind::BackendRole | GrantKind::Host => false,
    }
}

/// What pruning did.
#[derive(Debug, Clone, Default)]
pub struct Pruned {
    /// In this order, each applied to the result of the one before.
    pub changes: Vec<Change>,
    /// The configuration after them; none when the expectations do not hold to begin with.
    pub last_state: Option<Configuration>,
}

/// Remove every grant of a role that no expectation needs, narrow `*` and wildcards to what is exercised, and
/// go on until nothing can be removed. When the expectations do not hold to begin with, nothing is done.
pub fn prune(configuration: &Configuration, product: Product, role: &str, judge: &dyn Judge) -> Pruned {
    if !judge.holds(configuration) {
        return Pruned::default();
    }
    let mut state = configuration.clone();
    let mut changes = Vec::new();
    loop {
        let before = changes.len();
        narrow(&mut state, product, role, judge, &mut changes);
        for grant in Grant::of_role(&state, role) {
            take(&mut state, vec![grant.removal()], judge, &mut changes);
        }
        empty_rules(&mut state, role, judge, &mut changes);
        if changes.len() == before {
            break;
        }
    }
    Pruned { changes: net(changes), last_state: Some(state) }
}

/// Put the exercised actions that a wide grant covers into its place, and the exercised names' patterns into that
/// of the pattern `*`; those that others cover go afterwards.
fn narrow(state: &mut Configuration, product: Product, role: &str, judge: &dyn Judge, changes: &mut Vec<Change>) {
    let exercised = judge.exercised(state);
    for grant in Grant::of_role(state, role) {
        if without(state, &grant.removal()).is_some_and(|next| judge.holds(&next)) {
            continue;
        }
        let covered = Matchers::new(leaves(&grant.text, state, product));
        let covered_of = |actions: &BTreeSet<String>| actions.iter().filter(|action| covered.matches(action)).cloned().collect();
        let leaves: Vec<String> = match grant.kind {
            GrantKind::Cluster => covered_of(&exercised.cluster),
            GrantKind::Action(_) => covered_of(&exercised.index),
            GrantKind::Pattern(_) if grant.text == "*" => {
                let names = exercised.names.iter().map(String::as_str).filter(|name| !name.contains('*'));
                generalise(names, Generalisation::Series).into_iter().map(|pattern| pattern.pattern).collect()
            }
            _ => continue,
        };
        if leaves.is_empty() || leaves.contains(&grant.text) {
            continue;
        }
        let present = |text: &str| Grant::of_role(state, role).iter().any(|other| other.kind == grant.kind && other.text == text);
        let added = leaves.into_iter().filter(|leaf| !present(leaf)).filter_map(|leaf| grant.addition(leaf));
        let step: Vec<Change> = added.chain([grant.removal()]).collect();
        take(state, step, judge, changes);
    }
}

/// Leave out what was added on the way and taken away again.
fn net(changes: Vec<Change>) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    for change in changes {
        // rules are counted, so nothing cancels across the removal of one
        let since =
            out.iter().rposition(|other| matches!(other, Change::Role(RoleChange::RemoveIndexPermission { .. }))).map_or(0, |at| at + 1);
        match out.iter().skip(since).position(|other| undoes(&change, other)) {
            Some(at) => {
                out.remove(since + at);
            }
            None => out.push(change),
        }
    }
    out
}

fn undoes(change: &Change, earlier: &Change) -> bool {
    match (change, earlier) {
        (
            Change::Role(RoleChange::RemoveClusterPermission { role, permission }),
            Change::Role(RoleChange::AddClusterPermission { role: other, permission: added }),
        ) => (role, permission) == (other, added),
        (
            Change::Rule(RuleChange::RemoveAllowedAction { role, rule, action }),
            Change::Rule(RuleChange::AddAllowedAction { role: other, rule: at, action: added }),
        ) => (role, rule, action) == (other, at, added),
        (
            Change::Rule(RuleChange::RemoveIndexPattern { role, rule, pattern }),
            Change::Rule(RuleChange::AddIndexPattern { role: other, rule: at, pattern: added }),
        ) => (role, rule, pattern) == (other, at, added),
        _ => false,
    }
}

/// A rule without patterns or actions grants nothing; it goes when that breaks nothing.
fn empty_rules(state: &mut Configuration, role: &str, judge: &dyn Judge, changes: &mut Vec<Change>) {
    let count = state.roles.get(role).map_or(0, |role| role.index_permissions.len());
    for at in (0..count).rev() {
        let empty = state
            .roles
            .get(role)
            .and_then(|role| role.index_permissions.get(at))
            .is_some_and(|rule| rule.index_patterns.is_empty() || rule.allowed_actions.is_empty());
        if empty {
            take(
                state,
                vec![RoleChange::RemoveIndexPermission { role: role.to_owned(), rule: RuleNumber::from_index(at) }.into()],
                judge,
                changes,
            );
        }
    }
}

/// Do the step if the expectations still hold after it.
fn take(state: &mut Configuration, step: Vec<Change>, judge: &dyn Judge, changes: &mut Vec<Change>) {
    let mut next = state.clone();
    if step.iter().all(|change| change.apply(&mut next).is_ok()) && judge.holds(&next) {
        *state = next;
        changes.extend(step);
    }
}

fn without(configuration: &Configuration, change: &Change) -> Option<Configuration> {
    let mut next = configuration.clone();
    change.apply(&mut next).ok()?;
    Some(next)
}

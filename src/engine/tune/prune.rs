//! Taking away what no expectation needs, until nothing more can be taken.

use std::collections::BTreeSet;

use super::family::Family;
use super::generalise::{Generalisation, generalise};
use super::grant::{Grant, GrantKind};
use crate::engine::change::Change;
use crate::engine::model::Product;
use crate::engine::pattern::wildcard;

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
pub trait Judge<C> {
    /// Whether every expectation holds.
    fn holds(&self, configuration: &C) -> bool;

    /// The leaf actions that the scenario exercises, as the evaluator was asked: what a wide grant can be
    /// narrowed to.
    fn exercised(&self, configuration: &C) -> Exercised;
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
pub fn coverage<C: Family>(configuration: &C, product: Product, role: &str, judge: &dyn Judge<C>) -> Vec<Coverage> {
    let grants: Vec<Grant> = configuration.grants(role).into_iter().chain(configuration.ways(role)).collect();
    let kept: BTreeSet<String> = match prune(configuration, product, role, judge).last_state {
        Some(state) => state.grants(role).into_iter().chain(state.ways(role)).map(|grant| grant.text).collect(),
        None => BTreeSet::new(),
    };
    let spare: Vec<bool> = grants.iter().map(|grant| without(configuration, grant).is_some_and(|state| judge.holds(&state))).collect();
    let exercised = judge.exercised(configuration);
    let marks = grants.into_iter().zip(spare).map(|(grant, spare)| {
        let used = match spare {
            false => Use::Needed,
            true if kept.contains(&grant.text) || touches(configuration, product, &grant, &exercised) => Use::Redundant,
            true => Use::Unused,
        };
        Coverage { grant, used }
    });
    marks.collect()
}

fn touches<C: Family>(configuration: &C, product: Product, grant: &Grant, exercised: &Exercised) -> bool {
    let covers = |actions: &BTreeSet<String>| !configuration.narrower(product, grant, actions).is_empty();
    match grant.kind {
        GrantKind::Cluster => covers(&exercised.cluster),
        GrantKind::Action(_) => covers(&exercised.index),
        GrantKind::Pattern(_) => exercised.names.iter().any(|name| wildcard(&grant.text, name)),
        GrantKind::User | GrantKind::BackendRole | GrantKind::Host | GrantKind::RunAs | GrantKind::Mapping => false,
    }
}

/// What pruning did.
#[derive(Debug, Clone)]
pub struct Pruned<C> {
    /// In this order, each applied to the result of the one before.
    pub changes: Vec<Change>,
    /// The configuration after them; none when the expectations do not hold to begin with.
    pub last_state: Option<C>,
}

/// Remove every grant of a role that no expectation needs, narrow `*` and wildcards to what is exercised, and
/// go on until nothing can be removed. When the expectations do not hold to begin with, nothing is done.
pub fn prune<C: Family>(configuration: &C, product: Product, role: &str, judge: &dyn Judge<C>) -> Pruned<C> {
    if !judge.holds(configuration) {
        return Pruned { changes: Vec::new(), last_state: None };
    }
    let mut state = configuration.clone();
    let mut changes = Vec::new();
    loop {
        let before = changes.len();
        narrow(&mut state, product, role, judge, &mut changes);
        for grant in state.grants(role) {
            if let Some(removal) = state.removal(&grant) {
                take(&mut state, vec![removal], judge, &mut changes);
            }
        }
        empty_rules(&mut state, role, judge, &mut changes);
        if changes.len() == before {
            break;
        }
    }
    Pruned { changes: net::<C>(changes), last_state: Some(state) }
}

/// Put the exercised actions that a wide grant covers into its place, and the exercised names' patterns into that
/// of the pattern `*`; those that others cover go afterwards.
fn narrow<C: Family>(state: &mut C, product: Product, role: &str, judge: &dyn Judge<C>, changes: &mut Vec<Change>) {
    let exercised = judge.exercised(state);
    for grant in state.grants(role) {
        if without(state, &grant).is_some_and(|next| judge.holds(&next)) {
            continue;
        }
        let leaves: Vec<String> = match grant.kind {
            GrantKind::Cluster => state.narrower(product, &grant, &exercised.cluster),
            GrantKind::Action(_) => state.narrower(product, &grant, &exercised.index),
            GrantKind::Pattern(_) if grant.text == "*" => {
                let names = exercised.names.iter().map(String::as_str).filter(|name| !name.contains('*'));
                generalise(names, Generalisation::Series).into_iter().map(|pattern| pattern.pattern).collect()
            }
            _ => continue,
        };
        if leaves.is_empty() || leaves.contains(&grant.text) {
            continue;
        }
        let present = |text: &str| state.grants(role).iter().any(|other| other.kind == grant.kind && other.text == text);
        let mut step: Vec<Change> =
            leaves.into_iter().filter(|leaf| !present(leaf)).filter_map(|leaf| state.addition(&grant, leaf)).collect();
        // how a grant is taken away may depend on what stands beside it
        let mut next = state.clone();
        step.retain(|change| next.change(change));
        step.extend(next.removal(&grant));
        take(state, step, judge, changes);
    }
}

/// Leave out what was added on the way and taken away again.
fn net<C: Family>(changes: Vec<Change>) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    for change in changes {
        // rules are counted, so nothing cancels across the removal of one
        let since = out.iter().rposition(C::renumbers).map_or(0, |at| at + 1);
        match out.iter().skip(since).position(|other| C::undoes(&change, other)) {
            Some(at) => {
                out.remove(since + at);
            }
            None => out.push(change),
        }
    }
    out
}

/// A rule without patterns or actions grants nothing; it goes when that breaks nothing.
fn empty_rules<C: Family>(state: &mut C, role: &str, judge: &dyn Judge<C>, changes: &mut Vec<Change>) {
    for removal in state.empty_rules(role) {
        take(state, vec![removal], judge, changes);
    }
}

/// Do the step if the expectations still hold after it.
fn take<C: Family>(state: &mut C, step: Vec<Change>, judge: &dyn Judge<C>, changes: &mut Vec<Change>) {
    let mut next = state.clone();
    if step.iter().all(|change| next.change(change)) && judge.holds(&next) {
        *state = next;
        changes.extend(step);
    }
}

fn without<C: Family>(configuration: &C, grant: &Grant) -> Option<C> {
    let removal = configuration.removal(grant)?;
    let mut next = configuration.clone();
    next.change(&removal).then_some(next)
}

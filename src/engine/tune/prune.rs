//! Taking away what no expectation needs, until nothing more can be taken.

use std::collections::BTreeSet;

use super::family::Family;
use super::generalise::{Generalisation, generalise};
use super::grant::{Grant, GrantKind};
use crate::engine::change::Change;
use crate::engine::compare::{Difference, difference};
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
    /// The requests that use it, each with its user: those that break without it, or for a redundant grant those that
    /// break when what covers it goes too.
    pub requests: Vec<String>,
    /// For a redundant grant, what covers it; none when only several others together do.
    pub covered_by: Vec<Grant>,
}

/// How many grants of a hundred are needed.
pub fn percent(marks: &[Coverage]) -> usize {
    let needed = marks.iter().filter(|mark| mark.used == Use::Needed).count();
    (needed * 100).checked_div(marks.len()).unwrap_or(100)
}

/// Judges a configuration: what the expectations of a scenario make of it.
pub trait Judge<C> {
    /// Whether every expectation holds.
    fn holds(&self, configuration: &C) -> bool;

    /// The expectations that do not hold, each as its user and the request's name.
    fn broken(&self, configuration: &C) -> BTreeSet<String>;

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
    /// Wildcard expressions as they are written in the paths of requests that should pass: whoever asks for `k8s-*`
    /// means the names that are still to come, too.
    pub asked: BTreeSet<String>,
    /// Roles of those who ask.
    pub roles: BTreeSet<String>,
}

/// The most pairs of grants that are tried for what covers what.
const MAX_PAIRS: usize = 600;

/// Mark every grant of a role. A grant is needed when taking it away breaks an expectation, redundant when
/// only taking it away together with another, of this role or of one that the same people hold, does.
pub fn coverage<C: Family>(configuration: &C, product: Product, role: &str, judge: &dyn Judge<C>) -> Vec<Coverage> {
    let exercised = judge.exercised(configuration);
    let own: Vec<Grant> = configuration.grants(role).into_iter().chain(configuration.ways(role)).collect();
    let alone: Vec<Option<(C, BTreeSet<String>)>> = own
        .iter()
        .map(|grant| without(configuration, grant))
        .map(|state| state.map(|state| (judge.broken(&state), state)).map(|(broken, state)| (state, broken)))
        .collect();
    let elsewhere = exercised.roles.iter().filter(|other| *other != role).flat_map(|other| configuration.grants(other));
    let others: Vec<Grant> = own.iter().cloned().chain(elsewhere).collect();
    // what nobody who asks holds is used by nobody, whatever it grants
    let is_held = exercised.roles.contains(role);
    let mut tried = 0;
    let mut marks = Vec::new();
    for (at, grant) in own.iter().enumerate() {
        let broken = alone[at].as_ref().map(|(_, broken)| broken.clone()).unwrap_or_default();
        if !broken.is_empty() {
            let (used, requests) = (Use::Needed, broken.into_iter().collect());
            marks.push(Coverage { grant: grant.clone(), used, requests, covered_by: Vec::new() });
            continue;
        }
        let (mut requests, mut covered_by) = (BTreeSet::new(), Vec::new());
        if (is_held && touches(configuration, product, grant, &exercised)) || is_way(grant) {
            for (other, rival) in others.iter().enumerate().filter(|(other, rival)| *other != at && alike(grant, rival)) {
                tried += 1;
                if tried > MAX_PAIRS {
                    break;
                }
                let (state, lost) = match alone.get(other) {
                    Some(Some((state, broken))) => (state.clone(), broken.clone()),
                    Some(None) => continue,
                    None => match without(configuration, rival) {
                        Some(state) => (state.clone(), judge.broken(&state)),
                        None => continue,
                    },
                };
                let Some(both) = without(&state, grant) else { continue };
                let more: Vec<String> = judge.broken(&both).difference(&lost).cloned().collect();
                if !more.is_empty() {
                    requests.extend(more);
                    covered_by.push(rival.clone());
                }
            }
        }
        let redundant = !covered_by.is_empty() || (is_held && touches(configuration, product, grant, &exercised));
        let used = if redundant { Use::Redundant } else { Use::Unused };
        marks.push(Coverage { grant: grant.clone(), used, requests: requests.into_iter().collect(), covered_by });
    }
    marks
}

fn is_way(grant: &Grant) -> bool {
    matches!(grant.kind, GrantKind::User | GrantKind::BackendRole | GrantKind::Host | GrantKind::RunAs | GrantKind::Mapping)
}

/// Whether one grant can stand in for another.
fn alike(grant: &Grant, other: &Grant) -> bool {
    let stage = |grant: &Grant| (is_way(grant), grant.kind == GrantKind::Cluster);
    stage(grant) == stage(other)
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

/// What may be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What the role grants.
    Rights,
    /// And the ways to the role: users, backend roles and hosts of its mapping, users and mappings that give it.
    RightsAndWays,
}

/// What pruning did.
#[derive(Debug, Clone)]
pub struct Pruned<C> {
    /// In this order, each applied to the result of the one before.
    pub changes: Vec<Change>,
    /// The configuration after them; none when the expectations do not hold to begin with.
    pub last_state: Option<C>,
    /// How many grants are left of which it was checked at the end that taking any of them away breaks an expectation;
    /// none when one of them could still go.
    pub checked: Option<usize>,
    /// Ways to the role that were left and that no expectation needs, together or each by itself.
    pub unused_ways: Vec<Grant>,
}

/// Remove every grant of a role that no expectation needs, narrow wildcards and groups to what is exercised, and
/// go on until nothing can be removed. When the expectations do not hold to begin with, nothing is done.
pub fn prune<C: Family>(configuration: &C, product: Product, role: &str, judge: &dyn Judge<C>, extent: Extent) -> Pruned<C> {
    let ways = |state: &C| if extent == Extent::RightsAndWays { state.ways(role) } else { Vec::new() };
    if !judge.holds(configuration) {
        return Pruned { changes: Vec::new(), last_state: None, checked: None, unused_ways: Vec::new() };
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
        let (wide, narrow): (Vec<Grant>, Vec<Grant>) = ways(&state).into_iter().partition(|way| way.text.contains('*'));
        let removals: Vec<Change> = wide.iter().chain(&narrow).filter_map(|way| state.removal(way)).collect();
        take_most(&mut state, &removals, judge, &mut changes);
        empty_rules(&mut state, role, judge, &mut changes);
        if changes.len() == before {
            break;
        }
    }
    let left: Vec<Grant> = state.grants(role).into_iter().chain(ways(&state)).collect();
    let can_go = |grant: &Grant| without(&state, grant).is_some_and(|next| judge.holds(&next));
    let checked = (!left.iter().any(can_go)).then_some(left.len());
    let unused_ways = if extent == Extent::Rights { unneeded(&state, &state.ways(role), judge) } else { Vec::new() };
    Pruned { changes: net::<C>(changes), last_state: Some(state), checked, unused_ways }
}

/// Put the exercised actions that a wide grant covers into its place, and narrower patterns into that of a wide
/// one; those that others cover go afterwards.
fn narrow<C: Family>(state: &mut C, product: Product, role: &str, judge: &dyn Judge<C>, changes: &mut Vec<Change>) {
    let exercised = judge.exercised(state);
    for grant in state.grants(role) {
        if without(state, &grant).is_some_and(|next| judge.holds(&next)) {
            continue;
        }
        let leaves: Vec<String> = match grant.kind {
            GrantKind::Cluster => state.narrower(product, &grant, &exercised.cluster),
            GrantKind::Action(_) => state.narrower(product, &grant, &exercised.index),
            GrantKind::Pattern(_) => narrower_patterns(&grant.text, &exercised),
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

/// Patterns that together hold what is exercised of a wider one: expressions as they are asked, and series of the
/// other names. Nothing for a pattern that is none of wildcards alone, and where a series would be wider (the names
/// of `logs-2026*` make `logs-*`).
fn narrower_patterns(wide: &str, exercised: &Exercised) -> Vec<String> {
    if !wide.contains(['*', '?']) || wide.starts_with(['/', '<', '-']) || wide.contains("${") {
        return Vec::new();
    }
    let within = |pattern: &str| difference(&[pattern], &[wide]) == Difference::Nothing;
    let asked: BTreeSet<&String> = exercised.asked.iter().filter(|expression| within(expression)).collect();
    let unasked = |name: &&str| wildcard(wide, name) && !asked.iter().any(|expression| wildcard(expression, name));
    let names = exercised.names.iter().map(String::as_str).filter(|name| !name.contains('*')).filter(unasked);
    let series: Vec<String> = generalise(names, Generalisation::Series).into_iter().map(|pattern| pattern.pattern).collect();
    if !series.iter().all(|pattern| within(pattern)) {
        return Vec::new();
    }
    asked.into_iter().cloned().chain(series).collect()
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

/// Do as many of the removals as the expectations allow: all at once, or else each half by itself. A role may be given
/// to thousands of whom few ask.
fn take_most<C: Family>(state: &mut C, removals: &[Change], judge: &dyn Judge<C>, changes: &mut Vec<Change>) {
    if removals.is_empty() {
        return;
    }
    let before = changes.len();
    take(state, removals.to_vec(), judge, changes);
    if changes.len() == before && removals.len() > 1 {
        let (first, second) = removals.split_at(removals.len() / 2);
        take_most(state, first, judge, changes);
        take_most(state, second, judge, changes);
    }
}

/// Those of the ways that no expectation needs, together or each by itself; looked for in halves likewise.
fn unneeded<C: Family>(state: &C, ways: &[Grant], judge: &dyn Judge<C>) -> Vec<Grant> {
    let mut next = state.clone();
    let removals: Option<Vec<Change>> = ways.iter().map(|way| state.removal(way)).collect();
    let gone = removals.is_some_and(|removals| removals.iter().all(|removal| next.change(removal)));
    match ways {
        [] => Vec::new(),
        _ if gone && judge.holds(&next) => ways.to_vec(),
        [_] => Vec::new(),
        _ => {
            let (first, second) = ways.split_at(ways.len() / 2);
            [unneeded(state, first, judge), unneeded(state, second, judge)].concat()
        }
    }
}

fn without<C: Family>(configuration: &C, grant: &Grant) -> Option<C> {
    let removal = configuration.removal(grant)?;
    let mut next = configuration.clone();
    next.change(&removal).then_some(next)
}

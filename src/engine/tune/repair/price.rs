//! What a repair costs: what else it opens, for whom, and what it does to the scenario.

use super::{Bench, Evaluator};
use crate::engine::change::{Change, RoleChange, RuleChange};
use crate::engine::compare::{Gain, Holding, gained, opened};
use crate::engine::evaluate::{Outcome, Subject};
use crate::engine::request::Request;
use crate::engine::scenario::{replay, subject as known_subject};
use crate::engine::tune::family::Family;

/// A repair's price.
#[derive(Debug, Clone, Default)]
pub struct Price {
    /// (action, index) pairs over the cluster model that the user gains, the asked ones included; one for an
    /// action of the cluster stage.
    pub pairs: usize,
    /// The same, action by action; without indices in the cluster stage.
    pub opened: Vec<(String, Vec<String>)>,
    /// Actions that the user gains, each with a name that shows it, over all names.
    pub gains: Vec<Gain>,
    /// Other known users who gain access, and how many pairs.
    pub others: Vec<(String, usize)>,
    /// Scenario answers that change.
    pub flips: Vec<Flip>,
    /// Wildcards among what is written.
    wildcards: usize,
}

/// A scenario answer that a repair changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    /// The request's name in the scenario.
    pub case: String,
    /// The user.
    pub user: String,
    /// Before.
    pub before: Outcome,
    /// After.
    pub after: Outcome,
    /// Whether it is now as expected; none when nothing is expected.
    pub holds: Option<bool>,
}

impl Price {
    /// Scenario expectations that held and hold no more.
    pub fn broken(&self) -> usize {
        self.flips.iter().filter(|flip| flip.holds == Some(false)).count()
    }

    /// Scenario expectations that hold now.
    pub fn fixed(&self) -> usize {
        self.flips.iter().filter(|flip| flip.holds == Some(true)).count()
    }

    /// Pairs that anybody gains.
    pub fn all_pairs(&self) -> usize {
        self.pairs + self.others.iter().map(|(_, pairs)| pairs).sum::<usize>()
    }

    /// The price in one line.
    pub fn line(&self) -> String {
        let others = match self.others.as_slice() {
            [] => "nobody else gains".to_owned(),
            [(one, pairs)] => format!("{one} gains {pairs}"),
            [(first, _), rest @ ..] => format!("{first} and {} more gain {}", rest.len(), self.all_pairs() - self.pairs),
        };
        let opens = match (self.pairs, self.gains.len()) {
            // an index that is yet to be made
            (0, actions) => format!("opens nothing on the known names, {actions} actions on others"),
            (pairs, actions) => format!("opens {pairs} action-index pairs by {actions} actions"),
        };
        format!("{opens}; {others}; scenario: {} fixed, {} broken", self.fixed(), self.broken())
    }

    /// Sorts the least privileged first: nothing broken, few pairs for anybody, few other users, few actions over all
    /// names, few wildcards, few changes.
    pub(super) fn rank(&self, changes: usize) -> [usize; 6] {
        [self.broken(), self.all_pairs(), self.others.len(), self.gains.len(), self.wildcards, changes]
    }
}

/// How many of the texts that changes write hold a wildcard.
fn wildcards(changes: &[Change]) -> usize {
    let wide = |text: &String| usize::from(text.contains(['*', '?', '/']));
    let count = |change: &Change| match change {
        Change::Role(RoleChange::AddClusterPermission { permission, .. }) => wide(permission),
        Change::Role(RoleChange::AddIndexPermission { rule, .. }) => {
            rule.index_patterns.iter().map(wide).sum::<usize>() + rule.allowed_actions.iter().filter(|action| action.contains('*')).count()
        }
        Change::Rule(RuleChange::AddIndexPattern { pattern, .. }) => wide(pattern),
        Change::Rule(RuleChange::AddAllowedAction { action, .. }) => usize::from(action.contains('*')),
        _ => 0,
    };
    changes.iter().map(count).sum()
}

pub(super) fn price<C: Family>(
    bench: &Bench<'_, C>,
    subject: &Subject,
    held: &[String],
    now: &Evaluator,
    after: &C,
    changes: &[Change],
) -> Price {
    let then = (bench.compile)(after);
    let probe = Request { method: "GET".to_owned(), path: "/".to_owned(), ..Request::default() };
    let held_after = then.decide(subject, &probe).roles;
    let before_holding = Holding { configuration: bench.configuration, product: bench.product, roles: held, subject: Some(subject) };
    let after_holding = Holding { configuration: after, product: bench.product, roles: &held_after, subject: Some(subject) };
    let count = |opened: &[(String, Vec<String>)]| opened.iter().map(|(_, names)| names.len().max(1)).sum();
    let opens = opened(before_holding, after_holding, bench.cluster, bench.is_cluster);
    let mut price = Price {
        pairs: count(&opens),
        opened: opens,
        gains: gained(before_holding, after_holding, bench.is_cluster),
        wildcards: wildcards(changes),
        ..Price::default()
    };
    let users = bench.configuration.users();
    let own = bench.scenario.users.keys().map(String::as_str).filter(|name| bench.configuration.subject(name).is_none());
    for name in users.into_iter().chain(own).filter(|name| *name != subject.user) {
        let Some(other) = known_subject(name, bench.scenario, bench.configuration) else { continue };
        let (roles, roles_after) = (now.decide(&other, &probe).roles, then.decide(&other, &probe).roles);
        if roles == roles_after && !roles.iter().any(|role| bench.configuration.differs(after, role)) {
            continue;
        }
        let before = Holding { roles: &roles, subject: Some(&other), ..before_holding };
        let after = Holding { roles: &roles_after, subject: Some(&other), ..after_holding };
        let opens = opened(before, after, bench.cluster, bench.is_cluster);
        if !opens.is_empty() || !gained(before, after, bench.is_cluster).is_empty() {
            price.others.push((name.to_owned(), count(&opens)));
        }
    }
    let before = replay(bench.scenario, bench.configuration, &**now);
    let after = replay(bench.scenario, after, &*then);
    for (old, new) in before.answers.iter().zip(&after.answers) {
        if let (Some(was), Some(is)) = (&old.verdict, &new.verdict)
            && was.outcome != is.outcome
        {
            let case = bench.scenario.cases.get(new.case).map(|case| case.name.clone()).unwrap_or_default();
            price.flips.push(Flip { case, user: new.user.clone(), before: was.outcome, after: is.outcome, holds: new.holds() });
        }
    }
    price
}

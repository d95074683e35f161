//! What a repair costs: what else it opens, for whom, and what it does to the scenario.

use super::{Bench, Evaluator};
use crate::engine::compare::{Gain, Holding, gained, pairs};
use crate::engine::evaluate::{Outcome, Subject};
use crate::engine::request::Request;
use crate::engine::scenario::{replay, subject as known_subject};
use crate::engine::tune::family::Family;

/// A repair's price.
#[derive(Debug, Clone, Default)]
pub struct Price {
    /// (action, index) pairs over the cluster model that the user gains, the asked ones included.
    pub pairs: usize,
    /// Actions that the user gains, each with a name that shows it.
    pub gains: Vec<Gain>,
    /// Other known users whose access changes.
    pub others: Vec<String>,
    /// Scenario answers that change.
    pub flips: Vec<Flip>,
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

    /// Sorts the least privileged first: nothing broken, few pairs, few other users, few changes.
    pub(super) fn rank(&self, changes: usize) -> (usize, usize, usize, usize, usize) {
        (self.broken(), self.pairs, self.others.len(), self.gains.len(), changes)
    }
}

pub(super) fn price<C: Family>(bench: &Bench<'_, C>, subject: &Subject, held: &[String], now: &Evaluator, after: &C) -> Price {
    let then = (bench.compile)(after);
    let probe = Request { method: "GET".to_owned(), path: "/".to_owned(), ..Request::default() };
    let held_after = then.decide(subject, &probe).roles;
    let before_holding = Holding { configuration: bench.configuration, product: bench.product, roles: held };
    let after_holding = Holding { configuration: after, product: bench.product, roles: &held_after };
    let counted = |holding| pairs(holding, bench.cluster, bench.is_cluster);
    let mut price = Price {
        pairs: counted(after_holding).saturating_sub(counted(before_holding)),
        gains: gained(before_holding, after_holding, bench.is_cluster),
        ..Price::default()
    };
    let users = bench.configuration.users();
    let own = bench.scenario.users.keys().map(String::as_str).filter(|name| bench.configuration.subject(name).is_none());
    for name in users.into_iter().chain(own).filter(|name| *name != subject.user) {
        let Some(other) = known_subject(name, bench.scenario, bench.configuration) else { continue };
        let (roles, roles_after) = (now.decide(&other, &probe).roles, then.decide(&other, &probe).roles);
        let before = Holding { roles: &roles, ..before_holding };
        let after = Holding { roles: &roles_after, ..after_holding };
        if (roles != roles_after || roles.iter().any(|role| bench.configuration.differs(after.configuration, role)))
            && !gained(before, after, bench.is_cluster).is_empty()
        {
            price.others.push(name.to_owned());
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

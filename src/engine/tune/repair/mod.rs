//! From a denial to the cheapest grant that is enough: candidates, each tried with the evaluator, each with
//! its price.

mod candidate;
mod joint;
mod missing;
mod price;
mod title;
mod way;

pub use joint::{Denial, Joint, Search, denials, joint};
pub use price::{Flip, Price};

use std::sync::Arc;

use super::family::Family;
use super::judge::Compile;
use crate::engine::change::Change;
use crate::engine::cluster::Cluster;
use crate::engine::compare::IsCluster;
use crate::engine::evaluate::{Decide, Outcome, Subject};
use crate::engine::model::Product;
use crate::engine::request::Request;
use crate::engine::scenario::Scenario;
pub(super) use candidate::candidates;
pub use missing::Missing;
pub(super) use way::{Way, free_name, into_new_role, into_role};

/// The most times that a candidate is completed with what shows up behind the first missing permissions.
const MAX_ROUNDS: usize = 4;

/// A way to make denied requests pass.
#[derive(Debug, Clone)]
pub struct Repair {
    /// What it does, in one line.
    pub title: String,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// What else it opens.
    pub price: Price,
}

/// One way to give what is missing, and how to go on in the same way.
pub struct Candidate<C> {
    /// What it does, in one line.
    pub title: String,
    /// The first changes.
    pub changes: Vec<Change>,
    /// What to add in the same way for what shows up behind; none when there is no more to add.
    pub next: Option<Next<C>>,
}

/// From a state and what is still missing in it to further changes.
pub type Next<C> = Box<dyn Fn(&C, &Missing) -> Vec<Change>>;

/// Where repairs are looked for.
pub struct Bench<'a, C> {
    /// As it is now, unsaved edits included.
    pub configuration: &'a C,
    /// Whose built-in roles and groups may be used.
    pub product: Product,
    /// The names that prices are counted over.
    pub cluster: &'a Cluster,
    /// The expectations that a repair should not break.
    pub scenario: &'a Scenario,
    /// Compiles a configuration.
    pub compile: &'a Compile<'a, C>,
    /// Which actions are decided by cluster permissions.
    pub is_cluster: IsCluster,
}

/// Ways to make all of `requests` pass for `subject`, cheapest first. Every one has been tried: the evaluator
/// allows each request after it. Empty when nothing is missing or nothing helps (a protection rule refuses).
///
/// One role carries all of what is missing; [`joint`] looks for the least repair of several denials.
pub fn repairs<C: Family>(bench: &Bench<'_, C>, subject: &Subject, requests: &[Request]) -> Vec<Repair> {
    let now = (bench.compile)(bench.configuration);
    let held = requests.first().map(|request| now.decide(subject, request).roles).unwrap_or_default();
    let missing = Missing::of(&*now, subject, requests);
    let mut found: Vec<Repair> = Vec::new();
    for candidate in C::candidates(bench, subject, &held, &missing) {
        let Some((changes, after)) = complete(bench, subject, requests, &candidate) else { continue };
        if found.iter().any(|repair| repair.changes == changes) {
            continue;
        }
        let price = price::price(bench, subject, &held, &now, &after, &changes);
        let title = title::title(&changes).unwrap_or(candidate.title);
        found.push(Repair { title, changes, price });
    }
    found.sort_by_key(|repair| repair.price.rank(repair.changes.len()));
    found
}

/// The changes and what they make of the configuration.
type Tried<C> = (Vec<Change>, C);

/// Apply a candidate and, while new missing permissions show up, add them in its own way.
fn complete<C: Family>(bench: &Bench<'_, C>, subject: &Subject, requests: &[Request], candidate: &Candidate<C>) -> Option<Tried<C>> {
    let mut state = bench.configuration.clone();
    let mut changes = Vec::new();
    let mut step = candidate.changes.clone();
    for _ in 0..MAX_ROUNDS {
        if step.is_empty() {
            return None;
        }
        for change in &step {
            if !state.change(change) {
                return None;
            }
        }
        changes.append(&mut step);
        let decide = (bench.compile)(&state);
        if requests.iter().all(|request| decide.decide(subject, request).outcome == Outcome::Allowed) {
            return Some((changes, state));
        }
        let missing = Missing::of(&*decide, subject, requests);
        step = candidate.next.as_ref().map(|next| next(&state, &missing)).unwrap_or_default();
    }
    None
}

/// The evaluator of a configuration, shared.
type Evaluator = Arc<dyn Decide>;

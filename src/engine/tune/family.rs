//! What tuning needs of a product family: its single grants, the changes that take and give them, and the ways
//! to give what is missing.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::grant::Grant;
use super::repair::{Bench, Candidate, Missing};
use crate::engine::change::Change;
use crate::engine::compare::Comparable;
use crate::engine::evaluate::Subject;
use crate::engine::model::Product;
use crate::engine::scenario::Directory;

/// What a draft comes to in a family's words.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// In order.
    pub changes: Vec<Change>,
    /// What an operator should know of them.
    pub notes: Vec<String>,
}

/// A configuration that can be tuned.
pub trait Family: Comparable + Directory + Clone {
    /// Do a change; whether it could be done.
    fn change(&mut self, change: &Change) -> bool;

    /// Every grant of a role, the widest first, so that what is pruned greedily is what opens most.
    fn grants(&self, role: &str) -> Vec<Grant>;

    /// Every way to a role.
    fn ways(&self, role: &str) -> Vec<Grant>;

    /// The change that takes a grant away.
    /// none for what this family does not have.
    fn removal(&self, grant: &Grant) -> Option<Change>;

    /// The change that adds `text` beside a grant; none for ways to a role.
    fn addition(&self, grant: &Grant, text: String) -> Option<Change>;

    /// What says no more than a grant of actions does of these: narrower words that together cover every
    /// one that the grant covers.
    fn narrower(&self, product: Product, grant: &Grant, actions: &BTreeSet<String>) -> Vec<String>;

    /// Changes that take away the rules of a role that grant nothing, the last rule first.
    fn empty_rules(&self, role: &str) -> Vec<Change>;

    /// Whether a change only takes back what an earlier one did.
    fn undoes(change: &Change, earlier: &Change) -> bool;

    /// Whether rules are counted otherwise after a change.
    fn renumbers(change: &Change) -> bool;

    /// Ways to give what is missing, each to be tried.
    fn candidates(bench: &Bench<'_, Self>, subject: &Subject, held: &[String], missing: &Missing) -> Vec<Candidate<Self>>;

    /// The changes that make a role allow everything in a draft; the role is made when it is not there.
    /// A word may stand for up to `extras` actions that were not seen, where the family folds actions into groups; they
    /// are told in the notes.
    fn learned(&self, product: Product, draft: &Draft, role: &str, extras: usize) -> Learned;

    /// Whether there is a role of the name.
    fn has_role(&self, name: &str) -> bool;

    /// The roles that are the operator's own, in file order.
    fn tunable(&self, product: Product) -> Vec<&str>;

    /// Whether a role's grants differ between this configuration and another; places do not count.
    fn differs(&self, other: &Self, role: &str) -> bool;
}

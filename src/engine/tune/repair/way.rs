//! What the candidates of every product family have in common: a way of giving, into a role that is there or into
//! a new one.

use super::{Candidate, Missing};
use crate::engine::change::Change;

/// In which words and on which names a role is given what is missing.
pub trait Way<C>: Clone + 'static {
    /// The way, for a title.
    fn summary(&self) -> String;

    /// What gives a role all that is missing; a role that is not there yet has nothing.
    fn give(&self, state: &C, role: &str, missing: &Missing) -> Vec<Change>;
}

/// Candidates that add to a role, one for each way.
pub fn into_role<C, W: Way<C>>(configuration: &C, role: &str, ways: &[W], missing: &Missing) -> Vec<Candidate<C>> {
    let one = |way: &W| candidate(format!("add to role `{role}`: {}", way.summary()), configuration, role, way, missing, &[]);
    ways.iter().map(one).collect()
}

/// Candidates that make a role and give it, one for each way; `first` are the changes that make it and map it.
pub fn into_new_role<C, W: Way<C>>(configuration: &C, role: &str, ways: &[W], missing: &Missing, first: &[Change]) -> Vec<Candidate<C>> {
    let one = |way: &W| candidate(format!("new role `{role}`: {}", way.summary()), configuration, role, way, missing, first);
    ways.iter().map(one).collect()
}

fn candidate<C, W: Way<C>>(title: String, configuration: &C, role: &str, way: &W, missing: &Missing, first: &[Change]) -> Candidate<C> {
    let mut changes = first.to_vec();
    changes.extend(way.give(configuration, role, missing));
    let (role, way) = (role.to_owned(), way.clone());
    Candidate { title, changes, next: Some(Box::new(move |state, missing| way.give(state, &role, missing))) }
}

/// The first of `base`, `base_2`, `base_3`, … that nothing is called.
pub fn free_name(base: &str, taken: impl Fn(&str) -> bool) -> String {
    let names = std::iter::once(base.to_owned()).chain((2u64..).map(|number| format!("{base}_{number}")));
    names.into_iter().find(|name| !taken(name)).unwrap_or_else(|| base.to_owned())
}

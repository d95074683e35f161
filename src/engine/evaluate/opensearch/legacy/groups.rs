//! Action groups, flattened once (`FlattenedActionGroups`): nested and cyclic ones come to the union.

use std::collections::{HashMap, HashSet};

use crate::engine::model::opensearch::ActionGroup;

/// What each group stands for.
#[derive(Debug, Default)]
pub(super) struct Groups<'a> {
    members: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(groups: impl IntoIterator<Item = (&'a str, &'a ActionGroup)>) -> Self {
        let members = |group: &'a ActionGroup| group.allowed_actions.iter().map(|action| action.value.as_str()).collect();
        Self { members: groups.into_iter().map(|(name, group)| (name, members(group))).collect() }
    }

    /// The written permissions and everything that the groups among them hold, in the order met.
    pub(super) fn resolve(&self, written: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let (mut out, mut seen) = (Vec::new(), HashSet::new());
        let mut open: Vec<&str> = written.collect();
        open.reverse();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                out.push(name);
                open.extend(self.members.get(name).into_iter().flatten().rev().copied());
            }
        }
        out
    }
}

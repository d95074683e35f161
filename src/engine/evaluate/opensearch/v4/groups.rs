//! Action groups, flattened: what a written permission stands for, with the way through the groups.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::engine::model::opensearch::ActionGroup;
use crate::engine::pattern::{Matcher, Matchers, RegexProblem};

/// The one permission that is only granted by naming it (or by a pattern other than `*`).
pub const SYSTEM_INDEX: &str = "system:admin/system_index";

/// Action patterns, compiled.
#[derive(Debug, Clone, Default)]
pub struct Actions {
    matchers: Matchers,
    /// Some pattern other than `*` matches `system:admin/system_index`.
    explicit_system: bool,
    /// A regular expression that Java refuses: the engine then drops the whole role.
    broken: bool,
}

impl Actions {
    fn add(&mut self, pattern: &str) {
        if pattern.trim().is_empty() {
            return;
        }
        match Matcher::new(pattern) {
            Ok(Matcher::Any) => {}
            Ok(matcher) => self.explicit_system |= matcher.matches(SYSTEM_INDEX),
            Err(RegexProblem::Invalid(_)) => self.broken = true,
            Err(RegexProblem::Unsupported(_)) => {}
        }
        self.matchers.add(pattern);
    }
}

/// All groups of a configuration, each compiled once and shared by the rules that name it.
#[derive(Debug, Default)]
pub struct Groups {
    members: HashMap<String, Vec<String>>,
    flat: HashMap<String, Arc<Actions>>,
}

impl Groups {
    /// Compile groups; cycles are harmless.
    pub fn new<'a>(groups: impl IntoIterator<Item = (&'a str, &'a ActionGroup)>) -> Self {
        let members: HashMap<String, Vec<String>> = groups
            .into_iter()
            .map(|(name, group)| (name.to_owned(), group.allowed_actions.iter().map(|action| action.value.clone()).collect()))
            .collect();
        let flat = members
            .keys()
            .map(|name| {
                let mut actions = Actions::default();
                for way in walk(&members, name) {
                    actions.add(way.last().map_or("", |last| last));
                }
                (name.clone(), Arc::new(actions))
            })
            .collect();
        Self { members, flat }
    }

    /// The group of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Actions>> {
        self.flat.get(name)
    }

    /// Whether a written permission stands, through groups, for this very text.
    pub fn contains(&self, permission: &str, text: &str) -> bool {
        walk(&self.members, permission).iter().any(|way| way.last().is_some_and(|last| last == text))
    }

    /// The shortest way from a written permission to a pattern that matches the action: groups, then the pattern.
    pub fn way(&self, permission: &str, action: &str) -> Option<Vec<String>> {
        walk(&self.members, permission).into_iter().find(|way| way.last().is_some_and(|last| Matcher::once(last, action)))
    }
}

/// Everything that a name stands for, itself first, breadth first, each with the way to it.
fn walk<'a>(members: &'a HashMap<String, Vec<String>>, start: &'a str) -> Vec<Vec<String>> {
    let mut seen = HashSet::from([start]);
    let mut ways = vec![vec![start.to_owned()]];
    let mut at = 0;
    while let Some(way) = ways.get(at).cloned() {
        at += 1;
        let Some(inner) = way.last().and_then(|last| members.get(last)) else { continue };
        for member in inner {
            if seen.insert(member) {
                let mut longer = way.clone();
                longer.push(member.clone());
                ways.push(longer);
            }
        }
    }
    ways
}

/// What a list of written permissions grants.
#[derive(Debug, Clone, Default)]
pub struct Permissions {
    own: Actions,
    groups: Vec<Arc<Actions>>,
}

impl Permissions {
    /// Compile written permissions: each is an action pattern and, when a group has its name, that group too.
    pub fn new<'a>(written: impl IntoIterator<Item = &'a str>, groups: &Groups) -> Self {
        let mut permissions = Self::default();
        for permission in written {
            match groups.get(permission) {
                Some(group) => permissions.groups.push(Arc::clone(group)),
                None => permissions.own.add(permission),
            }
        }
        permissions
    }

    fn parts(&self) -> impl Iterator<Item = &Actions> {
        std::iter::once(&self.own).chain(self.groups.iter().map(Arc::as_ref))
    }

    /// Whether the action is among them.
    pub fn grant(&self, action: &str) -> bool {
        self.parts().any(|actions| actions.matchers.matches(action))
    }

    /// Whether `system:admin/system_index` is granted by more than a plain `*`.
    pub fn open_system_indices(&self) -> bool {
        self.parts().any(|actions| actions.explicit_system)
    }

    /// Patterns whose meaning is not known here.
    pub fn unsupported(&self) -> impl Iterator<Item = &String> {
        self.parts().flat_map(|actions| actions.matchers.unsupported())
    }

    /// Whether a regular expression among them cannot be compiled.
    pub fn are_broken(&self) -> bool {
        self.parts().any(|actions| actions.broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Located;

    fn group(actions: &[&str]) -> ActionGroup {
        ActionGroup {
            allowed_actions: actions.iter().map(|action| Located::bare((*action).to_owned())).collect(),
            ..ActionGroup::default()
        }
    }

    #[test]
    fn groups_nest_and_may_name_each_other_in_a_circle() {
        let (a, b) = (group(&["b", "indices:x"]), group(&["a", "indices:y"]));
        let groups = Groups::new([("a", &a), ("b", &b)]);
        let permissions = Permissions::new(["a"], &groups);
        assert!(permissions.grant("indices:x") && permissions.grant("indices:y") && !permissions.grant("indices:z"));
        assert_eq!(groups.way("a", "indices:y"), Some(vec!["a".to_owned(), "b".to_owned(), "indices:y".to_owned()]));
    }

    #[test]
    fn the_system_index_permission_is_not_in_a_plain_star() {
        let groups = Groups::default();
        assert!(!Permissions::new(["*"], &groups).open_system_indices());
        assert!(Permissions::new(["system:*"], &groups).open_system_indices());
        assert!(Permissions::new(["**"], &groups).open_system_indices());
    }

    #[test]
    fn a_broken_regular_expression_is_known() {
        assert!(Permissions::new(["/indices:[/"], &Groups::default()).are_broken());
    }
}

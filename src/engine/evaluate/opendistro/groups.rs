//! Action groups: from what a role lists to the actions that it means.

use std::collections::HashMap;

use indexmap::IndexSet;

/// Why a configuration is refused as a whole; the engine keeps the one that it had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Action groups that contain each other, used by a role (a stack overflow in the engine).
    #[error("action group `{0}` contains itself, directly or through others")]
    CyclicGroup(String),
    /// A role's cluster permission is no regular expression.
    #[error("cluster permission `{pattern}` of role `{role}` is not a valid regular expression")]
    BrokenClusterPermission {
        /// The role.
        role: String,
        /// The permission as written.
        pattern: String,
    },
    /// A name that is built in is defined again.
    #[error("cannot override static {kind} `{name}`")]
    StaticOverride {
        /// `roles`, `action groups` or `tenants`.
        kind: &'static str,
        /// The name.
        name: String,
    },
}

/// Groups by name, each a list of actions, patterns and further groups.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    members: HashMap<String, Vec<String>>,
}

impl Groups {
    /// Add a group; the last definition of a name stands.
    pub(super) fn insert(&mut self, name: &str, members: Vec<String>) {
        self.members.insert(name.to_owned(), members);
    }

    /// The actions behind a list. An empty group, like an unknown name, stands for itself.
    pub(super) fn resolve<'a>(&self, listed: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, Refusal> {
        let mut out = IndexSet::new();
        for name in listed {
            let members = self.flatten(name)?;
            if members.is_empty() {
                out.insert(name.to_owned());
            } else {
                out.extend(members);
            }
        }
        Ok(out.into_iter().collect())
    }

    /// The leaves of one group, without recursion: the depth is the file's. Each group is opened once;
    /// one that is met again while still open is a cycle.
    fn flatten(&self, name: &str) -> Result<IndexSet<String>, Refusal> {
        let mut out = IndexSet::new();
        let mut done: IndexSet<&str> = IndexSet::new();
        let mut open: Vec<(&str, usize)> = Vec::new();
        let Some((name, _)) = self.members.get_key_value(name) else { return Ok(out) };
        open.push((name, 0));
        while let Some((group, at)) = open.last_mut() {
            let members = &self.members[*group];
            let Some(member) = members.get(*at) else {
                done.insert(group);
                open.pop();
                continue;
            };
            *at += 1;
            if let Some((inner, _)) = self.members.get_key_value(member.as_str()) {
                if open.iter().any(|(group, _)| *group == inner.as_str()) {
                    return Err(Refusal::CyclicGroup(inner.clone()));
                }
                if !done.contains(inner.as_str()) {
                    open.push((inner, 0));
                }
            } else {
                out.insert(member.clone());
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(entries: &[(&str, &[&str])]) -> Groups {
        let mut groups = Groups::default();
        for (name, members) in entries {
            groups.insert(name, members.iter().map(|&member| member.to_owned()).collect());
        }
        groups
    }

    #[test]
    fn groups_nest_and_unknown_names_are_actions() {
        let groups = groups(&[("a", &["b", "x"]), ("b", &["y"]), ("empty", &[])]);
        assert_eq!(groups.resolve(["a", "z", "empty"]).unwrap(), ["y", "x", "z", "empty"]);
    }

    #[test]
    fn a_cycle_refuses_the_configuration() {
        let groups = groups(&[("a", &["b"]), ("b", &["a", "x"]), ("c", &["x"])]);
        assert_eq!(groups.resolve(["a"]), Err(Refusal::CyclicGroup("a".into())));
        assert_eq!(groups.resolve(["c"]).unwrap(), ["x"]);
    }
}

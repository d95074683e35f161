//! A set of permissions, compiled: which actions it grants.

use std::collections::HashSet;

use crate::engine::catalog::opensearch::{action_number, actions};
use crate::engine::pattern::{Matcher, RegexProblem};

/// The permission that is only granted by naming it, or by a pattern other than `*`.
pub(super) const SYSTEM_INDEX: &str = "system:admin/system_index";

/// Permissions of one rule or of the cluster stage.
#[derive(Debug, Default)]
pub(super) struct Actions {
    all: bool,
    /// One bit for each known action.
    known: Vec<u64>,
    exact: HashSet<Box<str>>,
    patterns: Vec<Matcher>,
    /// `system:admin/system_index` is granted explicitly.
    pub(super) system_index: bool,
    /// A pattern that Java refuses: what stands behind it in the role is not read any more.
    pub(super) broken: bool,
    /// Regular expressions whose meaning is not known here.
    pub(super) unsupported: bool,
}

impl Actions {
    /// Compile flattened permissions.
    pub(super) fn new<'a>(permissions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self { known: vec![0; actions().len().div_ceil(64)], ..Self::default() };
        for permission in permissions {
            match Matcher::new(permission) {
                Ok(Matcher::Any) => set.all = true,
                Ok(Matcher::Exact(name)) => {
                    set.system_index |= &*name == SYSTEM_INDEX;
                    if let Some(number) = action_number(&name) {
                        set.mark(number);
                    }
                    set.exact.insert(name);
                }
                Ok(matcher) => {
                    set.system_index |= matcher.matches(SYSTEM_INDEX);
                    for (number, action) in actions().iter().enumerate() {
                        if matcher.matches(action) {
                            set.mark(number);
                        }
                    }
                    set.patterns.push(matcher);
                }
                Err(RegexProblem::Invalid(_)) => {
                    set.broken = true;
                    break;
                }
                Err(RegexProblem::Unsupported(_)) => set.unsupported = true,
            }
        }
        set
    }

    fn mark(&mut self, number: usize) {
        if let Some(word) = self.known.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Whether the action is granted.
    pub(super) fn grants(&self, action: &Asked<'_>) -> bool {
        self.all
            || match action.number {
                Some(number) => self.known.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1),
                None => self.exact.contains(action.name) || self.patterns.iter().any(|matcher| matcher.matches(action.name)),
            }
    }
}

/// An action that is asked for, looked up once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) name: &'a str,
    /// Its number in the catalog.
    pub(super) number: Option<usize>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(name: &'a str) -> Self {
        Self { name, number: action_number(name) }
    }
}

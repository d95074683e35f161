//! The table of names and actions that the engine fills for one call.

use std::collections::BTreeSet;

use super::privileges::Access;

/// Names by actions; a cell is set where the action is granted on the name and no protection takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    names: Vec<String>,
    actions: Vec<String>,
    cells: Vec<bool>,
}

impl Table {
    /// Ask for every cell.
    pub fn fill(access: &Access<'_>, names: &BTreeSet<String>, actions: &[String]) -> Self {
        let granting: Vec<Vec<_>> = actions.iter().map(|action| access.rules_for(action).collect()).collect();
        let mut cells = Vec::with_capacity(names.len() * actions.len());
        for name in names {
            let mut taken_away = None;
            for rules in &granting {
                let granted = rules.iter().any(|rule| rule.covers(access.names(), name));
                cells.push(granted && !*taken_away.get_or_insert_with(|| access.taken_away(name).is_some()));
            }
        }
        Self { names: names.iter().cloned().collect(), actions: actions.to_vec(), cells }
    }

    /// The table of a call that is refused for an action as such.
    pub fn missing(action: &str) -> Self {
        Self { names: vec!["_".to_owned()], actions: vec![action.to_owned()], cells: vec![false] }
    }

    fn row(&self, at: usize) -> &[bool] {
        let width = self.actions.len();
        self.cells.get(at * width..(at + 1) * width).unwrap_or_default()
    }

    /// Whether every cell is set; an empty table is.
    pub fn is_complete(&self) -> bool {
        self.cells.iter().all(|&cell| cell)
    }

    /// The names with every action granted.
    pub fn complete_names(&self) -> Vec<String> {
        self.names.iter().enumerate().filter(|&(at, _)| self.row(at).iter().all(|&cell| cell)).map(|(_, name)| name.clone()).collect()
    }

    /// The actions missing on some name, in the order in which they were required.
    pub fn missing_actions(&self) -> Vec<String> {
        let width = self.actions.len();
        let lacks = |column: usize| (0..self.names.len()).any(|at| self.cells.get(at * width + column) == Some(&false));
        self.actions.iter().enumerate().filter(|&(column, _)| lacks(column)).map(|(_, action)| action.clone()).collect()
    }

    /// How many names.
    pub fn rows(&self) -> usize {
        self.names.len()
    }
}

//! The access matrix: users or roles across, requests or actions down, as a heat map with words; sortable,
//! scrollable, its heads and the frozen columns always in sight.

use crate::engine::evaluate::{Outcome, Verdict};
use crate::tui::event::Grid;
use crate::tui::line::Target;
use crate::tui::simulation::Simulation;

/// What the columns are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Across {
    /// The users of the grid.
    #[default]
    Users,
    /// Every role, held alone.
    Roles,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Down {
    /// The requests of the grid.
    #[default]
    Requests,
    /// The transport actions behind them.
    Actions,
}

/// The roles across, with a verdict for each request and role.
#[derive(Debug, Clone, Default)]
pub struct Alone {
    /// The roles.
    pub roles: Vec<String>,
    /// A column for each role.
    pub grid: Grid,
}

/// What is shown, how it is sorted, and where the cursor is.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// What the columns are.
    pub across: Across,
    /// What the rows are.
    pub down: Down,
    /// The row of the cursor, among the sorted ones.
    pub row: usize,
    /// The column of the cursor.
    pub column: usize,
    /// First row shown.
    pub top: usize,
    /// How many columns are always shown.
    pub frozen: usize,
    /// The column that sorts the rows; none keeps their order.
    pub by: Option<usize>,
    /// The roles, once they are answered for.
    pub alone: Option<Alone>,
    /// The names over the columns.
    pub columns: Vec<String>,
    /// The rows, sorted: what each is, its number before sorting, and its cells.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// Which request or action it is.
    pub number: usize,
    /// A cell for each column; none where nothing was asked.
    pub cells: Vec<Option<Outcome>>,
}

impl Matrix {
    /// Take rows and columns from the grid again.
    pub fn fill(&mut self, simulation: &Simulation) {
        let none = Alone::default();
        let alone = self.alone.as_ref().unwrap_or(&none);
        self.columns = match self.across {
            Across::Users => simulation.subjects.iter().map(|subject| subject.user.clone()).collect(),
            Across::Roles => alone.roles.clone(),
        };
        let verdict = |row: usize, column: usize| match self.across {
            Across::Users => simulation.verdict(row, column).map(|verdict| &**verdict),
            Across::Roles => alone.grid.get(column).and_then(|cells| cells.get(row)?.as_deref()),
        };
        let (requests, columns) = (0..simulation.requests.len(), 0..self.columns.len());
        self.rows = match self.down {
            Down::Requests => requests
                .map(|number| Row {
                    label: simulation.requests[number].label().to_owned(),
                    number,
                    cells: columns.clone().map(|column| verdict(number, column).map(|verdict| verdict.outcome)).collect(),
                })
                .collect(),
            Down::Actions => {
                let mut actions: Vec<&str> = Vec::new();
                let all = requests.clone().flat_map(|row| columns.clone().filter_map(move |column| verdict(row, column)));
                for cell in all.flat_map(|verdict| &verdict.calls).flat_map(|call| &call.cells) {
                    if !actions.contains(&cell.action.as_str()) {
                        actions.push(&cell.action);
                    }
                }
                let cell = |action: &str, column: usize| of_action(action, requests.clone().filter_map(|row| verdict(row, column)));
                let rows = actions.iter().enumerate();
                rows.map(|(number, action)| Row {
                    label: (*action).to_owned(),
                    number,
                    cells: columns.clone().map(|column| cell(action, column)).collect(),
                })
                .collect()
            }
        };
        if let Some(by) = self.by {
            self.rows.sort_by_key(|row| (std::cmp::Reverse(row.cells.get(by).copied().flatten()), row.number));
        }
        self.row = self.row.min(self.rows.len().saturating_sub(1));
        self.column = self.column.min(self.columns.len().saturating_sub(1));
        self.frozen = self.frozen.min(self.columns.len());
    }

    /// Where the cell under the cursor leads.
    pub fn target(&self) -> Option<Target> {
        let row = self.rows.get(self.row)?;
        Some(match (self.across, self.down) {
            (Across::Users, Down::Requests) => Target::Verdict(row.number, self.column),
            (_, Down::Actions) => Target::Privilege(row.label.clone()),
            (Across::Roles, Down::Requests) => Target::Role(self.columns.get(self.column)?.clone()),
        })
    }

    /// Everything as CSV.
    pub fn csv(&self) -> String {
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let head = match self.down {
            Down::Requests => "request",
            Down::Actions => "action",
        };
        let mut out = std::iter::once(head.to_owned()).chain(self.columns.iter().map(|name| quote(name))).collect::<Vec<_>>().join(",");
        out.push('\n');
        for row in &self.rows {
            let words = row.cells.iter().map(|cell| cell.map_or(String::new(), |outcome| outcome.word().to_owned()));
            out.push_str(&std::iter::once(quote(&row.label)).chain(words).collect::<Vec<_>>().join(","));
            out.push('\n');
        }
        out
    }
}

/// Whether an action is granted wherever these verdicts needed it: everywhere, nowhere, or in part.
fn of_action<'a>(action: &str, verdicts: impl Iterator<Item = &'a Verdict>) -> Option<Outcome> {
    let (mut granted, mut missing) = (false, false);
    for cell in verdicts.flat_map(|verdict| &verdict.calls).flat_map(|call| &call.cells).filter(|cell| cell.action == action) {
        granted |= cell.granted_by.is_some();
        missing |= cell.granted_by.is_none();
    }
    match (granted, missing) {
        (true, false) => Some(Outcome::Allowed),
        (false, true) => Some(Outcome::Denied),
        (true, true) => Some(Outcome::Partial),
        (false, false) => None,
    }
}

//! The access matrix: requests by users as a heat map with words, sortable, scrollable, its heads frozen.

use crate::tui::simulation::Simulation;

/// Where the matrix is scrolled to and how it is sorted.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// First row shown, among the sorted ones.
    pub top: usize,
    /// First user shown.
    pub left: usize,
    /// The user whose column sorts the rows; none keeps the order of the grid.
    pub by: Option<usize>,
}

impl Matrix {
    /// The rows of the grid in the order shown: what the sorting user lacks first.
    pub fn order(&self, simulation: &Simulation) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..simulation.requests.len()).collect();
        if let Some(column) = self.by {
            rows.sort_by_key(|&row| {
                let outcome = simulation.verdict(row, column).map(|verdict| verdict.outcome);
                (std::cmp::Reverse(outcome), row)
            });
        }
        rows
    }

    /// Sort by the next user, then by none again.
    pub fn resort(&mut self, users: usize) {
        self.by = match self.by {
            None if users > 0 => Some(0),
            Some(column) if column + 1 < users => Some(column + 1),
            _ => None,
        };
    }
}

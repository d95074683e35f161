//! Keys in the access matrix.

use super::{grid, movement, read};
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::matrix::{Across, Alone, Down, Matrix};
use crate::tui::event::{Effect, Grid};
use crate::tui::line::Target;
use crate::tui::pane::elasticsearch;
use crate::tui::state::State;

/// More roles than this are not held side by side.
const ROLES: usize = 300;

/// What becomes of the matrix after a key.
pub enum Next {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// It closes, and the panes go there.
    Go(Target),
}

/// Open the matrix.
pub fn open(state: &mut State) {
    let mut matrix = Matrix::default();
    matrix.fill(&state.simulation);
    state.dialogs.push(Dialog::Matrix(matrix));
}

/// Take a key.
pub fn key(state: &mut State, matrix: &mut Matrix, action: Option<Action>, effects: &mut Vec<Effect>) -> Next {
    let last = matrix.columns.len().saturating_sub(1);
    match action {
        Some(Action::Cancel) => return Next::Close,
        Some(Action::Open) => {
            if let Some(target) = matrix.target() {
                return Next::Go(target);
            }
        }
        Some(Action::Sort) => {
            matrix.by = if matrix.by == Some(matrix.column) { None } else { Some(matrix.column) };
            matrix.fill(&state.simulation);
        }
        Some(Action::Freeze) => matrix.frozen = if matrix.frozen == matrix.column + 1 { 0 } else { (matrix.column + 1).min(last + 1) },
        Some(Action::Turn) => turn(state, matrix, effects),
        Some(Action::Left) => matrix.column = matrix.column.saturating_sub(1),
        Some(Action::Right) => matrix.column = (matrix.column + 1).min(last),
        Some(Action::Yank) => effects.push(Effect::Copy(matrix.csv())),
        Some(action) => {
            let height = read::reader_height(state.size);
            if let Some(by) = movement::steps(action, height) {
                matrix.row = matrix.row.saturating_add_signed(by).min(matrix.rows.len().saturating_sub(1));
            }
        }
        None => {}
    }
    show(matrix, read::reader_height(state.size));
    Next::Stay
}

/// Keep the cursor in the window.
fn show(matrix: &mut Matrix, height: usize) {
    let height = height.max(1);
    if matrix.row < matrix.top {
        matrix.top = matrix.row;
    } else if matrix.row >= matrix.top + height {
        matrix.top = matrix.row + 1 - height;
    }
}

/// Users by requests, users by actions, roles by requests, roles by actions.
fn turn(state: &mut State, matrix: &mut Matrix, effects: &mut Vec<Effect>) {
    (matrix.across, matrix.down) = match (matrix.across, matrix.down) {
        (Across::Users, Down::Requests) => (Across::Users, Down::Actions),
        (Across::Users, Down::Actions) => (Across::Roles, Down::Requests),
        (Across::Roles, Down::Requests) => (Across::Roles, Down::Actions),
        (Across::Roles, Down::Actions) => (Across::Users, Down::Requests),
    };
    (matrix.row, matrix.column, matrix.top, matrix.frozen, matrix.by) = (0, 0, 0, 0, None);
    if matrix.across == Across::Roles && matrix.alone.is_none() {
        let data = state.open.data();
        let mut roles = match data.elasticsearch() {
            Some(all) => elasticsearch::roles::rows(all, data),
            None => {
                let own = data.configuration().roles.keys();
                own.chain(data.static_roles().keys().filter(|name| !data.configuration().roles.contains_key(*name))).cloned().collect()
            }
        };
        roles.truncate(ROLES);
        effects.push(Effect::AskRoles { question: grid::question(state), roles });
    }
    matrix.fill(&state.simulation);
}

/// The roles were answered for.
pub fn answered(state: &mut State, roles: Vec<String>, grid: Grid) {
    let State { dialogs, simulation, .. } = state;
    if let Some(Dialog::Matrix(matrix)) = dialogs.last_mut() {
        matrix.alone = Some(Alone { roles, grid });
        matrix.fill(simulation);
    }
}

/// The grid was answered while the matrix shows it.
pub fn follow(state: &mut State) {
    let State { dialogs, simulation, .. } = state;
    if let Some(Dialog::Matrix(matrix)) = dialogs.last_mut() {
        matrix.fill(simulation);
    }
}

/// Move by the wheel.
pub fn roll(matrix: &mut Matrix, by: isize, height: usize) {
    matrix.row = matrix.row.saturating_add_signed(by).min(matrix.rows.len().saturating_sub(1));
    show(matrix, height);
}

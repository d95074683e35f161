//! Whose access the unsaved edits change, as trees: by user over the requests of the simulator, and by role
//! over every action and index name.

use super::dialog::Dialog;
use super::event::Effect;
use super::line::{Line, Target};
use super::pane::Pane;
use super::simulation::Flip;
use super::state::State;
use super::theme::Tone;
use crate::engine::compare::Gain;

/// What a role opens or closes beyond what it did before the edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDifference {
    /// The role.
    pub role: String,
    /// What it opens.
    pub gains: Vec<Gain>,
    /// What it no longer opens.
    pub losses: Vec<Gain>,
}

/// How many gains of a role are listed before the rest is counted.
const LISTED: usize = 8;

/// The tree of users and the requests whose answer turned for them.
pub fn requests(state: &State) -> Vec<Line> {
    let simulation = &state.simulation;
    let mut lines = vec![Line::heading("access").and(Tone::Dim, "  of the requests in the simulator")];
    for column in 0..simulation.subjects.len() {
        let turned: Vec<(usize, Flip)> =
            (0..simulation.requests.len()).filter_map(|row| Some((row, simulation.flip(row, column)?))).collect();
        if turned.is_empty() {
            continue;
        }
        let gained = turned.iter().filter(|(_, flip)| *flip == Flip::Gained).count();
        let user = &simulation.subjects[column].user;
        lines.push(
            Line::new(Tone::Plain, "  ")
                .and(Tone::Name, user)
                .and(Tone::Dim, format!("  {gained} gained, {} lost", turned.len() - gained))
                .to(Target::User(user.clone())),
        );
        for (index, (row, flip)) in turned.iter().enumerate() {
            let (tone, word) = match flip {
                Flip::Gained => (Tone::Warn, "gained"),
                Flip::Lost => (Tone::Bad, "lost  "),
            };
            let branch = if index + 1 == turned.len() { state.symbols.branch.1 } else { state.symbols.branch.0 };
            lines.push(
                Line::new(Tone::Border, format!("  {branch}"))
                    .and(tone, format!("{word} "))
                    .and(Tone::Plain, simulation.requests[*row].label())
                    .to(Target::Verdict(*row, column)),
            );
        }
    }
    if lines.len() == 1 {
        lines.push(Line::new(Tone::Dim, "  none of them changes"));
    }
    lines
}

/// What to ask about the edited roles, when there are any.
pub fn question(state: &State) -> Option<Effect> {
    let roles: Vec<String> = state.open.changed(Pane::Roles).into_iter().collect();
    if roles.is_empty() || !matches!(state.dialogs.last(), Some(Dialog::Save(_))) {
        return None;
    }
    let workspace = state.open.data().workspace();
    Some(Effect::CompareRoles {
        revision: state.open.revision(),
        before: Box::new(workspace.saved_configuration()),
        after: workspace.configuration().clone(),
        roles,
        product: workspace.product(),
        evaluator: workspace.evaluator(),
    })
}

/// The tree of roles and what each opens or closes.
pub fn roles(state: &State, differences: &[RoleDifference]) -> Vec<Line> {
    let mut lines = vec![Line::heading("roles").and(Tone::Dim, "  over every action and index name; documents and fields aside")];
    for difference in differences {
        let counts = format!("  {} gained, {} lost", difference.gains.len(), difference.losses.len());
        lines.push(
            Line::new(Tone::Plain, "  ").and(Tone::Name, &difference.role).and(Tone::Dim, counts).to(Target::Role(difference.role.clone())),
        );
        let both = [(Tone::Warn, "gained", &difference.gains), (Tone::Bad, "lost  ", &difference.losses)];
        let filled: Vec<_> = both.into_iter().filter(|(.., gains)| !gains.is_empty()).collect();
        for (at, (tone, word, gains)) in filled.iter().enumerate() {
            let final_group = at + 1 == filled.len();
            for (index, gain) in gains.iter().take(LISTED).enumerate() {
                let last = final_group && index + 1 == gains.len();
                let branch = if last { state.symbols.branch.1 } else { state.symbols.branch.0 };
                let line = Line::new(Tone::Border, format!("  {branch}")).and(*tone, format!("{word} ")).and(Tone::Value, &gain.action);
                lines.push(match (&gain.index, &gain.unknown) {
                    (Some(index), _) => line.and(Tone::Dim, format!("  such as on {index}")),
                    (None, Some(why)) => line.and(Tone::Warn, format!("  unknown: {why}")),
                    (None, None) => line.and(Tone::Dim, "  on the cluster"),
                });
            }
            if gains.len() > LISTED {
                let branch = if final_group { state.symbols.branch.1 } else { state.symbols.branch.0 };
                lines.push(
                    Line::new(Tone::Border, format!("  {branch}"))
                        .and(*tone, format!("{word} "))
                        .and(Tone::Dim, format!("{} more actions", gains.len() - LISTED)),
                );
            }
        }
    }
    lines
}

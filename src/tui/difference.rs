//! Whose access the unsaved edits change, as trees: by user over the requests of the simulator, and by role
//! over every action and index name.

use super::dialog::Dialog;
use super::event::{Effect, Sides};
use super::line::{Line, Target};
use super::pane::Pane;
use super::simulation::Flip;
use super::state::State;
use super::theme::Tone;
use crate::engine::compare::AccessDifference;
use crate::report::access_lines;

/// How many lines of somebody are listed before the rest is counted.
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
    if simulation.waiting {
        lines.push(Line::new(Tone::Warn, "  the simulator is being asked; what turned is shown here when it has answered"));
    } else if simulation.given_up {
        lines.push(Line::new(Tone::Warn, "  the simulator was stopped; its answers are older than the edits"));
    } else if lines.len() == 1 {
        lines.push(Line::new(Tone::Dim, "  none of them changes"));
    }
    lines
}

/// What to ask about the edits, when they may change access.
pub fn question(state: &State) -> Option<Effect> {
    let panes = [Pane::Roles, Pane::Mappings, Pane::Users, Pane::Privileges];
    let edited = panes.iter().any(|pane| !state.open.changed(*pane).is_empty());
    if !edited || !matches!(state.dialogs.last(), Some(Dialog::Save(_))) {
        return None;
    }
    let workspace = state.open.data().workspace();
    let sides = match workspace.elasticsearch().filter(|_| workspace.product().is_elasticsearch()) {
        Some(after) => Sides::Elasticsearch(Box::new(workspace.saved_elasticsearch()), after.clone()),
        None => Sides::OpenSearch(Box::new(workspace.saved_configuration()), workspace.configuration().clone()),
    };
    Some(Effect::CompareRoles {
        revision: state.open.revision(),
        sides,
        cluster: workspace.cluster().clone(),
        scenario: workspace.scenarios().clone(),
        product: workspace.product(),
        evaluator: workspace.evaluator(),
    })
}

/// The tree of users and roles and what each gains or loses.
pub fn people(state: &State, differences: &[AccessDifference]) -> Vec<Line> {
    let mut lines = vec![Line::heading("who gains and loses").and(Tone::Dim, "  over every action and index name")];
    if differences.is_empty() {
        lines.push(Line::new(Tone::Dim, "  nobody"));
    }
    for difference in differences {
        let counts = format!(
            "  {} gained, {} lost",
            difference.gains.len() + difference.shown.len(),
            difference.losses.len() + difference.hidden.len()
        );
        let target = match difference.who.strip_prefix("role ") {
            Some(role) => Target::Role(role.to_owned()),
            None => Target::User(difference.who.clone()),
        };
        lines.push(Line::new(Tone::Plain, "  ").and(Tone::Name, &difference.who).and(Tone::Dim, counts).to(target));
        let told = access_lines(difference);
        for (index, (sign, text)) in told.iter().take(LISTED).enumerate() {
            let branch = if index + 1 == told.len() { state.symbols.branch.1 } else { state.symbols.branch.0 };
            let (tone, word) = match sign {
                '+' => (Tone::Warn, "gained "),
                '-' => (Tone::Bad, "lost   "),
                _ => (Tone::Dim, "replay "),
            };
            lines.push(Line::new(Tone::Border, format!("  {branch}")).and(tone, word).and(Tone::Value, text));
        }
        if told.len() > LISTED {
            let rest = format!("  {}{} more lines", state.symbols.branch.1, told.len() - LISTED);
            lines.push(Line::new(Tone::Dim, rest));
        }
    }
    lines
}

//! The tour: the least-privilege loop in a minute, one pane a step.

use super::action::Action;
use super::bindings::Context;
use super::line::Line;
use super::pane::Pane;
use super::state::State;
use super::theme::Tone;

/// How many steps there are.
pub const STEPS: usize = 6;

/// The pane that a step speaks of.
pub fn pane(step: usize) -> Pane {
    match step {
        1 => Pane::Users,
        2 => Pane::Roles,
        3 | 4 => Pane::Simulator,
        _ => Pane::Roles,
    }
}

/// The title and the lines of a step, with the keys of the live keymap.
pub fn step(state: &State, step: usize) -> (String, Vec<Line>) {
    let key = |action: Action| {
        let contexts = [Context::Panes, Context::List, Context::Grid, Context::Detail];
        state.keymap.key_of(&contexts, action).map(|key| key.to_string()).unwrap_or_else(|| format!(": {}", action.name()))
    };
    let texts: Vec<String> = match step {
        0 => vec![
            "Least privilege is a loop: ask a request, see what is missing, grant just that, ask again.".into(),
            "Here the asking needs no cluster: every edit asks the whole grid again at once.".into(),
            "Nothing on disk changes before you save.".into(),
        ],
        1 => vec![
            "Users, their roles, and by which way each role comes.".into(),
            format!("`{}` opens the detail; there it follows what a line names. `esc` goes back.", key(Action::Open)),
            format!("`{}` narrows the list, `{}` jumps to anything.", key(Action::Filter), key(Action::Find)),
        ],
        2 => vec![
            "Roles: rules down to single actions, who holds them, which requests use them.".into(),
            format!("In the detail `{}` adds, `{}` edits, `{}` removes.", key(Action::Add), key(Action::Edit), key(Action::Delete)),
            format!("`{}` takes any step back.", key(Action::Undo)),
        ],
        3 => vec![
            "The simulator: requests by users, `ok`, `MISSING`, `partial` or `unknown`.".into(),
            format!("`{}` types a request, `{}` pastes Dev Tools text.", key(Action::New), key(Action::PasteRequests)),
        ],
        4 => vec![
            "Open a cell: the calls behind the request, everything that is missing at once,".into(),
            "the rule that nearly matched, the cluster's exact answer, each with file and line.".into(),
            "Edit a role and come back: what flipped is marked `gained` or `lost`.".into(),
        ],
        _ => vec![
            format!("`{}` shows the text difference and whose access changes, then saves.", key(Action::Save)),
            format!("`{}` lists every key where you are, `{}` every command.", key(Action::Help), key(Action::Palette)),
        ],
    };
    let mut lines: Vec<Line> = texts.iter().map(|text| Line::new(Tone::Plain, text)).collect();
    lines.push(Line::blank());
    lines.push(Line::new(Tone::Dim, if step + 1 < STEPS { "enter goes on, esc ends the tour" } else { "enter ends the tour" }));
    (format!("tour {}/{STEPS}", step + 1), lines)
}

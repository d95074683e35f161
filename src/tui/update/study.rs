//! Asking larger questions: all denials, a role's grants, a user's access, escalation, logs.

use std::path::PathBuf;

use super::completions;
use crate::engine::evaluate::Outcome;
use crate::engine::scenario::subject;
use crate::engine::tune::repair::Denial;
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::event::{Effect, Matter, Study};
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Ask if the action is a larger question.
pub fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) -> bool {
    let name = state.list().name().map(str::to_owned);
    match (action, state.pane, name) {
        (Action::RepairAll, ..) => {
            let denials = denied(state);
            ask(state, Matter::Denials(denials), effects);
        }
        (Action::Tune, Pane::Roles | Pane::Mappings, Some(role)) => ask(state, Matter::Role(role), effects),
        (Action::Tune, ..) => state.tell(Tone::Dim, "roles are tuned; the requests of the simulator's file say what is needed"),
        (Action::Access, Pane::Users, Some(user)) => {
            let workspace = state.open.data().workspace();
            match subject(&user, workspace.scenarios(), workspace.directory()) {
                Some(subject) => ask(state, Matter::Access(subject), effects),
                None => state.tell(Tone::Dim, "nobody knows this user"),
            }
        }
        (Action::Access, ..) => state.tell(Tone::Dim, "of a user: everything that they may do"),
        (Action::Escalation, ..) => ask(state, Matter::Escalation, effects),
        (Action::Learn, pane, name) => {
            let user = name.filter(|_| pane == Pane::Users).map(|user| format!("{user} ")).unwrap_or_default();
            let note = "USER LOG...: audit logs of OpenSearch or Elasticsearch, also gzipped; `ROLE=` before the user names the role";
            let prompt = Prompt::new("learn a role from logs", note, &user, Purpose::Learn).with(completions::users(state.open.data()));
            state.dialogs.push(Dialog::Prompt(prompt));
        }
        _ => return false,
    }
    true
}

fn ask(state: &mut State, matter: Matter, effects: &mut Vec<Effect>) {
    effects.push(Effect::Study(Box::new(Study { matter, workspace: state.open.data().workspace().clone() })));
    state.tell(Tone::Dim, "looking...");
}

/// The denied requests of the current user.
fn denied(state: &State) -> Vec<Denial> {
    let simulation = &state.simulation;
    let column = simulation.column;
    let Some(subject) = simulation.subjects.get(column) else { return Vec::new() };
    let denied = (0..simulation.requests.len()).filter(|row| {
        simulation.verdict(*row, column).is_some_and(|verdict| matches!(verdict.outcome, Outcome::Denied | Outcome::Partial))
    });
    denied.map(|row| Denial { subject: subject.clone(), request: (**simulation.requests[row].request()).clone() }).collect()
}

/// Read the logs that were typed: `USER LOG...`, perhaps with `ROLE=` before the user.
pub fn learn(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let (role, user) = match first.split_once('=') {
        Some((role, user)) if !role.is_empty() => (role.to_owned(), user.to_owned()),
        _ => (format!("{first}_role"), first.to_owned()),
    };
    let paths: Vec<PathBuf> = words.map(PathBuf::from).collect();
    if paths.is_empty() {
        return state.tell(Tone::Warn, "name a log behind the user");
    }
    ask(state, Matter::Logs { user, paths, role }, effects);
}

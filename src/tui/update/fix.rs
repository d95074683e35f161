//! Doing what removes a finding.

use super::edit;
use crate::engine::lint::{Fix, Remedy, Safety};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::question::{Question, Then};
use crate::tui::line::Line;
use crate::tui::open::describe;
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// The fix of the finding under the cursor; one that changes what somebody may do asks first.
pub fn start(state: &mut State) {
    if state.read_only {
        return state.tell(Tone::Warn, "read-only: `R` allows edits");
    }
    let row = (state.pane == Pane::Findings).then(|| state.list().row()).flatten();
    let Some(finding) = row.and_then(|row| state.open.data().findings().get(row)) else {
        return state.tell(Tone::Dim, "in the findings: what a finding offers is done");
    };
    let Some(fix) = finding.fix.clone() else {
        return state.tell(Tone::Dim, "this finding has no fix of its own; its help says what to do");
    };
    if fix.safety == Safety::Safe {
        return now(state, &fix);
    }
    let mut lines = vec![Line::new(Tone::Plain, &finding.message), Line::blank(), Line::new(Tone::Plain, &fix.title)];
    if let Remedy::Changes(changes) = &fix.remedy {
        lines.extend(changes.iter().map(|change| Line::new(Tone::Dim, format!("  {}", describe(change)))));
    }
    state.dialogs.push(Dialog::Question(Question::new("do this fix?", lines, Then::Fix(Box::new(fix)))));
}

/// Do a fix, as one step that can be taken back.
pub fn now(state: &mut State, fix: &Fix) {
    if let Remedy::Changes(changes) = &fix.remedy {
        edit::apply(state, changes.clone());
        return;
    }
    let actions = state.open.data().workspace().fix_actions(fix);
    match state.open.apply(actions) {
        Ok(()) => {
            state.log.spelled(&fix.title);
            state.tell(Tone::Changed, format!("{}  (`u` takes it back)", fix.title));
        }
        Err(message) => state.tell(Tone::Bad, message),
    }
}

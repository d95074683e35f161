//! Effects on the opened files, carried out through the workspace.

use super::dialog::Dialog;
use super::dialog::conflict::Conflict;
use super::dialog::merge::{Merge, Row};
use super::event::Basis;
use super::line::Line;
use super::open::describe;
use super::scroll::Scroll;
use super::state::State;
use super::theme::Tone;
use crate::engine::change::{Change, EntryKind};
use crate::workspace::{Action, Clash, Recovery, SaveError, Workspace};

/// Write the files; a conflict opens its dialog.
pub fn save(state: &mut State, force: bool) {
    match state.open.save(force) {
        Ok(saved) => {
            let basis = Basis::of(state.open.data().workspace());
            state.simulation.settle(basis);
            state.log.saved();
            let names: Vec<String> =
                saved.files.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
            state.tell(Tone::Good, format!("saved {}", names.join(", ")));
            state.quit = state.quit || state.leaving;
        }
        Err(error @ SaveError::Conflict(_)) => conflict(state, error.to_string(), error.help()),
        Err(error) => state.tell(Tone::Bad, format!("{error}; {}", error.help())),
    }
    state.leaving = false;
}

/// Write a new file of the operator's.
pub fn write(state: &mut State, path: &str, text: &str) {
    match crate::workspace::write_new(std::path::Path::new(path), text) {
        Ok(()) => state.tell(Tone::Good, format!("written to {path}; `rolesmith apply --changes {path} DIR` replays it")),
        Err(error) => state.tell(Tone::Bad, format!("`{path}` was not written: {error}")),
    }
}

/// The files may have changed on disk. Without edits they are read again; with edits the operator decides.
pub fn look(state: &mut State) {
    let changed = state.open.data().workspace().changed_on_disk();
    if changed.is_empty() || state.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Conflict(_))) {
        return;
    }
    if !state.open.is_dirty() {
        return reload(state);
    }
    let names: Vec<String> = changed.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
    conflict(state, format!("{} changed on disk", names.join(", ")), SaveError::Conflict(changed).help());
}

fn conflict(state: &mut State, message: String, help: &str) {
    let lines = vec![
        Line::new(Tone::Plain, help),
        Line::new(Tone::Dim, "`r` reloads, `c` compares, `g` merges, `m` keeps mine; esc decides later"),
    ];
    state.dialogs.push(Dialog::Conflict(Conflict { message, scroll: Scroll::new(lines), compared: false }));
}

/// Read the files again.
pub fn reload(state: &mut State) {
    match state.open.reload() {
        Ok(()) => {
            state.log.lost();
            state.tell(Tone::Good, "read again from disk");
        }
        Err(error) => state.tell(Tone::Bad, error),
    }
}

/// Read the files again and do the edits on top; where both sides changed an entry the operator decides.
pub fn merge(state: &mut State) {
    let workspace = state.open.data().workspace();
    let clashes = match workspace.clashes() {
        Ok(clashes) => clashes,
        Err(error) => return state.tell(Tone::Bad, error.to_string()),
    };
    if clashes.is_empty() {
        return merge_without(state, &[]);
    }
    let mine = |clash: &Clash| {
        let about = |change: &&Change| change.subject() == (clash.kind, clash.name.as_str());
        state.open.changes().filter(about).map(describe).collect()
    };
    let rows = clashes.iter().map(|clash| Row {
        kind: clash.kind,
        name: clash.name.clone(),
        mine: mine(clash),
        theirs: clash.theirs.clone(),
        take_theirs: false,
    });
    let rows = rows.collect();
    state.dialogs.push(Dialog::Merge(Merge { rows, cursor: 0 }));
}

/// Read the files again and do the edits on top, but for some entries.
pub fn merge_without(state: &mut State, given_up: &[(EntryKind, String)]) {
    match state.open.merge_without(given_up) {
        Ok(lost) if lost.is_empty() => {
            relog(state);
            state.tell(Tone::Good, "merged: the edits stand on top of what is on disk; `s` saves");
        }
        Ok(lost) => {
            relog(state);
            state.tell(Tone::Warn, format!("merged but for {}: {}", lost.len(), lost.join("; ")));
        }
        Err(error) => state.tell(Tone::Bad, error),
    }
}

/// Bring the edits of an earlier sitting back.
pub fn recover(state: &mut State, recovery: Recovery) {
    let count = recovery.actions.len();
    let lost = state.open.recover(recovery);
    relog(state);
    let text = format!("{} of {count} unsaved edits of an earlier sitting are back; `u` takes them back", count - lost.len());
    if lost.is_empty() {
        state.tell(Tone::Changed, text);
    } else {
        state.tell(Tone::Warn, format!("{text}; no longer fit: {}", lost.join("; ")));
    }
}

/// Forget the edits of an earlier sitting.
pub fn forget(state: &mut State, recovery: Recovery) {
    Workspace::forget(recovery);
    state.tell(Tone::Dim, "the unsaved edits of the earlier sitting are forgotten");
}

/// The edits were done again on top of other files, each a step of its own.
fn relog(state: &mut State) {
    state.log.lost();
    let State { log, open, .. } = state;
    for action in open.data().workspace().history() {
        match action {
            Action::Configuration(change) => log.did(vec![change.clone()]),
            Action::Scenario(_) => log.asked(),
            Action::Text(edit) => log.spelled(edit.title()),
        }
    }
}

/// Show in the conflict what differs.
pub fn compare(state: &mut State) {
    let lines = state.open.disk_difference();
    if let Some(Dialog::Conflict(conflict)) = state.dialogs.last_mut() {
        conflict.scroll = Scroll::new(lines);
        conflict.compared = true;
    }
}

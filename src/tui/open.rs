//! The opened configuration with its edits, as the panes see it.

use std::collections::BTreeSet;

use super::data::{Data, Found};
use super::line::Line;
use super::pane::Pane;
use super::theme::Tone;
use crate::engine::change::{Change, EntryKind};
use crate::workspace::{Action, OnConflict, Recovery, SaveError, SaveOptions, Saved, Workspace};

/// The opened configuration.
#[derive(Debug, Clone)]
pub struct Open {
    data: Data,
    /// How many actions each step done holds, so that a bulk edit is one step.
    past: Vec<usize>,
    future: Vec<usize>,
    saved: usize,
    revision: u64,
}

/// The pane that shows entries of a kind.
pub fn pane_of(kind: EntryKind) -> Option<Pane> {
    Some(match kind {
        EntryKind::Role => Pane::Roles,
        EntryKind::Mapping => Pane::Mappings,
        EntryKind::User => Pane::Users,
        EntryKind::Privilege => Pane::Privileges,
        EntryKind::Tenant => Pane::Tenants,
        EntryKind::Setting => Pane::Settings,
        EntryKind::SideFile => return None,
    })
}

/// A change on one line: its name and its values, without secrets.
pub fn describe(change: &Change) -> String {
    let value = serde_json::to_value(change).unwrap_or_default();
    let mut out = change.name();
    for (key, value) in value.as_object().into_iter().flatten() {
        match (key.as_str(), value.as_str()) {
            ("change", _) => {}
            ("hash", _) => out.push_str(" hash=(masked)"),
            (_, Some(text)) => out.push_str(&format!(" {key}={text}")),
            _ => out.push_str(&format!(" {key}={value}")),
        }
    }
    out
}

/// An action on one line.
pub fn describe_action(action: &Action) -> String {
    match action {
        Action::Configuration(change) => describe(change),
        Action::Scenario(_) => "a request of the scenario".to_owned(),
        Action::Text(edit) => edit.title().to_owned(),
    }
}

impl Open {
    /// Show a workspace.
    pub fn new(workspace: Workspace) -> Self {
        let past = vec![1; workspace.history().len()];
        Open { data: Data::new(workspace), past, future: Vec::new(), saved: 0, revision: 0 }
    }

    /// What the panes show.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Counted up whenever what the panes show changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn changed_data(&mut self) {
        self.data.look();
        self.revision += 1;
    }

    /// Do changes as one step; on an error nothing is done.
    pub fn apply(&mut self, actions: Vec<Action>) -> Result<(), String> {
        let mut done = 0;
        for action in actions {
            if let Err(error) = self.data.workspace_mut().apply(action) {
                for _ in 0..done {
                    self.data.workspace_mut().undo();
                }
                return Err(error.to_string());
            }
            done += 1;
        }
        self.past.push(done);
        self.future.clear();
        self.changed_data();
        Ok(())
    }

    /// Take the last step back: what it was.
    pub fn undo(&mut self) -> Option<String> {
        let count = self.past.pop()?;
        let taken: Vec<String> =
            (0..count).filter_map(|_| self.data.workspace_mut().undo()).map(|action| describe_action(&action)).collect();
        self.future.push(count);
        self.changed_data();
        Some(taken.join("; "))
    }

    /// Do the step again that was taken back: what it is.
    pub fn redo(&mut self) -> Option<String> {
        let count = self.future.pop()?;
        let done: Vec<String> =
            (0..count).filter_map(|_| self.data.workspace_mut().redo()).map(|action| describe_action(&action)).collect();
        self.past.push(count);
        self.changed_data();
        Some(done.join("; "))
    }

    /// Whether there are edits that are not saved.
    pub fn is_dirty(&self) -> bool {
        self.data.workspace().dirty().next().is_some()
    }

    /// The changes since the last save, in order.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.data.workspace().history().skip(self.saved).filter_map(|action| match action {
            Action::Configuration(change) => Some(change),
            Action::Scenario(_) | Action::Text(_) => None,
        })
    }

    /// How many edits are not saved, those of the scenario counted too.
    pub fn edits(&self) -> usize {
        self.data.workspace().history().len().saturating_sub(self.saved)
    }

    /// The entries of a pane with edits that are not saved.
    pub fn changed(&self, pane: Pane) -> BTreeSet<String> {
        let subjects = self.changes().map(Change::subject);
        subjects.filter(|(kind, _)| pane_of(*kind) == Some(pane)).map(|(_, name)| name.to_owned()).collect()
    }

    /// What saving would write, as a text difference.
    pub fn difference(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for diff in self.data.workspace().text_diff() {
            lines.extend(diff_lines(&diff.text));
        }
        lines
    }

    /// Take what the rules found.
    pub fn take_findings(&mut self, found: Vec<Found>) {
        self.data.take_findings(found);
    }

    /// Give up what is unsaved: the operator leaves.
    pub fn close(&mut self) {
        self.data.workspace_mut().close_journal();
    }

    /// Write the files.
    pub fn save(&mut self, force: bool) -> Result<Saved, SaveError> {
        let on_conflict = if force { OnConflict::KeepMine } else { OnConflict::Refuse };
        let saved = self.data.workspace_mut().save(SaveOptions { on_conflict, ..SaveOptions::default() })?;
        self.saved = self.data.workspace().history().len();
        self.changed_data();
        Ok(saved)
    }

    /// Read the files again; the edits are gone.
    pub fn reload(&mut self) -> Result<(), String> {
        self.data.workspace_mut().reload().map_err(|error| error.to_string())?;
        self.past.clear();
        self.future.clear();
        self.saved = 0;
        self.changed_data();
        Ok(())
    }

    /// Read the files again and do the edits on top; those that no longer fit, with the reason. The edits of some entries are
    /// given up.
    pub fn merge_without(&mut self, given_up: &[(EntryKind, String)]) -> Result<Vec<String>, String> {
        let lost = self.data.workspace_mut().merge_without(given_up).map_err(|error| error.to_string())?;
        let steps = self.data.workspace().history().len();
        self.past = vec![1; steps];
        self.future.clear();
        self.saved = 0;
        self.changed_data();
        Ok(lost.into_iter().map(|(action, error)| format!("{}: {error}", describe_action(&action))).collect())
    }

    /// Do the edits of an earlier sitting again; those that no longer fit, with the reason.
    pub fn recover(&mut self, recovery: Recovery) -> Vec<String> {
        let before = self.data.workspace().history().len();
        let lost = self.data.workspace_mut().recover(recovery);
        let done = self.data.workspace().history().len() - before;
        self.past.extend(vec![1; done]);
        self.future.clear();
        self.changed_data();
        lost.into_iter().map(|(action, error)| format!("{}: {error}", describe_action(&action))).collect()
    }

    /// The differences between what stands on disk and the edits.
    pub fn disk_difference(&self) -> Vec<Line> {
        let workspace = self.data.workspace();
        let changed = workspace.changed_on_disk();
        let files = workspace.files().iter().filter(|file| changed.iter().any(|path| path == file.path()));
        files.filter_map(|file| workspace.disk_diff(file.id())).flat_map(|diff| diff_lines(&diff.text)).collect()
    }
}

/// A unified difference in tones.
fn diff_lines(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| {
            let tone = match line.as_bytes().first() {
                _ if line.starts_with("---") || line.starts_with("+++") => Tone::Heading,
                Some(b'+') => Tone::Good,
                Some(b'-') => Tone::Bad,
                Some(b'@') => Tone::Dim,
                _ => Tone::Plain,
            };
            Line::new(tone, line)
        })
        .collect()
}

//! Unsaved changes survive a crash: each is appended to a journal, which a save empties and the next
//! opening finds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::text_edit::TextEdit;
use super::{Action, ApplyError, Workspace, state};
use crate::engine::change::Change;
use crate::engine::scenario::ScenarioChange;
use crate::source::FileId;

/// One line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first one: what the journal belongs to.
    Opened { root: PathBuf, files: Vec<(PathBuf, u64)> },
    /// A change was done.
    Done(Change),
    /// A change of the scenarios was done.
    Scenario(serde_json::Value),
    /// A text was edited.
    Text(TextEdit),
    /// The last change was undone.
    Undone,
    /// The files are about to be written; once they are like this, nothing before is unsaved.
    Saving { files: Vec<(PathBuf, u64)> },
}

/// An open journal. It is locked as long as its process lives, which tells it from one that was left behind.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    path: PathBuf,
    file: Arc<File>,
}

/// Unsaved changes of an earlier run.
#[derive(Debug, Clone)]
pub struct Recovery {
    /// The changes, oldest first, undone ones left out.
    pub actions: Vec<Action>,
    /// Whether a file has changed since, so that they may not fit any more.
    pub stale: bool,
    journal: PathBuf,
}

impl Workspace {
    /// Keep a journal from now on. Changes done before are written too.
    ///
    /// # Errors
    /// When the state directory cannot be written; work goes on without a journal then.
    pub fn keep_journal(&mut self) -> io::Result<()> {
        let Some(root) = self.root.clone() else { return Ok(()) };
        let directory = self.journals();
        state::create_private(&directory)?;
        self.journal = Some(Journal::new(&directory, &state::name_of(&root))?);
        self.begin_journal()
    }

    fn journals(&self) -> PathBuf {
        state::directory(self.options.state.as_deref()).join("journal")
    }

    fn begin_journal(&self) -> io::Result<()> {
        let (Some(journal), Some(root)) = (&self.journal, &self.root) else { return Ok(()) };
        let files = self.files.iter().map(|file| (file.path.clone(), state::fingerprint(file.saved()))).collect();
        journal.file.set_len(0)?;
        journal.append(&Line::Opened { root: root.clone(), files })?;
        if self.dirty().next().is_some() {
            self.history().try_for_each(|action| journal.append(&line(action)))?;
        }
        Ok(())
    }

    pub(super) fn journal_done(&self, action: &Action) {
        if let Some(journal) = &self.journal {
            // a journal that cannot be written must not stop the work it is to protect
            let _ = journal.append(&line(action));
        }
    }

    pub(super) fn journal_undone(&self) {
        if let Some(journal) = &self.journal {
            let _ = journal.append(&Line::Undone);
        }
    }

    /// Files are about to be written as they are now: a process killed right after that leaves nothing unsaved.
    pub(super) fn journal_saving(&self, dirty: &[FileId]) {
        if let Some(journal) = &self.journal {
            let print = |file: &super::File| (file.path.clone(), state::fingerprint(file.document.bytes()));
            let files = dirty.iter().filter_map(|&id| self.file(id)).map(print).collect();
            let _ = journal.append(&Line::Saving { files });
        }
    }

    /// After a save nothing is unsaved: the journal starts anew.
    pub(super) fn journal_saved(&self) {
        let _ = self.begin_journal();
    }

    /// Give the journal up: the operator leaves and wants no unsaved change back.
    pub fn close_journal(&mut self) {
        if let Some(journal) = self.journal.take() {
            let _ = fs::remove_file(journal.path);
        }
    }

    /// Unsaved changes that an earlier run on the same path left behind when it was killed.
    pub fn recovery(&self) -> Option<Recovery> {
        let root = self.root.as_deref()?;
        let prefix = format!("{}-", state::name_of(root));
        let entries = fs::read_dir(self.journals()).ok()?;
        let mut left: Vec<(std::time::SystemTime, PathBuf)> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix) && is_left_behind(&entry.path()))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        left.sort();
        left.into_iter().rev().find_map(|(_, path)| self.read_journal(&path).filter(|recovery| !recovery.actions.is_empty()))
    }

    fn read_journal(&self, path: &Path) -> Option<Recovery> {
        let text = fs::read_to_string(path).ok()?;
        let print = |path: &Path| self.files.iter().find(|file| file.path == path).map(|file| state::fingerprint(file.saved()));
        let differs = |files: &[(PathBuf, u64)]| files.iter().any(|(path, before)| print(path) != Some(*before));
        let mut actions = Vec::new();
        let mut stale = false;
        // a line that was cut off by the crash ends what can be had
        for line in text.lines().map_while(|line| serde_json::from_str::<Line>(line).ok()) {
            match line {
                Line::Opened { files, .. } => stale = differs(&files),
                Line::Saving { files } if !differs(&files) => {
                    actions.clear();
                    stale = false;
                }
                Line::Saving { .. } => {}
                Line::Done(change) => actions.push(Action::Configuration(change)),
                Line::Scenario(value) => actions.push(Action::Scenario(ScenarioChange::from_value(&value)?)),
                Line::Text(edit) => actions.push(Action::Text(edit)),
                Line::Undone => drop(actions.pop()),
            }
        }
        Some(Recovery { actions, stale, journal: path.to_owned() })
    }

    /// Do the changes of an earlier run again; those that do not fit any more come back with the reason.
    pub fn recover(&mut self, recovery: Recovery) -> Vec<(Action, ApplyError)> {
        let failed = recovery.actions.into_iter().filter_map(|action| self.apply(action.clone()).err().map(|error| (action, error)));
        let failed = failed.collect();
        let _ = fs::remove_file(recovery.journal);
        failed
    }

    /// Forget the changes of an earlier run.
    pub fn forget(recovery: Recovery) {
        let _ = fs::remove_file(recovery.journal);
    }
}

fn line(action: &Action) -> Line {
    match action {
        Action::Configuration(change) => Line::Done(change.clone()),
        Action::Scenario(change) => Line::Scenario(change.to_value()),
        Action::Text(edit) => Line::Text(edit.clone()),
    }
}

/// Whether no living process keeps the journal: its lock is free.
fn is_left_behind(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock_shared().is_ok())
}

impl Journal {
    /// A new one, of this process.
    fn new(directory: &Path, name: &str) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create_new(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        for number in 0.. {
            let path = directory.join(format!("{name}-{}-{number}.jsonl", std::process::id()));
            match options.open(&path) {
                Ok(file) => {
                    // where files cannot be locked, a second process would offer what this one is doing: it asks first
                    let _ = file.try_lock();
                    return Ok(Self { path, file: Arc::new(file) });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn append(&self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        let mut file = &*self.file;
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }
}

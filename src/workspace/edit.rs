//! Changes on the opened files, with undo and redo.

use std::sync::Arc;

use super::Workspace;
use crate::engine::change::{Change, ChangeError};
use crate::engine::model::opensearch::Configuration;

/// Why a change was not done; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The change does not fit the configuration.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// What was done and what was undone.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: Vec<(Change, Arc<Configuration>)>,
    undone: Vec<(Change, Arc<Configuration>)>,
}

impl Workspace {
    /// Do a change; it can be undone.
    pub fn apply(&mut self, change: Change) -> Result<(), ApplyError> {
        let mut next = (*self.configuration).clone();
        change.apply(&mut next)?;
        let before = std::mem::replace(&mut self.configuration, Arc::new(next));
        self.history.done.push((change, before));
        self.history.undone.clear();
        Ok(())
    }

    /// Take the last change back; it, if there is one.
    pub fn undo(&mut self) -> Option<Change> {
        let (change, before) = self.history.done.pop()?;
        let after = std::mem::replace(&mut self.configuration, before);
        self.history.undone.push((change.clone(), after));
        Some(change)
    }

    /// Do again what was undone last; it, if there is one.
    pub fn redo(&mut self) -> Option<Change> {
        let (change, after) = self.history.undone.pop()?;
        let before = std::mem::replace(&mut self.configuration, after);
        self.history.done.push((change.clone(), before));
        Some(change)
    }

    /// The changes that are done and not saved, oldest first.
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = &Change> {
        self.history.done.iter().map(|(change, _)| change)
    }
}

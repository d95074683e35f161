//! When files change underneath: read them again, alone or with the unsaved changes on top.

use super::{Action, ApplyError, OpenError, Workspace};

impl Workspace {
    /// Read everything from disk again; unsaved changes are gone, the history starts anew.
    ///
    /// # Errors
    /// As [`Workspace::open`]; nothing has changed then.
    pub fn reload(&mut self) -> Result<(), OpenError> {
        let Some(root) = self.root.clone() else {
            *self = Workspace { options: self.options.clone(), ..Workspace::sample() };
            return Ok(());
        };
        let journal = self.journal.take();
        let opened = Workspace::open(root, self.options.clone());
        match opened {
            Ok(opened) => {
                *self = Workspace { journal, ..opened };
                self.journal_saved();
                Ok(())
            }
            Err(error) => {
                self.journal = journal;
                Err(error)
            }
        }
    }

    /// Read everything from disk again and do the unsaved changes on top: both sides' work is kept. The
    /// changes that do not fit what is on disk now come back with the reason.
    ///
    /// # Errors
    /// As [`Workspace::open`]; nothing has changed then.
    pub fn merge(&mut self) -> Result<Vec<(Action, ApplyError)>, OpenError> {
        let unsaved: Vec<Action> = self.history().skip(self.saved_steps).cloned().collect();
        self.reload()?;
        Ok(unsaved.into_iter().filter_map(|action| self.apply(action.clone()).err().map(|error| (action, error))).collect())
    }
}

//! When files change underneath: read them again, alone or with the unsaved changes on top.

use super::{Action, ApplyError, OpenError, Workspace};
use crate::engine::change::{EntryKind, same};
use crate::engine::model::opensearch::{Configuration, DocumentKind};
use crate::source::Place;

/// An entry that was edited here and changed on disk since it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// What it is.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Its text on disk, hashes masked; none when it is gone there.
    pub theirs: Option<String>,
}

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
        self.merge_without(&[])
    }

    /// As [`Workspace::merge`], but for some entries what is on disk is taken and the unsaved changes are
    /// given up.
    ///
    /// # Errors
    /// As [`Workspace::open`]; nothing has changed then.
    pub fn merge_without(&mut self, given_up: &[(EntryKind, String)]) -> Result<Vec<(Action, ApplyError)>, OpenError> {
        let kept = |action: &&Action| match action {
            Action::Configuration(change) => {
                let (kind, name) = change.subject();
                !given_up.iter().any(|(other, given)| *other == kind && given == name)
            }
            Action::Scenario(_) | Action::Text(_) => true,
        };
        let unsaved: Vec<Action> = self.history().skip(self.saved_steps).filter(kept).cloned().collect();
        self.reload()?;
        Ok(unsaved.into_iter().filter_map(|action| self.apply(action.clone()).err().map(|error| (action, error))).collect())
    }

    /// The entries that both sides changed: unsaved changes here, and another text on disk than was read.
    ///
    /// # Errors
    /// As [`Workspace::open`].
    pub fn clashes(&self) -> Result<Vec<Clash>, OpenError> {
        let Some(root) = &self.root else { return Ok(Vec::new()) };
        let theirs = Workspace::open(root, self.options.clone())?;
        let base = self.saved_configuration();
        let mut clashes: Vec<Clash> = Vec::new();
        for action in self.history().skip(self.saved_steps) {
            let Action::Configuration(change) = action else { continue };
            let (kind, name) = change.subject();
            let Some(document) = document(kind) else { continue };
            let known = clashes.iter().any(|clash| clash.kind == kind && clash.name == name);
            if known || same(document, &only(document, name, &base), &only(document, name, &theirs.configuration)) {
                continue;
            }
            let text = |place: Place| {
                let bytes = theirs.file(place.file)?.document.bytes().get(place.span.range())?;
                Some(self.mask(&theirs.mask(&String::from_utf8_lossy(bytes))))
            };
            clashes.push(Clash { kind, name: name.to_owned(), theirs: place(document, name, &theirs.configuration).and_then(text) });
        }
        Ok(clashes)
    }
}

/// The document of OpenSearch that such entries stand in.
fn document(kind: EntryKind) -> Option<DocumentKind> {
    DocumentKind::ALL.into_iter().find(|document| EntryKind::from(*document) == kind && kind != EntryKind::SideFile)
}

/// A configuration of one entry.
fn only(kind: DocumentKind, name: &str, all: &Configuration) -> Configuration {
    let mut one = Configuration::default();
    macro_rules! take {
        ($field:ident) => {
            one.$field.extend(all.$field.get_key_value(name).map(|(name, entry)| (name.clone(), entry.clone())))
        };
    }
    match kind {
        DocumentKind::Roles => take!(roles),
        DocumentKind::RolesMapping => take!(roles_mapping),
        DocumentKind::InternalUsers => take!(internal_users),
        DocumentKind::ActionGroups => take!(action_groups),
        DocumentKind::Tenants => take!(tenants),
        DocumentKind::Config => {
            if let Some(value) = all.dynamic.get(name) {
                one.dynamic.set(name, value.clone());
            }
        }
        DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {}
    }
    one
}

fn place(kind: DocumentKind, name: &str, all: &Configuration) -> Option<Place> {
    match kind {
        DocumentKind::Roles => all.roles.get(name)?.place,
        DocumentKind::RolesMapping => all.roles_mapping.get(name)?.place,
        DocumentKind::InternalUsers => all.internal_users.get(name)?.place,
        DocumentKind::ActionGroups => all.action_groups.get(name)?.place,
        DocumentKind::Tenants => all.tenants.get(name)?.place,
        DocumentKind::Config => all.dynamic.get(name)?.place,
        DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => None,
    }
}

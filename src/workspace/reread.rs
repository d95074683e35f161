//! From an edited document to the model, without reading again what the edit left as it was: the entries of the
//! model before are taken, those behind the edit with their new places.

use crate::engine::model::Entries;
use crate::engine::model::opensearch::{
    Configuration, DocumentKind, Placed, Says, read_action_groups, read_internal_users, read_roles, read_roles_mapping, read_tenants,
};
use crate::source::{Problem, Span};
use crate::yaml::{Copies, Document, Node};

/// What an edit did to a document of a kind.
pub(super) struct Edited<'a> {
    pub kind: DocumentKind,
    pub document: &'a Document,
    pub copies: Copies,
}

impl Edited<'_> {
    /// What the edited document says, where that can be told from the entries that the edit touched. `before` was read
    /// from the document before the edit, without a problem. Where it is known what the document is to say, that is
    /// `meant`, and nothing else is read: the entries are taken out of it, since a copy of all of them would be felt.
    ///
    /// What is compared with `meant` is the touched entries, read from the text. Of all others it is enough that `meant`
    /// has the very entries of `before` under their names and in their order, which is told by their pointers: the
    /// document says of them what it said, for their part of its tree was copied.
    pub fn read(&self, before: &Configuration, meant: Option<&mut Configuration>) -> Option<Configuration> {
        let mut read = Configuration::default();
        match self.kind {
            DocumentKind::Roles => read.roles = self.part(&before.roles, meant.map(|meant| &mut meant.roles), read_roles)?,
            DocumentKind::RolesMapping => {
                let meant = meant.map(|meant| &mut meant.roles_mapping);
                read.roles_mapping = self.part(&before.roles_mapping, meant, read_roles_mapping)?;
            }
            DocumentKind::InternalUsers => {
                let meant = meant.map(|meant| &mut meant.internal_users);
                read.internal_users = self.part(&before.internal_users, meant, read_internal_users)?;
            }
            DocumentKind::ActionGroups => {
                let meant = meant.map(|meant| &mut meant.action_groups);
                read.action_groups = self.part(&before.action_groups, meant, read_action_groups)?;
            }
            DocumentKind::Tenants => read.tenants = self.part(&before.tenants, meant.map(|meant| &mut meant.tenants), read_tenants)?,
            _ => return None,
        }
        Some(read)
    }

    fn part<T: Placed + Says + Clone + Send + Sync>(
        &self,
        before: &Entries<T>,
        mut meant: Option<&mut Entries<T>>,
        reader: fn(Node<'_>, &mut Vec<Problem>) -> Entries<T>,
    ) -> Option<Entries<T>> {
        let Copies { old, new, .. } = self.copies;
        let touched = Document::parse(self.document.file(), self.document.bytes().get(new.range())?.to_vec());
        let root = touched.root()?;
        let mut problems = Vec::new();
        let mut fresh = reader(root, &mut problems);
        // `_meta` says how all the others are read, and is no entry
        if !problems.is_empty() || fresh.len() != root.entries().len() {
            return None;
        }
        let inwards = |span: Span| Span { start: span.start + new.start, end: span.end + new.start };
        fresh.values_mut().for_each(|entry| entry.shift(&inwards));
        let file = self.document.file();
        let starts = |entry: &T| entry.place().filter(|place| place.file == file).map(|place| place.span.start);
        let from = before.partition_point(|entry| starts(entry).is_some_and(|start| start < old.start));
        let to = before.partition_point(|entry| starts(entry).is_some_and(|start| start < old.end));
        let now = meant.as_deref().unwrap_or(before);
        let behind = from + fresh.len();
        // before and behind what was touched nothing was meant to change
        let untouched = (before.len() + behind).checked_sub(to) == Some(now.len())
            && (0..from).all(|at| now.shares_at(at, before, at))
            && (behind..now.len()).all(|at| now.shares_at(at, before, at - behind + to));
        let named = fresh.keys().enumerate().all(|(at, name)| now.get_index_of(name) == Some(from + at));
        if !untouched || !named {
            return None;
        }
        let says = fresh.values().enumerate().all(|(at, fresh)| now.get_index(from + at).is_some_and(|(_, meant)| fresh.says(meant)));
        if meant.is_some() && !says {
            return None;
        }
        let by = new.end.wrapping_sub(old.end);
        let now = meant.take().map_or_else(|| before.clone(), std::mem::take);
        Some(now.replaced(from, fresh.into_iter().map(|(_, entry)| entry), by, moved))
    }
}

/// An entry with all its places so many bytes further on; the number wraps.
fn moved<T: Placed + Clone>(entry: &T, by: u32) -> T {
    let mut entry = entry.clone();
    entry.shift(&|span: Span| Span { start: span.start.wrapping_add(by), end: span.end.wrapping_add(by) });
    entry
}

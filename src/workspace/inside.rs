//! Changes where security documents stand inside other files: manifests, Helm values, resources. An entry is
//! edited in the file that holds it; a new one goes where there is the best room for it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::edit::refused;
use super::{ApplyError, File, FileKind, Workspace};
use crate::engine::change::{Change, Op, Room, same_entries};
use crate::engine::model::opensearch::container::{read_container, sections};
use crate::engine::model::opensearch::{Configuration, DocumentKind, read_document, v6};
use crate::source::{FileId, Problem};
use crate::yaml::{Document, Edit, Splice};

/// The edited documents of a change that is not done yet, and the way back.
#[derive(Default)]
struct Draft {
    documents: BTreeMap<FileId, Document>,
    inverse: Vec<(FileId, Vec<Splice>)>,
}

impl Draft {
    fn document<'d>(&'d self, file: &'d File) -> &'d Document {
        self.documents.get(&file.id).unwrap_or(&file.document)
    }

    fn take(&mut self, id: FileId, edits: Vec<Edit>) {
        for edit in edits {
            self.inverse.push((id, edit.inverse));
            self.documents.insert(id, edit.document);
        }
    }
}

impl Workspace {
    /// Whether a change of these kinds may have to go into a file that holds documents inside.
    pub(super) fn goes_inside(&self, kinds: &[DocumentKind]) -> bool {
        let containers: Vec<&File> = self.files.iter().filter(|file| file.kind == FileKind::Container).collect();
        let inside = |kind: DocumentKind| containers.iter().any(|file| sections(&file.document).iter().any(|section| section.kind == kind));
        !containers.is_empty() && kinds.iter().any(|&kind| inside(kind) || self.file_of(kind).is_none())
    }

    /// Do a change in the text; `next` is the configuration that must be read from it.
    pub(super) fn change_inside(&mut self, change: &Change, next: &Configuration) -> Result<Vec<(FileId, Vec<Splice>)>, ApplyError> {
        let mut draft = Draft::default();
        for op in change.operations(&self.configuration) {
            self.carry_out_inside(&op, &mut draft)?;
        }
        let (fresh, problems) = read_security(self.files.iter().map(|file| (file.kind, draft.document(file))));
        let touched = || draft.documents.keys().filter_map(|id| self.file(*id));
        let mut next = next.clone();
        if fresh.before_1_0.is_some() {
            next.roles.values_mut().for_each(v6::merge_tenants);
        }
        if let Some(kind) = change.documents(&self.configuration).into_iter().find(|&kind| !same_entries(kind, &next, &fresh)) {
            let holder = touched().next().map(|file| file.path.clone());
            return Err(ApplyError::Differs(holder.unwrap_or_else(|| PathBuf::from(kind.file_name()))));
        }
        let node = self.configuration.node.clone();
        self.configuration = Arc::new(Configuration { node, ..fresh });
        for (file, problems) in self.files.iter_mut().zip(problems) {
            if let Some(document) = draft.documents.remove(&file.id) {
                file.replace(document, None);
                file.problems = problems;
            }
        }
        Ok(draft.inverse)
    }

    fn carry_out_inside(&self, op: &Op, draft: &mut Draft) -> Result<(), ApplyError> {
        let mut done = false;
        // of several entries of a name the last one counts
        for file in self.files.iter().rev() {
            let document = draft.document(file);
            let edits = match file.kind {
                FileKind::Container => op.edits_inside(document),
                FileKind::Security(kind) if kind == op.kind && op.is_in(document) => op.edit_document(document).map(|edit| vec![edit]),
                _ => continue,
            };
            let edits = edits.map_err(|refusal| refused(file, refusal))?;
            done |= !edits.is_empty();
            draft.take(file.id, edits);
            if done && !op.is_everywhere() {
                return Ok(());
            }
        }
        if done || op.is_optional() {
            return Ok(());
        }
        let room = |file: &File| match file.kind {
            FileKind::Container => op.room(draft.document(file)),
            FileKind::Security(kind) if kind == op.kind => Some(Room::Document),
            _ => None,
        };
        let best = self.files.iter().filter_map(|file| Some((room(file)?, file))).min_by_key(|(room, _)| *room);
        let Some((_, file)) = best else { return Err(ApplyError::NoRoom { kind: op.kind.meta_type() }) };
        let edits = match file.kind {
            FileKind::Container => op.begin_inside(draft.document(file)),
            _ => op.edit_document(draft.document(file)).map(|edit| vec![edit]),
        };
        draft.take(file.id, edits.map_err(|refusal| refused(file, refusal))?);
        Ok(())
    }

    /// Read all security documents again, after files that hold some were touched.
    pub(super) fn reread_security(&mut self, touched: &[FileId]) {
        let (fresh, problems) = read_security(self.files.iter().map(|file| (file.kind, &*file.document)));
        let node = self.configuration.node.clone();
        self.configuration = Arc::new(Configuration { node, ..fresh });
        for (file, problems) in self.files.iter_mut().zip(problems) {
            if touched.contains(&file.id) && matches!(file.kind, FileKind::Security(_) | FileKind::Container) {
                file.problems = problems;
            }
        }
    }

    /// Whether what is written in the files, parsed anew, is the configuration that is shown.
    pub(super) fn security_reads_as_shown(&self) -> bool {
        let anew: Vec<Document> = self.files.iter().map(|file| Document::parse(file.id, file.document.bytes().to_vec())).collect();
        let (fresh, _) = read_security(self.files.iter().map(|file| file.kind).zip(&anew));
        DocumentKind::ALL.into_iter().all(|kind| same_entries(kind, &fresh, &self.configuration))
    }
}

/// What security documents say together, and for each what is wrong with it.
pub(super) fn read_security<'d>(documents: impl Iterator<Item = (FileKind, &'d Document)>) -> (Configuration, Vec<Vec<Problem>>) {
    let mut configuration = Configuration::default();
    let problems = documents.map(|(kind, document)| {
        let mut problems = document.problems().to_vec();
        match (kind, document.root()) {
            (FileKind::Security(kind), Some(root)) => read_document(kind, root, &mut configuration, &mut problems),
            (FileKind::Container, _) => read_container(document, &mut configuration, &mut problems),
            _ => {}
        }
        problems
    });
    let problems = problems.collect();
    (configuration, problems)
}

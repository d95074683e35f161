//! Changes on Elasticsearch's files. An entry stands in the file that it was read from; every file that brings
//! the same part of the configuration is read again and compared with the changed model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::edit::refused;
use super::elasticsearch::{ElasticsearchKind, add_users};
use super::{ApplyError, FileKind, Workspace};
use crate::engine::change::elasticsearch::{ElasticsearchChange, Op, edit, same};
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, Part, read_file};
use crate::source::{FileId, Problem};
use crate::yaml::{Document, Edit, Splice};

/// The way back, file by file.
type Inverse = Vec<(FileId, Vec<Splice>)>;

/// The edits, file by file.
type Edits = Vec<(FileId, Edit)>;

/// What is wrong with each file that was read again.
type Complaints = Vec<(FileId, Vec<Problem>)>;

impl Workspace {
    pub(super) fn change_elasticsearch(&mut self, change: &ElasticsearchChange) -> Result<Inverse, ApplyError> {
        let before = self.elasticsearch.clone().unwrap_or_default();
        let mut next = (*before).clone();
        change.apply(&mut next)?;
        let mut inverse = Vec::new();
        let mut by_file: Vec<(FileId, Vec<Op>)> = Vec::new();
        for op in change.operations(&before) {
            let id = match op.file {
                Some(id) => id,
                None => self.elasticsearch_file(op.kind, &mut inverse)?,
            };
            match by_file.iter_mut().find(|(have, _)| *have == id) {
                Some((_, ops)) => ops.push(op),
                None => by_file.push((id, vec![op])),
            }
        }
        let (edits, problems) = self.edit_files(&by_file, &mut next)?;
        for (id, edit) in edits {
            self.files[id.0 as usize].replace(edit.document, edit.copies);
            inverse.push((id, edit.inverse));
        }
        for (id, found) in problems {
            self.files[id.0 as usize].problems = found;
        }
        self.set_elasticsearch(next);
        Ok(inverse)
    }

    /// Carry out operations, each file's against one parse, and read what they touch again: the edits, and what is
    /// wrong with each file. What was read is taken into `next`, which it must be equal to.
    fn edit_files(&self, by_file: &[(FileId, Vec<Op>)], next: &mut Configuration) -> Result<(Edits, Complaints), ApplyError> {
        let mut edits: Edits = Vec::new();
        let mut parts = BTreeSet::new();
        for (id, ops) in by_file {
            let file = &self.files[id.0 as usize];
            let FileKind::Elasticsearch(kind) = file.kind else { return Err(ApplyError::Unreadable(file.path.clone())) };
            parts.insert(kind.part());
            edits.push((*id, edit(kind, ops, &file.document).map_err(|refusal| refused(file, refusal))?));
        }
        let edited = |id: FileId| edits.iter().find(|(have, _)| *have == id).map(|(_, edit)| &edit.document);
        let mut problems = Vec::new();
        for part in parts {
            let (read, found) = self.read_part(part, edited);
            if !same(part, next, &read) {
                let first = by_file.first().map(|(id, _)| self.files[id.0 as usize].path.clone());
                return Err(ApplyError::Differs(first.unwrap_or_default()));
            }
            part.take(read, next);
            problems.extend(found);
        }
        Ok((edits, problems))
    }

    /// The splices of several changes, file by file, worked out together; none when they cannot be done so.
    pub(super) fn elasticsearch_together(&self, changes: &[&ElasticsearchChange]) -> Option<Inverse> {
        let mut next = self.elasticsearch.as_deref()?.clone();
        let mut by_file: BTreeMap<FileId, Vec<Op>> = BTreeMap::new();
        for change in changes {
            for op in change.operations(&next) {
                by_file.entry(op.file?).or_default().push(op);
            }
            change.apply(&mut next).ok()?;
        }
        let by_file: Vec<_> = by_file.into_iter().collect();
        let (edits, _) = self.edit_files(&by_file, &mut next).ok()?;
        Some(edits.into_iter().map(|(id, edit)| (id, edit.splices)).collect())
    }

    /// Read a part of the configuration from every file that brings it, some of them edited.
    fn read_part<'d>(
        &'d self,
        part: Part,
        edited: impl Fn(FileId) -> Option<&'d Document>,
    ) -> (Configuration, Vec<(FileId, Vec<Problem>)>) {
        let mut read = Configuration::default();
        let mut problems = Vec::new();
        for file in &self.files {
            let FileKind::Elasticsearch(kind) = file.kind else { continue };
            if kind.part() != part {
                continue;
            }
            let document = edited(file.id).unwrap_or(&file.document);
            // a line file is hardly ever YAML, and is not meant to be
            let mut found = match kind {
                ElasticsearchKind::Document(_) => document.problems().to_vec(),
                ElasticsearchKind::Users | ElasticsearchKind::UsersRoles => Vec::new(),
            };
            read_file(kind, document, &mut read, &mut found);
            problems.push((file.id, found));
        }
        (read, problems)
    }

    /// Elasticsearch's configuration as it is on disk, unsaved changes left out.
    pub fn saved_elasticsearch(&self) -> Configuration {
        let mut saved = self.elasticsearch.as_deref().cloned().unwrap_or_default();
        let dirty = self.dirty().filter(|file| matches!(file.kind, FileKind::Elasticsearch(_)));
        let documents: Vec<Document> = dirty.map(|file| Document::parse(file.id, file.saved().to_vec())).collect();
        let kinds = documents.iter().filter_map(|document| match self.file(document.file())?.kind {
            FileKind::Elasticsearch(kind) => Some(kind.part()),
            _ => None,
        });
        for part in kinds.collect::<BTreeSet<_>>() {
            let (read, _) = self.read_part(part, |id| documents.iter().find(|document| document.file() == id));
            part.take(read, &mut saved);
        }
        saved
    }

    /// Whether the files, parsed from their bytes, read as the configuration that is shown.
    pub(super) fn reads_as_shown(&self, kind: ElasticsearchKind, id: FileId, document: &Document) -> bool {
        let (read, _) = self.read_part(kind.part(), |have| (have == id).then_some(document));
        self.elasticsearch.as_deref().is_some_and(|shown| same(kind.part(), shown, &read))
    }

    /// Read a part again, after its files have changed.
    pub(super) fn reread_elasticsearch(&mut self, part: Part) {
        let (read, problems) = self.read_part(part, |_| None);
        for (id, found) in problems {
            self.files[id.0 as usize].problems = found;
        }
        let mut next = self.elasticsearch.as_deref().cloned().unwrap_or_default();
        part.take(read, &mut next);
        self.set_elasticsearch(next);
    }

    fn set_elasticsearch(&mut self, configuration: Configuration) {
        let mut scenario = (*self.scenarios).clone();
        add_users(Some(&configuration), &mut scenario);
        if scenario.users.len() != self.scenarios.users.len() {
            self.scenarios = Arc::new(scenario);
        }
        let before = self.elasticsearch.replace(Arc::new(configuration));
        self.find_refused(before.as_deref());
    }

    /// The file that new entries of a kind go to; where there is none, one is begun.
    fn elasticsearch_file(&mut self, kind: ElasticsearchKind, inverse: &mut Inverse) -> Result<FileId, ApplyError> {
        let is = |kind: ElasticsearchKind| move |have: FileKind| have == FileKind::Elasticsearch(kind);
        let kibana = ElasticsearchKind::Document(DocumentKind::KibanaRoles);
        let found = self.files.iter().find(|file| is(kind)(file.kind));
        let found = found.or_else(|| {
            let roles = kind == ElasticsearchKind::Document(DocumentKind::Roles);
            self.files.iter().find(|file| roles && is(kibana)(file.kind))
        });
        if let Some(file) = found {
            return Ok(file.id);
        }
        let (name, head) = match kind {
            ElasticsearchKind::Document(DocumentKind::Roles | DocumentKind::KibanaRoles) => ("roles.yml", ""),
            ElasticsearchKind::Document(DocumentKind::RoleMappings) => ("role_mapping.yml", ""),
            ElasticsearchKind::Document(DocumentKind::Users) => ("users.json", "{}\n"),
            ElasticsearchKind::Document(DocumentKind::Privileges) => ("privileges.json", "{}\n"),
            ElasticsearchKind::Users => ("users", ""),
            ElasticsearchKind::UsersRoles => ("users_roles", ""),
        };
        let path = self.beside(name);
        if self.files.iter().any(|file| file.path == path) || path.exists() {
            return Err(ApplyError::Taken(path));
        }
        Ok(self.begin(path, FileKind::Elasticsearch(kind), head, inverse))
    }
}

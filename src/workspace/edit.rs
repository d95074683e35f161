//! Changes on the opened files, with undo and redo. The text and the model are changed independently of
//! each other; a change whose text does not read as the changed model is refused.

use std::path::PathBuf;
use std::sync::Arc;

use super::elasticsearch::add_users;
use super::reread::Edited;
use super::text_edit::TextEdit;
use super::{File, FileKind, Workspace};
use crate::engine::change::{Change, ChangeError, Reference, same};
use crate::engine::model::opensearch::{Configuration, DocumentKind, read_document, v6};
use crate::engine::scenario::{ScenarioChange, read_scenario};
use crate::source::{FileId, Problem};
use crate::yaml::{Document, Edit, Refusal, Splice};

/// What an operator did: a change of the configuration or of the scenarios.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Of the configuration.
    Configuration(Change),
    /// Of the scenario file.
    Scenario(ScenarioChange),
    /// Of a file's text alone.
    Text(TextEdit),
}

impl<T: Into<Change>> From<T> for Action {
    fn from(change: T) -> Self {
        Action::Configuration(change.into())
    }
}

impl From<ScenarioChange> for Action {
    fn from(change: ScenarioChange) -> Self {
        Action::Scenario(change)
    }
}

/// Why a change was not done; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The change does not fit the configuration.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The text cannot be edited safely.
    #[error("{} cannot be edited: {refusal}", at.as_deref().unwrap_or_default())]
    Refused {
        /// The file and, where there is one, the place in it.
        at: Option<String>,
        /// Why.
        refusal: Refusal,
    },
    /// The edited text would not read as the changed configuration.
    #[error("`{}` would not read as the changed configuration, so it is left as it is", .0.display())]
    Differs(PathBuf),
    /// The file that holds such entries could not be read.
    #[error("`{}` could not be read, so nothing is changed in it; repair it first", .0.display())]
    Unreadable(PathBuf),
    /// The file is Search Guard's.
    #[error("`{}` is Search Guard's, which is read and not edited; `rolesmith convert --to v7` makes files that are", .0.display())]
    SearchGuard(PathBuf),
    /// A new file would have the name of one that holds something else.
    #[error("there is no file for such entries, and `{}`, where they would go, holds something else", .0.display())]
    Taken(PathBuf),
    /// No file holds such entries, and none can begin to.
    #[error("no opened file has room for entries of `{kind}`")]
    NoRoom {
        /// `_meta.type` of such files.
        kind: &'static str,
    },
    /// An edit of the text was made for other bytes.
    #[error("`{}` has changed since, so the text is left as it is; look for it again", .0.display())]
    Moved(PathBuf),
    /// An edit of the text would leave it unreadable.
    #[error("`{}` would not be readable any more, so it is left as it is", .0.display())]
    Broken(PathBuf),
}

/// One thing done, and the way back: splices by file, to be undone from the last to the first.
#[derive(Debug, Clone)]
struct Step {
    action: Action,
    inverse: Vec<(FileId, Vec<Splice>)>,
}

/// What was done and what was undone.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: Vec<Step>,
    undone: Vec<Action>,
}

impl Workspace {
    /// Do a change, in the model and in the text; it can be undone.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing has changed then.
    pub fn apply(&mut self, action: impl Into<Action>) -> Result<(), ApplyError> {
        let action = action.into();
        let inverse = self.carry_out(&action)?;
        self.journal_done(&action);
        self.history.done.push(Step { action, inverse });
        self.history.undone.clear();
        Ok(())
    }

    /// Do several changes as far as they go; how many were done, and why the next was not.
    ///
    /// # Errors
    /// The first error, after which nothing further was tried, with the number of changes done before it.
    pub fn apply_all(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<usize, (usize, ApplyError)> {
        let mut count = 0;
        for change in changes {
            self.apply(change).map_err(|error| (count, error))?;
            count += 1;
        }
        Ok(count)
    }

    /// Take the last change back; it, if there is one.
    pub fn undo(&mut self) -> Option<Action> {
        let Step { action, inverse } = self.history.done.pop()?;
        let mut touched = Vec::new();
        for (id, splices) in inverse.iter().rev() {
            let Some(file) = self.files.get(id.0 as usize) else { continue };
            // the inverse of an applied edit always applies
            let Ok(edit) = file.document.splice(splices) else { continue };
            let read = match file.kind {
                FileKind::Security(kind) if !touched.contains(id) => self.read_touched(kind, file, &edit, None).map(|read| (kind, read)),
                _ => None,
            };
            self.files[id.0 as usize].replace(edit.document, edit.copies);
            match read {
                Some((kind, read)) => take(kind, read, Arc::make_mut(&mut self.configuration)),
                None => touched.push(*id),
            }
        }
        self.reread(&touched);
        self.journal_undone();
        self.history.undone.push(action.clone());
        Some(action)
    }

    /// Do again what was undone last; it, if there is one.
    pub fn redo(&mut self) -> Option<Action> {
        let action = self.history.undone.pop()?;
        // it was done to this very text before
        let inverse = self.carry_out(&action).ok()?;
        self.journal_done(&action);
        self.history.done.push(Step { action: action.clone(), inverse });
        Some(action)
    }

    /// What was done since the files were opened, oldest first.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Action> + ExactSizeIterator {
        self.history.done.iter().map(|step| &step.action)
    }

    /// What [`Workspace::redo`] would do again, next first.
    pub fn undone(&self) -> impl Iterator<Item = &Action> {
        self.history.undone.iter().rev()
    }

    /// Whether the entry that a change is about is reserved, hidden or static, so that an operator should
    /// confirm it: the word, if there is one.
    pub fn guarded(&self, change: &Change) -> Option<&'static str> {
        match change {
            Change::Elasticsearch(change) => change.guarded(self.elasticsearch.as_deref()?),
            _ => change.guarded(&self.configuration),
        }
    }

    /// What would point at nothing after a change: every reference to what it deletes.
    pub fn breaks(&self, change: &Change) -> Vec<Reference> {
        match (change, &self.elasticsearch) {
            (Change::Elasticsearch(change), Some(configuration)) => change.breaks(configuration),
            _ => change.breaks(&self.configuration),
        }
    }

    fn carry_out(&mut self, action: &Action) -> Result<Vec<(FileId, Vec<Splice>)>, ApplyError> {
        match action {
            Action::Configuration(Change::Elasticsearch(change)) => self.change_elasticsearch(change),
            Action::Configuration(change) => self.change_configuration(change),
            Action::Scenario(change) => self.change_scenario(change),
            Action::Text(edit) => self.change_text(edit),
        }
    }

    fn change_configuration(&mut self, change: &Change) -> Result<Vec<(FileId, Vec<Splice>)>, ApplyError> {
        let mut next = (*self.configuration).clone();
        change.apply(&mut next)?;
        if self.goes_inside(&change.documents(&self.configuration)) {
            return self.change_inside(change, &next);
        }
        let mut edited = Vec::new();
        let mut inverse = Vec::new();
        for kind in change.documents(&self.configuration) {
            let id = self.file_for(FileKind::Security(kind), &mut inverse)?;
            let file = &self.files[id.0 as usize];
            if is_search_guard(file) {
                return Err(ApplyError::SearchGuard(file.path.clone()));
            }
            let edit = change.edits(&self.configuration, kind, &file.document).map_err(|refusal| refused(file, refusal))?;
            let Some(edit) = edit else { continue };
            let (read, problems) = match self.read_touched(kind, file, &edit, Some(&mut next)) {
                Some(read) => (read, Vec::new()),
                None => {
                    let (read, problems) = read_again(kind, &edit.document);
                    if kind == DocumentKind::Roles && read.before_1_0.is_some() {
                        next.roles.values_mut().for_each(v6::merge_tenants);
                    }
                    if !same(kind, &next, &read) {
                        return Err(ApplyError::Differs(file.path.clone()));
                    }
                    (read, problems)
                }
            };
            take(kind, read, &mut next);
            edited.push((id, edit, problems));
        }
        for (id, edit, problems) in edited {
            let file = &mut self.files[id.0 as usize];
            file.replace(edit.document, edit.copies);
            file.problems = problems;
            inverse.push((id, edit.inverse));
        }
        self.configuration = Arc::new(next);
        Ok(inverse)
    }

    /// What a document says after an edit, told from the entries that it touched; none where all has to be read again.
    /// As [`Edited::read`], it is taken out of what is `meant`.
    fn read_touched(&self, kind: DocumentKind, file: &File, edit: &Edit, meant: Option<&mut Configuration>) -> Option<Configuration> {
        let all = &self.configuration;
        let form = all.forms.get(&kind).copied();
        let plain = all.before_1_0.is_none()
            && (form == Some(v6::Form::V7) || kind == DocumentKind::Tenants)
            && !self.files.iter().any(|file| file.kind == FileKind::Container);
        let copies = edit.copies.filter(|_| plain && file.problems.is_empty())?;
        let mut read = Edited { kind, document: &edit.document, copies }.read(all, meant)?;
        read.forms.extend(form.map(|form| (kind, form)));
        debug_assert!(same(kind, &read, &read_again(kind, &edit.document).0), "entries were read again otherwise than all of them");
        Some(read)
    }

    fn change_scenario(&mut self, change: &ScenarioChange) -> Result<Vec<(FileId, Vec<Splice>)>, ApplyError> {
        let mut inverse = Vec::new();
        let id = match self.scenario_file {
            Some(id) => id,
            None => self.file_for(FileKind::Scenario, &mut inverse)?,
        };
        let file = &mut self.files[id.0 as usize];
        let edit = change.edits(&file.document).map_err(|refusal| refused(file, refusal))?;
        file.replace(edit.document, edit.copies);
        inverse.push((id, edit.inverse));
        self.scenario_file = Some(id);
        self.reread(&[id]);
        Ok(inverse)
    }

    /// The file that holds entries of a kind; where there is none, one is begun, to be saved beside the others.
    fn file_for(&mut self, kind: FileKind, inverse: &mut Vec<(FileId, Vec<Splice>)>) -> Result<FileId, ApplyError> {
        if let Some(file) = self.files.iter().find(|file| file.kind == kind) {
            // its last change may have been undone, so that it is empty again
            if file.exists || !file.document.bytes().is_empty() {
                return Ok(file.id);
            }
        }
        let (name, head) = match kind {
            FileKind::Security(kind) => {
                let head = match self.configuration.is_before_1_0() {
                    true => "---\n".to_owned(),
                    false => format!("---\n_meta:\n  type: \"{}\"\n  config_version: 2\n", kind.meta_type()),
                };
                (kind.file_name(), head)
            }
            _ => ("scenarios.yml", String::new()),
        };
        let path = self.beside(name);
        if let Some(file) = self.files.iter().find(|file| file.path == path && file.kind != kind) {
            return Err(ApplyError::Unreadable(file.path.clone()));
        }
        Ok(self.begin(path, kind, &head, inverse))
    }

    /// The path of a file of this name among the opened ones.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        match &self.root {
            Some(root) if root.is_dir() => root.join(name),
            Some(root) => root.with_file_name(name),
            None => PathBuf::from(name),
        }
    }

    /// Begin a file with these bytes, to be saved with the others.
    pub(super) fn begin(&mut self, path: PathBuf, kind: FileKind, head: &str, inverse: &mut Vec<(FileId, Vec<Splice>)>) -> FileId {
        let id = match self.files.iter().find(|file| file.path == path) {
            Some(file) => file.id,
            None => {
                let id = FileId(self.files.len() as u32);
                let mut file = File::new(id, path, Vec::new());
                file.kind = kind;
                file.exists = false;
                file.original = Some(Arc::from([]));
                self.files.push(file);
                id
            }
        };
        let file = &mut self.files[id.0 as usize];
        if let Ok((bytes, back)) = file.document.apply(&[Splice::new(0, 0, head)]) {
            file.replace(Document::parse(id, bytes), None);
            inverse.push((id, back));
        }
        id
    }

    /// Read touched files again.
    pub(super) fn reread(&mut self, touched: &[FileId]) {
        let inside = self.files.iter().any(|file| file.kind == FileKind::Container);
        if inside {
            self.reread_security(touched);
        }
        for id in touched {
            let Some(file) = self.files.get_mut(id.0 as usize) else { continue };
            match file.kind {
                FileKind::Security(kind) if !inside => {
                    let (read, problems) = read_again(kind, &file.document);
                    file.problems = problems;
                    take(kind, read, Arc::make_mut(&mut self.configuration));
                }
                FileKind::Elasticsearch(kind) => self.reread_elasticsearch(kind.part()),
                FileKind::Scenario if self.scenario_file == Some(*id) => {
                    file.problems = file.document.problems().to_vec();
                    let mut scenario = read_scenario(&file.document, &mut file.problems);
                    add_users(self.elasticsearch.as_deref(), &mut scenario);
                    self.scenarios = Arc::new(scenario);
                }
                _ => {}
            }
        }
    }
}

pub(super) fn refused(file: &File, refusal: Refusal) -> ApplyError {
    let at = match refusal.place {
        Some(place) => format!("`{}`", file.whereis(place.span)),
        None => format!("`{}`", file.path.display()),
    };
    ApplyError::Refused { at: Some(at), refusal }
}

pub(super) fn read_again(kind: DocumentKind, document: &Document) -> (Configuration, Vec<Problem>) {
    let mut read = Configuration::default();
    let mut problems = document.problems().to_vec();
    if let Some(root) = document.root() {
        read_document(kind, root, &mut read, &mut problems);
    }
    (read, problems)
}

/// Whether a file is that of Open Distro's ancestor.
pub(super) fn is_search_guard(file: &File) -> bool {
    let named = file.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sg_"));
    named || file.ancestry.search_guard
}

/// Take the part that a document of this kind holds.
pub(super) fn take(kind: DocumentKind, from: Configuration, into: &mut Configuration) {
    match from.forms.get(&kind) {
        Some(form) => into.forms.insert(kind, *form),
        None => into.forms.shift_remove(&kind),
    };
    if let Some(old) = from.before_1_0 {
        into.before_1_0.get_or_insert_default().take(kind, *old);
        if kind == DocumentKind::Roles {
            // there is no other place for them in this form
            into.tenants = from.tenants.clone();
        }
    } else if let Some(old) = &mut into.before_1_0 {
        old.take(kind, v6::Configuration::default());
    }
    match kind {
        DocumentKind::Roles => into.roles = from.roles,
        DocumentKind::RolesMapping => into.roles_mapping = from.roles_mapping,
        DocumentKind::InternalUsers => into.internal_users = from.internal_users,
        DocumentKind::ActionGroups => into.action_groups = from.action_groups,
        DocumentKind::Tenants => into.tenants = from.tenants,
        DocumentKind::Config => into.dynamic = from.dynamic,
        DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {}
    }
}

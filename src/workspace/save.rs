//! Saving: checked, backed up, atomic, and never over somebody else's change.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::place::{Placed, PutError, Staged};
use super::{File, FileDiff, FileKind, Workspace, state};
use crate::engine::change::same;
use crate::engine::model::opensearch::{Configuration, read_document};
use crate::source::FileId;
use crate::yaml::Document;

/// What to do when a file is not on disk as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Save nothing and say so.
    #[default]
    Refuse,
    /// Write over it; its present bytes go into the backup.
    KeepMine,
}

/// How to save.
#[derive(Debug, Clone, Copy, Default)]
pub struct SaveOptions {
    /// When a file changed on disk.
    pub on_conflict: OnConflict,
    /// Leave no backup.
    pub no_backup: bool,
}

/// What was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The files written.
    pub files: Vec<PathBuf>,
    /// Where the bytes before are, when a backup was left.
    pub backup: Option<PathBuf>,
}

/// Why nothing was saved. The edits are as they were, and so are the files.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The sample has no directory.
    #[error("the sample has no directory to be saved to; `rolesmith sample DIR` writes it into one")]
    Sample,
    /// Files that changed on disk since they were read.
    #[error("{} changed on disk since it was opened", names(.0))]
    Conflict(Vec<PathBuf>),
    /// The new text does not read as the configuration shown.
    #[error("`{}` would not read as what is shown, so nothing is saved", .0.display())]
    Unchecked(PathBuf),
    /// The backup could not be left.
    #[error("no backup can be left in `{}`, so nothing is saved: {source}", path.display())]
    Backup {
        /// The backup's directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file or its directory may not be written.
    #[error("`{}` cannot be written: its directory or the file is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// The disk is full.
    #[error("`{}` cannot be written: no space left on the disk; the file is as it was", .0.display())]
    Full(PathBuf),
    /// Something else.
    #[error("`{}` cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl SaveError {
    /// What the operator can do.
    pub fn help(&self) -> &'static str {
        match self {
            SaveError::Sample => "run `rolesmith sample DIR`, then `rolesmith DIR`",
            SaveError::Conflict(_) => "reload it, compare the two, or keep yours; your edits are unharmed",
            SaveError::Unchecked(_) => "undo the last change and report this file's shape",
            SaveError::Backup { .. } => "make the directory writable, set XDG_STATE_HOME, or save without a backup",
            SaveError::ReadOnly(_) => "change the permissions or save as a user who may write there; your edits are unharmed",
            SaveError::Full(_) => "make room and save again; your edits are unharmed",
            SaveError::Io { .. } => "your edits are unharmed; save again once it is repaired",
        }
    }

    fn of(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => SaveError::ReadOnly(path.to_owned()),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SaveError::Full(path.to_owned()),
            _ => SaveError::Io { path: path.to_owned(), source },
        }
    }
}

fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| format!("`{}`", path.display())).collect::<Vec<_>>().join(", ")
}

impl Workspace {
    /// Save all changed files: all of them are written beside their places first, then put there. Where one
    /// cannot be put there, those before it are taken back.
    ///
    /// # Errors
    /// [`SaveError`]; files and edits are as they were.
    pub fn save(&mut self, options: SaveOptions) -> Result<Saved, SaveError> {
        if self.root.is_none() {
            return Err(SaveError::Sample);
        }
        let dirty: Vec<FileId> = self.dirty().map(File::id).collect();
        if dirty.is_empty() {
            return Ok(Saved::default());
        }
        for &id in &dirty {
            self.check(&self.files[id.0 as usize])?;
        }
        let changed = self.changed_on_disk();
        if options.on_conflict == OnConflict::Refuse && !changed.is_empty() {
            return Err(SaveError::Conflict(changed));
        }
        let mut staged = Vec::new();
        for &id in &dirty {
            let file = &self.files[id.0 as usize];
            let disk = match fs::read(&file.path) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(SaveError::of(&file.path, error)),
            };
            if options.on_conflict == OnConflict::Refuse && disk.as_deref() != file.exists.then(|| file.saved()) {
                return Err(SaveError::Conflict(vec![file.path.clone()]));
            }
            staged.push((id, disk, Staged::write(&file.path, file.document.bytes()).map_err(|error| SaveError::of(&file.path, error))?));
        }
        let before: Vec<(&Path, &[u8])> =
            staged.iter().filter_map(|(id, disk, _)| Some((self.files[id.0 as usize].path.as_path(), disk.as_deref()?))).collect();
        let backup = if options.no_backup { None } else { self.back_up(&before)? };
        self.journal_saving(&dirty);
        let mut placed = Vec::new();
        for (id, disk, staged) in staged {
            match staged.put(disk.as_deref()) {
                Ok(done) => placed.push(done),
                Err(error) => {
                    placed.into_iter().rev().for_each(Placed::take_back);
                    let path = &self.files[id.0 as usize].path;
                    return Err(match error {
                        PutError::Changed => SaveError::Conflict(vec![path.clone()]),
                        PutError::Io(error) => SaveError::of(path, error),
                    });
                }
            }
        }
        placed.into_iter().for_each(Placed::settle);
        let mut saved = Saved { files: Vec::new(), backup };
        for id in dirty {
            let file = &mut self.files[id.0 as usize];
            file.original = None;
            file.exists = true;
            saved.files.push(file.path.clone());
        }
        let steps = self.history().len();
        self.saved_steps = steps;
        self.journal_saved();
        Ok(saved)
    }

    /// Whether the text, read whole by the parser of all of YAML, reads as the configuration that is shown.
    fn check(&self, file: &File) -> Result<(), SaveError> {
        if let FileKind::Elasticsearch(kind) = file.kind {
            let document = Document::parse_by_the_book(file.id, file.document.bytes().to_vec());
            let shown = self.reads_as_shown(kind, file.id, &document);
            return if shown { Ok(()) } else { Err(SaveError::Unchecked(file.path.clone())) };
        }
        if self.files.iter().any(|file| file.kind == FileKind::Container) {
            return if self.security_reads_as_shown() { Ok(()) } else { Err(SaveError::Unchecked(file.path.clone())) };
        }
        let FileKind::Security(kind) = file.kind else { return Ok(()) };
        let document = Document::parse_by_the_book(file.id, file.document.bytes().to_vec());
        let mut read = Configuration::default();
        if let Some(root) = document.root() {
            read_document(kind, root, &mut read, &mut Vec::new());
        }
        if document.problems().is_empty() && same(kind, &read, &self.configuration) {
            Ok(())
        } else {
            Err(SaveError::Unchecked(file.path.clone()))
        }
    }

    /// The opened files that are not on disk as they were read.
    pub fn changed_on_disk(&self) -> Vec<PathBuf> {
        self.files.iter().filter(|file| self.root.is_some() && disk_differs(file)).map(|file| file.path.clone()).collect()
    }

    /// What is different between the disk and the edited text, for a file that changed underneath.
    pub fn disk_diff(&self, id: FileId) -> Option<FileDiff> {
        let file = self.file(id)?;
        let disk = fs::read(&file.path).unwrap_or_default();
        Some(self.diff_of(file, &disk, file.document.bytes()))
    }

    /// Keep the bytes that are about to be replaced.
    fn back_up(&self, before: &[(&Path, &[u8])]) -> Result<Option<PathBuf>, SaveError> {
        let (Some(root), false) = (&self.root, before.is_empty()) else { return Ok(None) };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
        let directory = state::directory(self.options.state.as_deref()).join("backup").join(state::name_of(root)).join(now.to_string());
        let copy = || -> io::Result<()> {
            state::create_private(&directory)?;
            before.iter().try_for_each(|(path, bytes)| state::write_private(&directory.join(path.file_name().unwrap_or_default()), bytes))
        };
        copy().map_err(|source| SaveError::Backup { path: directory.clone(), source })?;
        Ok(Some(directory))
    }
}

fn disk_differs(file: &File) -> bool {
    match fs::read(&file.path) {
        Ok(bytes) => !file.exists || bytes != file.saved(),
        Err(error) => file.exists && error.kind() == io::ErrorKind::NotFound,
    }
}

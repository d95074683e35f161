//! Edits of a file's text that are no change of the configuration: white space, comments, spellings that
//! read the same, keys that are not read.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::edit::is_search_guard;
use super::{ApplyError, File, Workspace, state};
use crate::source::{FileId, Span};
use crate::yaml::{Document, Splice};

/// Splices of one file, for the very bytes that they were made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEdit {
    title: String,
    file: PathBuf,
    /// The fingerprint of the bytes.
    of: u64,
    /// Start, end, and what comes instead.
    splices: Vec<(u32, u32, String)>,
}

impl TextEdit {
    pub(super) fn new(file: &File, title: &str, splices: impl IntoIterator<Item = (Span, String)>) -> Self {
        Self {
            title: title.to_owned(),
            file: file.path.clone(),
            of: state::fingerprint(file.document.bytes()),
            splices: splices.into_iter().map(|(span, text)| (span.start, span.end, text)).collect(),
        }
    }

    /// What it does, as an order.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

impl Workspace {
    /// Edit the text; what reads again with new complaints is refused.
    pub(super) fn change_text(&mut self, edit: &TextEdit) -> Result<Vec<(FileId, Vec<Splice>)>, ApplyError> {
        let moved = || ApplyError::Moved(edit.file.clone());
        let file = self.files.iter_mut().find(|file| file.path == edit.file).ok_or_else(moved)?;
        if is_search_guard(file) {
            return Err(ApplyError::SearchGuard(edit.file.clone()));
        }
        if state::fingerprint(file.document.bytes()) != edit.of {
            return Err(moved());
        }
        let splices: Vec<Splice> =
            edit.splices.iter().map(|(start, end, text)| Splice::new(*start as usize, *end as usize, text)).collect();
        let (bytes, inverse) = file.document.apply(&splices).map_err(|_| moved())?;
        let document = Document::parse(file.id, bytes);
        if document.problems().len() > file.document.problems().len() {
            return Err(ApplyError::Broken(edit.file.clone()));
        }
        let id = file.id;
        file.replace(document, None);
        self.reread(&[id]);
        Ok(vec![(id, inverse)])
    }
}

//! One opened file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::elasticsearch::ElasticsearchKind;
use crate::engine::cluster::ClusterFormat;
use crate::engine::model::opensearch::DocumentKind;
use crate::source::{FileId, LineCol, LineIndex, Problem, Span};
use crate::yaml::{Copies, Document};

/// What a file is to the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A document of OpenSearch Security or Open Distro.
    Security(DocumentKind),
    /// A document of Elasticsearch security.
    Elasticsearch(ElasticsearchKind),
    /// A print-out of a cluster's indices, aliases or data streams.
    Cluster(ClusterFormat),
    /// Security documents inside a Kubernetes manifest, Helm values or the operator's resources.
    Container,
    /// Requests to replay.
    Scenario,
    /// opensearch.yml.
    Node,
    /// `.rolesmith.yml`.
    Settings,
    /// Known to be of interest, but not read: a template, a second file of the same kind, broken text.
    Aside,
}

/// One opened file: its bytes and tree, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct File {
    pub(super) id: FileId,
    pub(super) path: PathBuf,
    pub(super) kind: FileKind,
    pub(super) document: Arc<Document>,
    pub(super) lines: Arc<LineIndex>,
    /// Whose form the first keys of the text are.
    pub(super) ancestry: Ancestry,
    /// What is wrong with the text and what was read from it.
    pub(super) problems: Vec<Problem>,
    /// The bytes on disk, when the document's differ from them; empty for a file that is not there yet.
    pub(super) original: Option<Arc<[u8]>>,
    /// Whether the file is on disk.
    pub(super) exists: bool,
}

/// The products before OpenSearch, told by keys that only they have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ancestry {
    /// `opendistro_security`.
    pub(super) open_distro: bool,
    /// `_sg_meta`, `searchguard`.
    pub(super) search_guard: bool,
}

impl Ancestry {
    fn of(document: &Document) -> Self {
        let mut found = Self::default();
        for key in document.root().into_iter().flat_map(|root| root.entries().map(|entry| entry.key)) {
            found.open_distro |= key.has_text("opendistro_security");
            found.search_guard |= key.has_text("_sg_meta") || key.has_text("searchguard");
        }
        found
    }
}

/// A place as people say it: `roles.yml:12:7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// The file.
    pub path: PathBuf,
    /// Line and column.
    pub at: LineCol,
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.at)
    }
}

impl File {
    pub(super) fn new(id: FileId, path: PathBuf, bytes: Vec<u8>) -> Self {
        let lines = Arc::new(LineIndex::new(&bytes));
        let document = Arc::new(Document::parse(id, bytes));
        let problems = document.problems().to_vec();
        let ancestry = Ancestry::of(&document);
        Self { id, path, kind: FileKind::Aside, document, lines, ancestry, problems, original: None, exists: true }
    }

    /// Names it in places.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Where it is saved to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its name without the directory.
    pub fn name(&self) -> std::borrow::Cow<'_, str> {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy()
    }

    /// What it is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Its text and tree, unsaved changes included.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The bytes on disk, as they were when they were last read or written.
    pub fn saved(&self) -> &[u8] {
        self.original.as_deref().unwrap_or_else(|| self.document.bytes())
    }

    /// Whether it holds changes that are not on disk.
    pub fn is_dirty(&self) -> bool {
        self.original.as_deref().is_some_and(|original| original != self.document.bytes())
    }

    /// What is wrong with it.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Where a span of it is, as people say it.
    pub fn whereis(&self, span: Span) -> Where {
        Where { path: self.path.clone(), at: self.lines.line_col(self.document.bytes(), span.start as usize) }
    }

    /// A line of it (from 1) to show, without its ending and with password hashes masked.
    pub fn line(&self, line: u32) -> String {
        super::diff::mask_line(&String::from_utf8_lossy(self.lines.line(self.document.bytes(), line)))
    }

    /// Put an edited document in the place of this one's; of what it has in common with that, where it is known.
    pub(super) fn replace(&mut self, document: Document, copies: Option<Copies>) {
        let before = std::mem::replace(&mut self.document, Arc::new(document));
        self.lines = Arc::new(self.lines.after(before.bytes(), self.document.bytes()));
        if copies.is_none_or(|copies| !copies.keeps_keys) {
            self.ancestry = Ancestry::of(&self.document);
        }
        if self.original.is_none() {
            self.original = Some(before.bytes().into());
        }
        if self.original.as_deref() == Some(self.document.bytes()) {
            self.original = None;
        }
    }
}

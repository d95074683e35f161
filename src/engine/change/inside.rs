//! A change in documents that stand inside other files: each operation is done in the section that holds the
//! entry, or begins one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::resource;
use super::text::{Act, Op, Step};
use crate::engine::model::opensearch::DocumentKind;
use crate::engine::model::opensearch::container::{Holder, Section, sections};
use crate::engine::model::opensearch::v6::{Form, form};
use crate::yaml::{At, Document, Edit, Node, Reason, Refusal, Value};

/// How well a file suits a new entry, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// It holds a document of the kind.
    Document,
    /// It holds resources of the kind.
    Resources,
    /// It holds documents of other kinds; a new one stands beside them.
    Beside,
    /// It holds resources of other kinds.
    OtherResources,
}

impl Op {
    /// Do it in every section of `document` that it concerns, one edit after the other; none when the entry
    /// is not here.
    ///
    /// # Errors
    /// A [`Refusal`] when a section cannot be edited safely, or has no words for it.
    pub fn edits_inside(&self, document: &Document) -> Result<Vec<Edit>, Refusal> {
        let all = sections(document);
        let mut holding: Vec<usize> = (0..all.len()).filter(|&at| self.concerns(document, &all[at])).collect();
        let bindings = holding.iter().all(|&at| resource::is_binding(&all[at])) && !matches!(self.act, Act::Put(_) | Act::Push(_));
        if !self.is_everywhere() && !bindings {
            holding.drain(..holding.len().saturating_sub(1));
        }
        let mut edits: Vec<Edit> = Vec::new();
        for &at in holding.iter().rev() {
            let now = edits.last().map_or(document, |edit| &edit.document);
            // what an edit does to a section leaves those before it where they are
            if let Some(section) = sections(now).get(at) {
                edits.push(self.edit_section(now, section)?);
            }
        }
        Ok(edits)
    }

    /// Whether it is to be done in every file that has the entry: of several of a name the last one counts,
    /// and it goes only when all of them go.
    pub fn is_everywhere(&self) -> bool {
        self.path.len() == 1 && matches!(self.act, Act::Cut | Act::CutIfThere | Act::Rename(_))
            || self.kind == DocumentKind::RolesMapping && matches!(self.act, Act::Remove(_) | Act::Replace(..))
    }

    /// Whether there may be nothing to do.
    pub fn is_optional(&self) -> bool {
        matches!(self.act, Act::CutIfThere | Act::Replace(..))
    }

    /// Whether a document of its own holds the entry that this is about.
    pub fn is_in(&self, document: &Document) -> bool {
        self.is_below(document.root())
    }

    /// Do it in a document of its own.
    ///
    /// # Errors
    /// A [`Refusal`] when the text cannot be edited safely.
    pub fn edit_document(&self, document: &Document) -> Result<Edit, Refusal> {
        let mut editor = document.edit()?;
        self.edit_in(self.form(document.root()), document.root(), &mut editor)?;
        editor.finish()
    }

    fn is_below(&self, root: Option<Node<'_>>) -> bool {
        match self.path.first() {
            Some(Step::Key(name)) => root.is_some_and(|root| root.get(name).is_some()),
            // settings are one entry
            _ => true,
        }
    }

    /// Whether, and how well, `document` has room for the entry that this begins.
    pub fn room(&self, document: &Document) -> Option<Room> {
        let room = |section: &Section| match (section.holder == Holder::Resource, section.kind == self.kind) {
            (false, true) => Room::Document,
            (true, true) => Room::Resources,
            (false, false) => Room::Beside,
            (true, false) => Room::OtherResources,
        };
        matches!(self.act, Act::Put(_) | Act::Push(_)).then(|| sections(document).iter().map(room).min()).flatten()
    }

    /// Do it where its entry is not there yet, one edit after the other.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no safe place for it.
    pub fn begin_inside(&self, document: &Document) -> Result<Vec<Edit>, Refusal> {
        let all = sections(document);
        let of_kind = |section: &&Section| section.kind == self.kind;
        let document_section = |section: &&Section| section.holder != Holder::Resource;
        if let Some(section) = all.iter().filter(of_kind).find(document_section) {
            return self.edit_section(document, section).map(|edit| vec![edit]);
        }
        if let Some(like) = all.iter().find(|section| {
            section.holder == Holder::Resource && (of_kind(section) || !all.iter().any(|section| document_section(&section)))
        }) {
            return resource::create(self, document, document.node(like.node)).map(|edit| vec![edit]);
        }
        let Some(like) = all.first() else { return Err(self.lost(document.root())) };
        let begun = begin(document, like, self.kind)?;
        let begun_section = sections(&begun.document).into_iter().find(|section| section.kind == self.kind);
        let Some(section) = begun_section else { return Err(self.lost(document.root())) };
        let edit = self.edit_section(&begun.document, &section)?;
        Ok(vec![begun, edit])
    }

    /// Whether the section holds the entry that this is about.
    fn concerns(&self, document: &Document, section: &Section) -> bool {
        if section.kind != self.kind {
            return false;
        }
        match (section.holder, self.path.first()) {
            (Holder::Resource, Some(Step::Key(name))) => resource::concerns(self, name, document, section),
            (Holder::Resource, _) => false,
            (Holder::Tree, _) => self.is_below(Some(document.node(section.node))),
            (Holder::Text | Holder::Base64, _) => section.open(document).is_ok_and(|nested| self.is_below(nested.document.root())),
        }
    }

    fn edit_section(&self, document: &Document, section: &Section) -> Result<Edit, Refusal> {
        match section.holder {
            Holder::Resource => resource::edit(self, document, section),
            Holder::Tree => {
                let mut editor = document.edit()?;
                let root = Some(document.node(section.node));
                self.edit_in(self.form(root), root, &mut editor)?;
                editor.finish()
            }
            Holder::Text | Holder::Base64 => {
                let nested = section.open(document)?;
                let mut editor = nested.document.edit().map_err(|refusal| Refusal {
                    reason: Reason::NestedBroken,
                    place: refusal.place.map(|place| document.place(nested.outer_span(place.span))),
                })?;
                let root = nested.document.root();
                self.edit_in(self.form(root), root, &mut editor)?;
                nested.carry(document, &editor.finish()?)
            }
        }
    }

    /// The form that a document is in.
    fn form(&self, root: Option<Node<'_>>) -> Option<Form> {
        root.and_then(|root| form(self.kind, root))
    }

    /// Do it below a node of a document.
    pub(super) fn edit_below(&self, document: &Document, root: Node<'_>) -> Result<Edit, Refusal> {
        let mut editor = document.edit()?;
        self.edit(Some(document.node(root.id())), &mut editor)?;
        editor.finish()
    }
}

/// An empty document of a kind beside another one, held in the same way.
fn begin(document: &Document, like: &Section, kind: DocumentKind) -> Result<Edit, Refusal> {
    let text = format!("_meta:\n  type: \"{}\"\n  config_version: 2\n", kind.meta_type());
    let value = match like.holder {
        Holder::Base64 => Value::Text(STANDARD.encode(text)),
        Holder::Tree => {
            let meta = vec![
                ("type".to_owned(), Value::Text(kind.meta_type().to_owned())),
                ("config_version".to_owned(), Value::Number("2".to_owned())),
            ];
            Value::Map(vec![("_meta".to_owned(), Value::Map(meta))])
        }
        Holder::Text | Holder::Resource => Value::Text(text),
    };
    let Some(parent) = document.node(like.node).parent() else {
        return Err(Refusal { reason: Reason::NotAMapping, place: Some(document.node(like.node).place()) });
    };
    let mut editor = document.edit()?;
    editor.add_entry(parent.id(), At::End, kind.file_name(), &value)?;
    editor.finish()
}

//! A lossless YAML document: the bytes are owned, every node knows its span, edits are splices.
//!
//! `Document::parse(bytes).bytes() == bytes` for all bytes. A text that does not parse is still a
//! document: it has no tree, and problems that say where and why.
//!
//! # Editing
//! ```
//! use rolesmith::{source::FileId, yaml::{At, Document, Value}};
//! let old = Document::parse(FileId(0), b"a:\n  # why\n  k: [x]   # keep\n".to_vec());
//! let root = old.root().unwrap();
//! let mut editor = old.edit().unwrap();
//! editor.set_value(root.path(&["a", "k"]).unwrap().id(), &Value::texts(["x", "yes"])).unwrap();
//! editor.add_entry(root.id(), At::End, "b", &Value::texts(["z"])).unwrap();
//! let edit = editor.finish().unwrap();
//! assert_eq!(edit.document.bytes(), b"a:\n  # why\n  k: [x, \"yes\"]   # keep\nb: [z]\n");
//! assert_eq!(edit.document.apply(&edit.inverse).unwrap().0, old.bytes());
//! ```
//! [`Document::edit`] gives an [`Editor`]; its verbs ([`Editor::set_value`], [`Editor::add_entry`],
//! [`Editor::remove_entry`], [`Editor::rename_key`], [`Editor::add_item`], [`Editor::remove_item`],
//! [`Editor::rewrite`]) name nodes of the one parse, and [`Editor::finish`] plans the smallest splices,
//! applies them, parses the result and compares it with what was meant, value by value and byte by byte.
//! Anything else is a [`Refusal`] with the old document untouched. A document inside a scalar is opened and
//! edited through [`Nested`]; the documents of a stream come and go by [`Document::add_document`] and
//! [`Document::remove_document`].
//!
//! A text in the plain form that products export is read in short, an edit inside one of its entries reads these
//! entries again, and both give the tree of [`Document::parse_by_the_book`]; a save asks that one.

mod complaint;
mod difference;
mod document;
mod edit;
mod flow;
mod folded;
mod format;
mod guard;
mod layout;
mod letters;
mod lines;
mod nested;
mod parse;
mod plain;
mod plan;
mod refusal;
mod render;
mod reparse;
mod resolve;
mod scalar;
mod splice;
mod stream;
mod template;
mod value;

pub use document::{Document, Entry, Kind, Node, NodeId, Style};
pub use edit::{At, Edit, Editor};
pub use nested::{Carrier, Nested};
pub use parse::{MAX_BYTES, MAX_DEPTH};
pub use refusal::{Reason, Refusal};
pub use reparse::Copies;
pub use resolve::{Reader, Resolved, resolve};
pub use splice::{Splice, SpliceError};
pub use value::Value;

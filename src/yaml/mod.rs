//! A lossless YAML document: the bytes are owned, every node knows its span, edits are splices.
//!
//! `Document::parse(bytes).bytes() == bytes` for all bytes. A text that does not parse is still a
//! document: it has no tree, and problems that say where and why.

mod document;
mod parse;

pub use document::{Document, Entry, Kind, Node, NodeId, Style};

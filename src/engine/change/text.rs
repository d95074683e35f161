//! A change in terms of the documents: operations on paths, which become splices of the text.

use serde_json::Value;

use crate::engine::model::opensearch::DocumentKind;

/// One step down a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list, from zero.
    Item(usize),
    /// A dotted key below `config.dynamic`, nested or not.
    Dotted(String),
}

/// The key `name`.
pub(super) fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

/// The item `at`, from zero.
pub(super) fn item(at: usize) -> Step {
    Step::Item(at)
}

/// What is done at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    Put(Value),
    Cut,
    CutIfThere,
    Push(Value),
    Remove(String),
    Replace(String, String),
    Rename(String),
}

/// One operation on one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Op {
    /// The document.
    pub kind: DocumentKind,
    pub(super) path: Vec<Step>,
    pub(super) act: Act,
}

/// A path in a document, before it is known what is done there.
pub(super) struct At {
    kind: DocumentKind,
    path: Vec<Step>,
}

impl Op {
    pub(super) fn at(kind: DocumentKind, path: Vec<Step>) -> At {
        At { kind, path }
    }
}

impl At {
    fn act(self, act: Act) -> Op {
        Op { kind: self.kind, path: self.path, act }
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Set the value, with the keys on the way where they are missing.
    pub(super) fn put(self, value: Value) -> Op {
        self.act(Act::Put(value))
    }

    /// Set the value, or take its key out.
    pub(super) fn put_or_cut(self, value: Option<Value>) -> Op {
        self.act(value.map_or(Act::CutIfThere, Act::Put))
    }

    /// Take the entry or item out.
    pub(super) fn cut(self) -> Op {
        self.act(Act::Cut)
    }

    /// Append to the list.
    pub(super) fn push(self, value: Value) -> Op {
        self.act(Act::Push(value))
    }

    /// Take every item with this text out of the list.
    pub(super) fn remove(self, text: &str) -> Op {
        self.act(Act::Remove(text.to_owned()))
    }

    /// Put another text in the place of every item with this text.
    pub(super) fn replace(self, text: &str, with: &str) -> Op {
        self.act(Act::Replace(text.to_owned(), with.to_owned()))
    }

    /// Give the key another name.
    pub(super) fn rename(self, to: &str) -> Op {
        self.act(Act::Rename(to.to_owned()))
    }
}

//! Why an edit is not made. Nothing was changed when one of these is returned.

use thiserror::Error;

use super::splice::SpliceError;
use crate::source::Place;

/// An edit that is not made: the reason, and the place where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What is in the way.
    pub place: Option<Place>,
}

impl Refusal {
    pub(super) fn at(reason: Reason, place: Place) -> Self {
        Self { reason, place: Some(place) }
    }

    pub(super) fn bare(reason: Reason) -> Self {
        Self { reason, place: None }
    }

    /// What the operator can do.
    pub fn help(&self) -> &'static str {
        match self.reason {
            Reason::Unreadable => "repair the text first; its problems say where",
            Reason::LastDocument => "delete the file instead",
            Reason::Anchor | Reason::Alias(_) | Reason::MergeKey | Reason::Tag => {
                "write it out by hand; the engines never expand anchors, aliases or merge keys"
            }
            Reason::ExplicitKey | Reason::ComplexKey => "write the key as `key: value`",
            Reason::DuplicateKey(_) => "remove one of them; the engines refuse the file",
            Reason::NoSuchKey(_) | Reason::KeyExists(_) | Reason::RepeatedKey(_) => "choose another name",
            Reason::NotAMapping | Reason::NotAList | Reason::NotAScalar | Reason::Unsupported(_) => "change the text by hand",
            Reason::KeyTooLong | Reason::TooDeep | Reason::TooLarge => "keep it smaller",
            Reason::Overlap(_) => "make one change after the other",
            Reason::Mismatch(_) => "nothing was written; change the text by hand, and report this file's shape",
            Reason::NestedBroken => "repair the inner document first",
        }
    }
}

/// The reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Reason {
    /// The text has no tree (not YAML, not UTF-8, too large).
    #[error("the text could not be read, so it is not edited")]
    Unreadable,
    /// The only YAML document of a text is to be removed.
    #[error("this is the only document of its file")]
    LastDocument,
    /// `&name` on the path or in what would be replaced.
    #[error("an anchor is in the way")]
    Anchor,
    /// `*name` in what would be replaced.
    #[error("the alias `{0}` is in the way")]
    Alias(String),
    /// `<<` in a mapping on the path.
    #[error("a merge key `<<` is in the way")]
    MergeKey,
    /// `!tag` on the path or in what would be replaced.
    #[error("a tag is in the way")]
    Tag,
    /// `? key`.
    #[error("a key is written behind `?`")]
    ExplicitKey,
    /// A key that is a list or a mapping.
    #[error("a key is not a scalar")]
    ComplexKey,
    /// The same key twice in a mapping on the path.
    #[error("the key `{0}` stands twice")]
    DuplicateKey(String),
    /// The key to work on is not there.
    #[error("there is no key `{0}`")]
    NoSuchKey(String),
    /// The key to add or to rename to is there already.
    #[error("there is already a key `{0}`")]
    KeyExists(String),
    /// The new value has a key twice.
    #[error("the new value has the key `{0}` twice")]
    RepeatedKey(String),
    /// The operation needs a mapping.
    #[error("this is not a mapping")]
    NotAMapping,
    /// The operation needs a list.
    #[error("this is not a list")]
    NotAList,
    /// The operation needs a scalar.
    #[error("this is not a scalar")]
    NotAScalar,
    /// A key of more than 1,000 bytes; YAML allows 1,024 characters.
    #[error("the key is too long for YAML")]
    KeyTooLong,
    /// The new value nests deeper than the engines read.
    #[error("the new value nests too deep")]
    TooDeep,
    /// The result would be larger than what is read.
    #[error("the text would grow too large")]
    TooLarge,
    /// A notation that has no safe edit.
    #[error("{0} is not edited in place")]
    Unsupported(&'static str),
    /// Two changes at one place.
    #[error(transparent)]
    Overlap(#[from] SpliceError),
    /// The check after the edit: the result would not read as meant.
    #[error("the edit would not read as meant: {0}")]
    Mismatch(String),
    /// The text inside the scalar is no document.
    #[error("the document inside this text could not be read")]
    NestedBroken,
}

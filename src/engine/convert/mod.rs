//! Files of one product or form as files of another, with a note for everything that changes.

mod content;
mod differences;
mod from_elasticsearch;
mod opensearch;
mod to_elasticsearch;
mod v7;

pub use from_elasticsearch::from_elasticsearch;
pub use to_elasticsearch::{RolesOf, to_elasticsearch};

use crate::engine::model::opensearch::DocumentKind;
use crate::source::{Place, Problem, Severity};
use crate::yaml::Document;

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Open Distro 1.x files from those before 1.0.
    V7,
    /// OpenSearch files from Open Distro's, of either form.
    OpenSearch,
}

/// What a file is to the conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A security document.
    Security(DocumentKind),
    /// `elasticsearch.yml`.
    Node,
    /// A scenario file: its requests name REST paths.
    Scenario,
    /// A file that goes along as it is.
    Other,
}

/// A file to convert.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Its name, without a directory.
    pub name: &'a str,
    /// What it is.
    pub what: What,
    /// Its text and tree.
    pub document: &'a Document,
}

/// A file that came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name, without a directory.
    pub name: String,
    /// What it is made of, by name; more than one is never needed.
    pub from: String,
    /// Its bytes; those of the given file where nothing needs to change.
    pub bytes: Vec<u8>,
    /// Whether it was written from nothing, so that no place of the given file is one of it.
    pub is_new: bool,
}

/// New files and what is worth knowing.
#[derive(Debug, Clone, Default)]
pub struct Conversion {
    /// The files, in the order of what was given.
    pub files: Vec<Made>,
    /// What was renamed, changed its meaning, was lost or could not be taken.
    pub notes: Vec<Problem>,
}

/// Convert files. What cannot be converted is left out with an error among the notes.
pub fn convert(target: Target, given: &[Given<'_>]) -> Conversion {
    let mut made = v7::convert(given);
    if target == Target::OpenSearch {
        made = opensearch::convert(given, made);
    }
    made
}

fn note(place: Option<Place>, message: impl Into<String>) -> Problem {
    Problem { severity: Severity::Note, place, message: message.into(), help: None }
}

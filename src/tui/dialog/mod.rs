//! What opens over the panes. The topmost dialog takes every key; below it nothing moves.

pub mod area;
pub mod choice;
pub mod conflict;
pub mod help;
pub mod matrix;
pub mod merge;
pub mod prompt;
pub mod question;
pub mod reader;
pub mod recovery;
pub mod save;

use super::bindings::Context;
use super::input::Input;

/// One dialog.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// The filter of the current list, typed in place.
    Filter(Input),
    /// Text to read.
    Reader(reader::Reader),
    /// The access matrix.
    Matrix(matrix::Matrix),
    /// A choice by typing.
    Choice(choice::Choice),
    /// One line of text.
    Prompt(prompt::Prompt),
    /// Several lines of text.
    Area(Box<area::Area>),
    /// Yes or no.
    Question(question::Question),
    /// The differences before saving.
    Save(save::Save),
    /// A file changed on disk.
    Conflict(conflict::Conflict),
    /// An earlier sitting left unsaved edits behind.
    Recovery(Box<recovery::Recovery>),
    /// Both sides changed the same entries.
    Merge(merge::Merge),
    /// Leaving with unsaved edits.
    Leave,
}

impl Dialog {
    /// The context of its keys.
    pub fn context(&self) -> Context {
        match self {
            Dialog::Filter(_) | Dialog::Prompt(_) => Context::Input,
            Dialog::Reader(_) => Context::Reader,
            Dialog::Matrix(_) => Context::Matrix,
            Dialog::Choice(_) => Context::Choice,
            Dialog::Area(_) => Context::Area,
            Dialog::Question(_) => Context::Question,
            Dialog::Save(_) => Context::Save,
            Dialog::Conflict(_) => Context::Conflict,
            Dialog::Recovery(_) => Context::Recovery,
            Dialog::Merge(_) => Context::Merge,
            Dialog::Leave => Context::Leave,
        }
    }
}

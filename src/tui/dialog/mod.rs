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

use ratatui::layout::Rect;

use super::bindings::Context;
use super::input::Input;
use super::layout::middle;
use super::scroll::Scroll;

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
    /// Where it opens, over `area`; text that is typed finds its own place.
    pub fn frame(&self, area: Rect) -> Rect {
        let rows = |scroll: &Scroll, each: u16, more: u16| (scroll.lines().len() as u16).saturating_mul(each).saturating_add(more);
        match self {
            Dialog::Reader(reader) if matches!(reader.kind, reader::Kind::Tour(..)) => {
                let rows = 9.min(area.height);
                Rect { y: area.y + area.height - rows, height: rows, ..area }
            }
            Dialog::Question(question) => middle(area, 90, rows(&question.scroll, 2, 2).max(4)),
            Dialog::Conflict(conflict) if !conflict.compared => middle(area, area.width, 9),
            Dialog::Recovery(offer) => middle(area, 90, rows(&offer.scroll, 1, 3).max(5)),
            Dialog::Leave => middle(area, 70, 5),
            _ => area,
        }
    }

    /// The text that it lets read.
    pub fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Dialog::Reader(reader) => Some(&mut reader.scroll),
            Dialog::Question(question) => Some(&mut question.scroll),
            Dialog::Save(save) => Some(&mut save.scroll),
            Dialog::Conflict(conflict) => Some(&mut conflict.scroll),
            Dialog::Recovery(recovery) => Some(&mut recovery.scroll),
            _ => None,
        }
    }

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

//! A choice by typing: the palette of actions, the jump to anything, the pick of one name.

use crate::engine::change::Change;
use crate::tui::action::Action;
use crate::tui::filter::Filter;
use crate::tui::input::Input;
use crate::tui::line::Target;

/// What is chosen from.
#[derive(Debug, Clone)]
pub enum Options {
    /// Actions with their keys.
    Actions(Vec<(Action, String)>),
    /// Anything that can be jumped to, with its kind.
    Targets(Vec<(Target, &'static str)>),
    /// Pages of the guide.
    Pages,
    /// Repairs of what is missing, with the changes of each.
    Repairs(Vec<Vec<Change>>),
}

/// Rows to choose from, narrowed by what is typed.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Over it.
    pub title: String,
    /// What is typed.
    pub input: Input,
    /// What the rows stand for.
    pub options: Options,
    /// The rows' texts.
    pub names: Vec<String>,
    /// Beside the rows.
    pub notes: Vec<String>,
    /// The rows that pass, best first.
    pub shown: Vec<u32>,
    /// The highlighted row among those shown.
    pub cursor: usize,
}

impl Choice {
    /// Offer rows.
    pub fn new(title: impl Into<String>, options: Options, names: Vec<String>, notes: Vec<String>) -> Self {
        let mut choice = Choice { title: title.into(), input: Input::default(), options, names, notes, shown: Vec::new(), cursor: 0 };
        choice.narrow();
        choice
    }

    /// Narrow the rows to what is typed.
    pub fn narrow(&mut self) {
        self.shown = self.filter().apply(self.names.iter().map(String::as_str));
        self.cursor = 0;
    }

    /// The filter that is typed.
    pub fn filter(&self) -> Filter {
        Filter::new(&self.input.text())
    }

    /// Move the highlight, clamped.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
    }

    /// The highlighted row.
    pub fn row(&self) -> Option<usize> {
        self.shown.get(self.cursor).map(|&row| row as usize)
    }
}

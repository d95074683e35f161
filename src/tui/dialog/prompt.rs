//! One line of text with completions.

use crate::tui::filter::Filter;
use crate::tui::input::Input;
use crate::tui::line::{ListField, Spot};
use crate::tui::pane::Pane;

/// What the text is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// The name of a new entry.
    New(Pane),
    /// The template that a new role starts from.
    Template,
    /// The name of a new role that starts from this template.
    NewFrom(String),
    /// The name of a copy of this entry.
    Duplicate(Pane, String),
    /// The new name of this entry.
    Rename(Pane, String),
    /// One more item for a part of these entries.
    Add(Pane, Vec<String>, Spot),
    /// An item to take out of these entries.
    Remove(Vec<String>, ListField),
    /// Another text in the place of the one under the cursor.
    Replace(Pane, String, Spot, String),
    /// A new password for this user.
    Password(String),
    /// The password of a user that is yet to be made, perhaps as a copy.
    FirstPassword(String, Option<String>),
    /// The index patterns of a new rule of this role.
    NewRule(String),
    /// The tenant patterns of a new tenant rule of this role.
    NewTenantRule(String),
    /// The name of a new attribute of this user, or `name=value`.
    NewAttribute(String),
    /// A request for the grid; in the place of that row, if there is one.
    Request(Option<usize>),
    /// A user and the logs to learn a role from.
    Learn,
    /// A user for the grid: `name`, or `name backend,roles`.
    Subject,
    /// The file that the log is written to.
    LogFile,
    /// The role to map these users to.
    MapTo(Vec<String>),
    /// The user to map to these roles.
    MapFrom(Vec<String>),
}

/// A question answered by one line.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// Over it.
    pub title: String,
    /// Under the line, while nothing is wrong.
    pub note: String,
    /// What is typed.
    pub input: Input,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether the text is shown as dots.
    pub secret: bool,
    /// What is wrong with the text.
    pub problem: Option<String>,
    candidates: Vec<String>,
    shown: Vec<u32>,
    /// The highlighted completion, none until one is asked for.
    pub highlight: Option<usize>,
}

/// How many completions are shown at once.
pub const COMPLETIONS: usize = 8;

impl Prompt {
    /// Ask for a line.
    pub fn new(title: impl Into<String>, note: impl Into<String>, text: &str, purpose: Purpose) -> Self {
        Prompt {
            title: title.into(),
            note: note.into(),
            input: Input::new(text),
            purpose,
            secret: false,
            problem: None,
            candidates: Vec::new(),
            shown: Vec::new(),
            highlight: None,
        }
    }

    /// The same prompt with completions.
    pub fn with(mut self, candidates: Vec<String>) -> Self {
        self.candidates = candidates;
        self.narrow();
        self
    }

    /// The same prompt with its text hidden.
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Narrow the completions to what is typed.
    pub fn narrow(&mut self) {
        self.problem = None;
        self.highlight = None;
        let text = self.input.text();
        self.shown = if self.candidates.is_empty() {
            Vec::new()
        } else {
            Filter::new(text.trim_start_matches(['!', '/'])).apply(self.candidates.iter().map(String::as_str))
        };
    }

    /// The completions from the first one to show, and which one is highlighted among them.
    pub fn completions(&self) -> (Vec<&str>, Option<usize>) {
        let first = self.highlight.map_or(0, |at| (at + 1).saturating_sub(COMPLETIONS));
        let shown = self.shown.iter().skip(first).take(COMPLETIONS);
        (shown.map(|&row| self.candidates[row as usize].as_str()).collect(), self.highlight.map(|at| at - first))
    }

    /// How many completions there are.
    pub fn total(&self) -> usize {
        self.shown.len()
    }

    /// Highlight another completion.
    pub fn step(&mut self, by: isize) {
        if self.shown.is_empty() {
            return;
        }
        self.highlight = Some(match self.highlight {
            None if by > 0 => 0,
            None => self.shown.len() - 1,
            Some(at) => at.saturating_add_signed(by).min(self.shown.len() - 1),
        });
    }

    /// Take the highlighted completion, or the best one; whether the text changed.
    pub fn complete(&mut self) -> bool {
        let Some(&row) = self.shown.get(self.highlight.unwrap_or(0)) else { return false };
        let completion = &self.candidates[row as usize];
        if self.input.text() == *completion {
            return false;
        }
        self.input.set(completion);
        self.highlight = None;
        true
    }

    /// What is answered: the highlighted completion, or the text.
    pub fn answer(&self) -> String {
        match self.highlight.and_then(|at| self.shown.get(at)) {
            Some(&row) => self.candidates[row as usize].clone(),
            None => self.input.text(),
        }
    }
}

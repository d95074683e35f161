//! Words and formats for what the engine found: text for people, JSON, JUnit, Markdown, CSV and SARIF for
//! programs. Needs the engine only; where a place is, a [`Locate`] says.

mod access;
mod check;
mod escape;
mod explain;
mod github;
mod json;
mod junit;
mod markdown;
mod privileges;
mod problem;
mod review;
mod rule;
mod sarif;
mod table;
mod work;

pub use access::{access_lines, access_text};
pub use check::{Check, check_text};
pub use escape::{escape, escape_json};
pub use explain::explain_text;
pub use github::findings_github;
pub use json::{check_json, findings_json, verdict_json};
pub use junit::check_junit;
pub use markdown::check_markdown;
pub use privileges::{privilege_union_json, privilege_union_text};
pub use problem::{finding_text, problem_text};
pub use review::{escalation_json, escalation_text, union_json, union_text};
pub use rule::{rule_text, rules_markdown};
pub use sarif::findings_sarif;
pub use table::Table;
pub use work::Work;

use crate::source::Place;

/// A place as people and programs name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file, as it was given or opened.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub col: u32,
    /// The line's text.
    pub text: String,
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.col)
    }
}

/// Says where a place is; only the workspace knows.
pub type Locate<'a> = &'a dyn Fn(Place) -> Option<Spot>;

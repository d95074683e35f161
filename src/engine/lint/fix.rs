//! A fix: changes of the configuration where there are such, else splices of the text; what is not named
//! stays as it is.

use crate::engine::change::Change;
use crate::source::{FileId, Place, Span};
use crate::yaml::{Document, Node, Style};

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Safety {
    /// Changes no verdict.
    Safe,
    /// Changes what somebody may do, or guesses what was meant; to be confirmed.
    Confirm,
}

/// Bytes that become other bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that go; an empty span inserts.
    pub place: Place,
    /// What stands there afterwards.
    pub text: String,
}

/// How a finding is removed.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// Changes of the configuration, in order: text and model are changed independently and compared.
    Changes(Vec<Change>),
    /// Splices of the text, all together, for what is no change of the configuration: white space,
    /// comments, spellings that read the same, keys and shapes that are not read at all.
    Text(Vec<Splice>),
}

/// What removes a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does, as an order: ``write `read` ``.
    pub title: String,
    /// Whether it may be applied without asking.
    pub safety: Safety,
    /// How.
    pub remedy: Remedy,
}

impl Fix {
    /// One piece of text for another.
    pub(super) fn replace(title: impl Into<String>, safety: Safety, place: Place, text: impl Into<String>) -> Self {
        Self::text(title, safety, vec![Splice { place, text: text.into() }])
    }

    /// Splices of the text.
    pub(super) fn text(title: impl Into<String>, safety: Safety, splices: Vec<Splice>) -> Self {
        Self { title: title.into(), safety, remedy: Remedy::Text(splices) }
    }

    /// Changes of the configuration.
    pub(super) fn changes(title: impl Into<String>, safety: Safety, changes: Vec<Change>) -> Self {
        Self { title: title.into(), safety, remedy: Remedy::Changes(changes) }
    }

    /// The splices of the text; none where the fix is changes.
    pub fn splices(&self) -> &[Splice] {
        match &self.remedy {
            Remedy::Text(splices) => splices,
            Remedy::Changes(_) => &[],
        }
    }
}

/// Choose among splices of one file's bytes: those that overlap an earlier fix, or reach past the end,
/// are left out. The splices that stay, in the file's order, and how many fixes they make.
pub fn choose<'f>(file: FileId, length: usize, fixes: &[&'f Fix]) -> (Vec<&'f Splice>, usize) {
    let mut wanted: Vec<(usize, &'f Fix)> =
        fixes.iter().map(|fix| (fix.splices().first().map_or(0, |s| s.place.span.start as usize), *fix)).collect();
    wanted.sort_by_key(|&(start, _)| start);
    let mut taken: Vec<&'f Splice> = Vec::new();
    let mut applied = 0;
    let mut busy = 0;
    for (_, fix) in wanted {
        let mut splices: Vec<&'f Splice> = fix.splices().iter().filter(|splice| splice.place.file == file).collect();
        splices.sort_by_key(|splice| splice.place.span.start);
        let mut end = busy;
        let fits = splices.iter().all(|splice| {
            let range = splice.place.span.range();
            let fits = range.start >= end && range.end >= range.start && range.end <= length;
            end = range.end;
            fits
        });
        if fits && !splices.is_empty() {
            busy = end;
            applied += 1;
            taken.extend(splices);
        }
    }
    (taken, applied)
}

/// A scalar's text replaced by another, quoted so that every reader takes it as text.
pub(super) fn quoted(node: Node<'_>, text: &str) -> Option<String> {
    if text.chars().any(|c| c.is_control()) {
        return None;
    }
    let single = || format!("'{}'", text.replace('\'', "''"));
    match node.style() {
        Style::DoubleQuoted => Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        Style::SingleQuoted => Some(single()),
        Style::Plain if is_plain(text) => Some(text.to_owned()),
        Style::Plain => Some(single()),
        _ => None,
    }
}

/// Whether a text may stand without quotes in every reader.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 12] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", ""];
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ':'))
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// The splice that takes an item out of a list, with its line where it has one for itself.
pub(super) fn remove_item(document: &Document, place: Place) -> Option<Splice> {
    let bytes = document.bytes();
    let Span { start, end } = place.span;
    let (start, end) = (start as usize, end as usize);
    let line = bytes.get(..start)?.iter().rposition(|&b| b == b'\n' || b == b'\r').map_or(0, |at| at + 1);
    let head = std::str::from_utf8(bytes.get(line..start)?).ok()?;
    let rest = bytes.get(end..)?;
    if head.trim() == "-" && head.trim_start_matches([' ', '\t']).starts_with('-') {
        let length = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
        let tail = std::str::from_utf8(&rest[..length]).ok()?.trim();
        if tail.is_empty() || tail.starts_with('#') {
            return Some(Splice { place: document.place(Span::new(line, end + length)), text: String::new() });
        }
        return None;
    }
    // in `[a, b]`: the comma before it goes too
    let comma = bytes[..start].iter().rposition(|b| !b.is_ascii_whitespace()).filter(|&at| bytes[at] == b',')?;
    Some(Splice { place: document.place(Span::new(comma, end)), text: String::new() })
}

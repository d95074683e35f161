//! `# rolesmith: allow <rule> <reason>` beside an entry, and what it covers.

use super::File;
use crate::source::{LineIndex, Place, Span};

const MARK: &[u8] = b"rolesmith: allow";

/// One comment that allows a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The rule's id as written.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The comment.
    pub place: Place,
    /// The bytes that it covers: the line beside or below it, with what is indented under that line.
    pub covers: Span,
}

/// All allowances of a file. A comment on a line of its own covers the entry below it.
pub(super) fn allowances(file: &File<'_>) -> Vec<Allowance> {
    let bytes = file.document.bytes();
    let mut found = Vec::new();
    let mut lines: Option<LineIndex> = None;
    for at in memchr::memmem::find_iter(bytes, MARK) {
        let lines = lines.get_or_insert_with(|| LineIndex::new(bytes));
        let line = lines.line_col(bytes, at).line;
        let text = lines.line(bytes, line);
        let start = text.as_ptr() as usize - bytes.as_ptr() as usize;
        let Some(head) = bytes.get(start..at) else { continue };
        let Some(hash) = head.iter().rposition(|&b| b == b'#') else { continue };
        let blank_before = hash == 0 || head[hash - 1].is_ascii_whitespace();
        if !blank_before || !head[hash + 1..].iter().all(u8::is_ascii_whitespace) || in_scalar(file, start + hash) {
            continue;
        }
        let rest = String::from_utf8_lossy(text.get(at - start + MARK.len()..).unwrap_or_default()).into_owned();
        // a further comment behind it is none of the reason
        let rest = rest.split(" #").next().unwrap_or_default();
        let (rule, reason) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        let own_line = head[..hash].iter().all(u8::is_ascii_whitespace);
        let covered = if own_line { next_content(lines, bytes, line + 1) } else { line };
        found.push(Allowance {
            rule: rule.to_owned(),
            reason: reason.trim().to_owned(),
            place: file.document.place(Span::new(start + hash, start + text.len())),
            covers: block(lines, bytes, covered),
        });
    }
    found
}

/// Whether an offset is inside a scalar's text, where `#` is no comment.
fn in_scalar(file: &File<'_>, offset: usize) -> bool {
    let mut node = file.document.root();
    while let Some(now) = node {
        if now.text().is_some() {
            return now.span().range().contains(&offset);
        }
        node = now.child_before(offset);
    }
    false
}

fn indent(text: &[u8]) -> usize {
    text.iter().take_while(|&&b| b == b' ').count()
}

fn is_content(text: &[u8]) -> bool {
    !matches!(text.trim_ascii_start().first(), None | Some(b'#'))
}

fn next_content(lines: &LineIndex, bytes: &[u8], from: u32) -> u32 {
    (from..=lines.lines() as u32).find(|&line| is_content(lines.line(bytes, line))).unwrap_or(from)
}

/// A line and the lines that belong to it by indentation.
fn block(lines: &LineIndex, bytes: &[u8], first: u32) -> Span {
    let head = lines.line(bytes, first);
    let offset = |text: &[u8]| (text.as_ptr() as usize).saturating_sub(bytes.as_ptr() as usize).min(bytes.len());
    if head.is_empty() {
        return Span::new(bytes.len(), bytes.len());
    }
    let (start, base) = (offset(head), indent(head));
    let in_list = head.trim_ascii_start().starts_with(b"-");
    let mut end = start + head.len();
    for line in first + 1..=lines.lines() as u32 {
        let text = lines.line(bytes, line);
        if !is_content(text) {
            continue;
        }
        let flush_item = !in_list && indent(text) == base && text.trim_ascii_start().starts_with(b"- ");
        if indent(text) <= base && !flush_item {
            break;
        }
        end = offset(text) + text.len();
    }
    Span::new(start, end)
}

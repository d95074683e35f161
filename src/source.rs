//! Where a fact stands: files, byte spans, line and column, problems with a place.
//!
//! This is the lowest layer. It needs nothing, and everything above speaks in its terms.

use std::fmt;

/// Names one opened file inside a workspace; only the workspace can turn it into a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The span as a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A span in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A value and the bytes that it was read from. A value made by an edit has no place.
///
/// Two located values are equal when the values are: where a name stands is no part of its meaning.
#[derive(Debug, Clone, Copy, Default)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands, if it was read from a file.
    pub place: Option<Place>,
}

impl<T> Located<T> {
    /// A value read from `place`.
    pub fn at(value: T, place: Place) -> Self {
        Self { value, place: Some(place) }
    }

    /// A value that stands in no file (built in, or edited and not yet saved).
    pub fn bare(value: T) -> Self {
        Self { value, place: None }
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl<T: Eq> Eq for Located<T> {}

impl<T> std::ops::Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl From<&str> for Located<String> {
    fn from(text: &str) -> Self {
        Self::bare(text.to_owned())
    }
}

/// A line and a column, both counted from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineCol {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub col: u32,
}

impl fmt::Display for LineCol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.col)
    }
}

/// The starts of the lines of a text, so that an offset becomes a line in logarithmic time.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

/// Where lines start behind the line ends of `bytes`; `next` is what follows on them.
fn line_starts(bytes: &[u8], next: Option<u8>) -> impl Iterator<Item = u32> {
    let within = move |at: usize| bytes[at] == b'\r' && bytes.get(at + 1).copied().or(next) == Some(b'\n');
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter(move |&at| !within(at)).map(|at| at as u32 + 1)
}

impl LineIndex {
    /// Index the lines of `bytes`. A line ends after `\n`, after `\r\n`, or after a lone `\r`.
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(line_starts(bytes, None));
        Self { starts }
    }

    /// The index of `new`, from this one of `old`: lines that both texts begin or end with are not looked for again.
    pub fn after(&self, old: &[u8], new: &[u8]) -> Self {
        const STEP: usize = 1 << 12;
        let both = old.len().min(new.len());
        let mut head = 0;
        while head + STEP <= both && old[head..head + STEP] == new[head..head + STEP] {
            head += STEP;
        }
        let mut tail = 0;
        while head + tail + STEP <= both && old[old.len() - tail - STEP..old.len() - tail] == new[new.len() - tail - STEP..new.len() - tail]
        {
            tail += STEP;
        }
        // a line starts behind a line end, which may be two letters
        let (kept, moved) = (head.saturating_sub(1), old.len() - tail + 1);
        let before = self.starts.partition_point(|&start| start as usize <= kept);
        let behind = self.starts.partition_point(|&start| (start as usize) <= moved);
        let from = self.starts[before.max(1) - 1] as usize;
        let to = (new.len() - tail + 1).min(new.len());
        let mut starts = self.starts[..before.max(1)].to_vec();
        starts.extend(line_starts(&new[from..to], new.get(to).copied()).map(|start| start + from as u32));
        let by = (new.len() as u32).wrapping_sub(old.len() as u32);
        starts.extend(self.starts[behind..].iter().map(|start| start.wrapping_add(by)));
        Self { starts }
    }

    /// The line and column of a byte offset (clamped to the end of the text).
    pub fn line_col(&self, bytes: &[u8], offset: usize) -> LineCol {
        let offset = offset.min(bytes.len());
        let line = self.starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let head = bytes[start..offset].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes[start..offset]);
        let col = String::from_utf8_lossy(head).chars().count() as u32 + 1;
        LineCol { line: line as u32, col }
    }

    /// The bytes of a line (from 1) without its line ending; empty past the end.
    pub fn line<'a>(&self, bytes: &'a [u8], line: u32) -> &'a [u8] {
        let Some(&start) = self.starts.get((line as usize).wrapping_sub(1)) else { return b"" };
        let end = self.starts.get(line as usize).map_or(bytes.len(), |&next| next as usize);
        let mut text = &bytes[start as usize..end];
        while let [head @ .., b'\n' | b'\r'] = text {
            text = head;
        }
        text
    }

    /// How many lines the text has; a final line ending opens no further line that counts.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// The engine takes it, but probably not as meant.
    Warning,
    /// The engine, or rolesmith, cannot take it.
    Error,
}

/// Something wrong with an input: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// The bytes, when there are some to point at.
    pub place: Option<Place>,
    /// Lower case, the user's text in backticks.
    pub message: String,
    /// What was expected or what to do, apart from the message.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    pub fn error(place: Option<Place>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place, message: message.into(), help: None }
    }

    /// A warning at a place.
    pub fn warning(place: Option<Place>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, place, message: message.into(), help: None }
    }

    /// The same problem with advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_editors_end_them() {
        let text = b"a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        assert_eq!(index.lines(), 4);
        assert_eq!(index.line_col(text, 5).to_string(), "3:1");
        assert_eq!(index.line(text, 2), b"b");
        assert_eq!(index.line(text, 9), b"");
    }

    #[test]
    fn an_index_after_an_edit_is_that_of_the_new_text() {
        let line = "some text of a line\r\nanother\n\r";
        let old = line.repeat(700);
        let index = LineIndex::new(old.as_bytes());
        for start in [0, 1, 4095, 4096, 4097, 8000, 12_288, old.len() - 5000, old.len() - 2, old.len()] {
            for (goes, comes) in [(0, "\n"), (0, "x"), (1, ""), (2, "\r"), (3, "a\r\nb"), (40, "c"), (9000, "")] {
                let end = (start + goes).min(old.len());
                let new = format!("{}{comes}{}", &old[..start], &old[end..]);
                assert_eq!(
                    index.after(old.as_bytes(), new.as_bytes()).starts,
                    LineIndex::new(new.as_bytes()).starts,
                    "{start} {goes} {comes:?}"
                );
            }
        }
    }

    #[test]
    fn columns_count_characters_and_skip_the_byte_order_mark() {
        let text = "\u{feff}é: x".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.line_col(text, 3).to_string(), "1:1");
        assert_eq!(index.line_col(text, 5).to_string(), "1:2");
    }
}

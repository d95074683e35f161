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

impl LineIndex {
    /// Index the lines of `bytes`. A line ends after `\n`, after `\r\n`, or after a lone `\r`.
    pub fn new(bytes: &[u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(at as u32 + 1);
        }
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
    fn columns_count_characters_and_skip_the_byte_order_mark() {
        let text = "\u{feff}é: x".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.line_col(text, 3).to_string(), "1:1");
        assert_eq!(index.line_col(text, 5).to_string(), "1:2");
    }
}

//! Edits as values: replace some bytes. A set of splices has an inverse, and both together do nothing.

use thiserror::Error;

use super::document::Document;
use crate::source::Span;

/// Put `text` in the place of the bytes of `span`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What comes instead; empty for a deletion.
    pub text: String,
}

impl Splice {
    /// Replace `start..end`.
    pub fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(start, end), text: text.into() }
    }
}

/// Why splices cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SpliceError {
    /// Two splices touch the same bytes.
    #[error("two edits overlap at byte {0}")]
    Overlap(u32),
    /// A splice lies outside the text.
    #[error("an edit reaches past the end, to byte {0}")]
    Outside(u32),
    /// The bytes that an inverse would have to keep are no text.
    #[error("an edit replaces bytes that are not UTF-8, from byte {0}")]
    NotText(u32),
}

impl Document {
    /// The bytes after the splices, and the splices that lead back. The order of splices does not matter,
    /// except among insertions at one place, which come out in the order given.
    ///
    /// # Errors
    /// [`SpliceError`] when splices overlap or lie outside; nothing is applied then.
    pub fn apply(&self, splices: &[Splice]) -> Result<(Vec<u8>, Vec<Splice>), SpliceError> {
        apply(self.bytes(), splices)
    }
}

pub(super) fn apply(bytes: &[u8], splices: &[Splice]) -> Result<(Vec<u8>, Vec<Splice>), SpliceError> {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|splice| (splice.span.start, splice.span.end));
    let mut out = Vec::with_capacity(bytes.len() + sorted.iter().map(|splice| splice.text.len()).sum::<usize>());
    let mut inverse: Vec<Splice> = Vec::with_capacity(sorted.len());
    let mut done = 0;
    for splice in sorted {
        let range = splice.span.range();
        if range.end > bytes.len() || range.start > range.end {
            return Err(SpliceError::Outside(splice.span.end));
        }
        if range.start < done {
            return Err(SpliceError::Overlap(splice.span.start));
        }
        out.extend_from_slice(&bytes[done..range.start]);
        let start = out.len();
        out.extend_from_slice(splice.text.as_bytes());
        let Ok(old) = std::str::from_utf8(&bytes[range.clone()]) else { return Err(SpliceError::NotText(splice.span.start)) };
        let undo = Splice::new(start, out.len(), old);
        match inverse.last_mut() {
            // neighbours would be two insertions at one place on the way back, or one inside the other
            Some(last) if last.span.end == undo.span.start && range.start == done => {
                last.span.end = undo.span.end;
                last.text.push_str(&undo.text);
            }
            _ => inverse.push(undo),
        }
        done = range.end;
    }
    out.extend_from_slice(&bytes[done..]);
    Ok((out, inverse))
}

//! The documents of a stream: one comes at the end, or one goes with its `---`.

use super::document::{Document, NodeId};
use super::edit::Edit;
use super::format::Format;
use super::guard;
use super::layout::Layout;
use super::refusal::{Reason, Refusal};
use super::render::Writer;
use super::splice::Splice;
use super::value::Value;

impl Document {
    /// Add a document behind the others; `value` is a mapping.
    ///
    /// # Errors
    /// A [`Refusal`] when the text could not be read or the others would read differently.
    pub fn add_document(&self, value: &Value) -> Result<Edit, Refusal> {
        self.readable()?;
        let Value::Map(entries) = value else { return Err(Refusal::bare(Reason::NotAMapping)) };
        let (layout, format) = (Layout::new(self.bytes()), Format::of(self));
        let end = self.bytes().len();
        let mut lines = Writer { format: &format, blocks: true, beside: None }.map(entries, 0);
        lines.insert(0, "---".to_owned());
        let before = if layout.starts_line(end) { "" } else { format.eol };
        let text = lines.iter().map(|line| format!("{line}{}", format.eol)).collect::<String>();
        guard::check_stream(self, vec![Splice::new(end, end, format!("{before}{text}"))], None, Some(value))
    }

    /// Remove a document with the `---` before it; of the first one, the `---` behind it.
    ///
    /// # Errors
    /// A [`Refusal`] when it is the only one, or the others would read differently.
    pub fn remove_document(&self, root: NodeId) -> Result<Edit, Refusal> {
        self.readable()?;
        let node = self.node(root);
        if self.roots() < 2 {
            return Err(Refusal::at(Reason::LastDocument, node.place()));
        }
        let layout = Layout::new(self.bytes());
        let markers = self.markers();
        let before = markers.iter().copied().rfind(|&marker| marker <= node.start());
        let behind = markers.iter().copied().find(|&marker| marker > node.start());
        let start = before.unwrap_or_else(|| layout.line_start(0));
        let end = match behind {
            // what stands on the line of the marker belongs to the document behind it
            Some(marker) if before.is_none() && layout.skip_blanks(marker + 3) == layout.line_end(marker) => layout.next_line(marker),
            Some(marker) => marker,
            None => self.bytes().len(),
        };
        guard::check_stream(self, vec![Splice::new(start, end, "")], Some(root), None)
    }

    /// Where lines start with `---`; within a document none does.
    fn markers(&self) -> Vec<usize> {
        let layout = Layout::new(self.bytes());
        let mut out = Vec::new();
        let mut at = layout.line_start(0);
        while at < self.bytes().len() {
            let rest = self.bytes().get(at..).unwrap_or_default();
            if rest.starts_with(b"---") && rest.get(3).is_none_or(u8::is_ascii_whitespace) {
                out.push(at);
            }
            at = layout.next_line(at);
        }
        out
    }

    fn readable(&self) -> Result<(), Refusal> {
        match self.problems().first() {
            Some(problem) => Err(Refusal { reason: Reason::Unreadable, place: problem.place }),
            None => Ok(()),
        }
    }
}

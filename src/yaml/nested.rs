//! A document inside a scalar: the text of a Kubernetes Secret or ConfigMap, JSON in quotes, base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document::{Document, Node, NodeId, Style};
use super::edit::{Edit, plain_properties};
use super::layout::Layout;
use super::letters::Letters;
use super::refusal::{Reason, Refusal};
use super::splice::Splice;
use super::value::Value;
use crate::source::Span;

/// How the inner document is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// The lines of a literal block scalar; edited line by line.
    Literal,
    /// The text of any other scalar; edited letter by letter where its letters stand for themselves or are
    /// escaped, written anew as a whole where lines are folded.
    Text,
    /// The bytes that base64 text stands for; written anew in lines of the same width.
    Base64,
}

/// An inner document, opened.
#[derive(Debug, Clone)]
pub struct Nested {
    /// The inner document. Its spans count inside the inner text; see [`Nested::outer_span`].
    pub document: Document,
    /// How it is held.
    pub carrier: Carrier,
    node: NodeId,
    scalar: Span,
    /// For each inner line, its start inside and the outer place of its first character.
    lines: Vec<(u32, u32)>,
    letters: Option<Letters>,
}

impl Nested {
    /// Open the text of a scalar as a document; `base64` where the outer document says that it is encoded.
    ///
    /// # Errors
    /// A [`Refusal`] when the node is no scalar, carries an anchor or a tag, or is not base64. An inner text
    /// that is not YAML opens with problems, as any document does.
    pub fn open(outer: &Document, node: NodeId, base64: bool) -> Result<Self, Refusal> {
        let scalar = outer.node(node);
        let text = scalar.text().ok_or_else(|| Refusal::at(Reason::NotAScalar, scalar.place()))?;
        plain_properties(scalar)?;
        if base64 {
            let letters: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let bytes = STANDARD.decode(letters).map_err(|_| Refusal::at(Reason::NestedBroken, scalar.place()))?;
            let document = Document::parse(outer.file(), bytes);
            return Ok(Self { document, carrier: Carrier::Base64, node, scalar: scalar.span(), lines: Vec::new(), letters: None });
        }
        let carrier = if scalar.style() == Style::Literal { Carrier::Literal } else { Carrier::Text };
        let lines = if carrier == Carrier::Literal { literal_lines(outer, scalar, text) } else { Vec::new() };
        let letters = if carrier == Carrier::Text { Letters::of(outer, scalar) } else { None };
        let document = Document::parse(outer.file(), text.as_bytes().to_vec());
        Ok(Self { document, carrier, node, scalar: scalar.span(), lines, letters })
    }

    /// The scalar that holds it.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The outer bytes of an inner span; the whole scalar where they do not correspond one by one.
    pub fn outer_span(&self, inner: Span) -> Span {
        let place = |offset: u32| {
            if let Some(letters) = &self.letters {
                return letters.place(offset);
            }
            let line = self.lines.partition_point(|&(start, _)| start <= offset).checked_sub(1)?;
            self.lines.get(line).map(|&(start, outer)| outer + (offset - start))
        };
        match (place(inner.start), place(inner.end)) {
            (Some(start), Some(end)) if start <= end && end <= self.scalar.end => Span { start, end },
            _ => self.scalar,
        }
    }

    /// Carry an edit of the inner document over to the outer one, checked on both levels.
    ///
    /// # Errors
    /// A [`Refusal`] when the outer scalar cannot be edited safely, or would not read as the inner result.
    pub fn carry(&self, outer: &Document, inner: &Edit) -> Result<Edit, Refusal> {
        let scalar = outer.node(self.node);
        let value = match self.carrier {
            Carrier::Base64 => wrapped(scalar, &STANDARD.encode(inner.document.bytes())),
            _ => String::from_utf8(inner.document.bytes().to_vec()).map_err(|_| Refusal::at(Reason::NestedBroken, scalar.place()))?,
        };
        let set = || {
            let mut editor = outer.edit()?;
            editor.set_value(self.node, &Value::Text(value.clone()))?;
            Ok(editor)
        };
        let splices = match self.carrier {
            Carrier::Literal => self.line_splices(outer, scalar, inner),
            Carrier::Text => self.letters.as_ref().and_then(|letters| letters.splices(outer, &inner.splices)),
            Carrier::Base64 => base64_lines(outer, scalar, &value),
        };
        match splices.map(|splices| set()?.finish_with(splices)) {
            Some(Ok(edit)) => Ok(edit),
            _ => set()?.finish(),
        }
    }

    /// The changed lines of a literal block scalar, nothing else; none where the scalar's end changes.
    fn line_splices(&self, outer: &Document, scalar: Node<'_>, inner: &Edit) -> Option<Vec<Splice>> {
        if self.carrier != Carrier::Literal || self.lines.is_empty() {
            return None;
        }
        let (old, new) = (self.document.bytes(), inner.document.bytes());
        let breaks = |bytes: &[u8]| bytes.iter().rev().take_while(|&&byte| byte == b'\n').count();
        let keeps_its_end = new.len() > breaks(new)
            && breaks(old) == breaks(new)
            && new.starts_with(b" ") == old.starts_with(b" ")
            && !new.starts_with(b"\n");
        if !keeps_its_end || new.contains(&b'\r') || new.starts_with(b"\xef\xbb\xbf") {
            return None;
        }
        let eol = match outer.bytes().get(Layout::new(outer.bytes()).line_end(scalar.start())..)? {
            [b'\r', b'\n', ..] => "\r\n",
            [b'\r', ..] => "\r",
            _ => "\n",
        };
        let (inside, outside) = (Layout::new(old), Layout::new(outer.bytes()));
        let indent = " ".repeat(outside.column(self.lines.first()?.1 as usize));
        let mut runs: Vec<(usize, usize, Vec<&Splice>)> = Vec::new();
        let mut sorted: Vec<&Splice> = inner.splices.iter().collect();
        sorted.sort_by_key(|splice| (splice.span.start, splice.span.end));
        for splice in sorted {
            let range = splice.span.range();
            let start = inside.line_start(range.start);
            // whole lines that come or go leave the line behind them alone
            let whole = inside.starts_line(range.start) && (splice.text.is_empty() || splice.text.ends_with('\n'));
            let end = if whole && inside.starts_line(range.end) { range.end } else { inside.next_line(range.end) };
            match runs.last_mut() {
                Some((_, last, splices)) if start < *last || (start == *last && !whole) => {
                    *last = end.max(*last);
                    splices.push(splice);
                }
                _ => runs.push((start, end, vec![splice])),
            }
        }
        let mut out = Vec::new();
        for (start, end, splices) in runs {
            let text = rewritten(old, start, end, &splices)?;
            let (from, to) = (self.outer_line(outside, scalar, start, old.len())?, self.outer_line(outside, scalar, end, old.len())?);
            let lines = text.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
                Some("") => eol.to_owned(),
                Some(line) => format!("{indent}{line}{eol}"),
                None => format!("{indent}{line}"),
            });
            let mut lines = lines.collect::<String>();
            let mut from = from;
            // the last line of the scalar has its line end outside of it
            if end == old.len() && to == scalar.end() && outside.before_break(to) == to {
                lines.truncate(lines.trim_end_matches(['\r', '\n']).len());
                if start == end {
                    lines.insert_str(0, eol);
                } else if lines.is_empty() {
                    from = outside.before_break(from);
                }
            }
            out.push(Splice::new(from, to, lines));
        }
        Some(out)
    }

    /// The outer start of the line that starts at `inner`, or the scalar's end behind the last line.
    fn outer_line(&self, outside: Layout<'_>, scalar: Node<'_>, inner: usize, length: usize) -> Option<usize> {
        if inner >= length {
            return Some(scalar.end());
        }
        let line = self.lines.binary_search_by_key(&(inner as u32), |&(start, _)| start).ok()?;
        self.lines.get(line).map(|&(_, outer)| outside.line_start(outer as usize))
    }
}

/// The text of inner lines after the splices inside them.
fn rewritten(old: &[u8], start: usize, end: usize, splices: &[&Splice]) -> Option<String> {
    let mut text = String::new();
    let mut at = start;
    for splice in splices {
        let range = splice.span.range();
        text.push_str(std::str::from_utf8(old.get(at..range.start)?).ok()?);
        text.push_str(&splice.text);
        at = range.end;
    }
    text.push_str(std::str::from_utf8(old.get(at..end.max(at))?).ok()?);
    Some(text)
}

/// Where each line of a literal block scalar's text stands outside.
fn literal_lines(outer: &Document, scalar: Node<'_>, text: &str) -> Vec<(u32, u32)> {
    let layout = Layout::new(outer.bytes());
    let body = layout.next_line(scalar.start());
    let mut at = body;
    while at < scalar.end() && layout.blank_line(at) {
        at = layout.next_line(at);
    }
    let Some(first) = text.split('\n').find(|line| !line.trim_matches(' ').is_empty()) else { return Vec::new() };
    let column = layout.indent(at).saturating_sub(first.len() - first.trim_start_matches(' ').len());
    let mut lines = Vec::new();
    let (mut inner, mut outer_at) = (0, body);
    for line in text.split_inclusive('\n') {
        let content = outer_at + column.min(layout.line_end(outer_at) - outer_at);
        lines.push((inner as u32, content as u32));
        inner += line.len();
        outer_at = layout.next_line(outer_at);
    }
    lines
}

/// Base64 text in lines as the scalar's text has them.
fn wrapped(scalar: Node<'_>, encoded: &str) -> String {
    let text = scalar.text().unwrap_or_default();
    let Some(width) = text.trim_ascii().find([' ', '\n']) else { return encoded.to_owned() };
    let gap = &text.trim_ascii()[width..=width];
    let end = &text[text.trim_ascii_end().len()..];
    let lines: Vec<&str> = encoded.as_bytes().chunks(width).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    lines.join(gap) + end
}

/// The lines of base64 text that change, each at the column of the first one below the indicator or key.
fn base64_lines(outer: &Document, scalar: Node<'_>, value: &str) -> Option<Vec<Splice>> {
    let layout = Layout::new(outer.bytes());
    let (from, to) = match scalar.style() {
        Style::Literal | Style::Folded => (layout.next_line(scalar.start()), layout.before_break(scalar.end())),
        Style::SingleQuoted | Style::DoubleQuoted => (scalar.start() + 1, scalar.end().checked_sub(1)?),
        _ => (scalar.start(), scalar.end()),
    };
    let body = std::str::from_utf8(outer.bytes().get(from..to)?).ok()?;
    let trimmed = body.trim_ascii();
    let width = trimmed.find(|c: char| c.is_ascii_whitespace())?;
    let gap = &trimmed[width..];
    let gap = &gap[..gap.len() - gap.trim_ascii_start().len()];
    if trimmed.contains('\\') || value.is_empty() {
        return None;
    }
    let lines: Vec<&str> = value.split_ascii_whitespace().collect();
    let text = lines.join(gap);
    let kept = trimmed.bytes().zip(text.bytes()).take_while(|(old, new)| old == new).count();
    let start = from + (body.len() - body.trim_ascii_start().len());
    Some(vec![Splice::new(start + kept, start + trimmed.len(), &text[kept..])])
}

//! From bytes to the tree. The only file that knows the parser crate.

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::document::{Document, Kind, NodeId, Raw, Style};
use crate::source::{FileId, Problem, Span};

/// The most bytes that are parsed; a larger text is kept and reported.
pub const MAX_BYTES: usize = 256 << 20;

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Document {
    /// Take the bytes and build the tree over them. Never fails; look at [`Document::problems`].
    pub fn parse(file: FileId, bytes: Vec<u8>) -> Self {
        let mut document = Document { file, bytes, ..Document::default() };
        if document.bytes.len() > MAX_BYTES {
            let message = format!("the file has {} bytes, more than the {MAX_BYTES} that are read", document.bytes.len());
            document.problems.push(Problem::error(None, message).help("split the file"));
            return document;
        }
        let bytes = std::mem::take(&mut document.bytes);
        match std::str::from_utf8(&bytes) {
            Ok(text) => Builder { document: &mut document, open: Vec::new() }.run(text),
            Err(error) => {
                let at = error.valid_up_to();
                let place = document.place(Span::new(at, (at + error.error_len().unwrap_or(1)).min(bytes.len())));
                let what = if bytes[..bytes.len().min(1024)].contains(&0) { "the file is binary" } else { "the file is not UTF-8" };
                document.problems.push(Problem::error(Some(place), what).help("save it as UTF-8; nothing in it was read"));
            }
        }
        document.bytes = bytes;
        if !document.problems.is_empty() {
            document.nodes.clear();
            document.links.clear();
            document.texts.clear();
            document.roots.clear();
        }
        document
    }
}

struct Open {
    id: NodeId,
    children: Vec<NodeId>,
}

struct Builder<'d> {
    document: &'d mut Document,
    open: Vec<Open>,
}

impl Builder<'_> {
    fn run(&mut self, text: &str) {
        let skip = if text.as_bytes().starts_with(BOM) { BOM.len() } else { 0 };
        let mut options = Options::default();
        options.emit_comments = false;
        options.emit_unresolved_aliases = true;
        for next in Parser::new_from_str_with_options(&text[skip..], options) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let tag = span.tag_start().and_then(|mark| mark.byte_offset()).map(|at| at + skip);
                    self.event(text, event, Span::new(range.start + skip, range.end + skip), tag);
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0) + skip;
                    let place = self.document.place(Span::new(at.min(text.len()), (at + 1).min(text.len())));
                    self.document.problems.push(Problem::error(Some(place), format!("not YAML: {}", error.info())));
                    return;
                }
            }
        }
    }

    fn event(&mut self, text: &str, event: Event<'_>, span: Span, tag: Option<usize>) {
        match event {
            Event::Scalar(value, style, anchor, tagged) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let span = trim(text, span, style);
                let stored = if &text[span.range()] == value.as_ref() {
                    None
                } else {
                    self.document.texts.push(value.into_owned().into_boxed_str());
                    Some(self.document.texts.len() as u32 - 1)
                };
                let raw = Raw { text: stored, ..raw(Kind::Scalar, style, span, anchor, tagged.is_some(), tag) };
                self.leaf(raw);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.leaf(raw(Kind::Alias, Style::Plain, span, 0, false, tag)),
            Event::SequenceStart(style, anchor, tagged) => {
                self.start(raw(Kind::Sequence, structure(style), span, anchor, tagged.is_some(), tag))
            }
            Event::MappingStart(style, anchor, tagged) => {
                self.start(raw(Kind::Mapping, structure(style), span, anchor, tagged.is_some(), tag))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => {}
        }
    }

    fn push(&mut self, raw: Raw) -> NodeId {
        self.document.nodes.push(raw);
        NodeId(self.document.nodes.len() as u32 - 1)
    }

    fn leaf(&mut self, raw: Raw) {
        let id = self.push(raw);
        self.attach(id);
    }

    fn start(&mut self, raw: Raw) {
        let id = self.push(raw);
        self.open.push(Open { id, children: Vec::new() });
    }

    fn end(&mut self, span: Span) {
        let Some(Open { id, children }) = self.open.pop() else { return };
        let last = children.last().map(|child| self.document.nodes[child.0 as usize].span.end);
        let start = self.document.links.len() as u32;
        self.document.links.extend(children);
        let links = (start, self.document.links.len() as u32);
        let raw = &mut self.document.nodes[id.0 as usize];
        raw.children = links;
        // a block collection's own end is the next token, behind comments that are not its own
        raw.span.end = match raw.style {
            Style::Flow => span.end,
            _ => last.unwrap_or(raw.span.start),
        };
        self.attach(id);
    }

    fn attach(&mut self, id: NodeId) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(id),
            None => self.document.roots.push(id),
        }
    }
}

fn structure(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}

fn raw(kind: Kind, style: Style, span: Span, anchor: usize, tagged: bool, tag: Option<usize>) -> Raw {
    let property_start = tag.map_or(span.start, |at| span.start.min(at as u32));
    Raw { kind, style, span, property_start, anchored: anchor != 0, tagged, text: None, children: (0, 0) }
}

/// Take line ends and blank lines off the end of a block scalar's span, except where `+` keeps them.
fn trim(text: &str, span: Span, style: Style) -> Span {
    if !matches!(style, Style::Literal | Style::Folded) {
        return span;
    }
    let body = &text[span.range()];
    let header = body.lines().next().unwrap_or_default();
    if header.contains('+') {
        return span;
    }
    Span { start: span.start, end: span.start + body.trim_end_matches([' ', '\t', '\r', '\n']).len() as u32 }
}

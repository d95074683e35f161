//! From bytes to the tree. The only file that knows the parser crate.

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::complaint;
use super::document::{Document, Kind, NodeId, Raw, Style};
use super::layout::Layout;
use crate::source::{FileId, Problem, Span};

/// The most bytes that are parsed; a larger text is kept and reported.
pub const MAX_BYTES: usize = 256 << 20;

/// The deepest nesting of block, and of flow collections, that is read. The engines' readers stop at 50.
pub const MAX_DEPTH: usize = 64;

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

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
            Ok(text) => Builder { document: &mut document, text, layout: Layout::new(text.as_bytes()), open: Vec::new(), cursor: 0 }.run(),
            Err(error) => document.problems.push(complaint::not_text(file, &bytes, &error)),
        }
        document.bytes = bytes;
        if document.problems.is_empty()
            && let Some(problem) = complaint::template_in_tree(&document)
        {
            document.problems.push(problem);
        }
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

struct Builder<'d, 't> {
    document: &'d mut Document,
    text: &'t str,
    layout: Layout<'t>,
    open: Vec<Open>,
    /// Everything before it belongs to nodes already seen.
    cursor: usize,
}

/// What the bytes before a node say about it.
struct Lead {
    at: usize,
    content: usize,
    explicit: bool,
}

impl Builder<'_, '_> {
    fn run(mut self) {
        let skip = if self.text.as_bytes().starts_with(BOM) { BOM.len() } else { 0 };
        self.cursor = skip;
        let mut options = Options::default();
        options.emit_comments = false;
        options.emit_unresolved_aliases = true;
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        for next in Parser::new_from_str_with_options(&self.text[skip..], options) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    self.event(event, Span::new(range.start + skip, range.end + skip));
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0) + skip;
                    self.document.problems.push(complaint::not_yaml(self.document.file, self.text, at, &error.info()));
                    return;
                }
            }
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::DocumentStart(explicit, _) => self.cursor = self.cursor.max((if explicit { span.end } else { span.start }) as usize),
            Event::DocumentEnd => self.cursor = self.cursor.max(span.end as usize),
            Event::Scalar(value, style, anchor, tag) => self.scalar(&value, style, span, anchor != 0, tag.is_some()),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let lead = self.lead();
                self.leaf(Kind::Alias, Style::Plain, span, &lead, (false, false), None);
            }
            Event::SequenceStart(style, anchor, tag) => self.start(Kind::Sequence, style, span, (anchor != 0, tag.is_some())),
            Event::MappingStart(style, anchor, tag) => self.start(Kind::Mapping, style, span, (anchor != 0, tag.is_some())),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => {}
        }
    }

    /// Step over the indicator before the next node.
    fn lead(&mut self) -> Lead {
        let parent = self.open.last().map(|open| {
            let raw = &self.document.nodes[open.id.0 as usize];
            (raw.kind, raw.style, open.children.len())
        });
        let mut explicit = false;
        let step = |at: &mut usize, wanted: u8| {
            let next = self.layout.skip(*at);
            let found = self.layout.byte(next) == Some(wanted);
            if found {
                *at = next + 1;
            }
            found
        };
        let mut at = self.cursor;
        match parent {
            Some((Kind::Sequence, Style::Block, _)) => {
                step(&mut at, b'-');
            }
            Some((Kind::Sequence, _, _)) => {
                step(&mut at, b',');
            }
            Some((Kind::Mapping, style, count)) if count % 2 == 0 => {
                if style == Style::Flow {
                    step(&mut at, b',');
                }
                let next = self.layout.skip(at);
                if self.layout.byte(next) == Some(b'?') && self.layout.byte(next + 1).is_none_or(|byte| byte.is_ascii_whitespace()) {
                    explicit = step(&mut at, b'?');
                }
            }
            Some((Kind::Mapping, _, _)) => {
                step(&mut at, b':');
            }
            _ => {}
        }
        let content = self.layout.skip(at);
        self.cursor = at;
        Lead { at, content, explicit }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, span: Span, anchored: bool, tagged: bool) {
        let lead = self.lead();
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let (mut span, mut value) = (span, value);
        match style {
            // nothing written: the parser says `~` and points at the next token
            Style::Plain if span.start >= span.end => {
                let at = if anchored || tagged { self.after_properties(lead.content) } else { lead.at };
                span = Span::new(at, at);
                value = "";
            }
            Style::Literal | Style::Folded => {
                let header = if anchored || tagged { self.layout.skip(self.after_properties(lead.content)) } else { lead.content };
                value = self.at_end_of_file(value, span);
                span = self.block_scalar(header, span, value);
            }
            _ => {}
        }
        let written = self.text.get(span.range()).map(|written| match style {
            Style::SingleQuoted | Style::DoubleQuoted => written.get(1..written.len().saturating_sub(1)).unwrap_or(written),
            _ => written,
        });
        let stored = (written != Some(value)).then(|| {
            self.document.texts.push(value.into());
            self.document.texts.len() as u32 - 1
        });
        self.leaf(Kind::Scalar, style, span, &lead, (anchored, tagged), stored);
    }

    fn after_properties(&self, mut at: usize) -> usize {
        let mut end = at;
        while matches!(self.layout.byte(at), Some(b'&' | b'!')) {
            end = self.layout.token_end(at);
            at = self.layout.skip(end);
        }
        end
    }

    /// The parser ends the last line of a block scalar with a line feed even where the file has none;
    /// both generations of the engines' readers do not.
    fn at_end_of_file<'v>(&self, value: &'v str, span: Span) -> &'v str {
        let content = self.text[..span.end as usize].trim_end_matches([' ', '\t']).len();
        let open = !self.layout.starts_line(content) && self.layout.skip_blanks(content) == self.text.len();
        if open { value.strip_suffix('\n').unwrap_or(value) } else { value }
    }

    /// From the indicator to the end of the last line that is content; blank lines behind it belong to
    /// the scalar only where `+` keeps them.
    fn block_scalar(&self, header: usize, span: Span, value: &str) -> Span {
        let end = span.end as usize;
        let first = &self.text[header..self.layout.line_end(header)];
        let keeps = first.split('#').next().unwrap_or_default().contains('+');
        let last = value.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
        let blank_is_content = !last.is_empty() && last.trim_matches([' ', '\t']).is_empty();
        if keeps || blank_is_content {
            // the parser may reach into the indentation of the next line
            let kept = self.text[..end].trim_end_matches([' ', '\t']).len();
            let end = if self.layout.starts_line(kept) { kept } else { end };
            return Span::new(header, end.max(self.layout.line_end(header)));
        }
        let body = self.text[header..end.max(header)].trim_end_matches([' ', '\t', '\r', '\n']);
        Span::new(header, self.layout.line_end(header + body.len()))
    }

    fn leaf(&mut self, kind: Kind, style: Style, span: Span, lead: &Lead, properties: (bool, bool), text: Option<u32>) {
        let id = self.push(kind, style, span, lead, properties);
        self.document.nodes[id.0 as usize].text = text;
        self.cursor = self.cursor.max(span.end as usize);
        self.attach(id);
    }

    fn push(&mut self, kind: Kind, style: Style, span: Span, lead: &Lead, (anchored, tagged): (bool, bool)) -> NodeId {
        let id = NodeId(self.document.nodes.len() as u32);
        let property_start = if anchored || tagged { (lead.content as u32).min(span.start) } else { span.start };
        let parent = self.open.last().map_or(id, |open| open.id);
        let (lead, explicit) = (lead.at as u32, lead.explicit);
        let raw = Raw { kind, style, span, lead, property_start, anchored, tagged, explicit, parent, text: None, children: (0, 0) };
        self.document.nodes.push(raw);
        id
    }

    fn start(&mut self, kind: Kind, style: StructureStyle, span: Span, properties: (bool, bool)) {
        let lead = self.lead();
        let mut span = span;
        let style = match style {
            StructureStyle::Block => {
                // the parser may point behind the first `-`
                let content =
                    if properties == (false, false) { lead.content } else { self.layout.skip(self.after_properties(lead.content)) };
                span = Span::new(content, content);
                Style::Block
            }
            StructureStyle::Flow => Style::Flow,
        };
        let id = self.push(kind, style, span, &lead, properties);
        self.cursor = self.cursor.max(span.end as usize);
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
        self.cursor = self.cursor.max(raw.span.end as usize);
        self.attach(id);
    }

    fn attach(&mut self, id: NodeId) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(id),
            None => self.document.roots.push(id),
        }
    }
}

//! From bytes to the tree. The only file that knows the parser crate.

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::complaint;
use super::document::{Document, Kind, Marks, NodeId, Raw, Style};
use super::layout::Layout;
use super::plain;
use crate::source::{FileId, Problem, Span};

/// The most bytes that are parsed; a larger text is kept and reported.
pub const MAX_BYTES: usize = 256 << 20;

/// The deepest nesting of block, and of flow collections, that is read. The engines' readers stop at 50.
pub const MAX_DEPTH: usize = 64;

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

impl Document {
    /// Take the bytes and build the tree over them. Never fails; look at [`Document::problems`].
    pub fn parse(file: FileId, bytes: Vec<u8>) -> Self {
        Self::build(file, bytes, true)
    }

    /// The same by the parser of all of YAML alone, also for texts in the plain form that products export. What is
    /// about to be saved is read so.
    pub fn parse_by_the_book(file: FileId, bytes: Vec<u8>) -> Self {
        Self::build(file, bytes, false)
    }

    fn build(file: FileId, bytes: Vec<u8>, short: bool) -> Self {
        let mut document = Document { file, bytes, ..Document::default() };
        if document.bytes.len() > MAX_BYTES {
            let message = format!("the file has {} bytes, more than the {MAX_BYTES} that are read", document.bytes.len());
            document.problems.push(Problem::error(None, message).help("split the file"));
            return document;
        }
        let bytes = std::mem::take(&mut document.bytes);
        match std::str::from_utf8(&bytes) {
            Ok(text) => {
                let mut builder = Builder::new(&mut document, text);
                document.plain = short && plain::read(&mut builder, text).is_ok();
                if !document.plain {
                    document.forget();
                    Builder::new(&mut document, text).run();
                }
            }
            Err(error) => document.problems.push(complaint::not_text(file, &bytes, &error)),
        }
        document.bytes = bytes;
        if document.problems.is_empty()
            && let Some(problem) = complaint::template_in_tree(&document)
        {
            document.problems.push(problem);
        }
        if !document.problems.is_empty() {
            document.forget();
        }
        document
    }

    /// The tree of some entries of a text in the plain form, from a key at the first column on; none where they are
    /// not in that form.
    pub(super) fn entries(file: FileId, text: &str) -> Option<Self> {
        let mut document = Document { file, ..Document::default() };
        plain::read_entries(&mut Builder::new(&mut document, text), text).is_ok().then_some(document)
    }

    fn forget(&mut self) {
        self.nodes.clear();
        self.links.clear();
        self.texts.clear();
        self.properties.clear();
        self.roots.clear();
    }
}

struct Open {
    id: NodeId,
    /// Where its children start in the builder's list.
    from: usize,
}

pub(super) struct Builder<'d, 't> {
    document: &'d mut Document,
    text: &'t str,
    layout: Layout<'t>,
    open: Vec<Open>,
    /// The children so far of all that is open.
    children: Vec<NodeId>,
    /// Everything before it belongs to nodes already seen.
    cursor: usize,
}

/// What the bytes before a node say about it.
struct Lead {
    at: usize,
    content: usize,
    explicit: bool,
}

impl<'d, 't> Builder<'d, 't> {
    fn new(document: &'d mut Document, text: &'t str) -> Self {
        Self { document, text, layout: Layout::new(text.as_bytes()), open: Vec::new(), children: Vec::new(), cursor: 0 }
    }

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
            Event::DocumentStart(explicit, _) => self.document_start(if explicit { span.end } else { span.start } as usize),
            Event::DocumentEnd => self.cursor = self.cursor.max(span.end as usize),
            Event::Scalar(value, style, anchor, tag) => self.scalar(&value, scalar_style(style), span, anchor != 0, tag.is_some()),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let lead = self.lead();
                self.leaf(Kind::Alias, Style::Plain, span, &lead, (false, false), None);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start(Kind::Sequence, collection_style(style), span, (anchor != 0, tag.is_some()))
            }
            Event::MappingStart(style, anchor, tag) => {
                self.start(Kind::Mapping, collection_style(style), span, (anchor != 0, tag.is_some()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => {}
        }
    }

    /// Step over the indicator before the next node.
    fn lead(&mut self) -> Lead {
        let parent = self.open.last().map(|open| {
            let raw = &self.document.nodes[open.id.0 as usize];
            (raw.kind, raw.style, self.children.len() - open.from)
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

    pub fn scalar(&mut self, value: &str, style: Style, span: Span, anchored: bool, tagged: bool) {
        let lead = self.lead();
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
        if let Some(text) = text {
            self.document.nodes[id.0 as usize].holds = (1, text);
        }
        self.cursor = self.cursor.max(span.end as usize);
        self.attach(id);
    }

    fn push(&mut self, kind: Kind, style: Style, span: Span, lead: &Lead, (anchored, tagged): (bool, bool)) -> NodeId {
        let id = NodeId(self.document.nodes.len() as u32);
        if anchored || tagged {
            self.document.properties.push((id, (lead.content as u32).min(span.start)));
        }
        let parent = self.open.last().map_or(id, |open| open.id);
        let (lead, explicit) = (lead.at as u32, lead.explicit);
        let raw = Raw { kind, style, span, lead, marks: Marks::new(anchored, tagged, explicit), parent, holds: (0, 0) };
        self.document.nodes.push(raw);
        id
    }

    pub fn start(&mut self, kind: Kind, style: Style, span: Span, properties: (bool, bool)) {
        let lead = self.lead();
        let mut span = span;
        if style == Style::Block {
            // the parser may point behind the first `-`
            let content = if properties == (false, false) { lead.content } else { self.layout.skip(self.after_properties(lead.content)) };
            span = Span::new(content, content);
        }
        let id = self.push(kind, style, span, &lead, properties);
        self.cursor = self.cursor.max(span.end as usize);
        self.open.push(Open { id, from: self.children.len() });
    }

    pub fn end(&mut self, span: Span) {
        let Some(Open { id, from }) = self.open.pop() else { return };
        let children = self.children.drain(from..);
        let last = children.as_slice().last().map(|child| self.document.nodes[child.0 as usize].span.end);
        let start = self.document.links.len() as u32;
        self.document.links.extend(children);
        let links = (start, self.document.links.len() as u32);
        let raw = &mut self.document.nodes[id.0 as usize];
        raw.holds = links;
        // a block collection's own end is the next token, behind comments that are not its own
        raw.span.end = match raw.style {
            Style::Flow => span.end,
            _ => last.unwrap_or(raw.span.start),
        };
        self.cursor = self.cursor.max(raw.span.end as usize);
        self.attach(id);
    }

    fn attach(&mut self, id: NodeId) {
        if self.open.is_empty() {
            self.document.roots.push(id);
        } else {
            self.children.push(id);
        }
    }

    pub fn has_root(&self) -> bool {
        !self.document.nodes.is_empty()
    }

    /// A document starts here, behind `---` where that is written.
    pub fn document_start(&mut self, at: usize) {
        self.cursor = self.cursor.max(at);
    }
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn collection_style(style: StructureStyle) -> Style {
    match style {
        StructureStyle::Block => Style::Block,
        StructureStyle::Flow => Style::Flow,
    }
}

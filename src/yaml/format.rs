//! How a document is written: what new text must look like to fit in.

use super::document::{Document, Kind, Node, NodeId, Style};
use super::layout::Layout;
use super::resolve::is_plain_text;

/// A way to quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Plain,
    Single,
    Double,
}

impl Quote {
    /// How most texts of a list are written that need no quotes; none when it has no such text.
    pub fn of_items(list: Node<'_>) -> Option<Self> {
        let mut counts = [0; 3];
        if list.kind() == Kind::Sequence {
            list.items().for_each(|item| Counts::scalar(&mut counts, item));
        }
        (counts != [0; 3]).then(|| Self::most(counts))
    }

    fn most(counts: [usize; 3]) -> Self {
        match counts {
            [plain, single, double] if plain >= single && plain >= double => Quote::Plain,
            [_, single, double] if single >= double => Quote::Single,
            _ => Quote::Double,
        }
    }
}

/// The document's habits, each by majority.
#[derive(Debug, Clone)]
pub(super) struct Format {
    pub eol: &'static str,
    /// Columns from a key to the keys below it.
    pub map_indent: usize,
    /// Columns from a key to the dashes of the list below it.
    pub list_offset: usize,
    /// How texts are written that need no quotes.
    pub text: Quote,
    /// Which quotes stand where quotes are needed.
    pub quotes: Quote,
    /// How keys are written that need no quotes.
    pub keys: Quote,
    /// Lists of scalars are written `[…]`.
    pub flow_lists: bool,
    /// Flow lists of scalars stay on one line even where mappings spread.
    pub short_lists: bool,
    /// Everything is JSON.
    pub json: bool,
    /// Behind the colon in flow mappings with quoted keys.
    pub colon: &'static str,
    /// Behind the comma on one line.
    pub comma: &'static str,
    /// One step of indentation in flow collections that spread over lines.
    pub flow_indent: String,
}

/// How many nodes are looked at.
const SAMPLE: usize = 1 << 13;

/// Whether a node is among those.
fn is_sample(node: Node<'_>) -> bool {
    (node.id().0 as usize) < SAMPLE
}

#[derive(Default)]
struct Counts {
    map_indents: [usize; 9],
    flush: usize,
    indented: usize,
    list_offsets: [usize; 9],
    text: [usize; 3],
    keys: [usize; 3],
    flow_lists: usize,
    block_lists: usize,
    short_lists: usize,
    long_lists: usize,
    tight_colons: usize,
    wide_colons: usize,
    tight_commas: usize,
    wide_commas: usize,
    flow_indent: Option<String>,
}

impl Format {
    pub fn of(document: &Document) -> Self {
        let layout = Layout::new(document.bytes());
        let mut counts = Counts::default();
        // the habits of a large file show in its first entries
        for id in 0..document.nodes.len().min(SAMPLE) {
            counts.node(document.node(NodeId(id as u32)), layout);
        }
        let end = layout.line_end(0);
        let eol = match layout.slice(end, layout.after_break(end)) {
            b"\r\n" => "\r\n",
            b"\r" => "\r",
            _ => "\n",
        };
        let json = document.root().is_some_and(|root| {
            root.style() == Style::Flow
                && matches!(layout.byte(root.start()), Some(b'{' | b'['))
                && counts.text[0] + counts.text[1] + counts.keys[0] + counts.keys[1] == 0
        });
        let most = |counts: &[usize; 9], default: usize| {
            counts.iter().enumerate().filter(|&(_, &count)| count > 0).max_by_key(|&(_, &count)| count).map_or(default, |(at, _)| at)
        };
        let map_indent = most(&counts.map_indents, 2).max(1);
        let offset = if counts.indented > counts.flush || counts.flush == 0 { most(&counts.list_offsets, map_indent) } else { 0 };
        Format {
            eol,
            map_indent,
            list_offset: offset,
            text: if json { Quote::Double } else { Quote::most(counts.text) },
            quotes: if json || counts.text[2] >= counts.text[1] { Quote::Double } else { Quote::Single },
            keys: if json { Quote::Double } else { Quote::most(counts.keys) },
            flow_lists: json || counts.flow_lists > counts.block_lists,
            short_lists: counts.short_lists >= counts.long_lists && counts.short_lists > 0,
            json,
            colon: if counts.tight_colons > counts.wide_colons { ":" } else { ": " },
            comma: if counts.tight_commas > counts.wide_commas { "," } else { ", " },
            flow_indent: counts.flow_indent.unwrap_or_else(|| " ".repeat(map_indent)),
        }
    }
}

impl Counts {
    fn node(&mut self, node: Node<'_>, layout: Layout<'_>) {
        match (node.kind(), node.style()) {
            (Kind::Mapping, Style::Block) => self.block_mapping(node, layout),
            (Kind::Mapping, _) => self.flow_mapping(node, layout),
            (Kind::Sequence, style) => self.sequence(node, style, layout),
            _ => {}
        }
    }

    fn scalar(counts: &mut [usize; 3], node: Node<'_>) {
        match node.style() {
            // only what could have been written either way speaks for a habit
            Style::Plain if node.text().is_some_and(|text| is_plain_text(text, false)) => counts[0] += 1,
            Style::SingleQuoted => counts[1] += 1,
            Style::DoubleQuoted => counts[2] += 1,
            _ => {}
        }
    }

    fn block_mapping(&mut self, node: Node<'_>, layout: Layout<'_>) {
        let column = layout.column(node.start());
        for entry in node.entries().take_while(|entry| is_sample(entry.key)) {
            Self::scalar(&mut self.keys, entry.key);
            Self::scalar(&mut self.text, entry.value);
            if entry.value.style() != Style::Block || entry.value.is_anchored() {
                continue;
            }
            let offset = layout.column(entry.value.start()).saturating_sub(column);
            match entry.value.kind() {
                Kind::Mapping => self.map_indents[offset.min(8)] += 1,
                _ if offset == 0 => self.flush += 1,
                _ => {
                    self.indented += 1;
                    self.list_offsets[offset.min(8)] += 1;
                }
            }
        }
    }

    fn flow_mapping(&mut self, node: Node<'_>, layout: Layout<'_>) {
        for entry in node.entries().take_while(|entry| is_sample(entry.key)) {
            Self::scalar(&mut self.keys, entry.key);
            Self::scalar(&mut self.text, entry.value);
            if layout.byte(entry.value.lead()).is_some_and(|byte| byte == b' ') {
                self.wide_colons += 1;
            } else {
                self.tight_colons += 1;
            }
        }
        self.gaps(node.entries().map(|entry| entry.key).take_while(|key| is_sample(*key)), node, layout);
    }

    fn sequence(&mut self, node: Node<'_>, style: Style, layout: Layout<'_>) {
        for item in node.items() {
            Self::scalar(&mut self.text, item);
        }
        let scalars = node.items().len() > 0 && node.items().all(|item| item.kind() == Kind::Scalar);
        if style != Style::Flow {
            self.block_lists += usize::from(scalars);
            return;
        }
        if scalars {
            self.flow_lists += 1;
            let lines = layout.breaks_within(node.start(), node.end());
            self.short_lists += usize::from(!lines);
            self.long_lists += usize::from(lines);
        }
        self.gaps(node.items(), node, layout);
    }

    fn gaps<'a>(&mut self, children: impl Iterator<Item = Node<'a>>, parent: Node<'a>, layout: Layout<'_>) {
        for (at, child) in children.enumerate() {
            if layout.breaks_within(child.lead(), child.start()) {
                if at == 0 && self.flow_indent.is_none() {
                    let margin = |start: usize| layout.slice(layout.line_start(start), layout.skip_blanks(layout.line_start(start)));
                    let (outer, inner) = (margin(parent.start()), margin(child.start()));
                    let step = inner.strip_prefix(outer).unwrap_or_default();
                    self.flow_indent = (!step.is_empty()).then(|| String::from_utf8_lossy(step).into_owned());
                }
            } else if at > 0 {
                if layout.byte(child.lead()) == Some(b' ') {
                    self.wide_commas += 1;
                } else {
                    self.tight_commas += 1;
                }
            }
        }
    }
}

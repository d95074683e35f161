//! The tree over the bytes: a flat arena of nodes, read through `Node`.

use std::sync::OnceLock;

use crate::source::{FileId, Located, Place, Problem, Span};

/// Names a node inside its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text, number, null: everything without children.
    Scalar,
    /// A list.
    Sequence,
    /// Keys and values.
    Mapping,
    /// `*name`; never expanded, since the engines' reader does not.
    Alias,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// An unquoted scalar, possibly empty.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// `[…]` or `{…}`
    Flow,
}

/// A node in as few bytes as can be: a file of 28 MB has two and a half million of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raw {
    pub kind: Kind,
    pub style: Style,
    /// The content, without anchor and tag.
    pub span: Span,
    /// Right behind the indicator that announces the node: `-`, `:`, `?`, `,` or an opening bracket;
    /// for what has none (a key in a block, a root) the end of what stands before.
    pub lead: u32,
    pub marks: Marks,
    /// The collection that holds it; itself for a root.
    pub parent: NodeId,
    /// What it holds; [`Raw::text`] and [`Raw::children`] say which.
    pub holds: (u32, u32),
}

/// What may be about a node besides its kind and style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(u8);

impl Marks {
    const ANCHORED: u8 = 1;
    const TAGGED: u8 = 2;
    const EXPLICIT: u8 = 4;

    pub fn new(anchored: bool, tagged: bool, explicit: bool) -> Self {
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        Self(bit(anchored, Self::ANCHORED) | bit(tagged, Self::TAGGED) | bit(explicit, Self::EXPLICIT))
    }

    pub fn anchored(self) -> bool {
        self.0 & Self::ANCHORED != 0
    }

    pub fn tagged(self) -> bool {
        self.0 & Self::TAGGED != 0
    }

    /// A key behind `?`.
    pub fn explicit(self) -> bool {
        self.0 & Self::EXPLICIT != 0
    }
}

impl Raw {
    /// Index into `texts` when a scalar's decoded text differs from the bytes (between the quotes).
    pub fn text(&self) -> Option<u32> {
        (self.kind == Kind::Scalar && self.holds.0 == 1).then_some(self.holds.1)
    }

    /// Range in `links`; for mappings key, value, key, value…
    pub fn children(&self) -> (u32, u32) {
        if matches!(self.kind, Kind::Sequence | Kind::Mapping) { self.holds } else { (0, 0) }
    }
}

/// The bytes of one file and the tree over them.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub(super) file: FileId,
    pub(super) bytes: Vec<u8>,
    pub(super) nodes: Vec<Raw>,
    pub(super) links: Vec<NodeId>,
    pub(super) texts: Vec<Box<str>>,
    /// Where the anchor or tag of a node starts that has one, by node.
    pub(super) properties: Vec<(NodeId, u32)>,
    pub(super) roots: Vec<NodeId>,
    pub(super) problems: Vec<Problem>,
    /// Whether the text is in the plain form, in which its entries can be read one without the others.
    pub(super) plain: bool,
    /// Set when the keys of the root were found to be sound, so that they need no look for each edit.
    pub(super) sound: OnceLock<()>,
}

impl Document {
    /// The bytes as they were given.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file that this document was opened as.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Take the document for another file.
    pub fn rename(&mut self, file: FileId) {
        self.file = file;
        for place in self.problems.iter_mut().filter_map(|problem| problem.place.as_mut()) {
            place.file = file;
        }
    }

    /// What is wrong with the text; not empty when it could not be parsed to its end.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The root of the first YAML document, none when the text is empty, only comments, or broken.
    pub fn root(&self) -> Option<Node<'_>> {
        self.roots.first().map(|&id| self.node(id))
    }

    /// The root of every YAML document of the text.
    pub fn root_nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.roots.iter().map(|&id| self.node(id))
    }

    /// How many YAML documents the text holds (`---` between them).
    pub fn roots(&self) -> usize {
        self.roots.len()
    }

    /// Whether both have the same bytes and the same tree, node by node with all that is known of it.
    pub fn same_tree(&self, other: &Document) -> bool {
        let same = |(at, (a, b)): (usize, (&Raw, &Raw))| {
            let (a_node, b_node) = (self.node(NodeId(at as u32)), other.node(NodeId(at as u32)));
            Raw { holds: b.holds, ..*a } == *b && a_node.text() == b_node.text() && a_node.children() == b_node.children()
        };
        (&self.bytes, &self.roots, &self.problems) == (&other.bytes, &other.roots, &other.problems)
            && self.properties == other.properties
            && self.nodes.len() == other.nodes.len()
            && self.nodes.iter().zip(&other.nodes).enumerate().all(same)
    }

    /// The node of an id of this document.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { document: self, id }
    }

    /// The place of a span in this document.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }
}

/// One node, read through its document.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    document: &'a Document,
    id: NodeId,
}

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key; nearly always a scalar.
    pub key: Node<'a>,
    /// The value; an empty plain scalar when nothing is written.
    pub value: Node<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn raw(self) -> &'a Raw {
        &self.document.nodes[self.id.0 as usize]
    }

    /// Its id.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its document.
    pub fn document(self) -> &'a Document {
        self.document
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.raw().kind
    }

    /// How it is written.
    pub fn style(self) -> Style {
        self.raw().style
    }

    /// The bytes of its content: for quoted scalars with the quotes, for block scalars from the
    /// indicator to the end of the text, for block collections to the end of the last child.
    pub fn span(self) -> Span {
        self.raw().span
    }

    /// Its content's place.
    pub fn place(self) -> Place {
        self.document.place(self.span())
    }

    /// Whether it carries `&name`.
    pub fn is_anchored(self) -> bool {
        self.raw().marks.anchored()
    }

    /// The collection that holds it, none for a root.
    pub fn parent(self) -> Option<Node<'a>> {
        let parent = self.raw().parent;
        (parent != self.id).then(|| self.document.node(parent))
    }

    /// Right behind the `-`, `:`, `,` or bracket that announces it.
    pub(super) fn lead(self) -> usize {
        self.raw().lead as usize
    }

    /// Where its anchor or tag starts, else its content.
    pub(super) fn start(self) -> usize {
        if !self.is_anchored() && !self.is_tagged() {
            return self.raw().span.start as usize;
        }
        let properties = &self.document.properties;
        let at = properties.binary_search_by_key(&self.id, |(id, _)| *id);
        at.map_or(self.raw().span.start, |at| properties[at].1) as usize
    }

    /// One past its last byte.
    pub(super) fn end(self) -> usize {
        self.raw().span.end as usize
    }

    /// Whether it is the key of an entry.
    pub fn is_key(self) -> bool {
        let Some(parent) = self.parent().filter(|parent| parent.kind() == Kind::Mapping) else { return false };
        // ids grow in the order of the text
        parent.children().binary_search(&self.id).is_ok_and(|at| at % 2 == 0)
    }

    /// Whether it is a key behind `?`.
    pub fn is_explicit(self) -> bool {
        self.raw().marks.explicit()
    }

    /// Whether it carries `!tag`.
    pub fn is_tagged(self) -> bool {
        self.raw().marks.tagged()
    }

    /// The decoded text of a scalar, whatever its style.
    pub fn text(self) -> Option<&'a str> {
        let raw = self.raw();
        if raw.kind != Kind::Scalar {
            return None;
        }
        Some(match raw.text() {
            Some(at) => &self.document.texts[at as usize],
            // the parser only leaves the text out where the bytes are the text, and they are UTF-8
            None => std::str::from_utf8(self.document.bytes.get(self.inside()).unwrap_or_default()).unwrap_or_default(),
        })
    }

    /// Whether it is a scalar of this decoded text.
    pub fn has_text(self, wanted: &str) -> bool {
        let raw = self.raw();
        let is = |at: u32| &*self.document.texts[at as usize] == wanted;
        raw.kind == Kind::Scalar && raw.text().map_or_else(|| self.document.bytes.get(self.inside()) == Some(wanted.as_bytes()), is)
    }

    /// A scalar's bytes, the quotes left out.
    fn inside(self) -> std::ops::Range<usize> {
        let raw = self.raw();
        let quotes = usize::from(matches!(raw.style, Style::SingleQuoted | Style::DoubleQuoted));
        raw.span.start as usize + quotes..raw.span.end as usize - quotes
    }

    /// The decoded text with its place.
    pub fn located(self) -> Option<Located<String>> {
        self.text().map(|text| Located::at(text.to_owned(), self.place()))
    }

    /// Whether it is written as nothing at all, or as a plain `null` or `~`.
    pub fn is_null(self) -> bool {
        self.style() == Style::Plain && matches!(self.text(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    fn children(self) -> &'a [NodeId] {
        let (start, end) = self.raw().children();
        &self.document.links[start as usize..end as usize]
    }

    /// The items of a sequence; nothing for other kinds.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'a>> + DoubleEndedIterator {
        let children = if self.kind() == Kind::Sequence { self.children() } else { &[] };
        children.iter().map(move |&id| self.document.node(id))
    }

    /// The entries of a mapping in file order, duplicates included; nothing for other kinds.
    pub fn entries(self) -> impl ExactSizeIterator<Item = Entry<'a>> + DoubleEndedIterator {
        let children = if self.kind() == Kind::Mapping { self.children() } else { &[] };
        children.chunks_exact(2).map(move |pair| Entry { key: self.document.node(pair[0]), value: self.document.node(pair[1]) })
    }

    /// The last child (item, key or value) that starts at or before a byte, in logarithmic time.
    pub fn child_before(self, offset: usize) -> Option<Node<'a>> {
        let children = self.children();
        let at = children.partition_point(|&id| self.document.node(id).span().start as usize <= offset);
        children.get(at.checked_sub(1)?).map(|&id| self.document.node(id))
    }

    /// The value of the last entry with this key, as the engines' readers take duplicates.
    pub fn get(self, key: &str) -> Option<Node<'a>> {
        self.entries().rev().find(|entry| entry.key.has_text(key)).map(|entry| entry.value)
    }

    /// Follow keys downwards.
    pub fn path(self, keys: &[&str]) -> Option<Node<'a>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }
}

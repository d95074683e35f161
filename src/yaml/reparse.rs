//! An edit inside one entry of a large mapping: that entry is parsed again, and put among the nodes of the others,
//! which only move. Where an edit reaches further, or anything in the entry could mean something to what stands
//! around it, the whole text is parsed.

use super::document::{Document, Kind, NodeId, Raw, Style};
use super::layout::Layout;
use super::parse::BOM;
use super::splice::{Splice, SpliceError};
use crate::source::Span;

/// An edited document, and which of its nodes are those of the document before.
#[derive(Debug)]
pub(super) struct Reparsed {
    pub document: Document,
    copies: Option<Copies>,
}

/// Nodes before `head` kept their ids; those from `tail` on moved by `shift`.
#[derive(Debug, Clone, Copy)]
struct Copies {
    head: u32,
    tail: u32,
    shift: u32,
}

impl Reparsed {
    /// Whether the new node is a copy of the old one, with everything below it.
    pub fn is_copy(&self, old: NodeId, new: NodeId) -> bool {
        self.copies.is_some_and(|copies| {
            // the root holds what was edited
            (0 < old.0 && old.0 < copies.head && new == old) || (old.0 >= copies.tail && new.0 == old.0.wrapping_add(copies.shift))
        })
    }

    /// Whether a node of the document before was parsed again.
    pub fn was_parsed(&self, old: NodeId) -> bool {
        self.copies.is_none_or(|copies| (copies.head..copies.tail).contains(&old.0))
    }
}

impl Document {
    /// The document after splices, and the splices that lead back.
    ///
    /// # Errors
    /// As [`Document::apply`].
    pub fn splice(&self, splices: &[Splice]) -> Result<(Document, Vec<Splice>), SpliceError> {
        let (bytes, inverse) = self.apply(splices)?;
        Ok((reparse(self, bytes, splices).document, inverse))
    }
}

/// The document of `bytes`, to which `splices` lead.
pub(super) fn reparse(old: &Document, bytes: Vec<u8>, splices: &[Splice]) -> Reparsed {
    match graft(old, &bytes, splices) {
        Some((mut document, copies)) => {
            document.bytes = bytes;
            debug_assert!(document.same_tree(&Document::parse(old.file, document.bytes.clone())), "an entry was put in wrongly");
            Reparsed { document, copies: Some(copies) }
        }
        None => Reparsed { document: Document::parse(old.file, bytes), copies: None },
    }
}

fn graft(old: &Document, bytes: &[u8], splices: &[Splice]) -> Option<(Document, Copies)> {
    let [root_id] = old.roots[..] else { return None };
    let root = old.nodes.get(root_id.0 as usize)?;
    let (links_from, links_to) = (root.children.0 as usize, root.children.1 as usize);
    let children = old.links.get(links_from..links_to)?;
    let plain = root.kind == Kind::Mapping && root.style == Style::Block && !root.anchored && !root.tagged;
    if !plain || links_to != old.links.len() || root_id.0 != 0 || !old.problems.is_empty() {
        return None;
    }
    let start = splices.iter().map(|splice| splice.span.start).min()?;
    let end = splices.iter().map(|splice| splice.span.end).max()?;
    let key = |entry: usize| Some(&old.nodes[children.get(2 * entry)?.0 as usize]);
    let before = |pair: &[NodeId]| old.nodes[pair[0].0 as usize].span.start <= start;
    let first = children.chunks_exact(2).take_while(|pair| before(pair)).count();
    let at = first.checked_sub(1)?;
    let layout = Layout::new(&old.bytes);
    let begins = |key: &Raw| {
        let start = key.span.start as usize;
        (layout.line_start(start) == start && key.property_start == key.span.start && !key.explicit).then_some(start)
    };
    let from = begins(key(at)?)?;
    let to = match key(at + 1) {
        Some(next) => begins(next)?,
        None => old.bytes.len(),
    };
    // worth it only where most of the text stays
    if end as usize > to || (to - from) * 2 > old.bytes.len() {
        return None;
    }
    let new_to = (to + bytes.len()).checked_sub(old.bytes.len())?;
    let text = bytes.get(from..new_to)?;
    let fragment = fragment(old, text)?;
    Some(assemble(old, &fragment, Cut { at, from, delta: (bytes.len() as u32).wrapping_sub(old.bytes.len() as u32) }))
}

/// The entry, or the entries, parsed by themselves; none where they might read otherwise among others.
fn fragment(old: &Document, text: &[u8]) -> Option<Document> {
    let mut lines = text.split(|&byte| byte == b'\n' || byte == b'\r');
    let marks = |line: &[u8]| line.starts_with(b"---") || line.starts_with(b"...") || line.starts_with(b"%");
    if text.starts_with(BOM) || lines.any(marks) {
        return None;
    }
    let fragment = Document::parse(old.file, text.to_vec());
    let (root, last) = (fragment.nodes.first()?, fragment.nodes.last()?);
    let alone = fragment.problems.is_empty() && fragment.roots.len() == 1;
    let plain = root.kind == Kind::Mapping && root.style == Style::Block && root.span.start == 0 && root.children.0 < root.children.1;
    let open_end = matches!(last.style, Style::Literal | Style::Folded);
    let special = fragment.nodes.iter().any(|node| node.tagged || node.anchored || node.explicit || node.kind == Kind::Alias);
    (alone && plain && !open_end && !special && root.children.1 as usize == fragment.links.len()).then_some(fragment)
}

/// Where the entry is cut out.
struct Cut {
    /// Which entry.
    at: usize,
    /// Its first byte.
    from: usize,
    /// By how much what stands behind moves, wrapping.
    delta: u32,
}

fn assemble(old: &Document, fragment: &Document, cut: Cut) -> (Document, Copies) {
    let root = old.nodes[0];
    let children = &old.links[root.children.0 as usize..root.children.1 as usize];
    let head = children[2 * cut.at].0;
    let tail = children.get(2 * cut.at + 2).map_or(old.nodes.len() as u32, |key| key.0);
    let shift = (fragment.nodes.len() as u32 - 1).wrapping_sub(tail - head);
    let moved = |id: NodeId| if id.0 >= tail { NodeId(id.0.wrapping_add(shift)) } else { id };
    let inner = |id: NodeId| if id.0 == 0 { NodeId(0) } else { NodeId(head + id.0 - 1) };
    let (texts_at, links_at, from) = (old.texts.len() as u32, root.children.0, cut.from as u32);

    let mut nodes: Vec<Raw> = Vec::with_capacity(old.nodes.len() + fragment.nodes.len());
    nodes.extend_from_slice(&old.nodes[..head as usize]);
    nodes.extend(fragment.nodes[1..].iter().map(|node| Raw {
        span: Span { start: node.span.start + from, end: node.span.end + from },
        lead: node.lead + from,
        property_start: node.property_start + from,
        parent: inner(node.parent),
        text: node.text.map(|text| text + texts_at),
        children: (node.children.0 + links_at, node.children.1 + links_at),
        ..*node
    }));
    let by = cut.delta;
    nodes.extend(old.nodes[tail as usize..].iter().map(|node| Raw {
        span: Span { start: node.span.start.wrapping_add(by), end: node.span.end.wrapping_add(by) },
        lead: node.lead.wrapping_add(by),
        property_start: node.property_start.wrapping_add(by),
        parent: moved(node.parent),
        ..*node
    }));

    let inner_root = fragment.nodes[0];
    let (own, top) = fragment.links.split_at(inner_root.children.0 as usize);
    let mut links: Vec<NodeId> = Vec::with_capacity(old.links.len() + fragment.links.len());
    links.extend(old.links[..root.children.0 as usize].iter().map(|&id| moved(id)));
    links.extend(own.iter().map(|&id| inner(id)));
    let links_from = links.len() as u32;
    links.extend_from_slice(&children[..2 * cut.at]);
    links.extend(top.iter().map(|&id| inner(id)));
    links.extend(children[2 * cut.at + 2..].iter().map(|&id| moved(id)));

    // what a key in a block stands behind is what came before it
    nodes[head as usize].lead = old.nodes[head as usize].lead;
    let next = head as usize + fragment.nodes.len() - 1;
    let behind = inner_root.span.end + from;
    if let Some(next) = nodes.get_mut(next) {
        next.lead = behind;
    }
    nodes[0].children = (links_from, links.len() as u32);
    let last = links.last().map_or(0, |id| nodes[id.0 as usize].span.end);
    nodes[0].span.end = last;

    let mut texts = Vec::with_capacity(old.texts.len() + fragment.texts.len());
    texts.extend(old.texts.iter().chain(&fragment.texts).cloned());
    let document = Document { file: old.file, nodes, links, texts, roots: old.roots.clone(), ..Document::default() };
    (document, Copies { head, tail, shift })
}

impl Document {
    /// Whether both have the same bytes and the same tree.
    fn same_tree(&self, other: &Document) -> bool {
        let children = |document: &Document, raw: &Raw| document.links[raw.children.0 as usize..raw.children.1 as usize].to_vec();
        let same = |(at, (a, b)): (usize, (&Raw, &Raw))| {
            let id = NodeId(at as u32);
            let places = |raw: &Raw| (raw.span, raw.lead, raw.property_start, raw.parent);
            let kinds = |raw: &Raw| (raw.kind, raw.style, raw.anchored, raw.tagged, raw.explicit);
            places(a) == places(b)
                && kinds(a) == kinds(b)
                && self.node(id).text() == other.node(id).text()
                && children(self, a) == children(other, b)
        };
        (&self.bytes, &self.roots, &self.problems) == (&other.bytes, &other.roots, &other.problems)
            && self.nodes.len() == other.nodes.len()
            && self.nodes.iter().zip(&other.nodes).enumerate().all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    const TEXT: &str =
        "---\n_meta:\n  type: roles\n# one\na:\n  k: [x, \"y\"]   # keep\n\nb:\n  - \"q'\\n\"\n  -\nc: |\n  text\n\nd: {e: f}\n";

    /// Splices, whether only an entry is parsed again.
    fn check(text: &str, replaced: &str, with: &str, grafted: bool) {
        let old = Document::parse(FileId(3), text.as_bytes().to_vec());
        let start = text.find(replaced).unwrap();
        let splices = [Splice::new(start, start + replaced.len(), with)];
        let (bytes, _) = old.apply(&splices).unwrap();
        let new = reparse(&old, bytes.clone(), &splices);
        assert_eq!(new.copies.is_some(), grafted, "{replaced:?} to {with:?}");
        assert!(new.document.same_tree(&Document::parse(FileId(3), bytes)), "{replaced:?} to {with:?}");
    }

    #[test]
    fn an_edit_inside_an_entry_gives_the_tree_of_the_whole_text() {
        for (replaced, with) in [
            ("x, ", "xx, \"z\", "),
            ("k: [x", "k: []\n  l: [x"),
            ("  -\n", "  - \"\\t\"\n"),
            ("{e: f}", "{e: f, g: [h]}"),
            ("d: {e: f}\n", "d: {e: f}\ne: f\n"),
            ("b:\n", "aa: 1\nb:\n"),
            ("roles", "'ro''les'"),
        ] {
            check(TEXT, replaced, with, true);
        }
    }

    #[test]
    fn what_could_reach_further_is_parsed_as_a_whole() {
        for (replaced, with) in [
            ("a:\n  k", "a: \"\n  k"),
            ("{e: f}", "&x {e: f}"),
            ("  text", "  text\n  more"),
            ("\n\nb", "\n---\nb"),
            ("[x, \"y\"]", "[x"),
            ("b:\n", ""),
            ("a:\n  k: [x, \"y\"]   # keep\n\nb:", "a: 1\nb:"),
        ] {
            check(TEXT, replaced, with, false);
        }
        check("{a: 1, b: 2, c: 3}", "1", "4", false);
        check("a: 1\n", "1", "4", false);
    }
}

//! An edit inside entries of a large mapping in the plain form: these entries are read again, and put among the
//! nodes of the others, which only move.
//!
//! This gives the tree of the whole text by construction. In the plain form a line depends on the indentation of
//! the lines above it alone, and a key at the first column ends all that is open but the root. So when the old text
//! is in the plain form, the new entries are, and both begin and end before a key at the first column, the new text
//! is in the plain form and every other entry reads as before. Everywhere else the whole text is read.

use super::document::{Document, Kind, NodeId, Raw, Style};
use super::edit::Edit;
use super::layout::Layout;
use super::splice::{Splice, SpliceError};
use crate::source::Span;

/// What of an edited document is as it was: whole entries of its mapping before and behind those that were read
/// again, the latter moved.
#[derive(Debug, Clone, Copy)]
pub struct Copies {
    /// Nodes before it kept their ids; those from `tail` on moved by `shift`.
    head: u32,
    tail: u32,
    shift: u32,
    /// The bytes of the old text whose entries were read again, from a key to a key.
    pub old: Span,
    /// The bytes of the new text in their place.
    pub new: Span,
    /// Whether the mapping has the keys that it had, spelled as they were.
    pub keeps_keys: bool,
}

impl Copies {
    /// Whether the new node is a copy of the old one, with everything below it.
    pub(super) fn is_copy(self, old: NodeId, new: NodeId) -> bool {
        // the root holds what was edited
        (0 < old.0 && old.0 < self.head && new == old) || (old.0 >= self.tail && new.0 == old.0.wrapping_add(self.shift))
    }

    /// Whether a node of the document before was read again.
    pub(super) fn was_read(self, old: NodeId) -> bool {
        (self.head..self.tail).contains(&old.0)
    }
}

impl Document {
    /// The document after splices, with the splices that lead back.
    ///
    /// # Errors
    /// As [`Document::apply`].
    pub fn splice(&self, splices: &[Splice]) -> Result<Edit, SpliceError> {
        let (bytes, inverse) = self.apply(splices)?;
        let (document, copies) = reparse(self, bytes, splices);
        Ok(Edit { document, splices: splices.to_vec(), inverse, copies })
    }
}

/// The document of `bytes`, to which `splices` lead; and what of it was copied, where not all was read.
pub(super) fn reparse(old: &Document, bytes: Vec<u8>, splices: &[Splice]) -> (Document, Option<Copies>) {
    match graft(old, &bytes, splices) {
        Some((mut document, copies)) => {
            document.bytes = bytes;
            debug_assert!(
                document.same_tree(&Document::parse(old.file, document.bytes.clone())),
                "entries were put in wrongly: {:?} by {splices:?}",
                String::from_utf8_lossy(&old.bytes)
            );
            (document, Some(copies))
        }
        None => (Document::parse(old.file, bytes), None),
    }
}

fn graft(old: &Document, bytes: &[u8], splices: &[Splice]) -> Option<(Document, Copies)> {
    let root = old.nodes.first()?;
    if !old.plain || root.kind != Kind::Mapping || root.style != Style::Block {
        return None;
    }
    let (from, to) = root.children();
    let children = old.links.get(from as usize..to as usize)?;
    let start = splices.iter().map(|splice| splice.span.start).min()?;
    let end = splices.iter().map(|splice| splice.span.end).max()?;
    let key = |entry: usize| children.get(2 * entry).map(|id| old.nodes[id.0 as usize].span.start);
    let count = children.len() / 2;
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = (low + high) / 2;
        if key(middle)? <= start { low = middle + 1 } else { high = middle }
    }
    let first = low.checked_sub(1)?;
    let last = (low..=count).find(|&entry| key(entry).is_none_or(|key| key >= end))?;
    let from = key(first)? as usize;
    let to = key(last).map_or(old.bytes.len(), |key| key as usize);
    let new_to = (to + bytes.len()).checked_sub(old.bytes.len())?;
    let text = std::str::from_utf8(bytes.get(from..new_to)?).ok()?;
    // a following key stays at the first column
    if to < old.bytes.len() && (!text.ends_with('\n') || !Layout::new(&old.bytes).starts_line(to)) {
        return None;
    }
    let fragment = Document::entries(old.file, text)?;
    // where the first key moves, so does the beginning of all
    if first == 0 && fragment.nodes.get(1)?.span.start != 0 {
        return None;
    }
    Some(assemble(old, &fragment, text, Cut { entries: (first, last), old: Span::new(from, to), new: Span::new(from, new_to) }))
}

/// Where entries are cut out.
struct Cut {
    /// From which entry on, and before which.
    entries: (usize, usize),
    old: Span,
    new: Span,
}

fn assemble(old: &Document, fragment: &Document, text: &str, cut: Cut) -> (Document, Copies) {
    let root = old.nodes[0];
    let root_links = root.children();
    let children = &old.links[root_links.0 as usize..root_links.1 as usize];
    let head = children[2 * cut.entries.0].0;
    let tail = children.get(2 * cut.entries.1).map_or(old.nodes.len() as u32, |key| key.0);
    let shift = (fragment.nodes.len() as u32 - 1).wrapping_sub(tail - head);
    let moved = |id: NodeId| if id.0 >= tail { NodeId(id.0.wrapping_add(shift)) } else { id };
    let inner = |id: NodeId| if id.0 == 0 { NodeId(0) } else { NodeId(head + id.0 - 1) };
    let (texts_at, links_at, from) = (old.texts.len() as u32, root_links.0, cut.old.start);

    let mut nodes: Vec<Raw> = Vec::with_capacity(old.nodes.len() + fragment.nodes.len());
    nodes.extend_from_slice(&old.nodes[..head as usize]);
    nodes.extend(fragment.nodes[1..].iter().map(|node| Raw {
        span: Span { start: node.span.start + from, end: node.span.end + from },
        lead: node.lead + from,
        parent: inner(node.parent),
        holds: match node.kind {
            Kind::Mapping | Kind::Sequence => (node.holds.0 + links_at, node.holds.1 + links_at),
            _ => node.text().map_or((0, 0), |text| (1, text + texts_at)),
        },
        ..*node
    }));
    let by = cut.new.end.wrapping_sub(cut.old.end);
    nodes.extend(old.nodes[tail as usize..].iter().map(|node| Raw {
        span: Span { start: node.span.start.wrapping_add(by), end: node.span.end.wrapping_add(by) },
        lead: node.lead.wrapping_add(by),
        parent: moved(node.parent),
        ..*node
    }));

    let inner_root = fragment.nodes[0];
    let (own, top) = fragment.links.split_at(inner_root.children().0 as usize);
    let mut links: Vec<NodeId> = Vec::with_capacity(old.links.len() + fragment.links.len());
    links.extend(old.links[..root_links.0 as usize].iter().map(|&id| moved(id)));
    links.extend(own.iter().map(|&id| inner(id)));
    let links_from = links.len() as u32;
    links.extend_from_slice(&children[..2 * cut.entries.0]);
    links.extend(top.iter().map(|&id| inner(id)));
    links.extend(children[2 * cut.entries.1..].iter().map(|&id| moved(id)));

    // what a key in a block stands behind is what came before it
    nodes[head as usize].lead = old.nodes[head as usize].lead;
    let next = head as usize + fragment.nodes.len() - 1;
    if let Some(next) = nodes.get_mut(next) {
        next.lead = inner_root.span.end + from;
    }
    nodes[0].holds = (links_from, links.len() as u32);
    let last = links.last().map_or(0, |id| nodes[id.0 as usize].span.end);
    nodes[0].span.end = last;

    let texts = old.texts.iter().chain(&fragment.texts).cloned().collect();
    let document = Document { file: old.file, nodes, links, texts, roots: old.roots.clone(), plain: true, ..Document::default() };
    // with the keys that they had, as they were spelled, sound ones stay sound
    let before =
        children[2 * cut.entries.0..2 * cut.entries.1].iter().step_by(2).map(|&id| old.bytes.get(old.nodes[id.0 as usize].span.range()));
    let after = top.iter().step_by(2).map(|&id| text.as_bytes().get(fragment.nodes[id.0 as usize].span.range()));
    let keeps_keys = before.eq(after);
    if old.sound.get().is_some() && keeps_keys {
        document.sound.get_or_init(|| ());
    }
    (document, Copies { head, tail, shift, old: cut.old, new: cut.new, keeps_keys })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    const TEXT: &str =
        "---\n_meta:\n  type: roles\n# one\na:\n  k: [x, \"y\"]   # keep\n\nb:\n  - \"q'\\n\"\n  - r\nc:\n  e:\n\nd: {e: f}\n";

    /// Splices, whether only entries are read again.
    fn check(text: &str, replaced: &str, with: &str, grafted: bool) {
        let old = Document::parse(FileId(3), text.as_bytes().to_vec());
        let start = text.find(replaced).unwrap();
        let splices = [Splice::new(start, start + replaced.len(), with)];
        let (bytes, _) = old.apply(&splices).unwrap();
        let (new, copies) = reparse(&old, bytes.clone(), &splices);
        assert_eq!(copies.is_some(), grafted, "{replaced:?} to {with:?}");
        assert!(new.same_tree(&Document::parse_by_the_book(FileId(3), bytes)), "{replaced:?} to {with:?}");
    }

    #[test]
    fn an_edit_inside_entries_gives_the_tree_of_the_whole_text() {
        for (replaced, with) in [
            ("x, ", "xx, \"z\", "),
            ("k: [x", "k: []\n  l: [x"),
            ("  - r\n", "  - \"\\t\"\n"),
            ("{e: f}", "{e: f, g: [h]}"),
            ("d: {e: f}\n", "d: {e: f}\ne: f\n"),
            ("b:\n", "aa: 1\nb:\n"),
            ("roles", "'ro''les'"),
            ("a:\n  k: [x, \"y\"]   # keep\n\nb:", "a: 1\nb:"),
            ("b:\n  - \"q'\\n\"\n  - r\nc:\n  e:\n", "b:\n"),
            ("{e: f}\n", "{e: f}"),
        ] {
            check(TEXT, replaced, with, true);
        }
    }

    #[test]
    fn a_root_stays_sound_with_the_keys_that_it_had_and_with_no_others() {
        for (replaced, with, sound) in [("k: [x", "k: [z", true), ("b:\n", "a:\n", false), ("d: {e: f}\n", "d: {e: f}\ne: f\n", false)] {
            let old = Document::parse(FileId(3), TEXT.as_bytes().to_vec());
            old.sound.get_or_init(|| ());
            let start = TEXT.find(replaced).unwrap();
            let edit = old.splice(&[Splice::new(start, start + replaced.len(), with)]).unwrap();
            assert!(edit.copies.is_some());
            assert_eq!(edit.document.sound.get().is_some(), sound, "{replaced:?} to {with:?}");
        }
    }

    #[test]
    fn what_could_reach_further_is_read_as_a_whole() {
        for (replaced, with) in [
            ("a:\n  k", "a: \"\n  k"),
            ("{e: f}", "&x {e: f}"),
            ("  e:", "  e: |\n    more"),
            ("\n\nb", "\n---\nb"),
            ("[x, \"y\"]", "[x"),
            ("  e:\n\n", "  e: "),
            ("_meta:", "# the first comes later\n_meta:"),
            ("_meta:", "# and another one before it\nfirst: 1\n_meta:"),
            ("a:\n", "- a\n"),
        ] {
            check(TEXT, replaced, with, false);
        }
        check("{a: 1, b: 2, c: 3}", "1", "4", false);
    }
}

//! The check before anything is written: the new text, parsed, reads as meant and nothing else moved.

use std::collections::BTreeMap;

use super::document::{Document, Kind, Node, NodeId, Style};
use super::edit::{Edit, Operation, Slot};
use super::refusal::{Reason, Refusal};
use super::reparse::{Copies, reparse};
use super::resolve::{is_common_number, is_plain_text};
use super::splice::Splice;
use super::value::Value;

/// Apply, parse, compare with what the operations mean.
pub(super) fn check(
    old: &Document,
    splices: Vec<Splice>,
    operations: &BTreeMap<NodeId, Operation>,
    root: Option<&Value>,
) -> Result<Edit, Refusal> {
    let edit = apply(old, splices)?;
    // what was not read again is as it was, unless something was meant to change there
    let top = old.root().map(Node::id);
    let copies = edit.copies.filter(|copies| operations.keys().all(|&id| Some(id) == top || copies.was_read(id)));
    match (old.root(), edit.document.root()) {
        (Some(_), Some(_)) => same_roots(old, &edit.document, Comparison { operations, copies })?,
        (None, Some(after)) => expect(root.is_some_and(|value| value.matches(after)), after, "the new content")?,
        (None, None) if root.is_none() => {}
        _ => return Err(mismatch("nothing is left")),
    }
    written_plainly(&edit)?;
    Ok(edit)
}

fn same_roots(old: &Document, new: &Document, comparison: Comparison<'_>) -> Result<(), Refusal> {
    if old.roots() != new.roots() {
        return Err(mismatch("a document came or went"));
    }
    old.root_nodes().zip(new.root_nodes()).try_for_each(|(before, after)| comparison.same(before, after))
}

/// Apply, parse, compare: the document `gone` of the stream is no more, or one with the value `added` stands
/// at its end, and all others are as before.
pub(super) fn check_stream(old: &Document, splices: Vec<Splice>, gone: Option<NodeId>, added: Option<&Value>) -> Result<Edit, Refusal> {
    let edit = apply(old, splices)?;
    let kept: Vec<Node<'_>> = old.root_nodes().filter(|root| Some(root.id()) != gone).collect();
    let roots: Vec<Node<'_>> = edit.document.root_nodes().collect();
    if kept.len() + added.iter().count() != roots.len() {
        return Err(mismatch("another document came or went"));
    }
    let none = BTreeMap::new();
    for (&before, &after) in kept.iter().zip(&roots) {
        Comparison { operations: &none, copies: None }.same(before, after)?;
    }
    if let (Some(value), Some(&after)) = (added, roots.get(kept.len())) {
        expect(value.matches(after), after, "the new document")?;
    }
    written_plainly(&edit)?;
    Ok(edit)
}

/// Apply, parse, compare: `expected` at `path`, all else as before.
pub(super) fn check_at(old: &Document, splices: &[Splice], path: &[&str], expected: Option<&Value>) -> Result<Edit, Refusal> {
    let edit = apply(old, splices.to_vec())?;
    let (Some(before), Some(after)) = (old.root(), edit.document.root()) else { return Err(mismatch("nothing is left")) };
    let none = BTreeMap::new();
    let comparison = Comparison { operations: &none, copies: None };
    if old.roots() != edit.document.roots() {
        return Err(mismatch("a document came or went"));
    }
    for (before, after) in old.root_nodes().zip(edit.document.root_nodes()).skip(1) {
        comparison.same(before, after)?;
    }
    let (mut before, mut after) = (Some(before), Some(after));
    for key in path {
        let (Some(from), Some(to)) = (before, after) else { return Err(mismatch("the path is not there")) };
        let rest = |node: Node<'_>| {
            node.entries().filter(|entry| entry.key.text() != Some(key)).map(|entry| (entry.key.id(), entry.value.id())).collect::<Vec<_>>()
        };
        let (left, right) = (rest(from), rest(to));
        if left.len() != right.len() {
            return Err(mismatch("another entry came or went"));
        }
        for ((key, value), (new_key, new_value)) in left.into_iter().zip(right) {
            comparison.same(old.node(key), edit.document.node(new_key))?;
            comparison.same(old.node(value), edit.document.node(new_value))?;
        }
        (before, after) = (from.get(key), to.get(key));
    }
    match (expected, after) {
        (Some(value), Some(after)) => expect(value.matches(after), after, "the edited value")?,
        (None, None) => {}
        _ => return Err(mismatch("the edited entry")),
    }
    written_plainly(&edit)?;
    Ok(edit)
}

/// Splices applied and the result read, not yet compared.
fn apply(old: &Document, splices: Vec<Splice>) -> Result<Edit, Refusal> {
    let (bytes, inverse) = old.apply(&splices).map_err(|error| Refusal::bare(Reason::Overlap(error)))?;
    let (document, copies) = reparse(old, bytes, &splices);
    if let Some(problem) = document.problems().first() {
        return Err(mismatch(&problem.message));
    }
    if !leads_to(document.bytes(), &inverse, old.bytes()) {
        return Err(mismatch("the edit cannot be taken back"));
    }
    Ok(Edit { document, splices, inverse, copies })
}

/// Whether splices, in the order of the text, lead from one text to another.
fn leads_to(from: &[u8], splices: &[Splice], to: &[u8]) -> bool {
    let (mut done, mut rest) = (0, to);
    let mut take = |bytes: &[u8]| match rest.strip_prefix(bytes) {
        Some(behind) => {
            rest = behind;
            true
        }
        None => false,
    };
    for Splice { span, text } in splices {
        let (start, end) = (span.start as usize, span.end as usize);
        let Some(kept) = from.get(done..start).filter(|_| start <= end && end <= from.len()) else { return false };
        if !take(kept) || !take(text.as_bytes()) {
            return false;
        }
        done = end;
    }
    take(&from[done..]) && rest.is_empty()
}

fn mismatch(what: &str) -> Refusal {
    Refusal::bare(Reason::Mismatch(what.to_owned()))
}

fn expect(holds: bool, node: Node<'_>, what: &str) -> Result<(), Refusal> {
    if holds {
        return Ok(());
    }
    let line = node.document().bytes().get(..node.start()).unwrap_or_default().iter().filter(|&&byte| byte == b'\n').count() + 1;
    Err(mismatch(&format!("{what} at line {line} of the result")))
}

/// What was written anew is either text to every reader, or one of the words that all of them share.
fn written_plainly(edit: &Edit) -> Result<(), Refusal> {
    let nodes = &edit.document.nodes;
    for written in &edit.inverse {
        let from = nodes.partition_point(|raw| raw.span.start < written.span.start);
        for id in from..nodes.len() {
            let node = edit.document.node(NodeId(id as u32));
            if node.span().start >= written.span.end {
                break;
            }
            // an empty value at the edge was there before
            let edge = node.span().start == node.span().end && node.span().start == written.span.start;
            if edge || node.kind() != Kind::Scalar || node.style() != Style::Plain {
                continue;
            }
            let text = node.text().unwrap_or_default();
            let shared = matches!(text, "true" | "false" | "null") || is_common_number(text) || is_plain_text(text, false);
            expect(shared, node, "unquoted text")?;
        }
    }
    Ok(())
}

struct Comparison<'o> {
    operations: &'o BTreeMap<NodeId, Operation>,
    /// Which nodes are copies and need no comparison.
    copies: Option<Copies>,
}

impl Comparison<'_> {
    fn same(&self, old: Node<'_>, new: Node<'_>) -> Result<(), Refusal> {
        if self.copies.is_some_and(|copies| copies.is_copy(old.id(), new.id())) {
            return Ok(());
        }
        match self.operations.get(&old.id()) {
            Some(Operation::Value(value)) => return expect(value.matches(new), new, "the edited value"),
            Some(Operation::Rewrite(value)) => return expect(value.matches(new), new, "the rewritten value"),
            Some(Operation::Slots(slots)) => return self.slots(old, new, slots),
            None => {}
        }
        let properties = old.is_anchored() == new.is_anchored() && old.is_tagged() == new.is_tagged();
        let styles = old.style() == new.style() && old.text() == new.text();
        expect(old.kind() == new.kind() && properties && styles, new, "another value")?;
        if old.kind() == Kind::Alias {
            let bytes = |node: Node<'_>| node.document().bytes().get(node.span().range()).map(<[u8]>::to_vec);
            expect(bytes(old) == bytes(new), new, "an alias")?;
        }
        expect(old.items().len() == new.items().len() && old.entries().len() == new.entries().len(), new, "another collection")?;
        for (old, new) in old.items().zip(new.items()) {
            self.same(old, new)?;
        }
        for (old, new) in old.entries().zip(new.entries()) {
            self.same(old.key, new.key)?;
            self.same(old.value, new.value)?;
        }
        Ok(())
    }

    fn slots(&self, old: Node<'_>, new: Node<'_>, slots: &[Slot]) -> Result<(), Refusal> {
        let keyed = old.kind() == Kind::Mapping || slots.iter().any(|slot| slot.key.is_some());
        let keys: Vec<Node<'_>> = new.entries().map(|entry| entry.key).collect();
        let values: Vec<Node<'_>> = if keyed { new.entries().map(|entry| entry.value).collect() } else { new.items().collect() };
        let kind = if keyed { Kind::Mapping } else { Kind::Sequence };
        expect(new.kind() == kind && values.len() == slots.len(), new, "the edited collection")?;
        let entries: Vec<_> = old.entries().collect();
        let items: Vec<Node<'_>> = old.items().collect();
        for (at, slot) in slots.iter().enumerate() {
            let Some(&value) = values.get(at) else { continue };
            if let Some(&key) = keys.get(at) {
                match (&slot.key, slot.old.and_then(|old| entries.get(old))) {
                    (Some(name), _) => expect(key.text() == Some(name), key, "a key")?,
                    (None, Some(entry)) => self.same(entry.key, key)?,
                    (None, None) => return Err(mismatch("a key is missing")),
                }
            }
            let before = slot.old.and_then(|old| entries.get(old).map(|entry| entry.value).or_else(|| items.get(old).copied()));
            match (&slot.value, before) {
                (Some(wanted), _) => expect(wanted.matches(value), value, "the edited value")?,
                (None, Some(before)) => self.same(before, value)?,
                (None, None) => return Err(mismatch("a value is missing")),
            }
        }
        Ok(())
    }
}

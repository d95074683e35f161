//! Walking documents without recursion on their depth.

use crate::source::Span;
use crate::yaml::{Kind, Node};

/// Every node below and including `root`, keys too.
pub(super) fn walk<'a>(root: Node<'a>, mut visit: impl FnMut(Node<'a>)) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        visit(node);
        match node.kind() {
            Kind::Mapping => open.extend(node.entries().flat_map(|entry| [entry.key, entry.value])),
            Kind::Sequence => open.extend(node.items()),
            _ => {}
        }
    }
}

/// Every mapping below and including `root`.
pub(super) fn mappings<'a>(root: Node<'a>, mut visit: impl FnMut(Node<'a>)) {
    walk(root, |node| {
        if node.kind() == Kind::Mapping {
            visit(node);
        }
    });
}

/// The child that holds a byte, in logarithmic time: children stand in the order of the text.
pub(super) fn child_at<'a>(node: Node<'a>, offset: u32) -> Option<Node<'a>> {
    let search = |count: usize, nth: &dyn Fn(usize) -> Option<Node<'a>>| {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            match nth(middle)?.span() {
                span if span.start <= offset => low = middle + 1,
                _ => high = middle,
            }
        }
        nth(low.checked_sub(1)?)
    };
    let child = match node.kind() {
        Kind::Sequence => search(node.items().len(), &|at| node.items().nth(at))?,
        Kind::Mapping => {
            let key = search(node.entries().len(), &|at| node.entries().nth(at).map(|entry| entry.key))?;
            let entry = node.entries().len();
            let value = search(entry, &|at| node.entries().nth(at).map(|entry| entry.value));
            value.filter(|value| value.span().start > key.span().start).unwrap_or(key)
        }
        _ => return None,
    };
    (offset <= child.span().end).then_some(child)
}

/// The scalar that stands exactly at a span.
pub(super) fn scalar_at<'a>(root: Node<'a>, span: Span) -> Option<Node<'a>> {
    let mut node = root;
    while node.text().is_none() {
        node = child_at(node, span.start)?;
    }
    (node.span() == span).then_some(node)
}

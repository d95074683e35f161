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

/// Whether a node stands somewhere below a key of this name.
pub(super) fn is_below(node: Node<'_>, key: &str) -> bool {
    let mut node = node;
    while let Some(parent) = node.parent() {
        if parent.entries().any(|entry| entry.value.id() == node.id() && entry.key.text() == Some(key)) {
            return true;
        }
        node = parent;
    }
    false
}

/// The scalar that stands exactly at a span.
pub(super) fn scalar_at<'a>(root: Node<'a>, span: Span) -> Option<Node<'a>> {
    let mut node = root;
    while node.text().is_none() {
        node = node.child_before(span.start as usize)?;
    }
    (node.span() == span).then_some(node)
}

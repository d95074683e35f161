//! The same list item twice.

use std::collections::HashSet;

use super::prelude::*;
use crate::engine::lint::fix::remove_item;
use crate::yaml::{Kind, Node};

/// A list that says the same twice.
pub(super) struct DuplicateItem;

impl Rule for DuplicateItem {
    fn about(&self) -> About {
        About {
            id: "duplicate-item",
            title: "the same item twice in one list",
            severity: Note,
            confidence: Certain,
            products: EVERY,
            why: "It changes nothing for the engine, but whoever removes one of the two believes that the right is gone.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*', 'logs-*']  # finds
      allowed_actions:
        - read
        - search
        - read  # finds
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - read
        - search
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files {
            let Some(root) = file.document.root().filter(|_| file.kind.is_yaml()) else { continue };
            crate::engine::lint::tree::walk(root, |node| {
                if node.kind() == Kind::Sequence && node.items().len() > 1 {
                    list(node, found);
                }
            });
        }
    }
}

fn list(list: Node<'_>, found: &mut Found) {
    let mut seen = HashSet::new();
    for item in list.items() {
        if let Some(text) = item.text().filter(|text| !seen.insert(*text)) {
            let fix = remove_item(item.document(), item.place()).filter(|_| !item.is_anchored());
            found
                .add(Some(item.place()), format!("`{text}` is in this list already"))
                .fix(fix.map(|splice| Fix::text(format!("remove the second `{text}`"), Safety::Safe, vec![splice])));
        }
    }
}

//! The same key twice.

use std::collections::HashSet;

use super::prelude::*;
use crate::engine::lint::tree::mappings;

/// A key that is there twice in one mapping.
pub(super) struct DuplicateKey;

impl Rule for DuplicateKey {
    fn about(&self) -> About {
        About {
            id: "duplicate-key",
            title: "the same key twice",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "The engines' readers detect duplicates strictly: the file is refused. Other tools keep the last one in silence, \
                  so the two disagree on what the file says.",
            wrong: "# roles.yml
analyst:
  cluster_permissions: [cluster_monitor]
  cluster_permissions: [cluster_all]  # finds
writer: {}
analyst: {}  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions: [cluster_monitor]
writer: {}
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| file.kind.is_yaml()) {
            let Some(root) = file.document.root() else { continue };
            mappings(root, |mapping| {
                let few = mapping.entries().len() <= 8;
                let mut seen = HashSet::new();
                for (at, entry) in mapping.entries().enumerate() {
                    let Some(key) = entry.key.text() else { continue };
                    let twice = match few {
                        true => mapping.entries().take(at).any(|before| before.key.text() == Some(key)),
                        false => !seen.insert(key),
                    };
                    if twice {
                        found
                            .add(Some(entry.key.place()), format!("`{key}` is there twice"))
                            .help("the engine refuses the file; keep one of them, or join the two");
                    }
                }
            });
        }
    }
}

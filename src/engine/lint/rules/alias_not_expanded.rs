//! Anchors, aliases and merge keys.

use super::prelude::*;
use crate::engine::lint::tree::walk;
use crate::yaml::Kind;

/// YAML sharing that the engines do not follow.
pub(super) struct AliasNotExpanded;

impl Rule for AliasNotExpanded {
    fn about(&self) -> About {
        About {
            id: "alias-not-expanded",
            title: "a YAML alias or merge key",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "The engines' reader never expands them: `*x` is the text `x`, and `<<` is a key of that name, which refuses the file.",
            wrong: "# roles.yml
analyst: &base
  cluster_permissions: [cluster_monitor]
writer:
  <<: *base  # finds
other:
  cluster_permissions: *perms  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions: [cluster_monitor]
writer:
  cluster_permissions: [cluster_monitor, '*']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files {
            let Some(root) = file.document.root().filter(|_| file.kind.is_yaml()) else { continue };
            walk(root, |node| {
                if node.kind() == Kind::Alias {
                    let text = String::from_utf8_lossy(view.bytes(node.place())).into_owned();
                    found.add(Some(node.place()), format!("`{text}` is not expanded by the engine")).help("write out what it stands for");
                }
            });
        }
    }
}

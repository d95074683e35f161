//! A name beside another that already grants it.

use super::prelude::*;
use crate::engine::lint::glob::covers;

/// A permission that another one of the same list takes in.
pub(super) struct RedundantPermission;

impl Rule for RedundantPermission {
    fn about(&self) -> About {
        About {
            id: "redundant-permission",
            title: "a permission beside a wider one that takes it in",
            severity: Note,
            confidence: Certain,
            products: OPENSEARCH,
            why: "`read` beside `indices_all` reads as if the rights were narrow. What is really granted is the widest name in the list.",
            wrong: "# roles.yml
manager:
  cluster_permissions:
    - '*'
    - cluster_monitor  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - indices_all
        - indices:data/read/search  # finds
",
            right: "# roles.yml
manager:
  cluster_permissions:
    - cluster_monitor
    - cluster_composite_ops
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - read
        - indices:admin/get
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (_, role) in view.roles() {
            list(view, &role.cluster_permissions, found);
            role.index_permissions.iter().for_each(|rule| list(view, &rule.allowed_actions, found));
        }
    }
}

fn list(view: &View<'_>, names: &[Located<String>], found: &mut Found) {
    // only what holds a wildcard or a group can take in another; lists longer than this are generated
    if names.len() < 2 || names.len() > 200 {
        return;
    }
    for (at, name) in names.iter().enumerate() {
        let wider = names.iter().enumerate().find(|&(other, wide)| {
            other != at && wide.value != name.value && takes_in(view, wide, name) && (other < at || !takes_in(view, name, wide))
        });
        if let Some((_, wide)) = wider {
            found.add(name.place, format!("`{}` is granted by `{}` in the same list", name.value, wide.value)).fix(remedy::remove(
                view,
                name,
                Safety::Safe,
            ));
        }
    }
}

/// Whether every leaf of `narrow` is covered by a leaf of `wide`.
pub(in crate::engine::lint) fn takes_in(view: &View<'_>, wide: &str, narrow: &str) -> bool {
    let (wide, narrow) = (view.meaning_if_written(wide), view.meaning_if_written(narrow));
    if !wide.group && !wide.leaves.iter().any(|leaf| leaf.contains(['*', '?'])) {
        return false;
    }
    // a name that matches nothing is another rule's finding
    let real = narrow.group || narrow.known;
    // the engine's system-index permission never counts by wildcard
    let explicit = narrow.leaves.iter().any(|leaf| leaf == "system:admin/system_index");
    real && !explicit && !narrow.leaves.is_empty() && narrow.leaves.iter().all(|leaf| wide.leaves.iter().any(|wide| covers(wide, leaf)))
}

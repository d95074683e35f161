//! Roles as X-Pack 5 and Shield wrote them.

use super::prelude::*;

/// A text where a list is wanted, or patterns as keys.
pub(super) struct OldSpelling;

impl Rule for OldSpelling {
    fn about(&self) -> About {
        About {
            id: "old-spelling",
            title: "a role in the spelling of X-Pack 5 or Shield",
            severity: Error,
            confidence: Certain,
            products: NEWER,
            why: "Later versions take lists alone (`failed to parse role`): the role is refused, and its holders can do nothing.",
            wrong: "# roles.yml
owner:
  cluster: all  # finds
shield:
  indices:
    '*': all  # finds
",
            right: "# roles.yml
owner:
  cluster: [all]
shield:
  indices:
    - names: ['*']
      privileges: [all]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, body) in view.elasticsearch_roles() {
            if let Some(old) = &body.old_spelling {
                found
                    .add(old.place, format!("role `{role}` is written as X-Pack 5 read it; this version refuses the role"))
                    .help("write lists: `cluster: [all]`, and `names` with `privileges` for each entry of `indices`");
            }
        }
    }
}

const NEWER: &[Product] = &[Product::Elasticsearch6_8, Product::Elasticsearch7_17, Product::Elasticsearch8_17, Product::Elasticsearch9_1];

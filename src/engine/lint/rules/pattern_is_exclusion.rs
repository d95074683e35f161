//! `-x` in a role's patterns.

use super::prelude::*;

/// A pattern that looks like an exclusion.
pub(super) struct PatternIsExclusion;

impl Rule for PatternIsExclusion {
    fn about(&self) -> About {
        About {
            id: "pattern-is-exclusion",
            title: "an index pattern that looks like an exclusion",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "Roles only add. `-secret-*` or `!secret-*` is the literal beginning of a name; the indices that it should keep out stay in.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns:
        - '*'
        - '-secret-*'  # finds
        - '!hr'  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns:
        - 'logs-*'
        - '/(?!secret-).*/'
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, pattern) in super::empty_index_name::each_pattern(view) {
            if pattern.len() > 1 && pattern.starts_with(['-', '!']) {
                found
                    .add(pattern.place, format!("role `{role}`: `{}` excludes nothing; it is the literal name", pattern.value))
                    .help("name what is allowed; for all but a few, a regular expression: `/(?!secret-).*/`");
            }
        }
    }
}

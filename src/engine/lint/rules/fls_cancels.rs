//! Includes and excludes that cancel each other.

use super::prelude::*;
use crate::engine::lint::glob::covers;

/// Field-level security that contradicts itself.
pub(super) struct FlsCancels;

impl Rule for FlsCancels {
    fn about(&self) -> About {
        About {
            id: "fls-cancels",
            title: "fields that one item includes and another excludes",
            severity: Warning,
            confidence: Certain,
            products: OPENSEARCH,
            why: "An exclude (`~field`) wins over an include, in this role and over those of other roles of the holder: \
                  the included field is not seen.",
            wrong: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      fls:
        - name  # finds
        - price
        - '~na*'
      allowed_actions: [read]
",
            right: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      fls: [name, price]
      allowed_actions: [read]
    - index_patterns: ['hr']
      fls: ['~salary']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, rule) in view.index_rules() {
            let excluded: Vec<&str> = rule.fls.iter().filter_map(|field| field.strip_prefix(['~', '!'])).collect();
            for field in rule.fls.iter().filter(|field| !field.starts_with(['~', '!'])) {
                if let Some(exclude) = excluded.iter().find(|exclude| covers(exclude, field)) {
                    found
                        .add(
                            field.place,
                            format!("role `{role}`: `{}` is included here and excluded by `~{exclude}`; the exclude wins", field.value),
                        )
                        .help("keep one of the two; either list what is seen or what is not");
                }
            }
        }
    }
}

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
            products: EVERY,
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
        for (role, entry) in view.index_privileges() {
            let Some(fields) = &entry.field_security else { continue };
            for grant in fields.grant.iter().flatten() {
                if let Some(except) = fields.except.iter().flatten().find(|except| covers(except, grant)) {
                    found
                        .add(grant.place, format!("role `{role}`: `{}` is granted here and excepted by `{}`", grant.value, except.value))
                        .help("keep one of the two");
                }
            }
        }
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

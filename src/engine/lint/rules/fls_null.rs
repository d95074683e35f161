//! `fls:` with null.

use super::empty_value::colon_end;
use super::prelude::*;

/// Field-level security that is null.
pub(super) struct FlsNull;

impl Rule for FlsNull {
    fn about(&self) -> About {
        About {
            id: "fls-null",
            title: "`fls` or `masked_fields` that is null instead of a list",
            severity: Warning,
            confidence: Likely,
            products: OPENSEARCH,
            why: "Null is no empty list to the engine's code; Jackson 3 refuses an empty value. An empty list is what is meant.",
            wrong: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      fls:  # finds
      masked_fields: null  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      fls: []
      masked_fields: []
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for role in view.top(DocumentKind::Roles) {
            let rules = role.value.get("index_permissions").into_iter().flat_map(|list| list.items());
            for entry in rules.flat_map(|rule| rule.entries()).filter(|entry| entry.value.is_null()) {
                let Some(key) =
                    entry.key.text().filter(|key| *key == "fls" || (*key == "masked_fields" && !entry.value.span().range().is_empty()))
                else {
                    continue;
                };
                let (place, text) = if entry.value.span().range().is_empty() {
                    let Some(end) = colon_end(view, entry.key.place()) else { continue };
                    (entry.key.document().place(Span::new(end, end)), " []")
                } else {
                    (entry.value.place(), "[]")
                };
                found
                    .add(Some(entry.key.place()), format!("`{key}` is null"))
                    .help("write `[]` for no restriction, or the fields that were meant")
                    .fix(Some(Fix::replace("write `[]`", Safety::Confirm, place, text)));
            }
        }
    }
}

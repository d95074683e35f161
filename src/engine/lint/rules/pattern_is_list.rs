//! Several names in one pattern.

use super::prelude::*;
use crate::engine::lint::glob::is_regex;

/// A comma where a list was meant.
pub(super) struct PatternIsList;

impl Rule for PatternIsList {
    fn about(&self) -> About {
        About {
            id: "pattern-is-list",
            title: "several names with commas in one item",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "A comma has no meaning in a pattern or an action; no index is called `a,b`, so nothing is granted.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns:
        - 'logs-*,metrics-*'  # finds
      allowed_actions:
        - 'read,write'  # finds
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns:
        - 'logs-*'
        - 'metrics-*'
        - '/logs-[0-9]{1,3}/'
      allowed_actions: [read, write]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let actions = view.index_rules().flat_map(|(role, rule)| rule.allowed_actions.iter().map(move |action| (role, action)));
        for (role, item) in super::empty_index_name::each_pattern(view).chain(actions) {
            // `<logs-{now/d{yyyy,MM}}>` and attributes may hold commas
            if item.contains(',') && !is_regex(item) && !item.starts_with('<') && !item.contains("${") {
                found
                    .add(item.place, format!("role `{role}`: `{}` is one name, not a list", item.value))
                    .help("write each as an item of its own")
                    .fix(split(view, item));
            }
        }
    }
}

fn split(view: &View<'_>, item: &Located<String>) -> Option<Fix> {
    let parts: Vec<String> = item.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    remedy::rename_to(view, item, &parts, "write each as an item of its own".to_owned(), Safety::Confirm)
}

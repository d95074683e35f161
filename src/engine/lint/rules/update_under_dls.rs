//! Updates that DLS, FLS and masking refuse.

use super::prelude::*;
use crate::engine::model::elasticsearch::IndexPrivileges;

/// Write rights with filters that forbid updates.
pub(super) struct UpdateUnderDls;

impl Rule for UpdateUnderDls {
    fn about(&self) -> About {
        About {
            id: "update-under-dls",
            title: "writing granted where DLS, FLS or masking is on",
            severity: Note,
            confidence: Certain,
            products: EVERY,
            why: "`_update` answers 500 (`Update is not supported when FLS or DLS or Fieldmasking is activated`), and so do update items \
                  of a bulk. Deleting and overwriting whole documents pass, also of those that the holder cannot see.",
            wrong: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"term\": {\"country\": \"de\"}}'
      allowed_actions: [crud]  # finds
",
            right: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"term\": {\"country\": \"de\"}}'
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, entry) in view.index_privileges().filter(|(_, entry)| entry.query.is_some() || entry.field_security.is_some()) {
            let product = view.input.product;
            let one = |name: &&Located<String>| {
                let alone = IndexPrivileges { privileges: vec![(*name).clone()], ..IndexPrivileges::default() };
                privileges::grants(product, &alone, "indices:data/write/update")
            };
            if let Some(name) = entry.privileges.iter().find(one) {
                found
                    .add(name.place, format!("role `{role}`: `{}` allows updates, which a query or field security refuses", name.value))
                    .help("grant reading here, and writing by a role of its own without filters");
            }
        }
        for (role, rule) in view.index_rules() {
            let filtered =
                rule.dls.as_ref().is_some_and(|dls| !dls.trim().is_empty()) || !rule.fls.is_empty() || !rule.masked_fields.is_empty();
            if !filtered {
                continue;
            }
            if let Some(action) = view.grants(&rule.allowed_actions, "indices:data/write/update") {
                found
                    .add(action.place, format!("role `{role}`: `{}` allows updates, which DLS, FLS and masking refuse", action.value))
                    .help("grant reading here, and writing by a role of its own without filters");
            }
        }
    }
}

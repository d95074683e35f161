//! A whole rule that an earlier or later one of the same role takes in.

use super::prelude::*;
use super::redundant_permission::takes_in;
use crate::engine::lint::glob::covers;
use crate::engine::model::opensearch::IndexPermission;

/// A rule that adds nothing to its role.
pub(super) struct ShadowedRule;

impl Rule for ShadowedRule {
    fn about(&self) -> About {
        About {
            id: "shadowed-rule",
            title: "an index permission that another one of the role takes in whole",
            severity: Note,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The narrow rule shows a limit that is not there: the wide one grants the same and more on the same indices.",
            wrong: "# roles.yml
writer:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [crud]
    - index_patterns: ['logs-audit-*']  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
writer:
  index_permissions:
    - index_patterns: ['logs-app-*']
      allowed_actions: [crud]
    - index_patterns: ['logs-audit-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (name, role) in view.roles() {
            let rules = &role.index_permissions;
            if rules.len() < 2 || rules.len() > 100 {
                continue;
            }
            for (at, rule) in rules.iter().enumerate() {
                let wider = rules
                    .iter()
                    .enumerate()
                    .any(|(other, wide)| other != at && shadows(view, wide, rule) && (other < at || !shadows(view, rule, wide)));
                if wider && is_plain(rule) {
                    found.add(rule.place, format!("role `{name}`: another rule of this role grants all of this on the same indices"));
                }
            }
        }
    }
}

fn is_plain(rule: &IndexPermission) -> bool {
    rule.dls.as_ref().is_none_or(|dls| dls.trim().is_empty()) && rule.fls.is_empty() && rule.masked_fields.is_empty()
}

fn shadows(view: &View<'_>, wide: &IndexPermission, narrow: &IndexPermission) -> bool {
    let same = |a: &Located<String>, b: &Located<String>| a.value == b.value || takes_in(view, a, b);
    is_plain(wide)
        && is_plain(narrow)
        && !narrow.index_patterns.is_empty()
        && !narrow.allowed_actions.is_empty()
        && narrow.index_patterns.iter().all(|pattern| wide.index_patterns.iter().any(|wide| covers(wide, pattern)))
        && narrow.allowed_actions.iter().all(|action| wide.allowed_actions.iter().any(|wide| same(wide, action)))
}

//! Patterns without actions, or actions without patterns.

use super::prelude::*;
use crate::engine::model::opensearch::IndexPermission;

/// A rule on indices that grants nothing.
pub(super) struct GrantsNothing;

impl Rule for GrantsNothing {
    fn about(&self) -> About {
        About {
            id: "grants-nothing",
            title: "an index permission without actions or without patterns",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The engine loads it and it grants nothing. The usual cause is a `-` too many, which makes two rules of one: \
                  one with patterns and no actions, one with actions and no patterns.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']  # finds
    - allowed_actions: [read]  # finds
other:
  index_permissions:
    - index_patterns: ['metrics-*']  # finds
      allowed_actions: []
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (name, role) in view.roles() {
            let rules = &role.index_permissions;
            for (at, rule) in rules.iter().enumerate() {
                let message = match (rule.index_patterns.is_empty(), rule.allowed_actions.is_empty()) {
                    (false, false) => continue,
                    (false, true) => format!("role `{name}`: index patterns without `allowed_actions` grant nothing"),
                    (true, false) => format!("role `{name}`: `allowed_actions` without `index_patterns` grant nothing"),
                    (true, true) => format!("role `{name}`: an index permission with neither patterns nor actions grants nothing"),
                };
                let halves = rules
                    .get(at + 1)
                    .filter(|next| is_half(rule) && is_half(next) && rule.index_patterns.is_empty() != next.index_patterns.is_empty());
                let finding = found.add(rule.place, message);
                match halves {
                    Some(next) => finding.help("the `-` of the next rule splits one rule in two; take it away").fix(join(view, next)),
                    None => finding.help("name both `index_patterns` and `allowed_actions` in the same list item"),
                };
            }
        }
    }
}

fn is_half(rule: &IndexPermission) -> bool {
    rule.index_patterns.is_empty() != rule.allowed_actions.is_empty()
}

/// Turn the `- ` before a rule into blanks.
fn join(view: &View<'_>, next: &IndexPermission) -> Option<Fix> {
    let place = next.place?;
    let start = place.span.start as usize;
    let file = view.file(place.file)?;
    let dash = file.document.bytes().get(..start)?.strip_suffix(b"- ")?.len();
    let place = file.document.place(Span::new(dash, dash + 1));
    Some(Fix::replace("join the two rules", Safety::Confirm, place, " "))
}

//! `*` with more than reading.

use super::prelude::*;
use crate::engine::model::opensearch::IndexPermission;

/// Every index, with more than read.
pub(super) struct WildcardGrant;

impl Rule for WildcardGrant {
    fn about(&self) -> About {
        About {
            id: "wildcard-grant",
            title: "more than reading on every index",
            severity: Warning,
            confidence: Possible,
            products: OPENSEARCH,
            why: "A pattern of `*` takes in every index that will ever be made, other teams' and the audit log included. \
                  The finding says what it opens, the worst first.",
            wrong: "# roles.yml
shipper:
  index_permissions:
    - index_patterns: ['*']  # finds
      allowed_actions: [write, create_index]
",
            right: "# roles.yml
shipper:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [write, create_index]
auditor:
  index_permissions:
    - index_patterns: ['*']
      allowed_actions: [read, indices_monitor, 'indices:admin/get', 'indices:admin/aliases/get']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (name, rule) in view.index_rules() {
            // roles that come with the product are its makers' choice
            if view.input.configuration.roles.get(name).is_some_and(|role| role.flags.reserved) {
                continue;
            }
            let Some(pattern) = rule.index_patterns.iter().find(|pattern| is_everything(pattern)) else { continue };
            let opens = opens(view, rule);
            if !opens.is_empty() {
                let words: Vec<&str> = opens.iter().map(|(word, _)| *word).collect();
                let finding = found.add(pattern.place, format!("role `{name}` may {} on every index", join(&words)));
                finding.help("name the indices that the work needs");
                if opens.iter().any(|(_, worst)| *worst) {
                    finding.confidence(Likely);
                }
            }
        }
    }
}

/// Whether a pattern takes in every name.
pub(in crate::engine::lint) fn is_everything(pattern: &str) -> bool {
    matches!(pattern, "/.*/" | "/.+/" | "?*" | "*?") || (!pattern.is_empty() && pattern.bytes().all(|b| b == b'*'))
}

/// What a rule lets its holders do beyond reading, worst first, and whether it destroys.
fn opens(view: &View<'_>, rule: &IndexPermission) -> Vec<(&'static str, bool)> {
    const RANKED: [(&str, &str, bool); 8] = [
        ("indices:admin/delete", "delete indices", true),
        ("indices:data/write/delete", "delete documents", true),
        ("indices:data/write/index", "write documents", true),
        ("indices:admin/settings/update", "change settings", true),
        ("indices:admin/close", "close indices", true),
        ("indices:admin/aliases", "move aliases", false),
        ("indices:admin/mapping/put", "change mappings", false),
        ("indices:admin/create", "create indices", false),
    ];
    RANKED
        .iter()
        .filter(|(action, ..)| view.grants(&rule.allowed_actions, action).is_some())
        .map(|&(_, word, worst)| (word, worst))
        .collect()
}

fn join(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

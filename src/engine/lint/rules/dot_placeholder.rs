//! `?kibana`, the v6 way to write a leading dot.

use super::prelude::*;

/// A question mark that once stood for a dot.
pub(super) struct DotPlaceholder;

impl Rule for DotPlaceholder {
    fn about(&self) -> About {
        About {
            id: "dot-placeholder",
            title: "`?` for a leading dot, as the v6 form had it",
            severity: Warning,
            confidence: Likely,
            products: OPENSEARCH,
            why: "The v6 form could not have dots in its keys, so `?kibana` stood for `.kibana`. In the v7 form `?` is any one character: \
                  the pattern also takes in `xkibana`.",
            wrong: "# roles.yml
kibana_helper:
  index_permissions:
    - index_patterns:
        - '?kibana*'  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
kibana_helper:
  index_permissions:
    - index_patterns:
        - '.kibana*'
        - 'logs-202?'
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        // in the v6 form itself it is the right spelling
        if view.is_v6() {
            return;
        }
        for (role, rule) in view.index_rules() {
            for pattern in &rule.index_patterns {
                if let Some(name) = pattern.strip_prefix('?').filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
                    let dotted = format!(".{name}");
                    found
                        .add(pattern.place, format!("role `{role}`: `?` in `{}` is any one character, not a dot", pattern.value))
                        .help(format!("write `{dotted}`"))
                        .fix(remedy::rename(view, pattern, &dotted, Safety::Confirm));
                }
            }
        }
    }
}

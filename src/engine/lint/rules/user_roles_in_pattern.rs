//! `${user.roles}` where one name is expected.

use super::prelude::*;

/// The list of backend roles in an index pattern.
pub(super) struct UserRolesInPattern;

impl Rule for UserRolesInPattern {
    fn about(&self) -> About {
        About {
            id: "user-roles-in-pattern",
            title: "`${user.roles}` in an index pattern",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "It renders as `\"a\",\"b\"`, with the quotes, even for one role; that is good for a `terms` query in DLS and matches no index.",
            wrong: "# roles.yml
team:
  index_permissions:
    - index_patterns: ['logs-${user.roles}']  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
team:
  index_permissions:
    - index_patterns: ['logs-${user.name}', 'logs-${attr.internal.team}']
      dls: '{\"terms\": {\"team\": [${user.roles}]}}'
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, rule) in view.index_rules() {
            for pattern in
                rule.index_patterns.iter().filter(|pattern| pattern.contains("${user.roles}") || pattern.contains("${user_roles}"))
            {
                found
                    .add(pattern.place, format!("role `{role}`: `{}` never matches; the roles come quoted and with commas", pattern.value))
                    .help("use an attribute (`${attr.internal.team}`), or one role for each backend role");
            }
        }
    }
}

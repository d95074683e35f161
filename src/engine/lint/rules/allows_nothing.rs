//! An allowance without a finding. The runner reports it; here are its words.

use super::prelude::*;

/// `# rolesmith: allow` that allows nothing.
pub(in crate::engine::lint) struct AllowsNothing;

impl AllowsNothing {
    /// What the runner needs to word such a finding.
    pub(in crate::engine::lint) fn describe(&self) -> About {
        self.about()
    }
}

impl Rule for AllowsNothing {
    fn about(&self) -> About {
        About {
            id: "allows-nothing",
            title: "an allowance that allows no finding, or gives no reason",
            severity: Warning,
            confidence: Certain,
            products: EVERY,
            why: "A finding that was repaired leaves its allowance behind, and the next mistake at that place would go unseen. \
                  An allowance without a reason cannot be reviewed.",
            wrong: "# roles.yml
_meta: { type: roles, config_version: 2 }
# rolesmith: allow duplicate-item kept in step with the other cluster  # finds
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read] # rolesmith: allow grants-nothing  # finds
",
            right: "# roles.yml
_meta: { type: roles, config_version: 2 }
# rolesmith: allow duplicate-item kept in step with the other cluster
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read, read]
",
        }
    }

    fn check(&self, _view: &View<'_>, _found: &mut Found) {}
}

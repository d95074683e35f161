//! A word that is no group and no action.

use super::prelude::*;
use super::unknown_action::each_name;
use super::{elasticsearch_privilege, v6_action_group};
use crate::engine::lint::suggest::Suggest;

/// A group that does not exist.
pub(super) struct UnknownActionGroup;

impl Rule for UnknownActionGroup {
    fn about(&self) -> About {
        About {
            id: "unknown-action-group",
            title: "a name that is no action group and no action",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The engine takes an unknown group for the name of an action, finds no such action, and grants nothing without a word.",
            wrong: "# roles.yml
admin_of_logs:
  cluster_permissions: [cluster_admin]  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - index_all  # finds
",
            right: "# roles.yml
admin_of_logs:
  cluster_permissions: [cluster_all]
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - indices_all
        - OUR_OWN
# action_groups.yml
OUR_OWN:
  allowed_actions: ['indices:data/read/*']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let groups = Suggest::new(view.group_names());
        let mut report = |name: &Located<String>| {
            // what the form before 1.0 wrote in another way has no place, and is no name
            if name.place.is_none()
                || !is_unknown_word(view, name)
                || v6_action_group::v7_name(name).is_some()
                || elasticsearch_privilege::is_one(name)
            {
                return;
            }
            let finding = found.add(name.place, format!("there is no action group `{}`, so it grants nothing", name.value));
            match groups.nearest(name) {
                Some(nearest) => {
                    finding.help(format!("did you mean `{nearest}`?")).fix(remedy::rename(view, name, nearest, Safety::Confirm))
                }
                None if view.has(DocumentKind::ActionGroups) => {
                    finding.help("define it in action_groups.yml, or name the actions themselves")
                }
                // the file that would define it was not opened
                None => finding.help("action_groups.yml was not opened; it may be defined there").severity(Note).confidence(Possible),
            };
        };
        each_name(view, &mut report);
        view.roles().flat_map(|(_, role)| &role.tenant_permissions).flat_map(|rule| &rule.allowed_actions).for_each(report);
    }
}

/// Whether a name is neither group nor action nor pattern.
pub(super) fn is_unknown_word(view: &View<'_>, name: &str) -> bool {
    !name.contains([':', '*', '?']) && !name.starts_with('/') && !view.is_group(name)
}

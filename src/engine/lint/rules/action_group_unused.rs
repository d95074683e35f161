//! A group that nothing uses.

use std::collections::HashSet;

use super::prelude::*;

/// An action group without a user.
pub(super) struct ActionGroupUnused;

impl Rule for ActionGroupUnused {
    fn about(&self) -> About {
        About {
            id: "action-group-unused",
            title: "an action group that no role and no other group uses",
            severity: Note,
            confidence: Certain,
            products: OPENSEARCH,
            why: "It grants nothing to anybody; left over, or misspelt where it should be used.",
            wrong: "# action_groups.yml
OURS:  # finds
  allowed_actions: ['indices:data/read/*']
# roles.yml
analyst:
  cluster_permissions: [cluster_monitor]
",
            right: "# action_groups.yml
OURS:
  allowed_actions: ['indices:data/read/*']
# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [OURS]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        if !view.has(DocumentKind::Roles) {
            return;
        }
        let configuration = view.input.configuration;
        let in_groups = configuration
            .action_groups
            .iter()
            .flat_map(|(name, group)| group.allowed_actions.iter().filter(move |action| action.value != *name));
        let used: HashSet<&str> = configuration
            .roles
            .values()
            .flat_map(|role| {
                let rules = role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions);
                role.cluster_permissions.iter().chain(rules).chain(role.tenant_permissions.iter().flat_map(|rule| &rule.allowed_actions))
            })
            .chain(in_groups)
            .map(|name| name.value.as_str())
            .collect();
        for (name, group) in
            configuration.action_groups.iter().filter(|(name, group)| !used.contains(name.as_str()) && !group.flags.reserved)
        {
            let place = group.place.map(|place| Place { span: Span { end: place.span.start + name.len() as u32, ..place.span }, ..place });
            found.add(place, format!("no role uses action group `{name}`")).help("remove it, or use it");
        }
    }
}

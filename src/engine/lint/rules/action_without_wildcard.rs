//! An action prefix that matches no action for want of a `*`.

use super::prelude::*;
use super::unknown_action::each_name;
use crate::engine::lint::facts::actions;

/// A prefix where a pattern was meant.
pub(super) struct ActionWithoutWildcard;

impl Rule for ActionWithoutWildcard {
    fn about(&self) -> About {
        About {
            id: "action-without-wildcard",
            title: "the beginning of an action's name, without a wildcard behind it",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "OpenSearch compares whole names: `cluster:monitor` is no action and matches none. \
                  (Elasticsearch adds a `*` to a raw action by itself; OpenSearch does not.)",
            wrong: "# roles.yml
shipper:
  cluster_permissions:
    - cluster:monitor  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - 'indices:data/read'  # finds
",
            right: "# roles.yml
shipper:
  cluster_permissions:
    - cluster:monitor/*
    - cluster:monitor/main
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - 'indices:data/read*'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        each_name(view, |name| {
            if let Some(count) = is_prefix(view, name) {
                let pattern = if name.ends_with(['/', ':']) { format!("{}*", name.value) } else { format!("{}/*", name.value) };
                found
                    .add(name.place, format!("`{}` is only the beginning of {count} actions and grants none of them", name.value))
                    .help(format!("write `{pattern}` for all of them, or the one action that is needed"))
                    .fix(remedy::rename(view, name, &pattern, Safety::Confirm));
            }
        });
    }
}

/// How many actions start with this name at a boundary, when it is none itself.
pub(super) fn is_prefix(view: &View<'_>, name: &str) -> Option<usize> {
    if !name.contains(':') || name.contains(['*', '?']) || view.is_group(name) {
        return None;
    }
    let actions = actions();
    let from = actions.partition_point(|action| *action < name);
    let behind = actions[from..].iter().take_while(|action| action.starts_with(name));
    let at_boundary = |action: &&&str| name.ends_with(['/', ':']) || action[name.len()..].starts_with('/');
    (actions.get(from) != Some(&name)).then(|| behind.filter(at_boundary).count()).filter(|&count| count > 0)
}

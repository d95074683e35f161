//! Upper-case groups of the v6 form.

use super::prelude::*;
use super::unknown_action::each_name;
use super::unknown_action_group::is_unknown_word;

/// A group name of the v6 form that no file defines.
pub(super) struct V6ActionGroup;

impl Rule for V6ActionGroup {
    fn about(&self) -> About {
        About {
            id: "v6-action-group",
            title: "an upper-case action group of the v6 form that is not defined here",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Group names are case-sensitive. Open Distro 0.x shipped `READ`, `WRITE`, `UNLIMITED` in its action_groups.yml; \
                  later versions have them built in, in lower case. A directory that defines its own `READ` is fine.",
            wrong: "# roles.yml
analyst:
  cluster_permissions: [CLUSTER_COMPOSITE_OPS_RO]  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - READ  # finds
        - SGS_WRITE  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions: [cluster_composite_ops_ro]
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - READ
# action_groups.yml
READ:
  allowed_actions: ['indices:data/read/*']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        each_name(view, |name| {
            if let Some(new) = v7_name(name).filter(|_| is_unknown_word(view, name)) {
                let finding =
                    found.add(name.place, format!("`{}` is a group of the v6 form and not defined here, so it grants nothing", name.value));
                if !view.is_v6() {
                    finding.help(format!("write `{new}`, or define `{}` in action_groups.yml", name.value)).fix(remedy::rename(
                        view,
                        name,
                        &new,
                        Safety::Confirm,
                    ));
                } else if view.has(DocumentKind::ActionGroups) {
                    finding.help("nothing is built in before 1.0: define it in action_groups.yml, as the shipped file does");
                } else {
                    finding.help("action_groups.yml was not opened; the shipped one defines it").severity(Note).confidence(Possible);
                }
            }
        });
    }
}

/// The v7 name of a v6 group.
pub(super) fn v7_name(name: &str) -> Option<String> {
    const GROUPS: [&str; 20] = [
        "UNLIMITED",
        "INDICES_ALL",
        "ALL",
        "MANAGE",
        "CREATE_INDEX",
        "MANAGE_ALIASES",
        "MONITOR",
        "INDICES_MONITOR",
        "DATA_ACCESS",
        "WRITE",
        "READ",
        "DELETE",
        "CRUD",
        "SEARCH",
        "SUGGEST",
        "INDEX",
        "GET",
        "CLUSTER_ALL",
        "CLUSTER_MONITOR",
        "CLUSTER_COMPOSITE_OPS",
    ];
    const MORE: [&str; 4] = ["CLUSTER_COMPOSITE_OPS_RO", "MANAGE_SNAPSHOTS", "KIBANA_ALL_READ", "KIBANA_ALL_WRITE"];
    let bare = name.strip_prefix("SGS_").unwrap_or(name);
    (GROUPS.contains(&bare) || MORE.contains(&bare)).then(|| match bare {
        "ALL" => "indices_all".to_owned(),
        "MONITOR" => "indices_monitor".to_owned(),
        _ => bare.to_lowercase(),
    })
}

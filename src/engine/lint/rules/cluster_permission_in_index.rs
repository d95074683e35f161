//! A cluster-level name under `index_permissions`.

use super::prelude::*;

/// Cluster-level names where only index-level ones count.
pub(super) struct ClusterPermissionInIndex;

impl Rule for ClusterPermissionInIndex {
    fn about(&self) -> About {
        About {
            id: "cluster-permission-in-index",
            title: "a cluster-level name under `index_permissions`",
            severity: Warning,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Cluster-level actions are decided by `cluster_permissions` alone; under an index pattern they grant nothing.",
            wrong: "# roles.yml
shipper:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - write
        - cluster_monitor  # finds
        - 'cluster:monitor/*'  # finds
        - indices:admin/template/put  # finds
",
            right: "# roles.yml
shipper:
  cluster_permissions: [cluster_monitor]
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - write
        - '*'
        - cluster_composite_ops
        - system:admin/system_index
        - indices:data/read/msearch
        - indices:data/write/bulk*
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, rule) in view.index_rules() {
            for name in &rule.allowed_actions {
                let Some(meaning) = view.meaning(name) else { continue };
                if meaning.cluster && !meaning.index && !is_asked_on_indices_too(&meaning.leaves) {
                    found
                        .add(name.place, format!("role `{role}`: `{}` is decided cluster-wide and grants nothing on an index", name.value))
                        .help("move it to `cluster_permissions`");
                }
            }
        }
    }
}

/// With `do_not_fail_on_forbidden` the multi-document reads are looked up on the indices as well
/// (measured on Open Distro; security#2113), and every bulk asks for `bulk[s]` there, so naming them
/// beside it is a habit that costs nothing.
fn is_asked_on_indices_too(leaves: &[String]) -> bool {
    leaves.iter().all(|leaf| {
        ["indices:data/read/m", "indices:data/read/scroll", "indices:data/write/bulk"].iter().any(|start| leaf.starts_with(start))
    })
}

//! An index-level name under `cluster_permissions`.

use super::prelude::*;
use crate::engine::lint::facts::{actions, is_cluster_action};
use crate::engine::lint::glob::covers;

/// Index-level names where only cluster-level ones count.
pub(super) struct IndexPermissionInCluster;

impl Rule for IndexPermissionInCluster {
    fn about(&self) -> About {
        About {
            id: "index-permission-in-cluster",
            title: "an index-level name under `cluster_permissions`",
            severity: Warning,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Index-level actions are decided by `index_permissions` alone. `read` among the cluster permissions lets nobody read; \
                  at most the multi-search, multi-get and scroll of such a group count there.",
            wrong: "# roles.yml
analyst:
  cluster_permissions:
    - read  # finds
    - indices_monitor  # finds
    - indices:data/write/index  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions:
    - cluster_composite_ops_ro
    - indices:data/write/bulk
    - indices:admin/template/get
    - indices:data/read/scroll*
    - unlimited
    - '*'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, name) in view.roles().flat_map(|(role, body)| body.cluster_permissions.iter().map(move |name| (role, name))) {
            let Some(meaning) = view.meaning(name) else { continue };
            if !meaning.index {
                continue;
            }
            if !meaning.cluster {
                found
                    .add(
                        name.place,
                        format!("role `{role}`: `{}` is decided on indices and grants nothing as a cluster permission", name.value),
                    )
                    .help("move it to `allowed_actions` of an index permission");
            } else if meaning.group && is_index_group(&name.value) && cluster_share(view, &meaning.leaves) < 0.5 {
                found
                    .add(
                        name.place,
                        format!(
                            "role `{role}`: `{}` is a group for indices; only its multi-document and scroll actions count here",
                            name.value
                        ),
                    )
                    .help("move it to `allowed_actions`; `cluster_composite_ops` is the group for bulk, mget and msearch")
                    .confidence(Likely);
            }
        }
    }
}

/// The groups whose built-in type is `index`.
fn is_index_group(name: &str) -> bool {
    const INDEX: [&str; 15] = [
        "crud",
        "search",
        "data_access",
        "create_index",
        "write",
        "manage_aliases",
        "read",
        "indices_all",
        "delete",
        "get",
        "manage",
        "index",
        "indices_monitor",
        "suggest",
        "manage_data_streams",
    ];
    INDEX.contains(&name)
}

/// Which share of the known actions behind some leaves is decided by cluster permissions.
fn cluster_share(view: &View<'_>, leaves: &[String]) -> f64 {
    let hit = || actions().iter().filter(|action| leaves.iter().any(|leaf| covers(leaf, action)));
    let all = hit().count().max(1);
    hit().filter(|action| is_cluster_action(view.input.product, action)).count() as f64 / all as f64
}

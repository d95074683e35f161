//! Elasticsearch privileges that do not exist, or stand in the wrong section.

use super::prelude::*;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::evaluate::elasticsearch::{is_cluster_action, is_index_action};
use crate::engine::lint::suggest::Suggest;

/// An invented privilege.
pub(super) struct UnknownPrivilege;

impl Rule for UnknownPrivilege {
    fn about(&self) -> About {
        About {
            id: "unknown-privilege",
            title: "a privilege that the product does not have, or not in this section",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "Elasticsearch refuses a role with an unknown privilege; one of roles.yml is skipped with a line in the log, \
                  and its holders can do nothing.",
            wrong: "# roles.yml
analyst:
  cluster: [monitr, view_index_metadata]  # finds
  indices:
    - names: ['logs-*']
      privileges: [indices_all]  # finds
",
            right: "# roles.yml
analyst:
  cluster: [monitor, 'cluster:admin/xpack/security/user/authenticate']
  indices:
    - names: ['logs-*']
      privileges: [read, READ, view_index_metadata, 'indices:data/read/search']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(configuration) = view.input.elasticsearch else { return };
        let catalog = Catalog::of(view.input.product);
        let names = |privileges: &'static [crate::engine::catalog::elasticsearch::Privilege]| {
            Suggest::new(privileges.iter().map(|privilege| privilege.name.as_str()))
        };
        let (cluster, index) = (names(&catalog.cluster), names(&catalog.index));
        for (role, body) in &configuration.roles {
            let in_indices = body.indices.iter().flat_map(|entry| &entry.privileges).map(|privilege| (privilege, false));
            for (privilege, is_cluster) in body.cluster.iter().map(|privilege| (privilege, true)).chain(in_indices) {
                let lower = privilege.to_lowercase();
                let (own, other) = match is_cluster {
                    true => (catalog.cluster_privilege(&lower).is_some(), catalog.index_privilege(&lower).is_some()),
                    false => (catalog.index_privilege(&lower).is_some(), catalog.cluster_privilege(&lower).is_some()),
                };
                // every other name is refused as an unknown privilege
                if own || if is_cluster { is_cluster_action(&lower) } else { is_index_action(&lower) } {
                    continue;
                }
                let section = if is_cluster { "cluster" } else { "index" };
                let finding = found.add(privilege.place, format!("role `{role}`: there is no {section} privilege `{}`", privilege.value));
                let nearest = if is_cluster { cluster.nearest(&lower) } else { index.nearest(&lower) };
                match nearest.or_else(|| of_opensearch(&lower)) {
                    _ if lower == "*" => finding.help("did you mean `all`?").fix(remedy::rename(view, privilege, "all", Safety::Confirm)),
                    _ if lower.contains(':') && is_cluster => finding.help("it is decided on indices: name it under `indices`"),
                    _ if lower.contains(':') => finding.help("it is decided cluster-wide: name it under `cluster`"),
                    _ if other && is_cluster => finding.help("it is an index privilege: name it under `indices`"),
                    _ if other => finding.help("it is a cluster privilege: name it under `cluster`"),
                    Some(near) => {
                        finding.help(format!("did you mean `{near}`?")).fix(remedy::rename(view, privilege, near, Safety::Confirm))
                    }
                    None => finding.help("the engine refuses the role"),
                };
            }
        }
    }
}

/// What OpenSearch's groups are called here.
fn of_opensearch(name: &str) -> Option<&'static str> {
    Some(match name {
        "indices_all" | "cluster_all" | "unlimited" => "all",
        "cluster_monitor" | "indices_monitor" => "monitor",
        "crud" | "data_access" => "write",
        "search" | "get" => "read",
        _ => return None,
    })
}

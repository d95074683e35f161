//! Elasticsearch's names in an OpenSearch role.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::prelude::*;
use super::unknown_action::each_name;
use super::unknown_action_group::is_unknown_word;

/// A privilege of Elasticsearch where OpenSearch wants actions or groups.
pub(super) struct ElasticsearchPrivilege;

impl Rule for ElasticsearchPrivilege {
    fn about(&self) -> About {
        About {
            id: "elasticsearch-privilege",
            title: "a privilege of Elasticsearch in an OpenSearch role",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "OpenSearch Security has no `view_index_metadata`, `create_doc` or `monitor`; it takes them for actions and grants nothing.",
            wrong: "# roles.yml
analyst:
  cluster_permissions: [monitor]  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - read
        - view_index_metadata  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions: [cluster_monitor]
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - read
        - indices:admin/get
        - indices:admin/mappings/get
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        each_name(view, |name| {
            if is_one(name) && is_unknown_word(view, name) {
                let finding = found.add(name.place, format!("`{}` is a privilege of Elasticsearch; here it grants nothing", name.value));
                if let Some(instead) = instead(name) {
                    finding.help(format!("the nearest in OpenSearch is {instead}"));
                }
            }
        });
    }
}

/// Whether Elasticsearch has a privilege of this name.
pub(super) fn is_one(name: &str) -> bool {
    static NAMES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| include_str!("../../../../assets/lint/elasticsearch-privileges.txt").lines().collect()).contains(name)
}

fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "view_index_metadata" => "`indices:admin/get`, `indices:admin/mappings/get` and `indices:monitor/settings/get`",
        "monitor" => "`cluster_monitor` under `cluster_permissions`, `indices_monitor` under `allowed_actions`",
        "all" => "`cluster_all` under `cluster_permissions`, `indices_all` under `allowed_actions`",
        "create_doc" | "create" => "`indices:data/write/index` with `indices:data/write/bulk*`",
        "auto_configure" => "`indices:admin/create` and `indices:admin/mapping/put`",
        "delete_index" => "`indices:admin/delete`",
        "manage_index_templates" => "`cluster_manage_index_templates`",
        "manage_ingest_pipelines" | "manage_pipeline" => "`cluster_manage_pipelines`",
        "create_snapshot" | "monitor_snapshot" => "`manage_snapshots`",
        "none" => "to name no action at all",
        _ => return None,
    })
}

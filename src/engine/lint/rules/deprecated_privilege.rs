//! A privilege that is on its way out.

use super::prelude::*;

/// A deprecated privilege of Elasticsearch, or one that is not for roles.
pub(super) struct DeprecatedPrivilege;

/// Name, whether of the cluster section, first product, what is said, what to do (the vendor's page of privileges).
const DEPRECATED: [(&str, bool, &[Product], &str, &str); 8] = [
    ("manage_data_frame_transforms", true, SEVEN, "is deprecated since 7.5", "manage_transform"),
    ("monitor_data_frame_transforms", true, SEVEN, "is deprecated since 7.5", "monitor_transform"),
    ("manage_data_stream_global_retention", true, EIGHT, "has no effect and is deprecated since 8.16", ""),
    ("monitor_data_stream_global_retention", true, EIGHT, "has no effect and is deprecated since 8.16", ""),
    ("manage_slm", true, EIGHT, "will no longer start and stop index lifecycle management (deprecated since 8.15)", "manage_ilm"),
    ("read_slm", true, EIGHT, "will no longer show the status of index lifecycle management (deprecated since 8.15)", "read_ilm"),
    ("cross_cluster_replication_internal", false, EIGHT, "is the engine's own and must not be granted in a role", ""),
    ("cross_cluster_replication", false, EIGHT, "only counts under `remote_indices`", ""),
];
const SEVEN: &[Product] = &[Product::Elasticsearch7_17, Product::Elasticsearch8_17, Product::Elasticsearch9_1];
const EIGHT: &[Product] = &[Product::Elasticsearch8_17, Product::Elasticsearch9_1];

impl Rule for DeprecatedPrivilege {
    fn about(&self) -> About {
        About {
            id: "deprecated-privilege",
            title: "a privilege that is deprecated, or not meant for roles",
            severity: Note,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "It still works, or never did anything; one of the next versions takes it away, and refuses the role or grants less.",
            wrong: "# roles.yml
analyst:
  cluster:
    - manage_data_frame_transforms  # finds
    - manage_data_stream_global_retention  # finds
",
            right: "# roles.yml
analyst:
  cluster:
    - manage_transform
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, body) in view.elasticsearch_roles() {
            let in_indices = body.indices.iter().flat_map(|entry| &entry.privileges).map(|name| (name, false));
            for (name, is_cluster) in body.cluster.iter().map(|name| (name, true)).chain(in_indices) {
                let known = DEPRECATED.iter().find(|(old, cluster, products, ..)| {
                    *cluster == is_cluster && name.eq_ignore_ascii_case(old) && products.contains(&view.input.product)
                });
                let Some((_, _, _, what, instead)) = known else { continue };
                let finding = found.add(name.place, format!("role `{role}`: `{}` {what}", name.value));
                match *instead {
                    "" => finding.help("remove it"),
                    "manage_ilm" | "read_ilm" => finding.help(format!("add `{instead}` where that is needed")),
                    // the two hold the same today
                    _ => finding.help(format!("write `{instead}`")).fix(remedy::rename(view, name, instead, Safety::Confirm)),
                };
            }
        }
    }
}

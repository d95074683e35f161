//! Side files of the wrong shape.

use super::prelude::*;
use crate::yaml::Kind;

/// An allow list, node list or settings file that is not built as the engine wants it.
pub(super) struct SideFileShape;

impl Rule for SideFileShape {
    fn about(&self) -> About {
        About {
            id: "side-file-shape",
            title: "an allow list, node list or settings file of the wrong shape",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The engine refuses the file, or reads none of it and keeps the defaults.",
            wrong: "# whitelist.yml
_meta: { type: whitelist, config_version: 2 }
whitelist:  # finds
  enabled: true
# nodes_dn.yml
_meta: { type: nodesdn, config_version: 2 }
nodes_dn:  # finds
  - CN=node-1
",
            right: "# whitelist.yml
_meta: { type: whitelist, config_version: 2 }
config:
  enabled: true
  requests:
    /_cat/nodes: [GET]
# nodes_dn.yml
_meta: { type: nodesdn, config_version: 2 }
other_cluster:
  nodes_dn:
    - CN=node-1
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for kind in [DocumentKind::Allowlist, DocumentKind::Whitelist, DocumentKind::Audit, DocumentKind::Config] {
            for entry in view.top(kind) {
                let v6 = kind == DocumentKind::Config && matches!(entry.key.text(), Some("opendistro_security" | "searchguard"));
                if entry.key.text() != Some("config") && !v6 {
                    let name = entry.key.text().unwrap_or_default();
                    found
                        .add(Some(entry.key.place()), format!("`{name}` where `config` is expected"))
                        .help(format!("the only entry of the {} is `config`", kind.meta_type()));
                }
            }
        }
        for entry in view.top(DocumentKind::NodesDn).filter(|entry| entry.value.kind() != Kind::Mapping && !entry.value.is_null()) {
            let name = entry.key.text().unwrap_or_default();
            found
                .add(Some(entry.key.place()), format!("`{name}` is a list where a cluster's entry is expected"))
                .help("write `<cluster>:` and below it `nodes_dn:` with the list");
        }
    }
}

//! Keys and shapes of the v6 form under a v7 `_meta`.

use super::prelude::*;
use crate::engine::lint::schema::{is_v6, v6_keys};
use crate::yaml::Kind;

/// The old form in a file that says it is new.
pub(super) struct V6Form;

impl Rule for V6Form {
    fn about(&self) -> About {
        About {
            id: "v6-form",
            title: "a key or shape of the v6 form in a v7 file",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The form is chosen by `_meta` for the whole file. A v6 key under a v7 `_meta` is an unknown key, and the file is refused.",
            wrong: "# roles.yml
_meta: { type: roles, config_version: 2 }
analyst:
  cluster: [cluster_monitor]  # finds
# action_groups.yml
_meta: { type: actiongroups, config_version: 2 }
OURS:  # finds
  - 'indices:data/read/*'
THEIRS:
  permissions: ['indices:data/write/*']  # finds
",
            right: "# roles.yml
_meta: { type: roles, config_version: 2 }
analyst:
  cluster_permissions: [cluster_monitor]
# action_groups.yml
_meta: { type: actiongroups, config_version: 2 }
OURS:
  allowed_actions:
    - 'indices:data/read/*'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files {
            let (FileKind::Security(kind), Some(root)) = (file.kind, file.document.root()) else { continue };
            if is_v6(file) {
                if matches!(view.input.product, Product::OpenSearch3_4 | Product::OpenSearch3_8) {
                    let place = root.get("_meta").map_or(root.place(), |meta| meta.place());
                    found
                        .add(Some(place), format!("`{}` is in the v6 form, which OpenSearch 3 does not read", file.name))
                        .help("convert it: `rolesmith convert`");
                }
                continue;
            }
            for entry in root.entries().filter(|entry| entry.key.text() != Some("_meta")) {
                if kind == DocumentKind::ActionGroups && entry.value.kind() == Kind::Sequence {
                    let name = entry.key.text().unwrap_or_default();
                    found
                        .add(Some(entry.key.place()), format!("action group `{name}` is a bare list, as in the v6 form"))
                        .help("put `allowed_actions:` over the list");
                }
                for key in entry.value.entries().map(|inner| inner.key) {
                    if let Some((old, new)) = v6_keys(kind).iter().find(|&&(old, _)| key.text() == Some(old)) {
                        let plain =
                            (*old == "permissions" || *old == "readonly" || old.contains("ackend") || *old == "cluster" || *old == "roles")
                                && entry.value.get(new).is_none();
                        let fix = plain.then(|| Fix::replace(format!("write `{new}`"), Safety::Confirm, key.place(), *new));
                        found
                            .add(Some(key.place()), format!("`{old}` is a key of the v6 form"))
                            .help(format!("the v7 form has `{new}`"))
                            .fix(fix);
                    }
                }
            }
        }
    }
}

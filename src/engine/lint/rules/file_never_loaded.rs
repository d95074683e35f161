//! A file whose name is nearly one that is loaded.

use super::prelude::*;
use crate::engine::lint::File;
use crate::engine::lint::suggest::Suggest;

/// A file under a name that nothing reads.
pub(super) struct FileNeverLoaded;

const LOADED: [&str; 10] = [
    "action_groups.yml",
    "allowlist.yml",
    "audit.yml",
    "config.yml",
    "internal_users.yml",
    "nodes_dn.yml",
    "roles.yml",
    "roles_mapping.yml",
    "tenants.yml",
    "whitelist.yml",
];
const LOADED_ELASTICSEARCH: [&str; 2] = ["role_mapping.yml", "roles.yml"];

impl Rule for FileNeverLoaded {
    fn about(&self) -> About {
        About {
            id: "file-never-loaded",
            title: "a file whose name is nearly, but not quite, one that is loaded",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "Files are found by name. `inernal_users.yml` or `roles.yaml` is passed over in silence and the old state stays.",
            wrong: "# inernal_users.yml  # finds
kim:
  hash: ''
# roles.yaml  # finds
analyst: {}
",
            right: "# internal_users.yml
kim:
  hash: ''
# our-notes.yml
roles: explained here
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let loaded: &[&str] = if view.input.product.is_elasticsearch() { &LOADED_ELASTICSEARCH } else { &LOADED };
        let names = Suggest::new(loaded.iter().copied());
        // Search Guard's names are another product's, not mistyped; manifests and what is beside need no name
        let named = |file: &&File<'_>| !loaded.contains(&file.name) && !file.name.starts_with("sg_");
        let loose = |file: &&File<'_>| !matches!(file.kind, FileKind::Beside | FileKind::Container);
        for file in view.input.files.iter().filter(named).filter(loose) {
            let Some(stem) = file.name.strip_suffix(".yml").or_else(|| file.name.strip_suffix(".yaml")) else { continue };
            let asked = format!("{stem}.yml");
            let nearest = loaded.iter().copied().find(|name| *name == asked).or_else(|| names.nearest(&asked));
            let taken = |name: &str| view.input.files.iter().any(|other| other.name == name);
            if let Some(nearest) = nearest.filter(|nearest| !taken(nearest)) {
                let end = file.document.bytes().iter().position(|&b| b == b'\n').unwrap_or(0);
                found
                    .add(Some(file.document.place(Span::new(0, end))), format!("`{}` is never loaded", file.name))
                    .help(format!("the file that is loaded is called `{nearest}`"));
            }
        }
    }
}

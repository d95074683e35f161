//! More than one YAML document in a file.

use super::prelude::*;

/// A second document behind `---`.
pub(super) struct SecondDocument;

impl Rule for SecondDocument {
    fn about(&self) -> About {
        About {
            id: "second-document",
            title: "a second YAML document in the file",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "The engine reads the first document and passes over everything behind the second `---`.",
            wrong: "# roles.yml  # finds
analyst:
  cluster_permissions: [cluster_monitor]
---
writer:
  cluster_permissions: [cluster_all]
",
            right: "# roles.yml
---
analyst:
  cluster_permissions: [cluster_monitor]
writer:
  cluster_permissions: [cluster_all]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| file.kind.is_yaml() && file.document.roots() > 1) {
            let end = file.document.bytes().iter().position(|&b| b == b'\n').unwrap_or(0);
            let place = file.document.place(Span::new(0, end));
            found
                .add(Some(place), format!("`{}` holds {} YAML documents; only the first is read", file.name, file.document.roots()))
                .help("remove the `---` between them");
        }
    }
}

//! A document without `_meta`.

use super::prelude::*;
use crate::engine::lint::schema::is_v6;
use crate::yaml::Kind;

/// `_meta` is not there.
pub(super) struct MetaMissing;

impl Rule for MetaMissing {
    fn about(&self) -> About {
        About {
            id: "meta-missing",
            title: "no `_meta` with type and version",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Without `_meta` the file counts as one of the v6 form: securityadmin refuses to load it, or reads it by other rules.",
            wrong: "# roles.yml  # finds
analyst:
  cluster_permissions: [cluster_monitor]
",
            right: "# roles.yml
_meta:
  type: roles
  config_version: 2
analyst:
  cluster_permissions: [cluster_monitor]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files {
            let (FileKind::Security(kind), Some(root)) = (file.kind, file.document.root()) else { continue };
            // what the REST API exports is JSON without `_meta`
            if root.kind() != Kind::Mapping
                || root.get("_meta").is_some()
                || file.name.ends_with(".json")
                || is_v6(file)
                || root.entries().len() == 0
            {
                continue;
            }
            if root.style() == crate::yaml::Style::Flow {
                continue;
            }
            let bytes = file.document.bytes();
            let end = bytes.iter().position(|&b| b == b'\n').unwrap_or(bytes.len());
            let at = root.span().start as usize;
            let eol = if bytes.get(..end).is_some_and(|line| line.ends_with(b"\r")) { "\r\n" } else { "\n" };
            let text = ["_meta:", &format!("  type: \"{}\"", kind.meta_type()), "  config_version: 2", "", ""].join(eol);
            let fix = Fix::replace("add `_meta`", Safety::Confirm, file.document.place(Span::new(at, at)), text);
            found
                .add(Some(file.document.place(Span::new(0, end))), format!("`{}` has no `_meta`", file.name))
                .help(format!("start the file with `_meta: {{ type: {}, config_version: 2 }}`", kind.meta_type()))
                .fix(Some(fix));
        }
    }
}

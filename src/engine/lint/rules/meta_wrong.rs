//! `_meta` with another type or version than the file has.

use super::prelude::*;
use crate::yaml::Node;

/// `_meta` says something else than the file is.
pub(super) struct MetaWrong;

impl Rule for MetaWrong {
    fn about(&self) -> About {
        About {
            id: "meta-wrong",
            title: "`_meta` with the wrong type or version",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "securityadmin compares `_meta.type` with the kind of file that it loads and refuses another one; \
                  `config_version` other than 2 means the v6 form, which OpenSearch 3 no longer reads.",
            wrong: "# roles.yml
_meta:
  type: rolesmapping  # finds
  config_version: 2
# tenants.yml
_meta:
  type: tenants
  config_version: 3  # finds
",
            right: "# roles.yml
_meta:
  type: \"roles\"
  config_version: 2
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files {
            let (FileKind::Security(kind), Some(meta)) = (file.kind, file.document.root().and_then(|root| root.get("_meta"))) else {
                continue;
            };
            let mut wrong = |key: &str, is_right: &dyn Fn(&str) -> bool, right: &str| match meta.get(key) {
                Some(value) if !is_right(value.text().unwrap_or_default()) => {
                    let fix = replace(value, right);
                    let written = value.text().unwrap_or_default();
                    found
                        .add(Some(value.place()), format!("`_meta.{key}` is `{written}` in `{}`", file.name))
                        .help(format!("it must be `{right}`"))
                        .fix(fix);
                }
                Some(_) => {}
                None => {
                    found
                        .add(Some(meta.place()), format!("`_meta` of `{}` has no `{key}`", file.name))
                        .help(format!("add `{key}: {right}`"));
                }
            };
            let lists = [DocumentKind::Allowlist, DocumentKind::Whitelist];
            let same =
                |text: &str| text == kind.meta_type() || (lists.contains(&kind) && lists.iter().any(|kind| kind.meta_type() == text));
            wrong("type", &same, kind.meta_type());
            let old = matches!(view.input.product, Product::OpenDistro1_13 | Product::OpenSearch2_19);
            wrong("config_version", &|text| text == "2" || (old && text == "1"), "2");
        }
    }
}

fn replace(value: Node<'_>, right: &str) -> Option<Fix> {
    value.text()?;
    Some(Fix::replace(format!("write `{right}`"), Safety::Confirm, value.place(), right))
}

//! `-'*'`: one text instead of a list.

use super::prelude::*;
use crate::engine::lint::tree::mappings;
use crate::yaml::Style;

/// A dash that makes no list.
pub(super) struct DashWithoutBlank;

impl Rule for DashWithoutBlank {
    fn about(&self) -> About {
        About {
            id: "dash-without-blank",
            title: "a `-` without a blank behind it, which makes a text of a list",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "`-'*'` is one text that starts with a dash and a quote. The engine wants a list there and refuses the file.",
            wrong: "# roles.yml
analyst:
  cluster_permissions:
    -'cluster_monitor'  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions:
    - 'cluster_monitor'
  index_permissions:
    - index_patterns: ['-x']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        const LISTS: [&str; 14] = [
            "allowed_actions",
            "and_backend_roles",
            "backend_roles",
            "cluster",
            "cluster_permissions",
            "fls",
            "hosts",
            "index_patterns",
            "masked_fields",
            "names",
            "opendistro_security_roles",
            "privileges",
            "tenant_patterns",
            "users",
        ];
        for file in view.input.files.iter().filter(|file| file.kind.is_yaml()) {
            let Some(root) = file.document.root() else { continue };
            mappings(root, |mapping| {
                for entry in mapping.entries() {
                    let value = entry.value;
                    let Some(text) = value.text().filter(|text| value.style() == Style::Plain && text.len() > 1 && text.starts_with('-'))
                    else {
                        continue;
                    };
                    if entry.key.text().is_some_and(|key| LISTS.contains(&key)) && !text.starts_with("- ") {
                        let at = value.span().start as usize + 1;
                        let one = !view.bytes(value.place()).contains(&b'\n');
                        let fix = one.then(|| {
                            Fix::replace("put a blank behind the dash", Safety::Confirm, file.document.place(Span::new(at, at)), " ")
                        });
                        found
                            .add(Some(value.place()), "a `-` without a blank makes a text, not a list")
                            .help("write `- ` before each item")
                            .fix(fix);
                    }
                }
            });
        }
    }
}

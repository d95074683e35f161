//! A pattern that the engine reads otherwise when it is not alone.

use super::prelude::*;
use crate::engine::evaluate::elasticsearch::Rules;
use crate::engine::pattern::lucene::{Dialect, pattern, patterns};

/// `**`, `*/…` or an escaped star at the end, beside other patterns.
pub(super) struct PatternCutAtStar;

impl Rule for PatternCutAtStar {
    fn about(&self) -> About {
        About {
            id: "pattern-cut-at-star",
            title: "a pattern that means something else beside other patterns",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "From 7.17 on Elasticsearch cuts the patterns of a list at a `*` at their beginning and end before it compiles what is \
                  left: of `**` nothing is left, which matches no name, `*/a*` leaves a `/a` that does not close, so that the role is \
                  refused, and the `*` of a `\\*` at the end counts as a wildcard. Alone each means what it says.",
            wrong: "# roles.yml
analyst:
  indices:
    - names: ['**', 'logs-*']  # finds
      privileges: [read]
",
            right: "# roles.yml
analyst:
  indices:
    - names: ['*', 'logs-*']
      privileges: [read]
other:
  indices:
    - names: ['**']
      privileges: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let dialect = Rules::of(view.input.product).dialect;
        for (role, body) in view.elasticsearch_roles() {
            let fields = body.indices.iter().filter_map(|entry| entry.field_security.as_ref());
            let fields = fields.flat_map(|security| security.grant.iter().chain(&security.except));
            let resources = body.applications.iter().map(|entry| &entry.resources);
            let lists = fields.chain(resources).chain([&body.run_as]).map(|list| list.iter().collect::<Vec<_>>());
            // names that are no patterns are not compiled with the others
            let inexact = |name: &&Located<String>| name.starts_with('/') || name.contains(['*', '?']);
            let names = body.indices.iter().map(|entry| entry.names.iter().filter(inexact).collect::<Vec<_>>());
            for list in lists.chain(names).filter(|list| list.len() > 1) {
                for text in list {
                    let Some(becomes) = becomes(text, dialect) else { continue };
                    found
                        .add(text.place, format!("role `{role}`: `{}` {becomes} beside the other patterns", text.value))
                        .help("give it an entry of its own, or write it as an expression between slashes");
                }
            }
        }
    }
}

/// What becomes of a pattern in a list, when it is not what it is alone.
fn becomes(text: &str, dialect: Dialect) -> Option<&'static str> {
    if text != "**" && !text.starts_with("*/") && !text.contains('\\') {
        return None;
    }
    let alone = pattern(text, dialect).ok()?;
    match patterns(&[text, text], dialect) {
        Err(_) => Some("is refused"),
        Ok(listed) if listed.is_empty() && !alone.is_empty() => Some("matches nothing"),
        Ok(listed) if !listed.is_subset_of(&alone) || !alone.is_subset_of(&listed) => Some("matches otherwise"),
        Ok(_) => None,
    }
}

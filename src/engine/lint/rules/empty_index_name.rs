//! An index name that is the empty text.

use super::prelude::*;

/// A name that names nothing.
pub(super) struct EmptyIndexName;

impl Rule for EmptyIndexName {
    fn about(&self) -> About {
        About {
            id: "empty-index-name",
            title: "an index name that is empty",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "It is taken and matches the empty name alone, which no index has: nothing is granted.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['']  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, name) in each_pattern(view).filter(|(_, name)| name.trim().is_empty()) {
            found.add(name.place, format!("role `{role}`: an empty index name matches no index")).help("name the index, or `*` for all");
        }
    }
}

/// Every index pattern of every product's roles, with its role.
pub(super) fn each_pattern<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a str, &'a Located<String>)> {
    let opensearch = view.index_rules().flat_map(|(role, rule)| rule.index_patterns.iter().map(move |name| (role, name)));
    let elasticsearch = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
    opensearch.chain(
        elasticsearch.flat_map(|(role, body)| body.indices.iter().flat_map(|entry| &entry.names).map(move |name| (role.as_str(), name))),
    )
}

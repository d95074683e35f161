//! One pattern in two rules of a role, with different filters.

use std::collections::HashMap;

use super::prelude::*;

/// The same index pattern under different document-level security.
pub(super) struct SamePatternTwice;

impl Rule for SamePatternTwice {
    fn about(&self) -> About {
        About {
            id: "same-pattern-twice",
            title: "one index pattern in two rules of a role with different DLS",
            severity: Warning,
            confidence: Possible,
            products: EVERY,
            why: "The queries are joined with OR: the holder sees the documents of both. Who meant AND gives more than was wanted.",
            wrong: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"term\": {\"country\": \"de\"}}'
      allowed_actions: [read]
    - index_patterns: ['orders']  # finds
      dls: '{\"term\": {\"open\": true}}'
      allowed_actions: [read]
",
            right: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"bool\": {\"filter\": [{\"term\": {\"country\": \"de\"}}, {\"term\": {\"open\": true}}]}}'
      allowed_actions: [read]
    - index_patterns: ['orders']
      dls: '{\"bool\": {\"filter\": [{\"term\": {\"country\": \"de\"}}, {\"term\": {\"open\": true}}]}}'
      allowed_actions: [indices_monitor]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        twice_of_elasticsearch(view, found);
        for (name, role) in view.roles().filter(|(_, role)| role.index_permissions.len() > 1) {
            let mut first: HashMap<&str, Option<&str>> = HashMap::new();
            for rule in &role.index_permissions {
                let dls = rule.dls.as_ref().map(|dls| dls.trim()).filter(|dls| !dls.is_empty());
                for pattern in &rule.index_patterns {
                    let before = *first.entry(pattern).or_insert(dls);
                    if before != dls {
                        let (message, help) = match (before, dls) {
                            (Some(_), Some(_)) => ("with another DLS query", "the two are joined with OR; for AND write one `bool` query"),
                            _ => (
                                "once with DLS and once without",
                                "by default the filter stays for both; with `dfm_empty_overrides_all` it is lifted",
                            ),
                        };
                        found.add(pattern.place, format!("role `{name}`: `{}` is there twice, {message}", pattern.value)).help(help);
                    }
                }
            }
        }
    }
}

/// Elasticsearch joins the queries of one role as well; an entry without a query lifts them when it names
/// the same set of names, or reads.
fn twice_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    for (role, body) in view.elasticsearch_roles().filter(|(_, role)| role.indices.len() > 1) {
        let mut first: HashMap<&str, Option<&str>> = HashMap::new();
        for entry in &body.indices {
            let query = entry.query.as_ref().map(|query| query.trim());
            let reads = privileges::grants(view.input.product, entry, "indices:data/read/search");
            for name in entry.names.iter().filter(|_| reads || query.is_some()) {
                let before = *first.entry(name).or_insert(query);
                if before == query {
                    continue;
                }
                let (message, help) = match (before, query) {
                    (Some(_), Some(_)) => ("with another query", "the two are joined with OR; for AND write one `bool` query"),
                    _ => ("once with a query and once without", "the entry without one shows every document; give both the query"),
                };
                found.add(name.place, format!("role `{role}`: `{}` is there twice, {message}", name.value)).help(help);
            }
        }
    }
}

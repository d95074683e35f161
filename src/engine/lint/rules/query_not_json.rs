//! An Elasticsearch DLS query that is no JSON.

use super::prelude::*;

/// Document-level security that cannot be read.
pub(super) struct QueryNotJson;

impl Rule for QueryNotJson {
    fn about(&self) -> About {
        About {
            id: "query-not-json",
            title: "a `query` that is not JSON",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "Requests of the holders fail, or the engine refuses the role.",
            wrong: "# roles.yml
clerk:
  indices:
    - names: ['orders']
      privileges: [read]
      query: '{\"term\": {\"country\": \"de\"}'  # finds
",
            right: "# roles.yml
clerk:
  indices:
    - names: ['orders']
      privileges: [read]
      query: '{\"term\": {\"country\": \"de\"}}'
    - names: ['hr']
      privileges: [read]
      query: '{\"template\": {\"source\": \"{\\\"term\\\": {\\\"u\\\": \\\"{{_user.username}}\\\"}}\"}}'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, entry) in roles.flat_map(|(role, body)| body.indices.iter().map(move |entry| (role, entry))) {
            let Some(query) = entry.query.as_ref().filter(|query| !query.trim().is_empty()) else { continue };
            // a mustache template may be JSON only once it is filled in
            if let Err(error) = serde_json::from_str::<serde_json::Value>(query)
                && !query.contains("{{")
            {
                found
                    .add(query.place, format!("role `{role}`: the query is not JSON: {error}"))
                    .help("check quotes and braces; in YAML put the query into single quotes");
            }
        }
    }
}

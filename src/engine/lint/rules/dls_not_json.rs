//! A DLS query that is no JSON.

use super::prelude::*;

/// Document-level security that cannot be read.
pub(super) struct DlsNotJson;

impl Rule for DlsNotJson {
    fn about(&self) -> About {
        About {
            id: "dls-not-json",
            title: "a DLS query that is not JSON, even with its variables replaced",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "OpenSearch 2 answers every request of the holders with a 500; OpenSearch 3 shows them no document at all.",
            wrong: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"term\": {\"country\": \"de\"}'  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"terms\": {\"team\": [${user.roles}]}}'
      allowed_actions: [read]
    - index_patterns: ['hr']
      dls: '{\"bool\": {\"filter\": {\"range\": {\"level\": {\"lte\": ${attr.internal.level}}}}}}'
      allowed_actions: [read]
    - index_patterns: ['notes']
      dls: '{\"term\": {\"owner\": \"${user.name}\"}}'
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (role, rule) in view.index_rules() {
            let Some(dls) = rule.dls.as_ref().filter(|dls| !dls.trim().is_empty()) else { continue };
            match serde_json::from_str::<serde_json::Value>(&substituted(dls)) {
                Ok(value) if value.is_object() => {}
                Ok(_) => {
                    found
                        .add(dls.place, format!("role `{role}`: the DLS query is JSON, but no object"))
                        .help("a query is an object: `{\"term\": {…}}`");
                }
                Err(error) => {
                    found
                        .add(dls.place, format!("role `{role}`: the DLS query is not JSON: {error}"))
                        .help("check quotes and braces; in YAML put the query into single quotes");
                }
            }
        }
    }
}

/// The query with something harmless for each variable: a word inside of quotes, a text outside.
pub(super) fn substituted(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    let (mut quoted, mut escaped) = (false, false);
    let mut rest = query;
    while let Some(c) = rest.chars().next() {
        if !escaped
            && rest.starts_with("${")
            && let Some(end) = rest.find('}')
        {
            out.push_str(if quoted { "x" } else { "\"x\"" });
            rest = &rest[end + 1..];
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

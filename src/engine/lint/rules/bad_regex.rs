//! A regular expression that does not compile.

use super::prelude::*;
use crate::engine::evaluate::elasticsearch::Rules;
use crate::engine::lint::glob::is_regex;
use crate::engine::pattern::lucene::{PatternError, pattern};
use crate::engine::pattern::{JavaRegex, RegexProblem};

/// A broken `/…/`.
pub(super) struct BadRegex;

impl Rule for BadRegex {
    fn about(&self) -> About {
        About {
            id: "bad-regex",
            title: "a regular expression that does not compile",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "OpenSearch ignores the entry. Open Distro answers every index request of the role's holders with a 500, \
                  and refuses the whole configuration for one in `cluster_permissions`. Elasticsearch cannot use the role: \
                  its holders get an error for every request.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['/logs-[0-9/']  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['/logs-[0-9]{4}/', '/(?!secret).*/']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        bad_regex_of_elasticsearch(view, found);
        let configuration = view.input.configuration;
        let roles = configuration.roles.values().flat_map(|role| {
            role.cluster_permissions
                .iter()
                .chain(role.index_permissions.iter().flat_map(|rule| rule.index_patterns.iter().chain(&rule.allowed_actions)))
        });
        let mappings = configuration
            .roles_mapping
            .values()
            .flat_map(|mapping| mapping.users.iter().chain(&mapping.backend_roles).chain(&mapping.hosts));
        for text in roles.chain(mappings).filter(|text| is_regex(text) && text.len() > 2 && !text.contains("${")) {
            if let Err(RegexProblem::Invalid(why)) = JavaRegex::new(&text[1..text.len() - 1]) {
                found
                    .add(text.place, format!("`{}` is no regular expression: {}", text.value, why.lines().next().unwrap_or_default()))
                    .help("close what is open, or write the special character with a `\\`");
            }
        }
    }
}

/// Lucene's own dialect; a leading `/` without one at the end refuses as well (engine notes).
fn bad_regex_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    let dialect = Rules::of(view.input.product).dialect;
    for (role, body) in view.elasticsearch_roles() {
        let texts = body.indices.iter().flat_map(|entry| &entry.names).chain(&body.run_as);
        for text in texts.filter(|text| text.starts_with('/')) {
            if let Err(PatternError::Invalid(why)) = pattern(text, dialect) {
                found
                    .add(text.place, format!("role `{role}`: `{}` is no pattern: {}", text.value, why.lines().next().unwrap_or_default()))
                    .help("close the expression with a `/`, and write special characters with a `\\`");
            }
        }
    }
}

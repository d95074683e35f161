//! A scenario that expects what no role gives.

use std::collections::BTreeSet;

use super::prelude::*;
use crate::engine::evaluate::Outcome;
use crate::engine::scenario::subject;

/// An expectation that no role can meet.
pub(super) struct ScenarioNeedsMore;

impl Rule for ScenarioNeedsMore {
    fn about(&self) -> About {
        About {
            id: "scenario-needs-more",
            title: "a scenario that expects what no role gives",
            severity: Warning,
            confidence: Certain,
            products: EVERY,
            why: "The line fails whoever asks: no role, defined or built in, grants one of the actions. The expectation or a role is wrong.",
            wrong: "# product: opendistro-1.13
# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# internal_users.yml
kim:
  hash: ''
  opendistro_security_roles: [analyst]
# scenarios.yml
requests:
  - request: POST /logs-2025/_open
    as: kim
    expect: allowed  # finds
",
            right: "# product: opendistro-1.13
# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# internal_users.yml
kim:
  hash: ''
  opendistro_security_roles: [analyst]
# scenarios.yml
requests:
  - request: GET /logs-2025/_search
    as: kim
    expect: allowed
  - request: DELETE /logs-2025
    as: kim
    expect: denied
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let (Some(engine), Some(scenario)) = (view.input.engine, view.input.scenario) else { return };
        for case in &scenario.cases {
            for (user, expectation) in case.expect.iter().filter(|(_, expectation)| expectation.outcome == Outcome::Allowed) {
                let Some(subject) = subject(user, scenario, view.input.configuration) else { continue };
                if engine.decide(&subject, &case.request).outcome != Outcome::Denied {
                    continue;
                }
                let verdict = engine.explain(&subject, &case.request);
                let cells = verdict.calls.iter().flat_map(|call| &call.cells).filter(|cell| cell.granted_by.is_none());
                let ungranted: BTreeSet<&str> = cells
                    .filter(|cell| match view.input.product.is_elasticsearch() {
                        true => !is_granted_in_elasticsearch(view, &cell.action, &cell.index),
                        false => !view.is_granted_by_a_named_role(&cell.action, &cell.index),
                    })
                    .map(|cell| cell.action.as_str())
                    .collect();
                let ungranted: Vec<&str> = ungranted.into_iter().collect();
                if !ungranted.is_empty() {
                    found
                        .add(
                            expectation.place.or(case.place),
                            format!("`{}` needs {}, which no role gives by name", case.request, ungranted.join(", ")),
                        )
                        .help("grant it to a role, or expect `denied`");
                }
            }
        }
    }
}

/// Whether a role of the files, or a reserved one that is not all-powerful, grants an action.
fn is_granted_in_elasticsearch(view: &View<'_>, action: &str, index: &str) -> bool {
    let product = view.input.product;
    let reserved = crate::engine::catalog::elasticsearch::Catalog::of(product).reserved_roles();
    let mut roles =
        view.elasticsearch_roles().map(|(_, role)| role).chain(reserved.values().filter(|role| !privileges::is_powerful(view, role)));
    roles.any(|role| match index.is_empty() {
        true => privileges::grants_in_cluster(product, role, action),
        false => role.indices.iter().any(|entry| {
            let named = entry.names.iter().any(|name| name.starts_with('/') || crate::engine::lint::glob::covers(name, index));
            named && privileges::grants(product, entry, action)
        }),
    })
}

//! A scenario that expects what no role gives.

use std::collections::BTreeSet;

use super::prelude::*;
use crate::engine::evaluate::Outcome;

/// An expectation that no role can meet.
pub(super) struct ScenarioNeedsMore;

impl Rule for ScenarioNeedsMore {
    fn about(&self) -> About {
        About {
            id: "scenario-needs-more",
            title: "a scenario that expects what no role gives",
            severity: Warning,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The line fails whoever asks: no role, defined or built in, grants one of the actions. The expectation or a role is wrong.",
            wrong: "",
            right: "",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(engine) = view.input.engine else { return };
        for expectation in view.input.scenarios.iter().filter(|expectation| expectation.allowed) {
            if engine.decide(&expectation.subject, &expectation.request).outcome != Outcome::Denied {
                continue;
            }
            let verdict = engine.explain(&expectation.subject, &expectation.request);
            let missing: BTreeSet<&str> = verdict.calls.iter().flat_map(|call| &call.missing).map(String::as_str).collect();
            let ungranted: Vec<&str> = missing.into_iter().filter(|action| !view.is_granted_by_a_named_role(action)).collect();
            if !ungranted.is_empty() {
                found
                    .add(
                        expectation.place,
                        format!("`{}` needs {}, which no role but `*` gives", expectation.request, ungranted.join(", ")),
                    )
                    .help("grant it to a role, or expect `denied`");
            }
        }
    }
}

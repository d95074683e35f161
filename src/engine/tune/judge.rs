//! A scenario as a judge of configurations.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::prune::{Exercised, Judge};
use crate::engine::evaluate::{Decide, Indices, Outcome, Scope};
use crate::engine::scenario::{Answer, Directory, Scenario, replay, subject};

/// Compiles a configuration for the product and cluster at hand.
pub type Compile<'a, C> = dyn Fn(&C) -> Arc<dyn Decide> + Sync + 'a;

/// Judges by a scenario's expectations: those that hold at the start must go on holding, those that do not may
/// come to hold, and an answer without expectation must stay what it is.
pub struct ScenarioJudge<'a, C> {
    scenario: &'a Scenario,
    compile: &'a Compile<'a, C>,
    start: Vec<Answer>,
}

impl<'a, C: Directory> ScenarioJudge<'a, C> {
    /// Take the answers of `configuration` as what must stay, wherever the scenario expects nothing else.
    pub fn new(scenario: &'a Scenario, configuration: &C, compile: &'a Compile<'a, C>) -> Self {
        let start = replay(scenario, configuration, &*compile(configuration)).answers;
        Self { scenario, compile, start }
    }
}

/// Whether an answer is still what it was at the start, or what is expected.
fn kept(answer: &Answer, start: &Answer) -> bool {
    match start.holds() {
        Some(true) => answer.holds() == Some(true),
        Some(false) => true,
        None => answer.verdict.as_ref().map(|verdict| verdict.outcome) == start.verdict.as_ref().map(|verdict| verdict.outcome),
    }
}

/// The wildcard expressions in the first part of a path.
fn wildcards(path: &str) -> impl Iterator<Item = String> {
    let first = path.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    first.split(',').filter(|name| name.contains('*') && !name.starts_with(['_', '-', '<'])).map(str::to_owned)
}

impl<C: Directory> Judge<C> for ScenarioJudge<'_, C> {
    fn holds(&self, configuration: &C) -> bool {
        let replay = replay(self.scenario, configuration, &*(self.compile)(configuration));
        replay.answers.iter().zip(&self.start).all(|(answer, start)| kept(answer, start))
    }

    fn broken(&self, configuration: &C) -> BTreeSet<String> {
        let replay = replay(self.scenario, configuration, &*(self.compile)(configuration));
        let broken = replay.answers.iter().zip(&self.start).filter(|(answer, start)| !kept(answer, start));
        broken
            .map(|(answer, _)| {
                let name = self.scenario.cases.get(answer.case).map(|case| case.name.as_str()).unwrap_or_default();
                format!("{}: {name}", answer.user)
            })
            .collect()
    }

    fn exercised(&self, configuration: &C) -> Exercised {
        let decide = (self.compile)(configuration);
        let mut exercised = Exercised::default();
        for case in &self.scenario.cases {
            for user in &case.users {
                let Some(subject) = subject(user, self.scenario, configuration) else { continue };
                let verdict = decide.decide(&subject, &case.request);
                let wanted = case.expect.get(user.as_str()).map_or(verdict.outcome, |expected| expected.outcome);
                if matches!(wanted, Outcome::Allowed | Outcome::Partial) {
                    exercised.asked.extend(wildcards(&case.request.path));
                }
                exercised.roles.extend(verdict.roles);
                for call in verdict.calls {
                    match call.scope {
                        Scope::Cluster => exercised.cluster.extend(call.required),
                        Scope::Index => exercised.index.extend(call.required),
                    }
                    if let Indices::Names(names) = call.indices {
                        exercised.names.extend(names);
                    }
                }
            }
        }
        exercised
    }
}

//! A scenario as a judge of configurations.

use std::sync::Arc;

use super::prune::{Exercised, Judge};
use crate::engine::evaluate::{Decide, Indices, Scope};
use crate::engine::model::opensearch::Configuration;
use crate::engine::scenario::{Scenario, replay, subject};

/// Compiles a configuration for the product and cluster at hand.
pub type Compile<'a> = dyn Fn(&Configuration) -> Arc<dyn Decide> + Sync + 'a;

/// Judges by a scenario's expectations; an answer without expectation must stay what it is at the start.
pub struct ScenarioJudge<'a> {
    scenario: &'a Scenario,
    compile: &'a Compile<'a>,
    free: Vec<crate::engine::evaluate::Outcome>,
}

impl<'a> ScenarioJudge<'a> {
    /// Take the answers of `configuration` as what must stay, wherever the scenario expects nothing else.
    pub fn new(scenario: &'a Scenario, configuration: &Configuration, compile: &'a Compile<'a>) -> Self {
        let free = outcomes(scenario, configuration, compile);
        Self { scenario, compile, free }
    }
}

fn outcomes(scenario: &Scenario, configuration: &Configuration, compile: &Compile<'_>) -> Vec<crate::engine::evaluate::Outcome> {
    let replay = replay(scenario, configuration, &*compile(configuration));
    replay.answers.iter().filter_map(|answer| answer.verdict.as_ref().map(|verdict| verdict.outcome)).collect()
}

impl Judge for ScenarioJudge<'_> {
    fn holds(&self, configuration: &Configuration) -> bool {
        let replay = replay(self.scenario, configuration, &*(self.compile)(configuration));
        let mut free = self.free.iter();
        replay.answers.iter().all(|answer| {
            let before = if answer.verdict.is_some() { free.next() } else { None };
            match answer.holds() {
                Some(holds) => holds,
                None => answer.verdict.as_ref().map(|verdict| &verdict.outcome) == before,
            }
        })
    }

    fn exercised(&self, configuration: &Configuration) -> Exercised {
        let decide = (self.compile)(configuration);
        let mut exercised = Exercised::default();
        for case in &self.scenario.cases {
            for user in &case.users {
                let Some(subject) = subject(user, self.scenario, configuration) else { continue };
                for call in decide.decide(&subject, &case.request).calls {
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

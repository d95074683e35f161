//! Every request by every user of a scenario, answered.

use super::people::Directory;
use super::{Expectation, Persona, Scenario};
use crate::engine::evaluate::{Decide, Subject, Verdict};
use crate::source::{Located, Problem};

/// One cell of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Index into the scenario's cases.
    pub case: usize,
    /// The user, as the scenario names it.
    pub user: String,
    /// What the engine answers; none when nobody knows the user.
    pub verdict: Option<Verdict>,
    /// What should come back, if the scenario says so.
    pub expected: Option<Expectation>,
}

impl Answer {
    /// Whether the answer is the expected one; none when nothing is expected.
    pub fn holds(&self) -> Option<bool> {
        let expected = self.expected.as_ref()?;
        let Some(verdict) = &self.verdict else { return Some(false) };
        let text = |wanted: &String| {
            let items = verdict.items.iter().filter_map(|item| item.reason.as_ref());
            verdict.reason.iter().chain(items).any(|reason| reason.contains(wanted))
        };
        Some(verdict.outcome == expected.outcome && expected.reason.as_ref().is_none_or(text))
    }
}

/// All answers of a scenario, case by case, and the users that nobody knows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replay {
    /// In file order.
    pub answers: Vec<Answer>,
    /// A user that is neither in internal_users nor in the scenario's `users`.
    pub problems: Vec<Problem>,
}

impl Replay {
    /// How many expectations hold and how many there are.
    pub fn score(&self) -> (usize, usize) {
        let asked = self.answers.iter().filter_map(Answer::holds);
        asked.fold((0, 0), |(held, all), holds| (held + usize::from(holds), all + 1))
    }

    /// The answers that are not as expected.
    pub fn failures(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(|answer| answer.holds() == Some(false))
    }
}

/// Who sends requests as `name`: the scenario's own user, else one of the configuration.
pub fn subject(name: &str, scenario: &Scenario, configuration: &dyn Directory) -> Option<Subject> {
    if let Some(persona) = scenario.users.get(name) {
        return Some(of_persona(name, persona));
    }
    configuration.subject(name)
}

fn of_persona(name: &str, persona: &Persona) -> Subject {
    let attribute = |key: &String| if key.contains('.') { key.clone() } else { format!("attr.internal.{key}") };
    Subject {
        user: persona.user.clone().unwrap_or_else(|| name.to_owned()),
        backend_roles: persona.backend_roles.clone(),
        attributes: persona.attributes.iter().map(|(key, value)| (attribute(key), value.clone())).collect(),
        requested_tenant: persona.tenant.clone(),
        host: persona.host.clone(),
        api_key: persona.api_key.clone(),
    }
}

/// Answer every request by every user of the scenario.
pub fn replay(scenario: &Scenario, configuration: &dyn Directory, engine: &dyn Decide) -> Replay {
    let mut out = Replay { answers: Vec::new(), problems: strangers(scenario, configuration) };
    for (at, case) in scenario.cases.iter().enumerate() {
        for user in &case.users {
            let verdict = subject(user, scenario, configuration).map(|mut subject| {
                if let Some((_, tenant)) = case.request.headers.iter().find(|(name, _)| name == "securitytenant") {
                    subject.requested_tenant = Some(tenant.clone());
                }
                engine.decide(&subject, &case.request)
            });
            let expected = case.expect.get(&user.value).cloned();
            out.answers.push(Answer { case: at, user: user.value.clone(), verdict, expected });
        }
    }
    out
}

/// What is wrong with every user of a request that neither the scenario nor the configuration knows.
pub fn strangers(scenario: &Scenario, configuration: &dyn Directory) -> Vec<Problem> {
    let users = scenario.cases.iter().flat_map(|case| &case.users);
    users.filter(|user| subject(user, scenario, configuration).is_none()).map(nobody).collect()
}

fn nobody(user: &Located<String>) -> Problem {
    Problem::error(user.place, format!("no user `{}` in internal_users or in the scenario's `users`", user.value))
        .help("if it comes from LDAP, OIDC, SAML or a proxy, add it to `users` with its backend roles")
}

//! The outcome of a scenario as text: failures first, then the score.

use super::{Locate, escape};
use crate::engine::scenario::{Answer, Replay, Scenario};

/// A replayed scenario, to be reported.
#[derive(Clone, Copy)]
pub struct Check<'a> {
    /// What was asked.
    pub scenario: &'a Scenario,
    /// What was answered.
    pub replay: &'a Replay,
    /// Where places are.
    pub locate: Locate<'a>,
}

impl Check<'_> {
    /// What a case is called.
    pub fn name(&self, answer: &Answer) -> &str {
        self.scenario.cases.get(answer.case).map_or("", |case| &case.name)
    }

    /// The request line of a case.
    pub fn request(&self, answer: &Answer) -> String {
        self.scenario.cases.get(answer.case).map(|case| case.request.to_string()).unwrap_or_default()
    }

    /// What came back, in words.
    pub fn got(&self, answer: &Answer) -> String {
        let Some(verdict) = &answer.verdict else { return "nobody knows this user".to_owned() };
        let mut out = verdict.outcome.word().to_owned();
        if let Some(reason) = &verdict.reason {
            out.push_str(&format!(": {reason}"));
        }
        for item in verdict.items.iter().filter(|item| item.reason.is_some()).take(3) {
            out.push_str(&format!("; {} on {}: {}", item.op, item.index, item.reason.as_deref().unwrap_or_default()));
        }
        for why in &verdict.unknown {
            out.push_str(&format!("; {why}"));
        }
        out
    }

    /// `file:line:col` of the expectation, else of the case.
    pub fn place(&self, answer: &Answer) -> Option<super::Spot> {
        let case = self.scenario.cases.get(answer.case)?;
        answer.expected.as_ref().and_then(|expected| expected.place).or(case.place).and_then(self.locate)
    }
}

/// Failures first, then what was only looked at, then the score.
pub fn check_text(check: &Check<'_>) -> String {
    let mut out = String::new();
    for answer in check.replay.failures() {
        let expected = answer.expected.as_ref().map_or("", |expected| expected.outcome.word());
        let place = check.place(answer).map(|spot| format!("{spot}: ")).unwrap_or_default();
        out.push_str(&format!("FAIL {place}{} ({} as {})\n", check.name(answer), check.request(answer), answer.user));
        out.push_str(&format!("     expected {expected}, got {}\n", check.got(answer)));
        if let Some(reason) = answer.expected.as_ref().and_then(|expected| expected.reason.as_ref()) {
            out.push_str(&format!("     expected the answer to contain `{reason}`\n"));
        }
    }
    let (held, asked) = check.replay.score();
    let looked = check.replay.answers.len() - asked;
    out.push_str(&format!("{held} of {asked} expectations hold"));
    if looked > 0 {
        out.push_str(&format!(", {looked} answers without one"));
    }
    out.push('\n');
    escape(&out)
}

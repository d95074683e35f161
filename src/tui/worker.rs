//! Slow work, away from the screen: verdicts, repairs, password hashes. Pure functions from an effect to
//! its answer, so that tests run them in place.

use std::sync::Arc;

use rayon::prelude::*;

use super::event::{Answer, Effect, Grid, Mend, Other, Question};
use crate::engine::compare::is_cluster;
use crate::engine::evaluate::{Decide, Subject, compile};
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};
use crate::engine::request::Request;
use crate::engine::tune::repair::{Bench, repairs};
use crate::source::{Located, Problem};
use crate::workspace::Workspace;

/// More cells than this are only decided; fewer are explained, so that every detail is at hand.
const EXPLAINED: usize = 4000;

fn grid(engine: &dyn Decide, question: &Question) -> Grid {
    let explain = question.requests.len() * question.subjects.len() <= EXPLAINED;
    let one = |subject: &Subject, request: &Request| {
        let mut subject = subject.clone();
        if let Some((_, tenant)) = request.headers.iter().find(|(name, _)| name == "securitytenant") {
            subject.requested_tenant = Some(tenant.clone());
        }
        let verdict = if explain { engine.explain(&subject, request) } else { engine.decide(&subject, request) };
        Some(Arc::new(verdict))
    };
    question.requests.par_iter().map(|request| question.subjects.iter().map(|subject| one(subject, request)).collect()).collect()
}

fn answer(question: &Question) -> Answer {
    let engine = compile(question.product, question.evaluator, &question.configuration, &question.cluster);
    let now = grid(&*engine, question);
    let other = question.other.map(|other| {
        let mut configuration = (*question.configuration).clone();
        let (mut product, mut evaluator) = (question.product, question.evaluator);
        match other {
            Other::Evaluator => {
                product = Product::OpenSearch3_8;
                evaluator = if evaluator == Evaluator::V4 { Evaluator::Legacy } else { Evaluator::V4 };
            }
            Other::Dnfof => {
                let key = if evaluator == Evaluator::V4 {
                    "privileges_evaluation_ignore_unauthorized_indices"
                } else {
                    "do_not_fail_on_forbidden"
                };
                let is = configuration.dynamic.flag(key).unwrap_or(evaluator == Evaluator::V4);
                configuration.dynamic.set(key, Located::bare(serde_json::Value::Bool(!is)));
            }
        }
        grid(&*compile(product, evaluator, &configuration, &question.cluster), question)
    });
    Answer::Grid { generation: question.generation, now, other }
}

fn mend(mend: &Mend) -> Answer {
    let question = &mend.question;
    let compile = |configuration: &Configuration| compile(question.product, question.evaluator, configuration, &question.cluster);
    let bench = Bench {
        configuration: &*question.configuration,
        product: question.product,
        cluster: &question.cluster,
        scenario: &mend.scenario,
        compile: &compile,
        is_cluster: is_cluster(question.product, question.evaluator),
    };
    let found = repairs(&bench, &mend.subject, std::slice::from_ref(&mend.request));
    Answer::Repairs(found.into_iter().map(|repair| (repair.title, repair.changes)).collect())
}

fn lint(revision: u64, workspace: &Workspace) -> Answer {
    let engine = compile(workspace.product(), workspace.evaluator(), workspace.configuration(), workspace.cluster());
    let found = workspace.lint(Some(&*engine)).findings.into_iter();
    let found = found.map(|finding| Problem {
        severity: finding.severity,
        place: finding.place,
        message: format!("{} ({})", finding.message, finding.rule),
        help: finding.help,
    });
    Answer::Findings { revision, found: found.collect() }
}

/// Carry an effect out, if it is pure work; what it answers.
pub fn perform(effect: &Effect) -> Option<Answer> {
    match effect {
        Effect::Ask(question) => Some(answer(question)),
        Effect::Mend(question) => Some(mend(question)),
        Effect::Lint { revision, workspace } => Some(lint(*revision, workspace)),
        Effect::Hash { user, password, copy_of, new } => Some(match bcrypt::hash(&password.0, 12) {
            Ok(hash) => Answer::Hashed { user: user.clone(), hash, copy_of: copy_of.clone(), new: *new },
            Err(error) => Answer::Failed(format!("the password cannot be hashed: {error}")),
        }),
        _ => None,
    }
}

/// Do work that may be broken: a panic becomes an answer, and the screen stays.
pub fn survive(work: impl FnOnce() -> Option<Answer>) -> Option<Answer> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("no message");
        Some(Answer::Failed(format!("a worker broke, what is shown may be old; please report this: {text}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_worker_answers_with_what_broke() {
        let answer = survive(|| panic!("index {} of nothing", 3));
        assert!(matches!(&answer, Some(Answer::Failed(text)) if text.ends_with("please report this: index 3 of nothing")), "{answer:?}");
        assert!(survive(|| None).is_none());
    }
}

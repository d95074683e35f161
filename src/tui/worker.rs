//! Slow work, away from the screen: verdicts, repairs, password hashes. Pure functions from an effect to
//! its answer, so that tests run them in place.

use std::sync::Arc;

use rayon::prelude::*;

use super::data::Found;
use super::event::{Answer, Effect, Grid, Mend, Offer, Other, Question, Sides};
use super::pane::Pane;
use super::progress::Progress;
use super::study::study;
use crate::engine::cluster::Cluster;
use crate::engine::compare::{Side, differences, is_cluster, narrowing, settings};
use crate::engine::evaluate::{self, Decide, Recompiled, Recompiler, Subject, Verdict, compile};
use crate::engine::model::elasticsearch;
use crate::engine::model::opensearch::{Configuration, DocumentKind, RoleMapping};
use crate::engine::model::{Evaluator, Product};
use crate::engine::tune::repair::{Bench, Repair, repairs};
use crate::engine::tune::{Compile, Family};
use crate::report::Work;
use crate::source::{Located, Place};
use crate::workspace::{ElasticsearchKind, FileKind, Workspace};

/// More cells than this are only decided; fewer are explained, so that every detail is at hand.
const EXPLAINED: usize = 4000;

/// What is kept from one question about the grid to the next: an edit of a role changes the verdicts of those who
/// hold it, and no others.
#[derive(Default)]
pub struct Memory {
    compiler: Recompiler,
    last: Option<(Question, Grid)>,
}

/// The verdicts of a row of the grid before, for those who are answered alike.
struct Kept<'k> {
    verdicts: &'k [Option<Arc<Verdict>>],
    alike: &'k [bool],
}

impl Kept<'_> {
    fn verdict(&self, column: usize) -> Option<&Arc<Verdict>> {
        self.verdicts.get(column).filter(|_| self.alike.get(column) == Some(&true))?.as_ref()
    }
}

fn explains(question: &Question) -> bool {
    question.requests.len() * question.subjects.len() <= EXPLAINED
}

/// The verdicts, those left out that are `kept` in a row.
fn grid<'k>(engine: &dyn Decide, question: &Question, progress: &Progress, kept: impl Fn(usize) -> Option<Kept<'k>> + Sync) -> Grid {
    let explain = explains(question);
    let one = |row: usize, column: usize, kept: &Option<Kept<'_>>| {
        if let Some(kept) = kept.as_ref().and_then(|kept| kept.verdict(column)) {
            return Some(Arc::clone(kept));
        }
        let (subject, request) = (question.subjects.get(column)?, question.requests.get(row)?);
        let tenant = request.headers.iter().find(|(name, _)| name == "securitytenant");
        let with_tenant = tenant.map(|(_, tenant)| Subject { requested_tenant: Some(tenant.clone()), ..subject.clone() });
        let subject = with_tenant.as_ref().unwrap_or(subject);
        Some(Arc::new(if explain { engine.explain(subject, request) } else { engine.decide(subject, request) }))
    };
    let columns = question.subjects.len();
    let row = |row: usize| {
        if progress.is_stopped() {
            return Vec::new();
        }
        let kept = kept(row);
        let cells = (0..columns).map(|column| one(row, column, &kept)).collect();
        progress.step(columns as u64);
        cells
    };
    (0..question.requests.len()).into_par_iter().map(row).collect()
}

impl Memory {
    /// Answer a question about the grid.
    pub fn answer(&mut self, question: &Question, progress: &Progress) -> Answer {
        let compiled = self.compile(question);
        let last = self.last.take().filter(|(last, _)| !explains(last) && !explains(question));
        let alike: Vec<bool> = match &last {
            Some((last, _)) => question
                .subjects
                .iter()
                .enumerate()
                .map(|(column, subject)| last.subjects.get(column) == Some(subject) && compiled.decides_alike(subject))
                .collect(),
            None => Vec::new(),
        };
        let now = grid(&*compiled.engine, question, progress, |row| {
            let (last, verdicts) = last.as_ref()?;
            let request = question.requests.get(row)?;
            let before = last.requests.get(row)?;
            let same = (Arc::ptr_eq(before, request) || before == request) && compiled.covers(request);
            Some(Kept { verdicts: verdicts.get(row).filter(|_| same)?, alike: &alike })
        });
        let other = question.other.filter(|_| question.elasticsearch.is_none()).map(|other| grid_of_other(question, other, progress));
        if progress.is_stopped() {
            return Answer::Stopped;
        }
        let answer = Answer::Grid { generation: question.generation, now: now.clone(), other };
        self.last = Some((question.clone(), now));
        answer
    }

    /// The evaluator of what is asked about.
    fn compile(&mut self, question: &Question) -> Recompiled {
        let Some(configuration) = &question.elasticsearch else {
            return self.compiler.compile(question.product, question.evaluator, &question.configuration, &question.cluster);
        };
        self.compiler = Recompiler::default();
        Recompiled::anew(evaluate::elasticsearch::compile(question.product, configuration, &question.cluster))
    }
}

/// Verdicts of each role alone: a user who is mapped to it and to nothing else.
fn roles(question: &Question, roles: &[String], progress: &Progress) -> Grid {
    if let Some(configuration) = &question.elasticsearch {
        return elasticsearch_roles(question, configuration, roles, progress);
    }
    let mut configuration = (*question.configuration).clone();
    let names: Vec<String> = (0..roles.len()).map(|number| format!("holder-{number}")).collect();
    configuration.internal_users.clear();
    configuration.roles_mapping.clear();
    for (role, name) in roles.iter().zip(&names) {
        let mapping = RoleMapping { users: vec![Located::from(name.as_str())], ..RoleMapping::default() };
        configuration.roles_mapping.insert(role.clone(), mapping);
    }
    let subjects = names.into_iter().map(|user| Subject { user, ..Subject::default() }).collect();
    let engine = compile(question.product, question.evaluator, &configuration, &question.cluster);
    grid(&*engine, &Question { subjects, ..question.clone() }, progress, |_| None)
}

/// The same in Elasticsearch, where users name their roles.
fn elasticsearch_roles(question: &Question, all: &elasticsearch::Configuration, roles: &[String], progress: &Progress) -> Grid {
    let mut configuration = all.clone();
    configuration.users.clear();
    configuration.role_mappings.clear();
    let mut subjects = Vec::new();
    for (number, role) in roles.iter().enumerate() {
        let user = format!("holder-{number}");
        configuration
            .users
            .insert(user.clone(), elasticsearch::User { roles: vec![role.as_str().into()], ..elasticsearch::User::default() });
        subjects.push(Subject { user, ..Subject::default() });
    }
    let engine = evaluate::elasticsearch::compile(question.product, &Arc::new(configuration), &question.cluster);
    grid(&*engine, &Question { subjects, ..question.clone() }, progress, |_| None)
}

/// Who gains and loses what by the edits.
fn access_differences(effect: &Effect, progress: &Progress) -> Option<Answer> {
    let Effect::CompareRoles { revision, sides, cluster, scenario, product, evaluator } = effect else { return None };
    let (product, evaluator) = (*product, *evaluator);
    let told = |done, total| progress.reach(done as u64, total as u64);
    let found = match sides {
        Sides::OpenSearch(before, after) => {
            let compile = |all: &Configuration, cluster: &Arc<Cluster>| compile(product, evaluator, all, cluster);
            let side = |configuration| Side { configuration, product, evaluator, cluster, scenario, compile: &compile };
            differences(&side(&**before), &side(&**after), &[], &told)
        }
        Sides::Elasticsearch(before, after) => {
            let compile =
                |all: &elasticsearch::Configuration, cluster: &Arc<Cluster>| evaluate::elasticsearch::compile(product, all, cluster);
            let side = |configuration| Side { configuration, product, evaluator, cluster, scenario, compile: &compile };
            differences(&side(&**before), &side(&**after), &[], &told)
        }
    };
    Some(found.map_or(Answer::Stopped, |(found, _)| Answer::RoleDifferences { revision: *revision, found }))
}

fn grid_of_other(question: &Question, other: Other, progress: &Progress) -> Grid {
    let mut configuration = (*question.configuration).clone();
    let (mut product, mut evaluator) = (question.product, question.evaluator);
    match other {
        Other::Evaluator => {
            product = Product::OpenSearch3_8;
            evaluator = if evaluator == Evaluator::V4 { Evaluator::Legacy } else { Evaluator::V4 };
        }
        Other::Dnfof => {
            let key = narrowing(evaluator);
            let is = configuration.dynamic.flag(key).unwrap_or(evaluator == Evaluator::V4);
            configuration.dynamic.set(key, Located::bare(serde_json::Value::Bool(!is)));
        }
    }
    grid(&*compile(product, evaluator, &configuration, &question.cluster), question, progress, |_| None)
}

fn settings_compared(question: &Question, progress: &Progress) -> Answer {
    let found = settings(question.product, question.evaluator, &question.configuration);
    let found = found.into_iter().map_while(|setting| {
        let engine = compile(setting.product, setting.evaluator, &setting.configuration, &question.cluster);
        let answered = grid(&*engine, question, progress, |_| None);
        (!progress.is_stopped()).then_some((setting.name, answered))
    });
    let found: Vec<_> = found.collect();
    if progress.is_stopped() { Answer::Stopped } else { Answer::Settings { found, question: Box::new(question.clone()) } }
}

fn mend(mend: &Mend) -> Answer {
    let question = &mend.question;
    let found = match &question.elasticsearch {
        Some(all) => {
            let compile = |all: &elasticsearch::Configuration| evaluate::elasticsearch::compile(question.product, all, &question.cluster);
            mended(mend, &**all, &compile)
        }
        None => {
            let compile = |all: &Configuration| compile(question.product, question.evaluator, all, &question.cluster);
            mended(mend, &*question.configuration, &compile)
        }
    };
    let offer = |repair: Repair| Offer { price: repair.price.line(), title: repair.title, changes: repair.changes };
    Answer::Repairs(found.into_iter().map(offer).collect())
}

fn mended<C: Family>(mend: &Mend, configuration: &C, compile: &Compile<'_, C>) -> Vec<Repair> {
    let question = &mend.question;
    let bench = Bench {
        configuration,
        product: question.product,
        cluster: &question.cluster,
        scenario: &mend.scenario,
        compile,
        is_cluster: is_cluster(question.product, question.evaluator),
    };
    repairs(&bench, &mend.subject, std::slice::from_ref(&mend.request))
}

fn lint(revision: u64, workspace: &Workspace) -> Answer {
    let findings = workspace.lint(Some(&*workspace.engine())).findings.into_iter();
    let found = findings.map(|finding| Found {
        entry: finding.entry.and_then(|name| Some((pane(workspace, finding.place?)?, name))),
        severity: finding.severity,
        place: finding.place,
        message: format!("{} ({})", finding.message, finding.rule),
        help: finding.help,
        fix: finding.fix,
    });
    Answer::Findings { revision, found: found.collect() }
}

/// The pane that shows the entries of a file.
fn pane(workspace: &Workspace, place: Place) -> Option<Pane> {
    Some(match workspace.file(place.file)?.kind() {
        FileKind::Security(DocumentKind::Roles)
        | FileKind::Elasticsearch(ElasticsearchKind::Document(elasticsearch::DocumentKind::Roles)) => Pane::Roles,
        FileKind::Security(DocumentKind::RolesMapping)
        | FileKind::Elasticsearch(ElasticsearchKind::Document(elasticsearch::DocumentKind::RoleMappings)) => Pane::Mappings,
        FileKind::Security(DocumentKind::InternalUsers)
        | FileKind::Elasticsearch(ElasticsearchKind::Document(elasticsearch::DocumentKind::Users)) => Pane::Users,
        FileKind::Security(DocumentKind::ActionGroups) => Pane::Privileges,
        FileKind::Security(DocumentKind::Tenants) => Pane::Tenants,
        _ => return None,
    })
}

/// How far an effect is, told to `tell` while it takes long.
pub fn progress(effect: &Effect, tell: impl Fn(Work) + Send + Sync + 'static) -> Progress {
    let (what, unit, total) = match effect {
        Effect::Ask(question) => {
            let grids = 1 + usize::from(question.other.is_some());
            ("asking", "verdicts", question.requests.len() * question.subjects.len() * grids)
        }
        Effect::CompareSettings(question) => {
            let settings = settings(question.product, question.evaluator, &question.configuration).len();
            ("asking", "verdicts", question.requests.len() * question.subjects.len() * settings)
        }
        Effect::AskRoles { question, roles } => ("asking", "verdicts", question.requests.len() * roles.len()),
        Effect::Study(_) => ("reading", "MB", 0),
        Effect::CompareRoles { .. } => ("comparing", "people and roles", 0),
        _ => ("", "", 0),
    };
    Progress::new(what, unit, total as u64, tell)
}

/// Carry an effect out, if it is pure work; what it answers.
pub fn perform(effect: &Effect, progress: &Progress) -> Option<Answer> {
    match effect {
        Effect::Ask(question) => Some(Memory::default().answer(question, progress)),
        Effect::AskRoles { question, roles: names } => {
            let grid = roles(question, names, progress);
            Some(if progress.is_stopped() { Answer::Stopped } else { Answer::Roles { roles: names.clone(), grid } })
        }
        Effect::CompareRoles { .. } => access_differences(effect, progress),
        Effect::CompareSettings(question) => Some(settings_compared(question, progress)),
        Effect::Study(matter) => Some(study(matter, progress)),
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

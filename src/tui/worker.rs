//! Slow work, away from the screen: verdicts, repairs, password hashes. Pure functions from an effect to
//! its answer, so that tests run them in place.

use std::sync::Arc;

use rayon::prelude::*;

use super::data::Found;
use super::event::{Answer, Basis, Column, Effect, Grid, Mend, Offer, Other, Question, Sides};
use super::pane::Pane;
use super::progress::Progress;
use super::study::study;
use crate::engine::cluster::Cluster;
use crate::engine::compare::{Side, differences, is_cluster, narrowing, settings};
use crate::engine::evaluate::{self, Decide, Recompiled, Recompiler, Subject, compile};
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

/// What of the grid before certainly is as it was.
#[derive(Default)]
struct Kept<'k> {
    /// The columns of those who are answered alike.
    columns: Vec<Option<&'k Column>>,
    /// Whether that goes for a request.
    rows: Vec<bool>,
}

/// So many requests are answered between two looks at the clock.
const STEP: usize = 64;

fn explains(question: &Question) -> bool {
    question.requests.len() * question.subjects.len() <= EXPLAINED
}

/// The verdicts, but for those that are `kept`.
fn grid(engine: &dyn Decide, question: &Question, progress: &Progress, kept: &Kept<'_>) -> Grid {
    let explain = explains(question);
    let rows = question.requests.len();
    let whole = kept.rows.len() == rows && kept.rows.iter().all(|kept| *kept);
    let one = |subject: &Subject, row: usize, before: Option<&Column>| {
        if progress.is_stopped() {
            return None;
        }
        if row.is_multiple_of(STEP) {
            progress.step(STEP.min(rows - row) as u64);
        }
        if kept.rows.get(row) == Some(&true)
            && let Some(Some(verdict)) = before.and_then(|column| column.get(row))
        {
            return Some(Arc::clone(verdict));
        }
        let request = &question.requests[row];
        let tenant = request.headers.iter().find(|(name, _)| name == "securitytenant");
        let with_tenant = tenant.map(|(_, tenant)| Subject { requested_tenant: Some(tenant.clone()), ..subject.clone() });
        let subject = with_tenant.as_ref().unwrap_or(subject);
        Some(Arc::new(if explain { engine.explain(subject, request) } else { engine.decide(subject, request) }))
    };
    let column = |(column, subject): (usize, &Subject)| {
        let before = kept.columns.get(column).copied().flatten();
        match before {
            Some(before) if whole && before.len() == rows => Arc::clone(before),
            _ => (0..rows).into_par_iter().map(|row| one(subject, row, before)).collect(),
        }
    };
    question.subjects.par_iter().enumerate().map(column).collect()
}

impl Memory {
    /// Answer a question about the grid.
    pub fn answer(&mut self, question: &Question, progress: &Progress) -> Answer {
        let compiled = self.compile(question);
        let last = self.last.take().filter(|(last, _)| !explains(last) && !explains(question));
        let kept = match &last {
            Some((last, grid)) => Kept {
                columns: std::iter::zip(&question.subjects, std::iter::zip(&last.subjects, grid))
                    .map(|(subject, (before, column))| (before == subject && compiled.decides_alike(subject)).then_some(column))
                    .collect(),
                rows: std::iter::zip(&question.requests, &last.requests)
                    .map(|(request, before)| (Arc::ptr_eq(before, request) || before == request) && compiled.covers(request))
                    .collect(),
            },
            None => Kept::default(),
        };
        let now = grid(&*compiled.engine, question, progress, &kept);
        let other = question.other.filter(|_| question.elasticsearch.is_none()).map(|other| grid_of_other(question, other, progress));
        let saved = question.saved.as_ref().map(|saved| grid_of_saved(question, saved, progress));
        if progress.is_stopped() {
            return Answer::Stopped;
        }
        let answer = Answer::Grid { generation: question.generation, now: now.clone(), other, saved };
        self.last = Some((Question { saved: None, ..question.clone() }, now));
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
    grid(&*engine, &Question { subjects, ..question.clone() }, progress, &Kept::default())
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
    grid(&*engine, &Question { subjects, ..question.clone() }, progress, &Kept::default())
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

fn grid_of_saved(question: &Question, saved: &Basis, progress: &Progress) -> Grid {
    let engine = match &saved.elasticsearch {
        Some(all) => evaluate::elasticsearch::compile(question.product, all, &question.cluster),
        None => compile(question.product, question.evaluator, &saved.configuration, &question.cluster),
    };
    grid(&*engine, question, progress, &Kept::default())
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
    grid(&*compile(product, evaluator, &configuration, &question.cluster), question, progress, &Kept::default())
}

fn settings_compared(question: &Question, progress: &Progress) -> Answer {
    let found = settings(question.product, question.evaluator, &question.configuration);
    let found = found.into_iter().map_while(|setting| {
        let engine = compile(setting.product, setting.evaluator, &setting.configuration, &question.cluster);
        let answered = grid(&*engine, question, progress, &Kept::default());
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
            let grids = 1 + usize::from(question.other.is_some()) + usize::from(question.saved.is_some());
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
    use crate::engine::change::{Change, RuleChange, RuleNumber};
    use crate::engine::request::parse_line;

    /// A grid that is too large to be explained, so that verdicts are kept from one answer to the next.
    fn large(workspace: &Workspace) -> Question {
        let lines = (0..300).map(|number| match number % 3 {
            0 => format!("GET /logs-{number}*/_search"),
            1 => format!("PUT /logs-web-2026.11.26/_doc/{number}"),
            _ => format!("GET /_plugins/_security/api/roles/r{number}"),
        });
        let users = workspace.configuration().internal_users.keys();
        Question {
            generation: 1,
            requests: lines.map(|line| Arc::new(parse_line(&line).expect("a request"))).collect(),
            subjects: users.filter_map(|user| workspace.directory().subject(user)).cycle().take(20).collect(),
            other: None,
            configuration: Arc::clone(workspace.configuration()),
            elasticsearch: None,
            cluster: Arc::clone(workspace.cluster()),
            product: workspace.product(),
            evaluator: workspace.evaluator(),
            saved: None,
        }
    }

    fn answered(memory: &mut Memory, question: &Question) -> Grid {
        match memory.answer(question, &Progress::silent()) {
            Answer::Grid { now, .. } => now,
            other => panic!("{other:?}"),
        }
    }

    fn said(grid: &Grid) -> Vec<Vec<(evaluate::Outcome, Option<String>)>> {
        let cell = |verdict: &Arc<evaluate::Verdict>| (verdict.outcome, verdict.reason.clone());
        grid.iter().map(|column| column.iter().flatten().map(cell).collect()).collect()
    }

    #[test]
    fn an_edit_is_answered_as_if_nothing_had_been_kept() {
        let mut workspace = Workspace::sample();
        let mut memory = Memory::default();
        answered(&mut memory, &large(&workspace));
        let roles: Vec<String> = workspace.configuration().roles.keys().cloned().collect();
        for role in roles {
            let pattern = "logs-*".to_owned();
            let rule = RuleNumber(1);
            if workspace.apply(Change::from(RuleChange::AddIndexPattern { role, rule, pattern })).is_err() {
                continue;
            }
            let question = large(&workspace);
            let kept = answered(&mut memory, &question);
            assert_eq!(said(&kept), said(&answered(&mut Memory::default(), &question)));
        }
        assert!(workspace.history().len() > 2);
    }

    #[test]
    fn columns_of_whom_an_edit_does_not_touch_are_shared() {
        let mut workspace = Workspace::sample();
        let mut memory = Memory::default();
        let mut question = large(&workspace);
        question.requests.retain(|request| !request.path.contains("_security"));
        question.subjects = question.subjects.iter().cycle().take(25).cloned().collect();
        let before = answered(&mut memory, &question);
        let role = "hr_analyst".to_owned();
        let change = RuleChange::AddIndexPattern { role, rule: RuleNumber(1), pattern: "more-*".to_owned() };
        workspace.apply(Change::from(change)).expect("an edit");
        question.configuration = Arc::clone(workspace.configuration());
        let after = answered(&mut memory, &question);
        let shared = std::iter::zip(&before, &after).filter(|(before, after)| Arc::ptr_eq(before, after)).count();
        assert!((1..after.len()).contains(&shared), "{shared} of {} columns", after.len());
    }

    #[test]
    fn a_broken_worker_answers_with_what_broke() {
        let answer = survive(|| panic!("index {} of nothing", 3));
        assert!(matches!(&answer, Some(Answer::Failed(text)) if text.ends_with("please report this: index 3 of nothing")), "{answer:?}");
        assert!(survive(|| None).is_none());
    }
}

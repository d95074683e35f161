//! `rolesmith diff OLD NEW`: who gains and who loses what.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use super::across::{Across, across};
use super::output::{Failure, note, note_problems, print, print_json};
use super::progress::{Progress, cancelled};
use super::source::{How, engine, open_telling};
use crate::engine::cluster::Cluster;
use crate::engine::compare::{self, AccessDifference, CompileIn, Flip, Gain, Lift, Permit, Side, differences, flips, read_permits};
use crate::engine::evaluate::{self, compile};
use crate::engine::model::elasticsearch;
use crate::engine::model::opensearch::Configuration;
use crate::engine::request::write_curl;
use crate::engine::scenario::replay;
use crate::report::{Work, access_text};
use crate::source::{FileId, LineIndex, Place, Severity};
use crate::workspace::{Model, Told, Workspace};
use crate::yaml::Document;

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory before
    old: PathBuf,
    /// The directory after
    new: PathBuf,
    /// Fail when anybody gains access
    #[arg(long)]
    no_new_access: bool,
    /// A file of exceptions: gains that are allowed, each with its reason; may be repeated
    #[arg(long, value_name = "FILE")]
    allow: Vec<PathBuf>,
    /// Scenario file whose verdicts are compared; else the new directory's own
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// Compare; exit code 1 when access is gained that must not be.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let mut permits = Vec::new();
    for path in &args.allow {
        permits.extend(exceptions(path)?);
    }
    let (permits, places): (Vec<Permit>, Vec<String>) = permits.into_iter().unzip();
    let progress = Arc::new(Progress::new()?);
    let [old, new] = [(&args.old, args.scenarios.clone()), (&args.new, args.scenarios)].map(|(path, scenarios)| {
        let (progress, started) = (progress.clone(), Instant::now());
        let told = Told::new(move |done, total| {
            let work = Work { what: "opening", unit: "KiB", done: done >> 10, total: total >> 10, elapsed: started.elapsed() };
            progress.tell(|| work.words())
        });
        open_telling(Some(path), &args.how, scenarios, told)
    });
    progress.check()?;
    let (old, new) = (old?, new?);
    for workspace in [&old, &new] {
        note_problems(workspace, workspace.problems().filter(|problem| problem.severity == Severity::Error));
    }
    let started = Instant::now();
    let told = |done: usize, total: usize| {
        let (done, total) = (done as u64, total as u64);
        let work = Work { what: "comparing", unit: "people and roles", done, total, elapsed: started.elapsed() };
        progress.tell(|| work.words())
    };
    let Across { found, used, bounds } = compare(&old, &new, &permits, &told)?;
    let before = replay(new.scenarios(), old.directory(), &*engine(&old));
    let after = replay(new.scenarios(), new.directory(), &*engine(&new));
    let flips = flips(&before, &after);
    progress.check()?;
    drop(progress);
    // a verdict that turns is a gain of its own only where no exception may be what it comes from
    let excepted = |flip: &Flip| permits.iter().zip(&used).any(|(permit, used)| *used && permit.is_for(&flip.user));
    let turned = flips.iter().any(|flip| flip.is_gain() && !excepted(flip));
    let gained = found.iter().any(AccessDifference::is_gain) || turned;
    if args.json {
        let unused: Vec<_> = places.iter().zip(&used).filter(|(_, used)| !**used).map(|(place, _)| place).collect();
        let mut value = as_json(&found, &flips, &new, gained, &unused);
        if !bounds.is_empty() {
            value["bounds"] = json!(bounds);
        }
        print_json(&value)?;
    } else {
        print_text(&found, &flips, &new)?;
        bounds.iter().for_each(|line| note(&format!("{line}\n")));
    }
    for ((permit, place), _) in permits.iter().zip(&places).zip(&used).filter(|(_, used)| !**used) {
        note(&format!("{place}: this exception is not used: `{}` gains no `{}` ({})\n", permit.who, permit.action, permit.reason));
    }
    Ok(ExitCode::from(u8::from(args.no_new_access && gained)))
}

/// The exceptions of a file, with where they stand; a file with a mistake is refused whole.
fn exceptions(path: &Path) -> Result<Vec<(Permit, String)>, Failure> {
    let text = super::source::read(path)?;
    let document = Document::parse(FileId(0), text.into_bytes());
    let mut problems = document.problems().to_vec();
    let permits = read_permits(&document, &mut problems);
    let lines = LineIndex::new(document.bytes());
    let at = |place: Option<Place>| match place.map(|place| lines.line_col(document.bytes(), place.span.start as usize)) {
        Some(at) => format!("{}:{}:{}", path.display(), at.line, at.col),
        None => path.display().to_string(),
    };
    if let Some(problem) = problems.first() {
        for problem in &problems {
            note(&format!("{}: {}\n", at(problem.place), problem.message));
        }
        return Err(Failure { message: format!("`{}` is no file of exceptions", path.display()), help: problem.help.clone() });
    }
    Ok(permits.into_iter().map(|permit| (permit.clone(), at(permit.place))).collect())
}

/// Compare two workspaces; between two product families as far as they have actions in common.
fn compare(old: &Workspace, new: &Workspace, permits: &[Permit], told: &compare::Told<'_>) -> Result<Across, Failure> {
    let found = match (old.model(), new.model()) {
        (Model::OpenSearch(before), Model::OpenSearch(after)) => {
            let [was, is] = [old, new].map(|workspace| {
                let (product, evaluator) = (workspace.product(), workspace.evaluator());
                move |configuration: &Configuration, cluster: &Arc<Cluster>| compile(product, evaluator, configuration, cluster)
            });
            differences(&side(old, before, &was), &side(new, after, &is), permits, told)
        }
        (Model::Elasticsearch(before), Model::Elasticsearch(after)) => {
            let [was, is] = [old, new].map(|workspace| {
                let product = workspace.product();
                move |configuration: &elasticsearch::Configuration, cluster: &Arc<Cluster>| {
                    evaluate::elasticsearch::compile(product, configuration, cluster)
                }
            });
            differences(&side(old, before, &was), &side(new, after, &is), permits, told)
        }
        (Model::OpenSearch(before), Model::Elasticsearch(after)) => return across((old, before), (new, after), permits, told),
        (Model::Elasticsearch(before), Model::OpenSearch(after)) => return across((old, before), (new, after), permits, told),
    };
    found.map(|(found, used)| Across { found, used, bounds: Vec::new() }).ok_or_else(cancelled)
}

fn side<'a, C>(workspace: &'a Workspace, configuration: &'a C, compile: &'a CompileIn<'a, C>) -> Side<'a, C> {
    let (product, evaluator) = (workspace.product(), workspace.evaluator());
    Side { configuration, product, evaluator, cluster: workspace.cluster(), scenario: workspace.scenarios(), compile }
}

/// Print who gains and loses what between a workspace and what was made of it; each replays its own
/// scenarios, which are the same requests by the names that they have there.
pub(super) fn tell(old: &Workspace, new: &Workspace) -> Result<(), Failure> {
    let before = replay(old.scenarios(), old.directory(), &*engine(old));
    let after = replay(new.scenarios(), new.directory(), &*engine(new));
    let Across { found, bounds, .. } = compare(old, new, &[], &|_, _| true)?;
    print_text(&found, &flips(&before, &after), new)?;
    bounds.iter().for_each(|line| note(&format!("{line}\n")));
    Ok(())
}

fn print_text(found: &[AccessDifference], flips: &[Flip], new: &Workspace) -> Result<(), Failure> {
    for each in found {
        print(&access_text(each))?;
    }
    for flip in flips {
        let sign = if flip.is_gain() { '+' } else { '-' };
        let request = &new.scenarios().cases[flip.case].request;
        print(&format!("{sign} {request} as {}: {} -> {}\n", flip.user, flip.before.word(), flip.after.word()))?;
    }
    if found.is_empty() && flips.is_empty() {
        print("nobody gains or loses access\n")?;
    }
    Ok(())
}

fn as_json(found: &[AccessDifference], flips: &[Flip], new: &Workspace, gained: bool, unused: &[&String]) -> serde_json::Value {
    let actions = |gains: &[Gain]| -> Vec<_> {
        gains.iter().map(|gain| json!({ "action": gain.action, "index": gain.index, "unknown": gain.unknown })).collect()
    };
    let lifts = |lifts: &[Lift]| -> Vec<_> {
        lifts
            .iter()
            .map(|lift| json!({ "kept": lift.kept.word(), "index": lift.index, "what": lift.what, "unknown": lift.unknown }))
            .collect()
    };
    let people: Vec<_> = found
        .iter()
        .map(|each| {
            let user = each.subject.as_ref().map(|subject| subject.user.as_str()).unwrap_or_default();
            let replays: Vec<String> = each.replays.iter().map(|request| write_curl(request, user)).collect();
            json!({
                "who": each.who, "gains": actions(&each.gains), "losses": actions(&each.losses),
                "shown": lifts(&each.shown), "hidden": lifts(&each.hidden), "replay": replays,
            })
        })
        .collect();
    let turned: Vec<_> = flips
        .iter()
        .map(|flip| json!({ "request": new.scenarios().cases[flip.case].request.to_string(), "user": flip.user, "before": flip.before.word(), "after": flip.after.word() }))
        .collect();
    json!({ "schema": "rolesmith/diff/1", "new_access": gained, "people": people, "scenario": turned, "unused_exceptions": unused })
}

//! `rolesmith tune DIR --role R`: which grants the scenarios need; `--prune` takes the others away.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::output::{Failure, note, note_problems, print, print_json};
use super::source::{How, open};
use crate::engine::change::write_changes;
use crate::engine::evaluate::{self, compile};
use crate::engine::model::{Product, elasticsearch, opensearch};
use crate::engine::scenario::strangers;
use crate::engine::tune::repair::{denials, joint};
use crate::engine::tune::{Compile, Coverage, Extent, Family, ScenarioJudge, Use, coverage, percent, prune};
use crate::report::Table;
use crate::source::{Problem, Severity};
use crate::workspace::{File, Model, Workspace};

/// What to tune.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open; the sample when it is left out
    dir: Option<PathBuf>,
    /// The role; all that are not reserved when it is left out
    #[arg(long)]
    role: Option<String>,
    /// Print the changes that prune the roles, for `rolesmith apply --changes`
    #[arg(long)]
    prune: bool,
    /// Take away the ways to a role too that no request uses: users, backend roles, hosts, mappings
    #[arg(long, requires = "prune")]
    mappings: bool,
    /// Print the changes of the smallest repair for every request that is expected to pass and does not
    #[arg(long, conflicts_with_all = ["prune", "role", "min_coverage"])]
    repair: bool,
    /// Fail when less than this share of the grants is used, in percent
    #[arg(long, value_name = "PERCENT", conflicts_with = "prune")]
    min_coverage: Option<u8>,
    /// Scenario file; the directory's own when it is left out
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// Tune; exit code 1 when too few grants are used.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let workspace = open(args.dir.as_deref(), &args.how, args.scenarios.clone())?;
    if workspace.scenarios().cases.is_empty() {
        return Err(Failure::new("there is no scenario to tune by", "give --scenarios FILE; `rolesmith guide scenarios` shows the format"));
    }
    let unread = workspace.scenario_file().into_iter().flat_map(File::problems).filter(|problem| problem.severity == Severity::Error);
    let strangers = strangers(workspace.scenarios(), workspace.directory());
    let broken: Vec<&Problem> = unread.chain(&strangers).collect();
    if !broken.is_empty() {
        note_problems(&workspace, broken);
        let message = "not every request of the scenario can be asked, and what the others need would be taken for unused";
        return Err(Failure::new(message, "repair the scenario first"));
    }
    let (product, evaluator, cluster) = (workspace.product(), workspace.evaluator(), workspace.cluster());
    match workspace.model() {
        Model::OpenSearch(configuration) => {
            let compiler = |configuration: &opensearch::Configuration| compile(product, evaluator, configuration, cluster);
            tune(&args, &workspace, configuration, &compiler)
        }
        Model::Elasticsearch(configuration) => {
            let compiler = |configuration: &elasticsearch::Configuration| evaluate::elasticsearch::compile(product, configuration, cluster);
            tune(&args, &workspace, configuration, &compiler)
        }
    }
}

fn tune<C: Family>(args: &Args, workspace: &Workspace, configuration: &C, compiler: &Compile<'_, C>) -> Result<ExitCode, Failure> {
    let product = workspace.product();
    let judge = ScenarioJudge::new(workspace.scenarios(), configuration, compiler);
    if args.repair {
        return repair(workspace, configuration, compiler, args.json);
    }
    let roles = roles(configuration, product, args.role.as_deref())?;
    if args.prune {
        let mut changes = Vec::new();
        let mut state = configuration.clone();
        for role in roles {
            let extent = if args.mappings { Extent::RightsAndWays } else { Extent::Rights };
            let pruned = prune(&state, product, role, &judge, extent);
            match pruned.checked {
                Some(left) => note(&format!("`{role}`: {left} grants stay; checked: without any of them an expectation breaks\n")),
                None => note(&format!("`{role}`: left as it is, since expectations fail to begin with or a grant could still go\n")),
            }
            if !pruned.unused_ways.is_empty() {
                let ways: Vec<String> = pruned.unused_ways.iter().map(|way| way.words(product)).collect();
                note(&format!("`{role}`: no request needs {}; `--mappings` takes such ways away\n", ways.join(", nor ")));
            }
            state = pruned.last_state.unwrap_or(state);
            changes.extend(pruned.changes);
        }
        print(&write_changes(&changes))?;
        return Ok(ExitCode::SUCCESS);
    }
    let marks: Vec<Coverage> = roles.into_iter().flat_map(|role| coverage(configuration, product, role, &judge)).collect();
    let share = percent(&marks);
    let needed = marks.iter().filter(|mark| mark.used == Use::Needed).count();
    if args.json {
        let grants: Vec<_> = marks
            .iter()
            .map(|mark| {
                let covered: Vec<String> = mark.covered_by.iter().map(|grant| grant.words(product)).collect();
                json!({ "use": mark.used.word(), "grant": mark.grant.words(product), "place": whereis(workspace, mark), "requests": mark.requests, "covered_by": covered })
            })
            .collect();
        print_json(&json!({ "schema": "rolesmith/tune/1", "used": needed, "all": marks.len(), "percent": share, "grants": grants }))?;
    } else {
        let row =
            |mark: &Coverage| vec![mark.used.word().to_owned(), mark.grant.words(product), whereis(workspace, mark), why(mark, product)];
        let rows = marks.iter().map(row).collect();
        print(&super::output::table(&Table { head: ["use", "grant", "place", "by"].map(str::to_owned).to_vec(), rows }))?;
        print(&format!("{needed} of {} grants are used ({share} %)\n", marks.len()))?;
    }
    Ok(ExitCode::from(u8::from(args.min_coverage.is_some_and(|least| share < usize::from(least)))))
}

/// Whether at least this share of the grants is used; says so on standard error.
pub(super) fn covers(workspace: &Workspace, least: u8) -> Result<bool, Failure> {
    let (product, evaluator, cluster) = (workspace.product(), workspace.evaluator(), workspace.cluster());
    let marks = match workspace.model() {
        Model::OpenSearch(configuration) => marks(workspace, configuration, &|configuration: &opensearch::Configuration| {
            compile(product, evaluator, configuration, cluster)
        }),
        Model::Elasticsearch(configuration) => marks(workspace, configuration, &|configuration: &elasticsearch::Configuration| {
            evaluate::elasticsearch::compile(product, configuration, cluster)
        }),
    };
    let share = percent(&marks);
    note(&format!("coverage: {share} % of {} grants are used, {least} % are asked for\n", marks.len()));
    Ok(share >= usize::from(least))
}

fn marks<C: Family>(workspace: &Workspace, configuration: &C, compiler: &Compile<'_, C>) -> Vec<Coverage> {
    let judge = ScenarioJudge::new(workspace.scenarios(), configuration, compiler);
    let roles = configuration.tunable(workspace.product());
    roles.into_iter().flat_map(|role| coverage(configuration, workspace.product(), role, &judge)).collect()
}

/// The requests that use a grant, or what covers it.
fn why(mark: &Coverage, product: Product) -> String {
    let list: Vec<String> = match mark.used {
        Use::Redundant if mark.covered_by.is_empty() => vec!["several others together".to_owned()],
        Use::Redundant => mark.covered_by.iter().map(|grant| grant.words(product)).collect(),
        _ => mark.requests.clone(),
    };
    match list.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// One repair for all failing expectations.
fn repair<C: Family>(workspace: &Workspace, configuration: &C, compile: &Compile<'_, C>, as_json: bool) -> Result<ExitCode, Failure> {
    let bench = workspace.bench(configuration, compile);
    let failing = denials(&bench);
    if failing.is_empty() {
        note("every request that is expected to pass passes\n");
        print(&write_changes(&[]))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(joint) = joint(&bench, &failing) else {
        note("no grant makes any of them pass\n");
        return Ok(ExitCode::from(1));
    };
    let how = joint.search.words();
    if as_json {
        let mut value = super::repair::as_json(&joint.repair);
        value["schema"] = json!("rolesmith/joint/1");
        value["search"] = json!(how);
        value["left"] = joint.left.iter().map(|&at| json!(format!("{} as {}", failing[at].request, failing[at].subject.user))).collect();
        print_json(&value)?;
    } else {
        note(&format!("{}\n{}\n{how}\n", joint.repair.title, joint.repair.price.line()));
        for &at in &joint.left {
            note(&format!("left: {} as {}\n", failing[at].request, failing[at].subject.user));
        }
        print(&write_changes(&joint.repair.changes))?;
    }
    Ok(ExitCode::from(u8::from(!joint.left.is_empty())))
}

fn roles<'a, C: Family>(configuration: &'a C, product: Product, wanted: Option<&'a str>) -> Result<Vec<&'a str>, Failure> {
    match wanted {
        Some(role) if configuration.has_role(role) => Ok(vec![role]),
        Some(role) => Err(Failure::new(format!("no role `{role}`"), "only roles of the opened files can be tuned")),
        None => Ok(configuration.tunable(product)),
    }
}

fn whereis(workspace: &Workspace, mark: &Coverage) -> String {
    mark.grant.place.and_then(|place| workspace.whereis(place)).map(|at| at.to_string()).unwrap_or_default()
}

//! `rolesmith tune DIR --role R`: which grants the scenarios need; `--prune` takes the others away.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::output::{Failure, print, print_json};
use super::source::{How, open};
use crate::engine::change::write_changes;
use crate::engine::evaluate::{self, compile};
use crate::engine::model::{Product, elasticsearch, opensearch};
use crate::engine::tune::{Compile, Coverage, Family, ScenarioJudge, Use, coverage, prune};
use crate::report::Table;
use crate::workspace::{Model, Workspace};

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
    let roles = roles(configuration, product, args.role.as_deref())?;
    if args.prune {
        let mut changes = Vec::new();
        let mut state = configuration.clone();
        for role in roles {
            let pruned = prune(&state, product, role, &judge);
            state = pruned.last_state.unwrap_or(state);
            changes.extend(pruned.changes);
        }
        print(&write_changes(&changes))?;
        return Ok(ExitCode::SUCCESS);
    }
    let marks: Vec<Coverage> = roles.into_iter().flat_map(|role| coverage(configuration, product, role, &judge)).collect();
    let needed = marks.iter().filter(|mark| mark.used == Use::Needed).count();
    let share = (needed * 100).checked_div(marks.len()).unwrap_or(100);
    let row = |mark: &Coverage| vec![mark.used.word().to_owned(), mark.grant.words(product), whereis(workspace, mark)];
    let rows: Vec<Vec<String>> = marks.iter().map(row).collect();
    if args.json {
        let grants: Vec<_> = rows.iter().map(|row| json!({ "use": row[0], "grant": row[1], "place": row[2] })).collect();
        print_json(&json!({ "schema": "rolesmith/tune/1", "used": needed, "all": marks.len(), "percent": share, "grants": grants }))?;
    } else {
        print(&Table { head: ["use", "grant", "place"].map(str::to_owned).to_vec(), rows }.text())?;
        print(&format!("{needed} of {} grants are used ({share} %)\n", marks.len()))?;
    }
    Ok(ExitCode::from(u8::from(args.min_coverage.is_some_and(|least| share < usize::from(least)))))
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

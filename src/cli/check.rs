//! `rolesmith check DIR --scenarios FILE`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::output::{Failure, note_problems, print, print_json};
use super::source::{How, engine, locate, open};
use crate::engine::scenario::replay;
use crate::report::{Check, check_json, check_junit, check_markdown, check_text};
use crate::source::{Problem, Severity};

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open; the sample when it is left out
    dir: Option<PathBuf>,
    /// Scenario file; else the directory's own
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// Fail when less than this share of the roles' grants is used by the scenario, in percent
    #[arg(long, value_name = "PERCENT")]
    min_coverage: Option<u8>,
    /// How to print the outcome
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Junit,
    Markdown,
}

/// Replay and compare.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let workspace = open(args.dir.as_deref(), &args.how, args.scenarios)?;
    let broken: Vec<&Problem> = workspace.problems().filter(|problem| problem.severity == Severity::Error).collect();
    note_problems(&workspace, broken.iter().copied());
    let Some(file) = workspace.scenario_file() else {
        return Err(Failure::new("there is no scenario file", "name one with --scenarios; `rolesmith guide scenarios` shows the format"));
    };
    if file.document().root().is_none() && broken.is_empty() {
        return Err(Failure::new(format!("`{}` holds no request", file.path().display()), "`rolesmith guide scenarios` shows the format"));
    }
    let replay = replay(workspace.scenarios(), workspace.directory(), &*engine(&workspace));
    note_problems(&workspace, &replay.problems);
    let locate = locate(&workspace);
    let check = Check { scenario: workspace.scenarios(), replay: &replay, locate: &locate };
    match args.format {
        Format::Text => print(&check_text(&check))?,
        Format::Json => print_json(&check_json(&check))?,
        Format::Junit => print(&check_junit(&check))?,
        Format::Markdown => print(&check_markdown(&check))?,
    }
    let covered = args.min_coverage.map(|least| super::tune::covers(&workspace, least)).transpose()?.unwrap_or(true);
    let bad = !broken.is_empty() || !replay.problems.is_empty();
    Ok(ExitCode::from(if bad { 2 } else { u8::from(replay.failures().next().is_some() || !covered) }))
}

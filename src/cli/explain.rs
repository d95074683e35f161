//! `rolesmith explain DIR --user U 'POST _bulk'`

use std::path::PathBuf;
use std::process::ExitCode;

use super::output::{Failure, note_problems, print, print_json, table};
use super::source::{How, Who, engine, locate, open, request};
use crate::engine::evaluate::Outcome;
use crate::report::{explain_text, verdict_json};
use crate::source::Severity;

/// What to explain.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open
    dir: PathBuf,
    /// Method and path, or a whole curl line
    request: String,
    /// The request's body; `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    how: How,
}

/// Explain; exit code 0 when the whole request is allowed.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let request = request(&args.request, args.body.as_deref())?;
    let workspace = open(Some(&args.dir), &args.how, None)?;
    note_problems(&workspace, workspace.problems().filter(|problem| problem.severity == Severity::Error));
    let subject = args.who.subject(&workspace)?;
    let verdict = engine(&workspace).explain(&subject, &request);
    let locate = locate(&workspace);
    if args.json {
        print_json(&verdict_json(&verdict, &locate))?;
    } else {
        print(&explain_text(&subject, &request, &verdict, &locate, table))?;
        if !workspace.cluster().known {
            print("\nnote: without a cluster model every name is taken to exist as an open index; give --cluster FILE\n")?;
        }
    }
    Ok(ExitCode::from(u8::from(verdict.outcome != Outcome::Allowed)))
}

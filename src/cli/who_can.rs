//! `rolesmith who-can 'DELETE customers-*' DIR`

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::output::{Failure, print, print_json};
use super::source::{How, engine, open, request};
use crate::engine::evaluate::Outcome;
use crate::engine::scenario::people;
use crate::report::Table;

/// What to ask.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Method and path
    request: String,
    /// Directory or file to open; the sample when it is left out
    dir: Option<PathBuf>,
    /// The request's body
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Show those who may not, too
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// Ask for everybody; exit code 1 when nobody may.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let request = request(&args.request, args.body.as_deref())?;
    let workspace = open(args.dir.as_deref(), &args.how, None)?;
    let engine = engine(&workspace);
    let mut rows = Vec::new();
    let mut anybody = false;
    for person in people(workspace.directory(), workspace.scenarios()) {
        let verdict = engine.decide(&person.subject, &request);
        let may = verdict.outcome != Outcome::Denied;
        anybody |= may;
        if may || args.all {
            let why = verdict.reason.into_iter().chain(verdict.unknown).collect::<Vec<_>>().join("; ");
            rows.push(vec![person.label, verdict.outcome.word().to_owned(), verdict.roles.join(", "), why]);
        }
    }
    if args.json {
        let rows: Vec<_> = rows.iter().map(|row| json!({ "who": row[0], "outcome": row[1], "roles": row[2], "why": row[3] })).collect();
        print_json(&json!({ "schema": "rolesmith/who-can/1", "request": request.to_string(), "answers": rows }))?;
    } else if rows.is_empty() {
        print(&format!("nobody may {request}\n"))?;
    } else {
        print(&super::output::table(&Table { head: ["who", "may", "roles", ""].map(str::to_owned).to_vec(), rows }))?;
    }
    Ok(ExitCode::from(u8::from(!anybody)))
}

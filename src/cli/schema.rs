//! `rolesmith schema NAME`

use std::process::ExitCode;

use super::output::{Failure, print};

/// The schemas by the command whose `--format json` they describe.
const SCHEMAS: [(&str, &str); 1] = [("lint", include_str!("../../assets/schema/lint.json"))];

/// Which schema to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command whose JSON it describes; without one they are listed
    command: Option<String>,
}

/// Print a JSON Schema.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let names = || SCHEMAS.map(|(name, _)| name).join(", ");
    let Some(wanted) = args.command else {
        print(&format!("{}\n", names()))?;
        return Ok(ExitCode::SUCCESS);
    };
    let found = SCHEMAS.iter().find(|(name, _)| *name == wanted);
    let (_, text) = found.ok_or_else(|| Failure::new(format!("there is no schema `{wanted}`"), format!("there is one for {}", names())))?;
    print(text)?;
    Ok(ExitCode::SUCCESS)
}

//! `rolesmith lint DIR`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::output::{Failure, print, print_json};
use super::source::{How, engine, locate, open};
use crate::engine::lint;
use crate::report::{finding_text, findings_json, findings_sarif};
use crate::source::Severity;

/// What to look into.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open; the sample when it is left out
    dir: Option<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Fail from this severity on
    #[arg(long, value_enum, default_value_t)]
    fail_on: Level,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Sarif,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Level {
    #[default]
    Error,
    Warning,
    Note,
}

/// Lint; exit code 1 when a finding is as severe as asked for.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let workspace = open(args.dir.as_deref(), &args.how, None)?;
    let engine = engine(&workspace);
    let report = workspace.lint(Some(&*engine));
    let locate = locate(&workspace);
    match args.format {
        Format::Text => {
            for finding in &report.findings {
                print(&finding_text(finding, &locate))?;
            }
            print(&summary(&report))?;
        }
        Format::Json => print_json(&findings_json(&report.findings, &locate))?,
        Format::Sarif => print_json(&findings_sarif(&report.findings, &locate))?,
    }
    let least = match args.fail_on {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    };
    Ok(ExitCode::from(u8::from(report.findings.iter().any(|finding| finding.severity >= least))))
}

fn summary(report: &lint::Report) -> String {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let allowed = if report.allowed.is_empty() { String::new() } else { format!(", {} allowed", report.allowed.len()) };
    format!("{} errors, {} warnings, {} notes{allowed}\n", count(Severity::Error), count(Severity::Warning), count(Severity::Note))
}

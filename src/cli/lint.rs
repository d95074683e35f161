//! `rolesmith lint DIR`

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use super::output::{Failure, note, print, print_json};
use super::source::{How, engine, locate, open};
use crate::engine::lint::{self, Finding, Fix, Safety};
use crate::report::{Locate, finding_text, findings_github, findings_json, findings_sarif, rule_text, rules_markdown};
use crate::source::Severity;
use crate::workspace::{SaveOptions, Workspace};

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
    /// Apply the safe fixes, print the difference and save
    #[arg(long, requires = "dir")]
    fix: bool,
    /// Pass over what an earlier `--format json` already found
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Say what a rule finds and why it matters; without a name, list the rules
    #[arg(long, value_name = "RULE", num_args = 0..=1, default_missing_value = "")]
    explain: Option<String>,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
    Sarif,
    Github,
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
    if let Some(rule) = &args.explain {
        return explain(rule);
    }
    let mut workspace = open(args.dir.as_deref(), &args.how, None)?;
    if args.fix {
        fix(&mut workspace)?;
    }
    let engine = engine(&workspace);
    let mut report = workspace.lint(Some(&*engine));
    let locate = locate(&workspace);
    let old = args.baseline.as_deref().map(|path| drop_known(path, &mut report.findings, &locate)).transpose()?.unwrap_or(0);
    match args.format {
        Format::Text => {
            for finding in &report.findings {
                print(&finding_text(finding, &locate))?;
            }
            print(&summary(&report, old))?;
        }
        Format::Json => print_json(&findings_json(&report.findings, &locate))?,
        Format::Sarif => print_json(&findings_sarif(&report.findings, &locate))?,
        Format::Github => print(&findings_github(&report.findings, &locate))?,
    }
    let least = match args.fail_on {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    };
    Ok(ExitCode::from(u8::from(report.findings.iter().any(|finding| finding.severity >= least))))
}

fn explain(rule: &str) -> Result<ExitCode, Failure> {
    if rule.is_empty() {
        print(&rules_markdown())?;
        return Ok(ExitCode::SUCCESS);
    }
    let found = lint::find(rule).ok_or_else(|| {
        let help = lint::similar(rule).map_or("`rolesmith lint --explain` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        Failure::new(format!("there is no rule `{rule}`"), help)
    })?;
    print(&rule_text(&found.about()))?;
    Ok(ExitCode::SUCCESS)
}

/// Rounds of fixes: one may make room for the next.
const ROUNDS: usize = 8;

/// Apply the safe fixes and save.
fn fix(workspace: &mut Workspace) -> Result<(), Failure> {
    let mut count = 0;
    let mut errors: Vec<String> = Vec::new();
    for _ in 0..ROUNDS {
        let report = workspace.lint(None);
        let fixes: Vec<&Fix> =
            report.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe).collect();
        let (done, refused) = workspace.fix_all(&fixes);
        count += done;
        errors = refused.iter().map(ToString::to_string).collect();
        if done == 0 {
            break;
        }
    }
    for diff in workspace.text_diff() {
        note(&diff.text);
    }
    if count > 0 {
        let saved = workspace.save(SaveOptions::default()).map_err(|error| Failure::new(error.to_string(), error.help()))?;
        for path in &saved.files {
            note(&format!("saved {}\n", path.display()));
        }
    }
    errors.dedup();
    for error in errors {
        note(&format!("not fixed: {error}\n"));
    }
    note(&format!("{count} safe fixes applied\n"));
    Ok(())
}

/// What is the same from one run to the next, wherever lines moved to.
type Known = (String, String, Option<String>, String);

/// Take out what an earlier report holds, each as often as it is there; how many were taken out.
fn drop_known(path: &Path, findings: &mut Vec<Finding>, locate: Locate<'_>) -> Result<usize, Failure> {
    let name = |file: &str| Path::new(file).file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned());
    let bad =
        |why: String| Failure::new(format!("`{}` is no baseline: {why}", path.display()), "make one with `rolesmith lint --format json`");
    let text = super::source::read(path)?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    let entries = json["findings"].as_array().ok_or_else(|| bad("it has no `findings`".to_owned()))?;
    let mut known: HashMap<Known, usize> = HashMap::new();
    for entry in entries {
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let key = (
            text(&entry["rule"]),
            name(&text(&entry["place"]["file"])),
            entry["entry"].as_str().map(str::to_owned),
            text(&entry["message"]),
        );
        *known.entry(key).or_default() += 1;
    }
    let before = findings.len();
    findings.retain(|finding| {
        let file = finding.place.and_then(locate).map(|spot| name(&spot.file)).unwrap_or_default();
        match known.get_mut(&(finding.rule.to_owned(), file, finding.entry.clone(), finding.message.clone())) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        }
    });
    Ok(before - findings.len())
}

fn summary(report: &lint::Report, old: usize) -> String {
    let counted = |severity, word: &str| {
        let count = report.findings.iter().filter(|finding| finding.severity == severity).count();
        format!("{count} {word}{}", if count == 1 { "" } else { "s" })
    };
    let allowed = if report.allowed.is_empty() { String::new() } else { format!(", {} allowed", report.allowed.len()) };
    let old = if old == 0 { String::new() } else { format!(", {old} in the baseline") };
    let [errors, warnings, notes] = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .map(|(severity, word)| counted(severity, word));
    format!("{errors}, {warnings}, {notes}{allowed}{old}\n")
}

//! `rolesmith apply --changes FILE DIR`

use std::path::PathBuf;
use std::process::ExitCode;

use super::output::{Failure, note, print};
use super::source::{How, engine, open};
use crate::engine::change::{Change, read_changes};
use crate::engine::compare::flips;
use crate::engine::scenario::replay;
use crate::report::problem_text;
use crate::source::{FileId, LineIndex};
use crate::workspace::{SaveOptions, Workspace};
use crate::yaml::Document;

/// What to do.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to change
    dir: PathBuf,
    /// List of changes; `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    changes: PathBuf,
    /// Show the text that changes and the scenario's verdicts that turn
    #[arg(long)]
    diff: bool,
    /// Save nothing
    #[arg(long)]
    dry_run: bool,
    /// Change reserved, hidden and static entries too
    #[arg(long)]
    include_reserved: bool,
    /// Leave no backup
    #[arg(long)]
    no_backup: bool,
    #[command(flatten)]
    how: How,
}

/// Do all changes or none.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let changes = changes(&args)?;
    let mut workspace = open(Some(&args.dir), &args.how, None)?;
    let before = args.diff.then(|| replay(workspace.scenarios(), workspace.directory(), &*engine(&workspace)));
    let count = changes.len();
    for (number, change) in changes.into_iter().enumerate() {
        let name = format!("change {} ({})", number + 1, change.name());
        if let Some(word) = workspace.guarded(&change).filter(|_| !args.include_reserved) {
            return Err(Failure::new(format!("{name}: `{}` is {word}", change.subject().1), "give --include-reserved if you mean it"));
        }
        for reference in workspace.breaks(&change) {
            let place = reference.place.and_then(|place| workspace.whereis(place)).map(|place| format!("{place}: ")).unwrap_or_default();
            note(&format!("note: {place}`{}` still names what {name} deletes\n", reference.name));
        }
        workspace
            .apply(change)
            .map_err(|error| Failure::new(format!("{name}: {error}"), "nothing was written; the changes before it are not saved either"))?;
    }
    if let Some(before) = before {
        show(&workspace, &before)?;
    }
    if args.dry_run {
        let files = workspace.dirty().count();
        note(&format!("{count} changes would change {files} files; nothing was written\n"));
        return Ok(ExitCode::SUCCESS);
    }
    let saved = workspace
        .save(SaveOptions { no_backup: args.no_backup, ..SaveOptions::default() })
        .map_err(|error| Failure::new(error.to_string(), error.help()))?;
    for path in &saved.files {
        note(&format!("saved {}\n", path.display()));
    }
    if let Some(backup) = saved.backup {
        note(&format!("backup in {}\n", backup.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn changes(args: &Args) -> Result<Vec<Change>, Failure> {
    let text = super::source::read(&args.changes)?;
    let document = Document::parse(FileId(0), text.into_bytes());
    read_changes(&document).map_err(|problems| {
        let lines = LineIndex::new(document.bytes());
        let locate = |place: crate::source::Place| {
            let at = lines.line_col(document.bytes(), place.span.start as usize);
            let text = String::from_utf8_lossy(lines.line(document.bytes(), at.line)).into_owned();
            Some(crate::report::Spot { file: args.changes.display().to_string(), line: at.line, col: at.col, text })
        };
        problems.iter().for_each(|problem| note(&problem_text(problem, &locate)));
        Failure { message: format!("`{}` is no list of changes", args.changes.display()), help: None }
    })
}

/// The text diff, then who gains and who loses what.
fn show(workspace: &Workspace, before: &crate::engine::scenario::Replay) -> Result<(), Failure> {
    for diff in workspace.text_diff() {
        print(&diff.text)?;
    }
    let after = replay(workspace.scenarios(), workspace.directory(), &*engine(workspace));
    for flip in flips(before, &after) {
        let case = &workspace.scenarios().cases[flip.case];
        let word = if flip.is_gain() { "gains" } else { "loses" };
        print(&format!("{} {word} {}: {} -> {}\n", flip.user, case.request, flip.before.word(), flip.after.word()))?;
    }
    Ok(())
}

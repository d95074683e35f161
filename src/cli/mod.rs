//! The command line: one file a command. Exit codes: 0 holds, 1 does not hold, 2 the input is bad.

mod access;
mod across;
mod apply;
mod check;
mod convert;
mod diff;
mod examples;
mod explain;
mod export;
mod guide;
mod hash;
mod learn;
mod lint;
mod output;
mod progress;
mod repair;
mod review;
mod sample;
mod schema;
mod shell;
mod source;
mod tune;
mod who_can;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use output::{Failure, complain};
pub use source::Opening;

use crate::report::escape;

/// Design roles for OpenSearch Security, Open Distro and Elasticsearch: see, edit, simulate, save.
#[derive(Debug, Parser)]
#[command(name = "rolesmith", version, args_conflicts_with_subcommands = true, max_term_width = 110)]
#[command(after_help = examples::PANES)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Directory or file to open in the panes
    path: Option<PathBuf>,
    #[command(flatten)]
    source: source::How,
    #[command(flatten)]
    panes: Panes,
    /// Print for a screen reader: a sentence for each cell of a table, words for signs
    #[arg(long, global = true)]
    plain: bool,
}

/// How the panes open.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Panes {
    /// Refuse edits until `R` allows them
    #[arg(long)]
    pub read_only: bool,
    /// Forget how the panes of this directory were left
    #[arg(long)]
    pub fresh: bool,
    /// dark, light, high-contrast, 16-colour or no-colour
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Draw with ASCII signs only
    #[arg(long)]
    pub ascii: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay a scenario file and compare the answers with what it expects
    #[command(after_help = examples::CHECK)]
    Check(check::Args),
    /// Say why a request is allowed or denied, with everything that is missing
    #[command(after_help = examples::EXPLAIN)]
    Explain(explain::Args),
    /// Do a list of changes and save
    #[command(after_help = examples::APPLY)]
    Apply(apply::Args),
    /// Say who may send a request
    #[command(after_help = examples::WHO_CAN)]
    WhoCan(who_can::Args),
    /// Print a matrix of users by indices
    #[command(after_help = examples::ACCESS)]
    Access(access::Args),
    /// Compare the access of two directories
    #[command(after_help = examples::DIFF)]
    Diff(diff::Args),
    /// Offer what would make a denied request pass, cheapest first
    #[command(after_help = examples::REPAIR)]
    Repair(repair::Args),
    /// Show which grants the scenarios need, and prune the others
    #[command(after_help = examples::TUNE)]
    Tune(tune::Args),
    /// Make a role from audit logs
    #[command(after_help = examples::LEARN)]
    Learn(learn::Args),
    /// Make one product's files of another's, or the form from 1.0 on of the one before
    #[command(after_help = examples::CONVERT)]
    Convert(convert::Args),
    /// Print entries, or what differs from a backup, as REST calls, securityadmin commands or Terraform resources
    #[command(after_help = examples::EXPORT)]
    Export(export::Args),
    /// Look for what is wrong, dangerous or without effect
    #[command(after_help = examples::LINT)]
    Lint(lint::Args),
    /// Show a page of the guide
    #[command(after_help = examples::GUIDE)]
    Guide(guide::Args),
    /// Print the JSON Schema of what a command prints as JSON
    #[command(after_help = examples::SCHEMA)]
    Schema(schema::Args),
    /// Write the sample into a directory
    #[command(after_help = examples::SAMPLE)]
    Sample(sample::Args),
    /// Make a bcrypt hash of a password that is read from standard input
    #[command(after_help = examples::HASH)]
    Hash(hash::Args),
    /// Print completions for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(shell::Completions),
    /// Print the manual page
    #[command(after_help = examples::MAN)]
    Man,
    /// Print the live keymap as TOML, to start one's own from
    #[command(after_help = examples::KEYS)]
    Keys,
}

/// What the program does after the command line was read.
#[derive(Debug)]
pub enum Next {
    /// A command has run.
    Exit(ExitCode),
    /// The panes are to open.
    Panes(Box<Opening>, Panes),
    /// The keymap is to be printed.
    Keys,
}

/// Read the process's arguments and run the command that they name.
pub fn run() -> Next {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // a shell's pattern can bring a file's name here, and nobody vouches for what it holds
            let text = error.render().to_string();
            match escape(&text) {
                safe if safe == text => drop(error.print()),
                safe => eprint!("{safe}"),
            }
            return Next::Exit(ExitCode::from(if error.use_stderr() { 2 } else { 0 }));
        }
    };
    dispatch(cli).unwrap_or_else(|failure| {
        complain(&failure);
        Next::Exit(ExitCode::from(2))
    })
}

fn dispatch(cli: Cli) -> Result<Next, Failure> {
    output::set_plain(cli.plain);
    let Some(command) = cli.command else {
        return Ok(Next::Panes(Box::new(Opening { path: cli.path, how: cli.source }), cli.panes));
    };
    let code = match command {
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Apply(args) => apply::run(args),
        Command::WhoCan(args) => who_can::run(args),
        Command::Access(args) => access::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Repair(args) => repair::run(args),
        Command::Tune(args) => tune::run(args),
        Command::Learn(args) => learn::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Export(args) => export::run(args),
        Command::Lint(args) => lint::run(args),
        Command::Guide(args) => guide::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Sample(args) => sample::run(args),
        Command::Hash(args) => hash::run(args),
        Command::Completions(args) => shell::completions(args),
        Command::Man => shell::man(),
        Command::Keys => return Ok(Next::Keys),
    };
    code.map(Next::Exit)
}

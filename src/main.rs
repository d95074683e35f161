//! The `rolesmith` program: a command, or the panes.

use std::io::Write as _;
use std::process::ExitCode;

use rolesmith::cli::{self, Next};
use rolesmith::tui;

fn main() -> ExitCode {
    let options = || tui::Options::from_environment(|name| std::env::var(name).ok()).with_own_files();
    match cli::run() {
        Next::Exit(code) => code,
        Next::Keys => {
            let (table, problems) = tui::keys(&options());
            problems.iter().for_each(|problem| cli::complain(problem));
            // A reader that closed its end early has seen what it wanted.
            let _ = std::io::stdout().write_all(table.as_bytes());
            ExitCode::from(if problems.is_empty() { 0 } else { 1 })
        }
        Next::Panes(workspace, wanted) => {
            let mut options = options();
            options.read_only = wanted.read_only;
            options.fresh = wanted.fresh;
            options.ascii |= wanted.ascii;
            options.theme = wanted.theme.or(options.theme);
            match tui::run(*workspace, options) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    cli::complain(&format!("{error:#}"));
                    ExitCode::from(2)
                }
            }
        }
    }
}

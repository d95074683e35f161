//! The `rolesmith` program: a command, or the panes.

use std::io::Write as _;
use std::process::ExitCode;

use rolesmith::cli::{self, Failure, Next};
use rolesmith::tui;

fn complain(message: String) {
    cli::complain(&Failure { message, help: None });
}

fn main() -> ExitCode {
    let options = || tui::Options::from_environment(|name| std::env::var(name).ok()).with_own_files();
    match cli::run() {
        Next::Exit(code) => code,
        Next::Keys => {
            let (table, problems) = tui::keys(&options());
            let code = u8::from(!problems.is_empty());
            problems.into_iter().for_each(complain);
            // A reader that closed its end early has seen what it wanted.
            let _ = std::io::stdout().write_all(table.as_bytes());
            ExitCode::from(code)
        }
        Next::Panes(opening, wanted) => {
            let mut options = options();
            options.read_only = wanted.read_only;
            options.fresh = wanted.fresh;
            options.ascii |= wanted.ascii;
            options.theme = wanted.theme.or(options.theme);
            let outcome = match tui::open_files(move |told| opening.open(told), &options) {
                Ok(Ok(workspace)) => tui::run(workspace, options),
                Ok(Err(failure)) => {
                    cli::complain(&failure);
                    return ExitCode::from(2);
                }
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    complain(format!("{error:#}"));
                    ExitCode::from(2)
                }
            }
        }
    }
}

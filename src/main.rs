//! The `rolesmith` program: a command, or the panes.

use std::process::ExitCode;

use rolesmith::cli::{self, Next};
use rolesmith::tui;

fn main() -> ExitCode {
    match cli::run() {
        Next::Exit(code) => code,
        Next::Panes(workspace) => match tui::run(*workspace, tui::Options::from_environment(|name| std::env::var(name).ok())) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                cli::complain(&format!("{error:#}"));
                ExitCode::from(2)
            }
        },
    }
}

//! `rolesmith completions SHELL` and `rolesmith man`

use std::process::ExitCode;

use clap::CommandFactory;

use super::Cli;
use super::output::Failure;

/// For which shell.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

/// Print completions.
pub fn completions(args: Completions) -> Result<ExitCode, Failure> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rolesmith", &mut out);
    print_raw(&out)
}

/// Print the manual page.
pub fn man() -> Result<ExitCode, Failure> {
    let mut out = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut out)?;
    print_raw(&out)
}

fn print_raw(text: &[u8]) -> Result<ExitCode, Failure> {
    // our own text, tabs included, which an escape would break
    use std::io::Write;
    match std::io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

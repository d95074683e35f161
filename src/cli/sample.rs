//! `rolesmith sample DIR`

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::output::{Failure, note};
use crate::workspace::Workspace;

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory to write into; it is made where it is missing, and nothing in it is written over
    dir: PathBuf,
}

/// Write the sample.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let failed = |path: &std::path::Path, error: io::Error| Failure {
        message: format!("`{}` cannot be written: {error}", path.display()),
        help: None,
    };
    fs::create_dir_all(&args.dir).map_err(|error| failed(&args.dir, error))?;
    let taken: Vec<&str> = Workspace::sample_files().map(|(name, _)| name).filter(|name| args.dir.join(name).exists()).collect();
    if !taken.is_empty() {
        return Err(Failure::new(format!("`{}` holds {} already", args.dir.display(), taken.join(", ")), "name another directory"));
    }
    for (name, bytes) in Workspace::sample_files() {
        let path = args.dir.join(name);
        fs::write(&path, bytes).map_err(|error| failed(&path, error))?;
    }
    note(&format!("wrote the sample; open it with `rolesmith {}`\n", args.dir.display()));
    Ok(ExitCode::SUCCESS)
}

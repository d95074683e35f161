//! `rolesmith hash`: a password from standard input, its bcrypt hash to standard output.

use std::process::ExitCode;

use super::output::{Failure, print};

/// How to hash.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// bcrypt's cost, from 4 to 31; OpenSearch's own tool takes 12
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(4..=31))]
    cost: u32,
}

/// Hash the first line.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let password = line.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        return Err(Failure::new("standard input holds no password", "write it into standard input, one line"));
    }
    if password.len() > 72 {
        return Err(Failure::new("the password has more than 72 bytes", "bcrypt looks at the first 72 only; take a shorter one"));
    }
    let hash = bcrypt::hash_with_result(password, args.cost)?.format_for_version(bcrypt::Version::TwoY);
    print(&format!("{hash}\n"))?;
    Ok(ExitCode::SUCCESS)
}

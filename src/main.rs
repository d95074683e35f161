//! The `rolesmith` program.

use rolesmith::tui;
use rolesmith::workspace::{self, Workspace};

fn main() -> anyhow::Result<()> {
    let workspace = match std::env::args_os().nth(1) {
        Some(path) => Workspace::open(path, workspace::Options::default())?,
        None => Workspace::sample(),
    };
    tui::run(workspace, tui::Options::default())
}

//! The guide's page of bad input: each command of it is run, and must answer what stands there, byte for byte.

#![cfg(target_os = "linux")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use rayon::prelude::*;
use rolesmith::guide::topic;
use support::Directory;

/// What a block shows when its commands are run, each after `$ `: the command, what it printed, its exit code if that
/// is not 0.
fn run(block: &str) -> String {
    let directory = Directory::new(&[]);
    let program = Path::new(env!("CARGO_BIN_EXE_rolesmith")).parent().expect("a directory");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut shown = String::new();
    for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(directory.root())
            .env("PATH", &path)
            .env("HOME", directory.base())
            .env("XDG_STATE_HOME", directory.state())
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        let _ = write!(shown, "$ {command}\n{}", String::from_utf8_lossy(&output.stdout));
        if let Some(code) = output.status.code().filter(|code| *code != 0) {
            let _ = writeln!(shown, "[{code}]");
        }
        assert!(output.status.code().is_some(), "ended by a signal: {command}\n{shown}");
    }
    shown
}

#[test]
fn the_guides_page_of_bad_input_says_what_each_gives() {
    let page = topic("bad-input").expect("the page").text;
    let parts: Vec<&str> = page.split("```\n").collect();
    assert!(parts.len() > 40, "only {} blocks", parts.len() / 2);
    // every second part stands between two fences
    let given: Vec<String> =
        parts.par_iter().enumerate().map(|(at, part)| if at % 2 == 1 { run(part) } else { (*part).to_owned() }).collect();
    let given = given.join("```\n");
    if given != page {
        let told = std::env::temp_dir().join("bad-input.md");
        fs::write(&told, &given).expect("a place for the page");
        let difference = similar::TextDiff::from_lines(page, &given).unified_diff().to_string();
        panic!("it gives something else, written to `{}`:\n{difference}", told.display());
    }
}

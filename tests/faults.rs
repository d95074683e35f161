//! Saves under fault: killed at any moment, without permission, onto what somebody else is writing.

#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::dice::Dice;
use support::{Directory, sample};

const FORTH: &str = "- {change: rename-role, role: hr_export, to: hr_exporter}\n";
const BACK: &str = "- {change: rename-role, role: hr_exporter, to: hr_export}\n";
/// The files that the rename touches.
const TOUCHED: [&str; 2] = ["roles.yml", "roles_mapping.yml"];

fn rolesmith(directory: &Directory, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn bytes(directory: &Directory) -> [Vec<u8>; 2] {
    TOUCHED.map(|name| fs::read(directory.path(name)).unwrap())
}

fn spin(duration: Duration) {
    let end = Instant::now() + duration;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

/// Whether the save has begun to write, or the program has ended.
fn writes(child: &mut Child, directory: &Path) -> bool {
    let staged = || {
        let entries = fs::read_dir(directory).unwrap();
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(".rolesmith-"))
    };
    staged() || child.try_wait().unwrap().is_some()
}

#[test]
fn killed_at_any_moment_each_file_is_the_old_or_the_new_one() {
    let directory = sample();
    fs::write(directory.path("forth.changes"), FORTH).unwrap();
    fs::write(directory.path("back.changes"), BACK).unwrap();
    let state = |name: &str| {
        let metadata = fs::metadata(directory.path(name)).unwrap();
        (metadata.permissions().mode(), metadata.uid(), metadata.gid())
    };
    fs::set_permissions(directory.path("roles.yml"), fs::Permissions::from_mode(0o604)).unwrap();
    let owners = TOUCHED.map(state);
    let apply =
        |changes: &str| rolesmith(&directory, &["apply", "config", "--changes", &format!("config/{changes}.changes"), "--no-backup"]);
    let old = bytes(&directory);
    let start = Instant::now();
    assert!(apply("forth").output().unwrap().status.success());
    let whole = start.elapsed();
    let new = bytes(&directory);
    assert!(old[0] != new[0] && old[1] != new[1]);
    assert!(apply("back").output().unwrap().status.success());
    assert_eq!(bytes(&directory), old, "a change and its inverse give the same bytes");
    let mut dice = Dice(7);
    let (mut olds, mut news, mut mixed) = (0, 0, 0);
    for round in 0..500 {
        let mut child = apply("forth").spawn().unwrap();
        if round % 2 == 0 {
            spin(Duration::from_nanos(dice.below(whole.as_nanos() as usize * 5 / 4) as u64));
        } else {
            while !writes(&mut child, &directory.root()) {}
            spin(Duration::from_micros(dice.below(1500) as u64));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let now = bytes(&directory);
        for (at, name) in TOUCHED.iter().enumerate() {
            assert!(now[at] == old[at] || now[at] == new[at], "round {round}: {name} is neither:\n{}", String::from_utf8_lossy(&now[at]));
            assert_eq!(state(name), owners[at], "round {round}: {name}");
        }
        match (now[0] == new[0], now[1] == new[1]) {
            (false, false) => olds += 1,
            (true, true) => news += 1,
            _ => mixed += 1,
        }
        for (at, name) in TOUCHED.iter().enumerate().filter(|(at, _)| now[*at] != old[*at]) {
            fs::write(directory.path(name), &old[at]).unwrap();
        }
        for entry in fs::read_dir(directory.root()).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".rolesmith-") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
    println!("500 saves killed: {olds} before, {news} after, {mixed} between the two files; none half written");
    assert!(olds > 0 && news > 0, "{olds} {news}: the moments were not random");
}

#[test]
fn pipes_and_giants_are_refused_with_what_they_are() {
    let directory = sample();
    fs::remove_file(directory.path("tenants.yml")).unwrap();
    assert!(Command::new("mkfifo").arg(directory.path("tenants.yml")).status().unwrap().success());
    let giant = fs::File::create(directory.path("action_groups.yml")).unwrap();
    giant.set_len(600 << 20).unwrap();
    let output = rolesmith(&directory, &["check", "config"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("tenants.yml` could not be read: it is no ordinary file"), "{text}");
    assert!(text.contains("action_groups.yml` could not be read: it has 600 MiB, more than the 256 MiB that are opened"), "{text}");
}

#[test]
fn two_savers_lose_nothing_without_a_question() {
    // both have opened the same bytes; the second finds the first one's
    let directory = sample();
    let (mut one, mut other) = (directory.open(), directory.open());
    let change = |text: &str| {
        rolesmith::engine::change::read_changes(&rolesmith::yaml::Document::parse(rolesmith::source::FileId(0), text.into())).unwrap()
    };
    one.apply_all(change(FORTH)).unwrap();
    other.apply_all(change("- {change: add-cluster-permission, role: k8s_viewer, permission: cluster_monitor}\n")).unwrap();
    one.save(Default::default()).unwrap();
    let first = bytes(&directory);
    let error = other.save(Default::default()).unwrap_err();
    assert!(matches!(error, rolesmith::workspace::SaveError::Conflict(_)), "{error}");
    assert_eq!(bytes(&directory), first);
    assert!(other.merge().unwrap().is_empty());
    other.save(Default::default()).unwrap();
    let both = String::from_utf8(fs::read(directory.path("roles.yml")).unwrap()).unwrap();
    assert!(both.contains("hr_exporter:") && both.contains("cluster_monitor"), "{both}");
}

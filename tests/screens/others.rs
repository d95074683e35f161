//! Dialogs about what others wrote meanwhile and what an earlier sitting left, over a directory on disk.

use std::fs;

use rolesmith::tui::dialog::Dialog;
use rolesmith::tui::dialog::recovery::Recovery;
use rolesmith::tui::disk;
use rolesmith::tui::options::Options;
use rolesmith::tui::state::State;
use rolesmith::workspace::{Options as Opening, Workspace};

use super::{LARGE, SMALL, USUAL, after_with, screen};

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in Workspace::sample_files() {
        fs::write(directory.path().join(name), bytes).unwrap();
    }
    directory
}

fn open(directory: &tempfile::TempDir) -> Workspace {
    let state = Some(directory.path().join("state"));
    Workspace::open(directory.path(), Opening { state, ..Opening::default() }).unwrap()
}

/// The screens at each size, without the line that names the temporary directory.
fn everywhere(make: impl Fn((u16, u16)) -> State) -> String {
    let mut out = String::new();
    for size in [USUAL, SMALL, LARGE] {
        out.push_str(&format!("=== {}x{}\n", size.0, size.1));
        let drawn = screen(&make(size));
        let path = |line: &&str| !line.contains("/.tmp");
        out.extend(drawn.lines().filter(path).flat_map(|line| [line, "\n"]));
    }
    out
}

fn snapshot(name: &str, drawn: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, drawn);
    });
}

/// An edit of a role, while somebody else writes a role beside it.
fn conflict(size: (u16, u16)) -> State {
    let directory = directory();
    let mut state = after_with(open(&directory), &Options::default(), size, "2nauditors<enter>");
    let path = directory.path().join("roles.yml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text + "theirs:\n  description: \"theirs\"\n").unwrap();
    disk::look(&mut state);
    disk::compare(&mut state);
    state
}

#[test]
fn a_conflict_shows_both_sides_and_what_can_be_done() {
    let drawn = everywhere(conflict);
    assert!(drawn.contains("changed on disk") && drawn.contains("-theirs:") && drawn.contains("+auditors:"), "{drawn}");
    snapshot("conflict_compared", &drawn);
}

#[test]
fn what_an_earlier_sitting_left_is_offered() {
    let drawn = everywhere(|size| {
        let directory = directory();
        let mut killed = open(&directory);
        killed.keep_journal().unwrap();
        let change = serde_json::json!({"change": "add-cluster-permission", "role": "k8s_viewer", "permission": "cluster_monitor"});
        killed.apply(serde_json::from_value::<rolesmith::engine::change::Change>(change).unwrap()).unwrap();
        drop(killed);
        fs::write(directory.path().join("tenants.yml"), "other: {}\n").unwrap();
        let left = open(&directory).recovery().unwrap();
        let mut state = after_with(open(&directory), &Options::default(), size, "");
        state.dialogs.push(Dialog::Recovery(Box::new(Recovery::new(left))));
        state
    });
    assert!(drawn.contains("ended without saving 1 edit") && drawn.contains("Files have changed since"), "{drawn}");
    snapshot("recovery_is_offered", &drawn);
}

#[test]
fn an_entry_that_both_sides_changed_is_asked_about() {
    let drawn = everywhere(|size| {
        let directory = directory();
        let mut state = after_with(open(&directory), &Options::default(), size, "2/k8s_v<enter>acluster_monitor<enter>");
        let path = directory.path().join("roles.yml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("k8s-staging-*"), "{text}");
        fs::write(&path, text.replace("k8s-staging-*", "k8s-test-*")).unwrap();
        disk::merge(&mut state);
        state
    });
    assert!(drawn.contains("k8s_viewer"), "{drawn}");
    snapshot("merge_of_one_entry", &drawn);
}

//! Dialogs about what others wrote meanwhile and what an earlier sitting left, over a directory on disk.

use std::fs;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use rolesmith::report::Work;
use rolesmith::tui::dialog::Dialog;
use rolesmith::tui::dialog::recovery::Recovery;
use rolesmith::tui::disk;
use rolesmith::tui::event::Event;
use rolesmith::tui::opening;
use rolesmith::tui::options::{Options, first};
use rolesmith::tui::state::State;
use rolesmith::tui::update::update;
use rolesmith::workspace::{Options as Opening, Workspace};

use super::{SMALL, USUAL, after_with, keys_of, press, screen};

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

/// The screens, without the lines that name the temporary directory.
fn everywhere(make: impl Fn((u16, u16), &Options) -> State) -> String {
    super::everywhere(make).lines().filter(|line| !line.contains("/.tmp")).flat_map(|line| [line, "\n"]).collect()
}

fn snapshot(name: &str, drawn: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, drawn);
    });
}

/// An edit of a role, while somebody else writes a role beside it.
fn conflict(size: (u16, u16), options: &Options) -> State {
    let directory = directory();
    let mut state = after_with(open(&directory), options, size, "2nauditors<enter>");
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
    let drawn = everywhere(|size, options| {
        let directory = directory();
        let mut killed = open(&directory);
        killed.keep_journal().unwrap();
        let change = serde_json::json!({"change": "add-cluster-permission", "role": "k8s_viewer", "permission": "cluster_monitor"});
        killed.apply(serde_json::from_value::<rolesmith::engine::change::Change>(change).unwrap()).unwrap();
        drop(killed);
        fs::write(directory.path().join("tenants.yml"), "other: {}\n").unwrap();
        let left = open(&directory).recovery().unwrap();
        let mut state = after_with(open(&directory), options, size, "");
        state.dialogs.push(Dialog::Recovery(Box::new(Recovery::new(left))));
        state
    });
    assert!(drawn.contains("ended without saving 1 edit") && drawn.contains("Files have changed since"), "{drawn}");
    snapshot("recovery_is_offered", &drawn);
}

#[test]
fn an_entry_that_both_sides_changed_is_asked_about() {
    let drawn = everywhere(|size, options| {
        let directory = directory();
        let mut state = after_with(open(&directory), options, size, "2/k8s_v<enter>acluster_monitor<enter>");
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

/// So far, of something that takes long.
fn work(what: &'static str, unit: &'static str) -> Work {
    Work { what, unit, done: 1200, total: 4200, elapsed: Duration::from_secs(2) }
}

#[test]
fn what_is_still_asked_says_how_far_it_is() {
    let drawn = everywhere(|size, options| {
        let mut state = first(Workspace::sample(), options);
        update(&mut state, Event::Resize(size.0, size.1));
        keys_of("5").into_iter().for_each(|key| drop(update(&mut state, Event::Key(key))));
        update(&mut state, Event::Progress(work("asking", "verdicts")));
        state
    });
    assert!(drawn.contains("asking 1200/4200 verdicts, 600/s, 5 s left"), "{drawn}");
    snapshot("still_asking", &drawn);
}

#[test]
fn what_is_still_opened_says_how_far_it_is() {
    let mut drawn = String::new();
    for (columns, rows) in [USUAL, SMALL, super::LARGE] {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| opening::draw(frame.buffer_mut(), Some(work("opening", "KiB")))).unwrap();
        let lines = terminal.backend().to_string();
        let lines: Vec<&str> = lines.lines().map(|line| line.trim_matches('"').trim_end()).collect();
        drawn.push_str(&format!("=== {columns}x{rows}\n{}\n", lines.join("\n").trim_end()));
    }
    assert!(drawn.contains("opening 1200/4200 KiB, 600/s, 5 s left") && drawn.contains("q gives it up"), "{drawn}");
    snapshot("still_opening", &drawn);
}

/// A file that is none, beside one that opens.
fn wrong(size: (u16, u16), options: &Options, keys: &str) -> State {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("roles.yml"), "$ cat roles.yml\n_meta:\n  type: \"roles\"\nreader: {\n").unwrap();
    fs::write(directory.path().join("tenants.yml"), "_meta:\n  type: \"tenants\"\n  config_version: 2\nplatform: {}\n").unwrap();
    after_with(open(&directory), options, size, keys)
}

#[test]
fn a_wrong_file_is_told_and_the_others_open() {
    let drawn = everywhere(|size, options| wrong(size, options, ""));
    assert!(drawn.contains("problems in the files: 6 shows them"), "{drawn}");
    snapshot("wrong_file", &drawn);
    let drawn = everywhere(|size, options| wrong(size, options, "6"));
    assert!(drawn.contains("not-yaml"), "{drawn}");
    snapshot("wrong_file_in_the_findings", &drawn);
    assert!(screen(&wrong(USUAL, &Options::default(), "7")).contains("platform"));
}

#[test]
fn every_pane_without_entries_offers_the_next_step() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("roles.yml"), "_meta:\n  type: \"roles\"\n  config_version: 2\n").unwrap();
    let mut drawn = everywhere(|size, options| after_with(open(&directory), options, size, ""));
    for (columns, rows) in [USUAL, SMALL] {
        let mut state = after_with(open(&directory), &Options::default(), (columns, rows), "");
        for pane in 1..=8 {
            state = press(state, (columns, rows), &pane.to_string());
            drawn.push_str(&format!("=== {columns}x{rows}, pane {pane}\n{}", screen(&state)));
        }
    }
    let drawn: String = drawn.lines().filter(|line| !line.contains("/.tmp")).flat_map(|line| [line, "\n"]).collect();
    snapshot("empty_panes", &drawn);
}

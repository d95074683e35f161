//! The built program in a pseudo-terminal, judged by the screen that it draws. Every wait is for a
//! condition, with one deadline.

#![cfg(unix)]

mod support;

use std::path::Path;
use std::time::Instant;

use support::session::{DEADLINE, Session};

/// A copy of the sample in a directory of its own, and a place for what the program keeps.
fn sample() -> (tempfile::TempDir, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in rolesmith::workspace::Workspace::sample_files() {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    (directory, tempfile::tempdir().unwrap())
}

#[test]
fn it_starts_on_the_sample_and_gives_the_terminal_back() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    session.press("2");
    session.wait_for("log_shipper");
    session.press("q");
    session.ended();
}

#[test]
fn an_edit_is_saved_as_the_added_lines_only() {
    let (directory, state) = sample();
    let path = directory.path().join("roles.yml");
    let before = std::fs::read_to_string(&path).unwrap();
    let mut session = Session::start(&[directory.path().to_str().unwrap()], state.path());
    session.wait_for("Who may do what");
    session.press("2/k8s\r");
    session.wait_for("/k8s");
    session.press("\r");
    session.wait_for("detail");
    session.press("nmetrics-*: read\r");
    session.wait_for("unsaved");
    session.save_and_leave("roles.yml");
    let after = std::fs::read_to_string(&path).unwrap();
    let removed = before.lines().filter(|line| !after.contains(line)).count();
    assert_eq!(removed, 0, "{after}");
    assert!(after.contains("metrics-*") && after.lines().count() > before.lines().count(), "{after}");
}

/// The lines of two texts that are not in the other, in order.
fn changed(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let diff = similar::TextDiff::from_lines(before, after);
    let lines = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).map(|change| change.value().trim().to_owned()).collect();
    (lines(similar::ChangeTag::Delete), lines(similar::ChangeTag::Insert))
}

#[test]
fn an_elasticsearch_logs_writer_is_reduced_and_only_its_lines_change() {
    for (fixture, file, removed, added) in [
        ("file_realm", "roles.yml", vec!["privileges: [ 'all' ]"], vec!["privileges: [ 'create_doc', 'auto_configure' ]"]),
        ("exports", "security_role.json", vec!["\"all\""], vec!["\"create_doc\",", "\"auto_configure\""]),
    ] {
        let directory = support::fixture(&format!("elasticsearch/{fixture}"));
        let before = std::fs::read_to_string(directory.path(file)).unwrap();
        let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
        // the first answers are what the save compares with
        session.wait_for("ok      DELETE /logs-2026");
        session.press("2\r");
        session.wait_for("detail");
        // title, cluster privileges, then names and privileges of the entry: `all` is the tenth line
        session.press("jjjjjjjjj");
        session.press("e");
        session.wait_for("edit logs_writer");
        session.press("\x15create_doc\r");
        session.wait_for("1 unsaved");
        session.press("aauto_configure\r");
        session.wait_for("2 unsaved");
        // the simulator has answered once the request that must not pass no longer does
        session.press("5");
        session.wait_for("MISSING");
        session.wait_without("ok !");
        session.press("s");
        session.wait_for("save?");
        session.wait_for("DELETE /logs-2026");
        session.press("\r");
        session.wait_for(&format!("saved {file}"));
        session.press("q");
        session.ended();
        let after = std::fs::read_to_string(directory.path(file)).unwrap();
        assert_eq!(
            changed(&before, &after),
            (removed.iter().map(|line| (*line).to_owned()).collect(), added.iter().map(|line| (*line).to_owned()).collect()),
            "{after}"
        );
    }
}

#[test]
fn a_file_that_changed_underneath_is_a_conflict_and_edits_survive_it() {
    let (directory, state) = sample();
    let path = directory.path().join("roles.yml");
    let mut session = Session::start(&[directory.path().to_str().unwrap()], state.path());
    session.wait_for("Who may do what");
    session.press("2nauditors\r");
    session.wait_for("unsaved");
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("someone_else:\n  description: \"theirs\"\n");
    std::fs::write(&path, &text).unwrap();
    session.press("s\r");
    session.wait_for("changed on disk");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    session.press("g");
    session.wait_for("merged");
    session.press("s\r");
    session.wait_for("saved roles.yml");
    session.press("q");
    session.ended();
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(after.contains("auditors") && after.contains("someone_else"), "{after}");
}

#[test]
fn a_change_on_disk_is_read_at_once_without_edits_and_asked_about_with_them() {
    let (directory, state) = sample();
    let path = directory.path().join("roles.yml");
    let mut session = Session::start(&[directory.path().to_str().unwrap()], state.path());
    session.wait_for("Who may do what");
    let add = |name: &str| {
        let text = std::fs::read_to_string(&path).unwrap() + &format!("{name}:\n  description: \"theirs\"\n");
        std::fs::write(&path, text).unwrap();
    };
    add("from_outside");
    session.wait_for("read again from disk");
    session.press("2/from_out\r");
    session.wait_for("role from_outside");
    session.press("nauditors\r");
    session.wait_for("unsaved");
    add("once_more");
    session.wait_for("changed on disk");
    session.press("g");
    session.wait_for("merged");
    session.press("qd");
    session.ended();
}

#[test]
fn leaving_with_edits_asks_and_discards_only_when_told() {
    let (directory, state) = sample();
    let path = directory.path().join("roles.yml");
    let before = std::fs::read(&path).unwrap();
    let mut session = Session::start(&[directory.path().to_str().unwrap()], state.path());
    session.wait_for("Who may do what");
    session.press("2nauditors\r");
    session.wait_for("unsaved");
    session.press("q");
    session.wait_for("leave?");
    session.press("n");
    session.wait_without("leave?");
    session.press("q");
    session.wait_for("leave?");
    session.press("d");
    session.ended();
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    session.resize(40, 12);
    session.wait_for("detail hidden");
    for (columns, rows) in [(30, 10), (200, 60), (60, 20), (41, 13), (100, 30), (200, 60)] {
        session.resize(columns, rows);
    }
    session.wait_for("5 simulator");
    session.wait_for("6 findings");
    session.press("q");
    session.ended();
}

#[test]
fn pasted_requests_go_into_the_grid() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    session.press("\x1b[200~GET pasted-1/_search\nPOST pasted-2/_doc\n{\"a\": 1}\n\x1b[201~");
    session.wait_for("paste requests");
    session.press("\x13");
    session.wait_for("2 read");
    // the first one is shown; the next stands below
    session.press("j");
    session.wait_for("pasted-2");
    session.press("q");
    session.ended();
}

#[test]
fn suspended_it_gives_the_terminal_back_and_takes_it_again() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    session.press("\x1a");
    session.wait("the first screen", |screen| !screen.alternate_screen());
    let id = session.child.process_id().unwrap().to_string();
    let stopped = || {
        std::fs::read_to_string(format!("/proc/{id}/stat"))
            .is_ok_and(|stat| stat.rsplit(')').next().unwrap_or("").trim_start().starts_with('T'))
    };
    let deadline = Instant::now() + DEADLINE;
    while !stopped() && Path::new("/proc/self/stat").exists() {
        assert!(Instant::now() < deadline, "it was never stopped");
        std::thread::yield_now();
    }
    assert!(std::process::Command::new("kill").args(["-CONT", &id]).status().unwrap().success());
    session.wait("the second screen", |screen| screen.alternate_screen());
    session.press("2");
    session.wait_for("log_shipper");
    session.press("q");
    session.ended();
}

#[test]
fn asked_to_end_it_gives_the_terminal_back_and_keeps_the_edits() {
    use std::os::unix::fs::PermissionsExt;
    for signal in ["-TERM", "-HUP"] {
        let (directory, state) = sample();
        let path = directory.path().to_str().unwrap();
        let mut session = Session::start(&[path], state.path());
        session.wait_for("Who may do what");
        session.press("2nauditors\r");
        session.wait_for("unsaved");
        let id = session.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
        session.child.wait().unwrap();
        session.drain();
        let screen = session.screen.screen();
        assert!(!screen.alternate_screen(), "{signal} left the second screen on");
        assert!(!screen.hide_cursor() && !screen.bracketed_paste(), "{signal} left the cursor hidden or pastes bracketed");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "{signal} left the mouse taken");
        let journals: Vec<_> = std::fs::read_dir(state.path().join("rolesmith/journal")).unwrap().map(Result::unwrap).collect();
        assert!(!journals.is_empty(), "{signal} left no journal");
        for journal in journals {
            assert_eq!(journal.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", journal.path().display());
        }
        let mut session = Session::start(&[path], state.path());
        session.wait_for("ended without saving 1 edit");
        session.press("d");
        session.wait_for("forgotten");
        session.press("q");
        session.ended();
    }
}

#[test]
fn an_entry_edited_outside_comes_back_as_changes() {
    let (directory, state) = sample();
    let mut session =
        Session::start_with(&[directory.path().to_str().unwrap()], state.path(), &[("EDITOR", "sed -i s/k8s-staging/k8s-test/")]);
    session.wait_for("Who may do what");
    session.press("2/k8s_v\r");
    session.wait_for("/k8s_v");
    session.press("E");
    session.wait_for("unsaved");
    session.wait_for("k8s-test-*");
    session.press("u");
    session.wait_for("undone");
    session.press("q");
    session.ended();
}

#[test]
fn the_panes_open_as_they_were_left() {
    let (directory, state) = sample();
    let path = directory.path().to_str().unwrap();
    let mut session = Session::start(&[path], state.path());
    session.wait_for("Who may do what");
    session.press("2jj");
    session.wait_for("roles › k8s_viewer");
    session.press("q");
    session.ended();
    let mut session = Session::start(&[path], state.path());
    session.wait_for("roles › k8s_viewer");
    session.press("q");
    session.ended();
    let mut session = Session::start(&[path, "--fresh"], state.path());
    session.wait_for("users › admin");
    session.press("q");
    session.ended();
}

#[test]
fn a_broken_keymap_leaves_the_defaults_and_says_where() {
    let state = tempfile::tempdir().unwrap();
    std::fs::create_dir(state.path().join("rolesmith")).unwrap();
    std::fs::write(state.path().join("rolesmith/keys.toml"), "[panes]\nquit = \"ctrl-x\"\nfly = \"y\"\n").unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("no action `fly`");
    assert!(session.contents().contains("keys.toml:3:1"), "{}", session.contents());
    session.press("\x18");
    session.ended();
}

#[test]
fn edits_survive_being_killed() {
    let (directory, state) = sample();
    let path = directory.path().to_str().unwrap();
    let mut session = Session::start(&[path], state.path());
    session.wait_for("Who may do what");
    session.press("2nauditors\r");
    session.wait_for("unsaved");
    let id = session.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    session.child.wait().unwrap();
    // offered, not done: put off, it is offered again
    let mut session = Session::start(&[path], state.path());
    session.wait_for("ended without saving 1 edit");
    session.press("\x1b");
    session.wait_without("ended without saving");
    session.press("q");
    session.ended();
    let mut session = Session::start(&[path], state.path());
    session.wait_for("ended without saving 1 edit");
    session.press("r");
    session.wait_for("1 of 1 unsaved edits of an earlier sitting are back");
    session.press("2/audit\r");
    session.wait_for("auditors");
    session.press("qd");
    session.ended();
}

#[test]
fn the_keymap_prints_and_reads_back() {
    let state = tempfile::tempdir().unwrap();
    let run = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolesmith"));
        command.arg("keys").env("XDG_CONFIG_HOME", state.path()).output().unwrap()
    };
    let first = run();
    assert!(first.status.success());
    std::fs::create_dir(state.path().join("rolesmith")).unwrap();
    std::fs::write(state.path().join("rolesmith/keys.toml"), &first.stdout).unwrap();
    let again = run();
    assert!(again.status.success(), "{again:?}");
    assert_eq!(first.stdout, again.stdout);
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rolesmith")).stdin(std::process::Stdio::null()).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("need a terminal"), "{output:?}");
}

/// Roles that take seconds to read, in a directory.
fn many_roles(count: usize, pattern: &str) -> support::Directory {
    let role = |number: usize| {
        format!(
            "role_{number}:\n  cluster_permissions:\n    - \"cluster_composite_ops\"\n  index_permissions:\n    - index_patterns:\n        - \"{pattern}-{number}-*\"\n      allowed_actions:\n        - \"read\"\n"
        )
    };
    let roles: String = (0..count).map(role).collect();
    support::Directory::new(&[("roles.yml", &format!("_meta:\n  type: \"roles\"\n  config_version: 2\n{roles}"))])
}

#[test]
fn opening_that_takes_long_is_given_up_by_a_key() {
    let directory = many_roles(60_000, "logs");
    for key in ["q", "\x1b", "\x03"] {
        let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
        session.wait_for("q gives it up");
        assert!(session.contents().contains("opening"), "{}", session.contents());
        session.press(key);
        session.wait_for("opening was given up");
        session.drain();
        assert_eq!(session.child.wait().unwrap().exit_code(), 2);
        assert!(!session.screen.screen().alternate_screen() && !session.screen.screen().hide_cursor());
    }
}

#[test]
fn a_comparison_says_how_far_it_is_on_a_terminal_and_ends_clean() {
    let (old, new) = (many_roles(2_000, "logs"), many_roles(2_000, "logs2"));
    let paths = [old.root().to_str().unwrap().to_owned(), new.root().to_str().unwrap().to_owned()];
    let mut session = Session::start(&["diff", &paths[0], &paths[1]], &old.state());
    session.wait("how far it is", |screen| {
        let text = screen.contents();
        text.contains("people and roles, ") && text.contains("s left; ctrl-c stops")
    });
    session.press("\x03");
    session.wait_for("cancelled; nothing was done");
    session.drain();
    assert_eq!(session.child.wait().unwrap().exit_code(), 2);
    assert!(!session.contents().contains("comparing"), "the line of progress is left:\n{}", session.contents());
    // where nobody watches nothing is written of it
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rolesmith")).args(["diff", &paths[0], &paths[0]]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn the_tour_grants_shows_what_turned_and_takes_it_back() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    // the tour looks for a refused request: the answers are there
    session.wait_for("Who may do what");
    session.press("5");
    session.wait_for("MISSING");
    session.press("?");
    session.wait_for("esc close");
    session.press("t");
    for (number, text) in [
        (1, "Least privilege is a loop"),
        (2, "the first question"),
        (3, "GET /k8s-*/_search"),
        (4, "See what is missing"),
        (5, "Grant just that: `k8s_viewer` now covers"),
    ] {
        session.wait_for(&format!("tour {number}/7"));
        session.wait_for(text);
        session.press("\r");
    }
    session.wait_for("tour 6/7");
    session.wait_for("ok gained");
    session.wait_for("1 unsaved");
    session.press("\r");
    session.wait_for("tour 7/7");
    session.wait_without("unsaved");
    session.press("\r");
    session.wait_without("tour 7/7");
    // nothing is left to ask about
    session.press("q");
    session.ended();
}

#[test]
fn marked_entries_are_edited_as_one_step_and_saved() {
    let (directory, state) = sample();
    let path = directory.path().join("roles_mapping.yml");
    let before = std::fs::read_to_string(&path).unwrap();
    let mut session = Session::start(&[directory.path().to_str().unwrap()], state.path());
    session.wait_for("Who may do what");
    session.press("1/!kib\r");
    session.wait_for("/!kib");
    session.press("g ");
    session.wait_for("1 marked");
    session.press(" ");
    session.wait_for("2 marked");
    session.press("m");
    session.wait_for("enter accept");
    session.press("readall\r");
    session.wait_for("3 unsaved");
    session.press("u");
    session.wait_without("unsaved");
    session.press("U");
    session.wait_for("3 unsaved");
    session.save_and_leave("roles_mapping.yml");
    let after = std::fs::read_to_string(&path).unwrap();
    let (removed, added) = changed(&before, &after);
    assert_eq!(removed, Vec::<String>::new(), "{after}");
    assert!(added.iter().any(|line| line.contains("readall")) && added.iter().any(|line| line.contains("admin")), "{added:?}");
}

#[test]
fn an_entry_that_both_sides_changed_is_merged_by_the_side_that_is_chosen() {
    // what was done here is done again on the disk's text, or given up
    for (choice, wanted, gone) in [("", "cluster_monitor", "k8s-staging-*"), (" ", "k8s-test-*", "cluster_monitor")] {
        let (directory, state) = sample();
        let path = directory.path().join("roles.yml");
        let mut session = Session::start(&[directory.path().to_str().unwrap()], state.path());
        session.wait_for("Who may do what");
        session.press("2/k8s_v\r");
        session.wait_for("/k8s_v");
        session.press("acluster_monitor\r");
        session.wait_for("unsaved");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("k8s-staging-*", "k8s-test-*") + "theirs:\n  description: \"theirs\"\n").unwrap();
        session.wait_for("changed on disk");
        session.press("g");
        session.wait_for("keeps mine");
        session.press(choice);
        if choice == " " {
            session.wait_for("takes theirs");
        }
        session.press("\r");
        session.wait_for("merged");
        session.press("s\r");
        if choice.is_empty() {
            session.wait_for("saved roles.yml");
        }
        session.press("q");
        session.ended();
        let after = std::fs::read_to_string(&path).unwrap();
        assert!(after.contains("theirs:") && after.contains(wanted), "{choice:?}: {after}");
        let role = after.split("k8s_viewer:").nth(1).unwrap().split("\nhr_analyst:").next().unwrap();
        assert!(role.contains(wanted) && !role.contains(gone), "{choice:?}: {role}");
    }
}

//! What an operator does from start to end, in the built program in a pseudo-terminal: the loop on the sample
//! and on the default configuration, conflicts, the tour, bulk edits, paste and merge.

#![cfg(unix)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::session::Session;

/// A directory under version control, and a place for what the program keeps.
struct Place {
    base: tempfile::TempDir,
}

impl Place {
    fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let base = tempfile::tempdir().unwrap();
        for folder in ["files", "copy", "state"] {
            std::fs::create_dir(base.path().join(folder)).unwrap();
        }
        for (name, bytes) in files {
            std::fs::write(base.path().join("files").join(&name), &bytes).unwrap();
            std::fs::write(base.path().join("copy").join(&name), &bytes).unwrap();
        }
        let place = Place { base };
        place.git(&["init", "--quiet"]);
        place.git(&["add", "."]);
        place.git(&["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "as exported"]);
        place
    }

    fn sample() -> Self {
        Place::new(rolesmith::workspace::Workspace::sample_files().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())))
    }

    fn default_configuration() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/default_config/3.4.0");
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        Place::new(entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.base.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path("files").join(name)).unwrap()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git").args(arguments).current_dir(self.path("files")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The lines that `git diff` shows as added and as removed, without quotes and blank lines.
    fn diff(&self) -> (Vec<String>, Vec<String>) {
        let text = self.git(&["diff", "--unified=0"]);
        let of = |sign: char| {
            let lines = text.lines().filter(|line| line.starts_with(sign) && !line.starts_with("+++") && !line.starts_with("---"));
            lines.map(|line| line[1..].replace(['"', '\''], "").trim().to_owned()).filter(|line| !line.is_empty()).collect()
        };
        (of('+'), of('-'))
    }

    fn start(&self, size: (u16, u16)) -> Session {
        let mut session = Session::start(&[self.path("files").to_str().unwrap()], &self.path("state"));
        session.wait_for("Who may do what");
        if size != (80, 24) {
            session.resize(size.0, size.1);
            session.wait_for("6 findings");
        }
        session
    }

    /// Write the log of the sitting, and do it again on a copy of the files as they were exported.
    fn replayed(&self, session: &mut Session) {
        let changes = self.path("changes.yml");
        session.press("L");
        session.wait_for("done in this sitting");
        session.press("w");
        session.wait_for("write the log");
        session.press(&format!("\x15{}\r", changes.display()));
        session.wait_for("written to");
        session.press("q");
        let mut apply = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
        apply.arg("apply").arg("--include-reserved").arg("--changes").arg(changes).arg(self.path("copy"));
        let output = apply.env("XDG_STATE_HOME", self.path("state")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        for entry in std::fs::read_dir(self.path("copy")).unwrap() {
            let name = entry.unwrap().file_name();
            let (theirs, mine) =
                (std::fs::read(self.path("copy").join(&name)).unwrap(), std::fs::read(self.path("files").join(&name)).unwrap());
            assert!(theirs == mine, "`apply` gives other bytes in {name:?}");
        }
    }
}

const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];

fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn on_the_sample_a_denied_request_turns_allowed_and_only_the_added_lines_are_saved() {
    for size in SIZES {
        let place = Place::sample();
        let mut session = place.start(size);
        session.press("5/k8s-*\r");
        session.wait_for("MISSING");
        session.press("2/k8s_v\r");
        session.wait_for("role k8s_viewer");
        session.press("\r");
        session.wait_for("enter follow");
        session.press("nk8s-*: read\r");
        session.wait_for("unsaved");
        session.press("5");
        session.wait_for("ok gained");
        session.press("u");
        session.wait_for("undone");
        session.wait_without("gained");
        session.press("\x12");
        session.wait_for("done again");
        session.wait_for("ok gained");
        session.press("s");
        session.wait_for("who gains and loses");
        session.press("\r");
        session.wait_for("saved roles.yml");
        place.replayed(&mut session);
        session.ended();
        let added = strings(&["- index_patterns: [k8s-*]", "allowed_actions: [read]"]);
        let block = strings(&["- index_patterns:", "- k8s-*", "allowed_actions:", "- read"]);
        let (came, went) = place.diff();
        assert!((came == added || came == block) && went.is_empty(), "{came:?} {went:?}");
    }
}

#[test]
fn on_the_default_configuration_too() {
    for size in SIZES {
        let place = Place::default_configuration();
        let mut session = place.start(size);
        session.press("2/notebooks_read\r");
        session.wait_for("role notebooks_read_access");
        session.press("msnapshotrestore\r");
        session.wait_for("unsaved");
        session.press("5nGET fresh-logs/_search\r");
        session.wait_for("GET /fresh-logs/_search");
        session.press("asnapshotrestore\r");
        session.wait_for("MISSING");
        session.press("2\r");
        session.wait_for("enter follow");
        session.press("nfresh-*: read\r");
        session.wait_for("change a guarded entry?");
        session.press("y");
        session.wait_for("unsaved");
        session.press("5");
        session.wait_for("ok gained");
        session.press("u");
        session.wait_for("undone");
        session.wait_for("MISSING");
        session.press("\x12");
        session.wait_for("ok gained");
        session.press("s");
        session.wait_for("save?");
        session.press("\r");
        session.wait_for("saved ");
        place.replayed(&mut session);
        session.ended();
        let (mut came, went) = place.diff();
        came.sort();
        let mut wanted = strings(&["index_permissions:", "- index_patterns:", "- fresh-*", "allowed_actions:", "- read"]);
        // A mapping that is made is written with a list, so that it is no empty entry.
        wanted.extend(strings(&["notebooks_read_access:", "backend_roles: []", "users:", "- snapshotrestore"]));
        wanted.sort();
        assert_eq!((came, went), (wanted, Vec::new()));
    }
}

/// A sitting with an edit of `k8s_viewer`, while somebody else has changed the file.
fn conflict(place: &Place, theirs: impl Fn(&str) -> String) -> (Session, String) {
    let mut session = place.start((80, 24));
    session.press("2/k8s_v\r");
    session.wait_for("role k8s_viewer");
    session.press("aindices:data/read/get\r");
    session.wait_for("unsaved");
    let text = theirs(&place.text("roles.yml"));
    std::fs::write(place.path("files").join("roles.yml"), &text).unwrap();
    session.wait_for("changed on disk");
    (session, text)
}

fn another_role(text: &str) -> String {
    format!("{text}\nsomeone_else:\n  description: \"theirs\"\n")
}

#[test]
fn a_conflict_is_compared_and_reloaded() {
    let place = Place::sample();
    let (mut session, text) = conflict(&place, another_role);
    session.press("c");
    session.wait_for("someone_else");
    session.wait_for("indices:data/read/get");
    session.press("r");
    session.wait_for("read again from disk");
    session.wait_without("unsaved");
    session.press("/\x15someone\r");
    session.wait_for("role someone_else");
    session.press("q");
    session.ended();
    assert_eq!(place.text("roles.yml"), text);
}

#[test]
fn a_conflict_is_settled_by_keeping_mine() {
    let place = Place::sample();
    let (mut session, _) = conflict(&place, another_role);
    session.press("\x1b");
    session.wait_without("`m` keeps mine");
    session.press("s");
    session.wait_for("save?");
    session.press("\r");
    session.wait_for("`m` keeps mine");
    session.press("m");
    session.wait_for("saved roles.yml");
    session.press("q");
    session.ended();
    let text = place.text("roles.yml");
    assert!(text.contains("indices:data/read/get") && !text.contains("someone_else"), "{text}");
}

#[test]
fn entries_that_both_sides_changed_are_merged_one_by_one() {
    for (keys, mine) in [("\r", true), (" \r", false)] {
        let place = Place::sample();
        let theirs = |text: &str| another_role(&text.replace("Developers read the logs of the staging clusters", "Theirs"));
        let (mut session, _) = conflict(&place, theirs);
        session.press("g");
        session.wait_for("keeps mine");
        session.wait_for("Theirs");
        session.press(keys);
        session.wait_for("merged");
        if mine {
            session.press("s");
            session.wait_for("save?");
            session.press("\r");
            session.wait_for("saved roles.yml");
        } else {
            session.wait_without("unsaved");
        }
        session.press("q");
        session.ended();
        let text = place.text("roles.yml");
        assert!(text.contains("Theirs") && text.contains("someone_else"), "{text}");
        assert_eq!(text.contains("indices:data/read/get"), mine, "{text}");
    }
}

#[test]
fn the_tour_walks_the_loop_and_leaves_the_sample_as_it_was() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    session.press("?");
    session.wait_for("`t` starts a tour");
    session.press("t");
    for step in 1..=7 {
        session.wait_for(&format!("tour {step}/7"));
        match step {
            3 => session.wait_for("MISSING"),
            5 => session.wait_for("unsaved"),
            6 => session.wait_for("gained"),
            7 => session.wait_without("unsaved"),
            _ => {}
        }
        session.press("\r");
    }
    session.wait_without("tour 7/7");
    session.press("q");
    session.ended();
}

#[test]
fn a_bulk_edit_is_saved_for_every_marked_user() {
    let place = Place::sample();
    let mut session = place.start((80, 24));
    session.press("jjj   ");
    session.wait_for("3 marked");
    session.press("aaudit\r");
    session.wait_for("unsaved");
    session.save_and_leave("internal_users.yml");
    let text = place.text("internal_users.yml");
    assert_eq!(text.matches("audit").count(), 3, "{text}");
    let removed = place.diff().1;
    // The list in brackets is one line, so that it comes and goes as a whole.
    assert_eq!(removed, ["backend_roles: [developers, kibanauser]"]);
}

#[test]
fn pasted_requests_are_kept_and_merged_with_what_came_from_outside() {
    let place = Place::sample();
    let mut session = place.start((80, 24));
    session.press("5");
    session.wait_for("simulator");
    session.press("\x1b[200~GET pasted-1/_search\r\nPOST pasted-2/_doc\r\n{\"a\": 1}\r\n\x1b[201~");
    session.wait_for("paste requests");
    session.press("\x13");
    session.wait_for("2 read");
    session.press("jK");
    session.wait_for("kept in the scenario file");
    let path = place.path("files").join("scenarios.yml");
    let theirs = place.text("scenarios.yml").replace("is the cluster there", "is it there");
    std::fs::write(&path, &theirs).unwrap();
    session.wait_for("changed on disk");
    session.press("g");
    session.wait_for("merged");
    session.save_and_leave("scenarios.yml");
    let text = place.text("scenarios.yml");
    assert!(text.contains("is it there") && text.contains("pasted-2"), "{text}");
}

#[test]
fn a_storm_of_resizes_ends_in_the_last_size() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    for step in 0..200_u16 {
        session.resize(20 + step * 7 % 190, 8 + step * 5 % 60);
    }
    session.resize(40, 12);
    session.wait_for("detail hidden");
    session.resize(200, 60);
    session.wait_for("6 findings");
    session.press("q");
    session.ended();
}

#[test]
fn copies_go_to_the_terminal_and_to_a_file() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start(&[], state.path());
    session.wait_for("Who may do what");
    session.press("2y");
    session.wait_for("copied (OSC 52)");
    let seen = String::from_utf8_lossy(&session.seen).into_owned();
    assert!(seen.contains("\x1b]52;c;"), "no OSC 52");
    session.press("q");
    session.ended();
    let copied = std::fs::read_to_string(state.path().join("rolesmith/copied.txt")).unwrap();
    assert!(copied.starts_with("log_shipper:"), "{copied}");
}

#[test]
fn a_terminal_that_tells_keys_apart_is_asked_to_and_let_go() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start_with(&[], state.path(), &[("TERM", "xterm-kitty"), ("TMUX", "")]);
    session.wait_for("Who may do what");
    let asked = |session: &Session, what: &str| String::from_utf8_lossy(&session.seen).contains(what);
    assert!(asked(&session, "\x1b[>1u"));
    // `q` as that protocol sends it.
    session.press("\x1b[113u");
    session.child.wait().unwrap();
    session.drain();
    assert!(asked(&session, "\x1b[<1u"));
}

#[test]
fn without_colours_none_reaches_the_terminal() {
    let state = tempfile::tempdir().unwrap();
    let mut session = Session::start_with(&[], state.path(), &[("NO_COLOR", "1")]);
    session.wait_for("Who may do what");
    session.press("5");
    session.wait_for("MISSING");
    let screen = session.screen.screen();
    let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
    for (row, column) in cells {
        let Some(cell) = screen.cell(row, column) else { continue };
        assert_eq!((cell.fgcolor(), cell.bgcolor()), (vt100::Color::Default, vt100::Color::Default), "at {row},{column}");
    }
    session.press("q");
    session.ended();
}

#[test]
fn plain_prints_sentences_for_those_who_hear_them() {
    let output = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rolesmith")).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = output(&["access", "--index", "hr-people", "--plain"]);
    assert!(text.lines().any(|line| line.starts_with("user hanna: hr-people r")), "{text}");
    assert!(!text.contains("  "), "aligned by blanks:\n{text}");
    let place = Place::sample();
    let files = place.path("files");
    let text = output(&["explain", files.to_str().unwrap(), "--user", "hanna", "GET hr-people/_search", "--plain"]);
    assert!(text.contains(", then role hr_analyst") && !text.contains('→'), "{text}");
}

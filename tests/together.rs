//! Others work on the same directory meanwhile: a second rolesmith, an editor, git. Nothing is lost without a
//! question.

#![cfg(unix)]

mod support;

use std::fs;
use std::process::Command;

use support::session::Session;
use support::{Directory, sample};

fn start(directory: &Directory) -> Session {
    let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
    session.wait_for("Who may do what");
    session
}

fn new_role(session: &mut Session, name: &str) {
    session.press(&format!("2n{name}\r"));
    session.wait_for("unsaved");
}

fn save(session: &mut Session) {
    session.press("s");
    session.wait_for("save?");
    session.press("\r");
}

/// Take both sides' edits and write them.
fn merge(session: &mut Session) {
    session.press("g");
    session.wait_for("merged");
    save(session);
    session.wait_for("saved roles.yml");
}

#[test]
fn a_second_rolesmith_with_edits_is_asked_and_both_edits_stand_in_the_end() {
    let directory = sample();
    let (mut one, mut other) = (start(&directory), start(&directory));
    new_role(&mut one, "by_one");
    new_role(&mut other, "by_other");
    save(&mut one);
    one.wait_for("saved roles.yml");
    // it hears of the other's save and asks by itself
    other.wait_for("changed on disk");
    merge(&mut other);
    // the first has no edits, so it takes what is there
    one.wait_for("read again from disk");
    one.press("2/by_other\r");
    one.wait_for("role by_other");
    for mut session in [one, other] {
        session.press("q");
        session.ended();
    }
    let text = fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(text.contains("by_one:") && text.contains("by_other:"), "{text}");
}

#[test]
fn the_journals_of_two_rolesmiths_are_kept_apart() {
    let directory = sample();
    let (mut one, mut other) = (start(&directory), start(&directory));
    new_role(&mut one, "by_one");
    new_role(&mut other, "by_other");
    for session in [&mut one, &mut other] {
        session.child.kill().unwrap();
        session.child.wait().unwrap();
    }
    // one after the other is offered; the one that lives is not
    let mut names = Vec::new();
    for _ in 0..2 {
        let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
        session.wait_for("ended without saving 1 edit");
        names.extend(["by_one", "by_other"].into_iter().filter(|name| session.contents().contains(name)));
        session.press("d");
        session.wait_for("forgotten");
        session.press("q");
        session.ended();
    }
    names.sort_unstable();
    assert_eq!(names, ["by_one", "by_other"]);
}

#[test]
fn an_editor_that_writes_in_place_is_heard_and_its_lines_stay() {
    let directory = sample();
    let mut session = start(&directory);
    new_role(&mut session, "mine");
    // cut off first and written then, as an editor without a temporary file does
    let text = fs::read_to_string(directory.path("roles.yml")).unwrap();
    fs::write(directory.path("roles.yml"), "").unwrap();
    fs::write(directory.path("roles.yml"), format!("{text}theirs:\n  description: \"x\"\n")).unwrap();
    session.wait_for("changed on disk");
    session.press("c");
    session.wait_for("-theirs");
    session.press("\x1b");
    session.wait_without("-theirs");
    save(&mut session);
    session.wait_for("changed on disk");
    assert!(fs::read_to_string(directory.path("roles.yml")).unwrap().ends_with("theirs:\n  description: \"x\"\n"));
    merge(&mut session);
    session.press("q");
    session.ended();
    let after = fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(after.contains("theirs:") && after.contains("mine:"), "{after}");
}

#[test]
fn a_checkout_underneath_is_asked_about_and_both_sides_stay() {
    let directory = sample();
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]);
        let output = command.args(args).current_dir(directory.root()).env("HOME", directory.base()).output().expect("git starts");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "base"]);
    git(&["checkout", "-qb", "theirs"]);
    let text = fs::read_to_string(directory.path("roles.yml")).unwrap();
    fs::write(directory.path("roles.yml"), format!("{text}theirs:\n  description: \"x\"\n")).unwrap();
    git(&["commit", "-qam", "theirs"]);
    git(&["checkout", "-q", "main"]);
    let mut session = start(&directory);
    new_role(&mut session, "mine");
    git(&["checkout", "-q", "theirs"]);
    session.wait_for("changed on disk");
    merge(&mut session);
    session.press("q");
    session.ended();
    let after = fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(after.contains("theirs:") && after.contains("mine:"), "{after}");
}

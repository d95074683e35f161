//! Walks of Elasticsearch's operators with the built program in a pseudo-terminal: a denial, its repair offered and
//! applied, the request allowed, and what was saved read again by a command.

#![cfg(unix)]

mod support;

use std::process::Command;

use support::Directory;
use support::session::Session;

/// From the first request of the scenario, which is denied, to its first repair, saved.
fn repaired(files: &[(&str, &str)]) -> Directory {
    let directory = Directory::new(files);
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
        command.env("XDG_STATE_HOME", directory.state()).current_dir(directory.base());
        command.args(["check", "config"]).output().unwrap().status.code()
    };
    assert_eq!(check(), Some(1), "the expectation does not hold yet");
    let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
    session.wait_for("roles");
    session.press("5");
    session.wait_for("MISSING");
    session.press("r");
    session.wait_for("repairs, what opens least first");
    session.press("\r");
    session.wait_for("unsaved");
    session.wait_without("MISSING");
    session.press("s");
    session.wait_for("save?");
    session.press("\r");
    session.wait_for("saved roles.yml");
    session.press("q");
    session.ended();
    assert_eq!(check(), Some(0), "{}", std::fs::read_to_string(directory.path("roles.yml")).unwrap());
    directory
}

/// The page's own example: read on the index does not open the alias that points to it.
#[test]
fn the_alias_of_x_packs_page_is_denied_repaired_and_allowed() {
    let roles = "# as the page has it\nreader:\n  indices:\n    - names: [ '2015' ]\n      privileges: [ read ]\n";
    let directory = repaired(&[
        (".rolesmith.yml", "product: xpack-5.1\ncluster: [aliases.json]\n"),
        ("roles.yml", roles),
        ("users_roles", "reader:rita\n"),
        ("aliases.json", r#"{"2015": {"aliases": {"current_year": {}}}}"#),
        ("scenarios.yml", "requests:\n  - { request: GET current_year/event/1, as: rita, expect: allowed }\n"),
    ]);
    let after = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(after.starts_with("# as the page has it\nreader:\n") && after.contains("current_year"), "{after}");
}

#[test]
fn a_zentity_operator_gets_what_reading_a_model_needs() {
    let directory = repaired(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\nzentity: 1.8.3\ncluster: [aliases.json]\n"),
        ("roles.yml", "# resolves people\nresolver:\n  cluster: [ monitor ]\n"),
        ("users_roles", "resolver:zed\n"),
        ("aliases.json", r#"{".zentity-models": {"aliases": {}}}"#),
        ("scenarios.yml", "requests:\n  - { request: GET _zentity/models/person, as: zed, expect: allowed }\n"),
    ]);
    let after = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(after.starts_with("# resolves people\nresolver:\n  cluster: [ monitor ]\n") && after.contains(".zentity-models"), "{after}");
}

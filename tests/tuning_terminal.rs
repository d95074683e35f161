//! Journeys 1, 3, 7 and 8 in the built program's panes, and the save of journey 6 that shows what its gate would refuse;
//! each ends in a file that is judged from outside.

#![cfg(unix)]

mod support;

use std::process::Command;

use support::session::Session;
use support::{Directory, sample};

fn start(directory: &Directory) -> Session {
    let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
    session.wait_for("Who may do what");
    // the first answers are what the save compares with
    session.press("5");
    session.wait_for("MISSING");
    session
}

fn save(session: &mut Session, file: &str) {
    session.press("s");
    session.wait_for("save?");
    session.press("\r");
    session.wait_for(&format!("saved {file}"));
}

/// Escape, and nothing behind it before it has been taken: the two together would be another key.
fn close(session: &mut Session, title: &str) {
    session.press("\x1b");
    session.wait_without(title);
}

fn run(directory: &Directory, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    let output = command.args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn journey_1_a_role_of_stars_is_pruned_watched_and_saved() {
    let directory = sample();
    let mut session = start(&directory);
    session.wait_for("ok !");
    session.press("2gt");
    session.wait_for("grants of log_shipper: 100 % used");
    session.press("\r");
    session.wait_for("13 unsaved");
    session.press("5");
    session.wait_for("request (2 users aside)");
    // the three that must not pass no longer do, the day is green
    session.wait_without("ok !");
    session.wait_without("not as expected");
    session.press("2gt");
    session.wait_for("index pattern `logs-app-*` of rule 1");
    close(&mut session, "grants of log_shipper");
    save(&mut session, "roles.yml");
    session.press("q");
    session.ended();
    assert_eq!(run(&directory, &["check", "config"]), (0, "13 of 13 expectations hold, 3 answers without one\n".to_owned()));
    assert_eq!(run(&directory, &["tune", "config", "--role", "log_shipper", "--prune"]), (0, "[]\n".to_owned()));
}

#[test]
fn journey_3_a_pasted_refusal_opens_its_repairs_and_one_key_takes_the_least() {
    let directory = sample();
    let mut session = start(&directory);
    let body = r#"{"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [indices:data/read/search] and User [name=erin, backend_roles=[developers, kibanauser], requestedTenant=null]"}]},"status":403}"#;
    // what the terminal sends for a paste
    session.press(&format!("\x1b[200~{body}\x1b[201~"));
    session.wait_for("ctrl-s accept");
    session.press("\x13");
    session.wait_for("repairs, what opens least first");
    session.wait_for("opens 1 action-index pairs by 1 actions");
    session.press("\r");
    session.wait_for("unsaved");
    session.press("u");
    session.wait_for("undone");
    session.wait_without("unsaved");
    session.press("U");
    session.wait_for("unsaved");
    save(&mut session, "roles.yml");
    session.press("q");
    session.ended();
    // the text names no index, so the first that is known was asked about
    assert_eq!(run(&directory, &["explain", "config", "--user", "erin", "GET logs-app-2026.11.23/_search"]).0, 0);
    assert_eq!(run(&directory, &["explain", "config", "--user", "erin", "GET hr-people/_search"]).0, 1);
}

#[test]
fn journey_6_the_save_shows_the_gain_that_the_gate_refuses() {
    let directory = sample();
    let base = directory.base().join("base");
    std::fs::create_dir(&base).unwrap();
    for file in std::fs::read_dir(directory.root()).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, base.join(path.file_name().unwrap())).unwrap();
    }
    let mut session = start(&directory);
    session.press("2/k8s\r");
    session.wait_for("/k8s");
    session.press("\rnaudit-*: read\r");
    session.wait_for("unsaved");
    session.press("s");
    session.wait_for("save?");
    session.wait_for("on indices such as `audit-`");
    session.press("\r");
    session.wait_for("saved roles.yml");
    session.press("q");
    session.ended();
    let (code, text) = run(&directory, &["diff", "base", "config", "--no-new-access"]);
    assert!(code == 1 && text.contains("on indices such as `audit-`"), "{text}");
}

#[test]
fn journey_7_a_log_becomes_a_role_that_replays_it() {
    let directory = sample();
    let log = std::path::absolute("tests/fixtures/audit/svc_shop.json").unwrap();
    std::fs::copy(&log, directory.base().join("day.json")).unwrap();
    let mut session = start(&directory);
    session.press("2\x0c");
    session.wait_for("learn a role from logs");
    session.press(&format!("shop_writer=svc_shop {}\r", directory.base().join("day.json").display()));
    session.wait_for("shop_writer from 10 records of svc_shop");
    session.wait_for("replayed: 0 denied");
    // the second way: dates and counters as `*`
    session.press("\x1b[B\r");
    session.wait_for("unsaved");
    save(&mut session, "roles.yml");
    session.press("q");
    session.ended();
    let roles = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(roles.contains("shop_writer:") && roles.contains("shop-*"), "{roles}");
    // it is there already: learning the same again into it adds nothing
    let (code, changes) = run(&directory, &["learn", "day.json", "--user", "svc_shop", "--into", "config", "--merge", "shop_writer"]);
    assert_eq!(code, 0);
    assert!(changes.lines().rfind(|line| !line.starts_with('#')).is_some_and(|line| line == "[]"), "{changes}");
}

#[test]
fn journey_8_who_may_what_who_can_give_themselves_more_and_a_mapping_that_goes() {
    let directory = sample();
    let mut session = start(&directory);
    session.press("1/hanna\ri");
    session.wait_for("what hanna may do");
    session.wait_for("hr-*: read");
    close(&mut session, "what hanna may do");
    session.press("X");
    session.wait_for("who can give themselves more");
    session.wait_for("rolesmapping/example: maps itself to");
    close(&mut session, "who can give themselves more");
    // the way that no request needs goes with its role's grants
    session.press("2/hr_export\rt");
    session.wait_for("unused mapping of `hr_export`: host `export-*.internal`");
    session.press("\x1b[B\r");
    session.wait_for("6 unsaved");
    session.press("s");
    session.wait_for("save?");
    session.press("\r");
    session.wait_without("save?");
    session.wait_without("unsaved");
    session.press("q");
    session.ended();
    let mapping = std::fs::read_to_string(directory.path("roles_mapping.yml")).unwrap();
    assert!(!mapping.contains("export-*.internal"), "{mapping}");
    assert_eq!(run(&directory, &["access", "config", "--escalation"]).0, 1);
}

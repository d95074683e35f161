//! The built program: what it prints, where, and with which exit code.

mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::{Directory, sample};

fn command(directory: &Directory) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    command
}

fn run(directory: &Directory, args: &[&str]) -> Output {
    command(directory).args(args).stdin(Stdio::null()).output().unwrap()
}

fn feed(directory: &Directory, args: &[&str], input: &str) -> Output {
    let mut child = command(directory).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

// --- check ------------------------------------------------------------------------------------------

#[test]
fn check_prints_failures_first_and_exits_with_1() {
    let directory = sample();
    let output = run(&directory, &["check", "config"]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    let text = out(&output);
    let first = text.lines().next().unwrap();
    // the shipper of the sample may do everything: that is its story
    assert!(first.starts_with("FAIL config/scenarios.yml:47:13: delete all logs (DELETE /logs-* as vector)"), "{first}");
    assert!(text.contains("expected denied, got allowed"));
    assert!(text.ends_with("9 of 13 expectations hold, 3 answers without one\n"), "{text}");
}

#[test]
fn narrowing_the_shipper_makes_the_sample_hold() {
    let directory = sample();
    let changes = "\
- {change: replace-cluster-permission, role: log_shipper, permission: '*', with: cluster_monitor}
- {change: add-cluster-permission, role: log_shipper, permission: cluster_composite_ops}
- {change: add-cluster-permission, role: log_shipper, permission: 'indices:admin/index_template/put'}
- {change: replace-index-pattern, role: log_shipper, rule: 1, pattern: '*', with: 'logs-*'}
- {change: replace-allowed-action, role: log_shipper, rule: 1, action: '*', with: write}
- {change: add-allowed-action, role: log_shipper, rule: 1, action: create_index}
";
    let output = feed(&directory, &["apply", "config", "--changes", "-", "--diff"], changes);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let text = out(&output);
    assert!(text.contains("vector loses DELETE /logs-*: allowed -> denied\n"), "{text}");
    assert!(text.contains("-    - \"*\"\n") && text.contains("+    - \"cluster_monitor\"\n"), "{text}");
    let output = run(&directory, &["check", "config"]);
    assert_eq!((code(&output), out(&output)), (0, "13 of 13 expectations hold, 3 answers without one\n".to_owned()));
}

#[test]
fn check_speaks_json_junit_and_markdown() {
    let directory = sample();
    let json: serde_json::Value = serde_json::from_slice(&run(&directory, &["check", "config", "--format", "json"]).stdout).unwrap();
    assert_eq!((json["held"].as_u64(), json["asked"].as_u64()), (Some(9), Some(13)));
    assert_eq!(json["answers"].as_array().unwrap().len(), 16);
    let junit = out(&run(&directory, &["check", "config", "--format", "junit"]));
    assert!(junit.contains("<testsuite name=\"rolesmith\" tests=\"13\" failures=\"4\">"), "{junit}");
    assert_eq!(junit.matches("<failure ").count(), 4);
    let markdown = out(&run(&directory, &["check", "config", "--format", "markdown"]));
    assert!(markdown.starts_with("**9 of 13 expectations hold**\n\n| "), "{markdown}");
}

#[test]
fn a_scenario_with_an_unknown_user_is_bad_input() {
    let directory = Directory::new(&[
        ("roles.yml", "r: {}\n"),
        ("scenarios.yml", "requests:\n  - request: GET /\n    as: nobody-here\n    expect: allowed\n"),
    ]);
    let output = run(&directory, &["check", "config"]);
    assert_eq!(code(&output), 2);
    let text = err(&output);
    assert!(text.starts_with("config/scenarios.yml:3:9: error: no user `nobody-here` in internal_users"), "{text}");
    assert!(text.contains("LDAP"), "{text}");
}

#[test]
fn without_a_scenario_file_check_says_so() {
    let directory = Directory::new(&[("roles.yml", "r: {}\n")]);
    let output = run(&directory, &["check", "config"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("there is no scenario file"), "{}", err(&output));
}

// --- explain ----------------------------------------------------------------------------------------

/// Another file of the directory would answer in its place.
#[test]
fn a_file_that_was_named_is_answered_from_or_nothing_is() {
    let directory = sample();
    std::fs::write(directory.base().join("cut.json"), "[{").unwrap();
    for (args, complaint) in [
        (&["check", "config", "--scenarios", "config/roles.yml"][..], "error: `config/roles.yml` holds no request"),
        (&["check", "config", "--scenarios", "cut.json"], "cut.json:1:2: error: not YAML"),
        (&["check", "config", "--cluster", "cut.json"], "error: `cut.json` tells nothing of a cluster"),
        (
            &["explain", "config", "--user", "vector", "--cluster", "config/roles.yml", "GET /"],
            "`config/roles.yml` tells nothing of a cluster",
        ),
        (&["check", "--scenarios", "config/scenarios.yml"], "error: the sample has requests and a cluster of its own"),
    ] {
        let output = run(&directory, args);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}: {complained}");
        assert!(complained.contains(complaint), "{args:?}: {complained}");
    }
}

#[test]
fn explain_gives_the_answer_that_the_cluster_gives() {
    let directory = sample();
    let output = run(&directory, &["explain", "config", "--user", "dana", "GET k8s-*/_search"]);
    assert_eq!(code(&output), 1);
    let text = out(&output);
    assert!(text.starts_with("GET /k8s-*/_search as dana\ndenied (403)\n  roles   "), "{text}");
    // the form of the message: engine notes, "Exact messages"
    let answer = "no permissions for [indices:data/read/search] and User [name=dana, backend_roles=[developers], requestedTenant=null]";
    assert!(text.contains(answer), "{text}");
    assert!(text.contains("on k8s-prod-2026.11, k8s-staging-2026.11"), "{text}");
}

#[test]
fn explain_takes_users_from_elsewhere_and_bodies_from_standard_input() {
    let directory = sample();
    let args =
        ["explain", "config", "--user", "new", "--backend-role", "hr", "--attribute", "department=x", "--json", "GET hr-people/_search"];
    let output = run(&directory, &args);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["outcome"], "allowed");
    assert!(json["roles"].as_array().unwrap().contains(&"hr_analyst".into()));
    let bulk = "{\"index\":{\"_index\":\"hr-people\"}}\n{}\n{\"index\":{\"_index\":\"orders-2026\"}}\n{}\n";
    let output = feed(&directory, &["explain", "config", "--user", "orders", "POST _bulk", "--body", "-"], bulk);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("\npartial\n"), "{}", out(&output));
    let output = run(&directory, &["explain", "config", "--user", "stranger", "GET /"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("--backend-role"));
}

#[test]
fn a_method_without_a_route_is_unknown_and_not_allowed() {
    let directory = sample();
    let output = run(&directory, &["explain", "config", "--user", "admin", "PATCH logs-app/_search"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("\nunknown"), "{}", out(&output));
}

#[test]
fn a_line_that_is_no_request_is_bad_input() {
    let directory = sample();
    let output = run(&directory, &["explain", "config", "--user", "admin", "FETCH /x"]);
    assert_eq!((code(&output), out(&output)), (2, String::new()));
    assert!(err(&output).starts_with("error: `FETCH` is no HTTP method"), "{}", err(&output));
}

// --- apply ------------------------------------------------------------------------------------------

#[test]
fn a_dry_run_writes_nothing() {
    let directory = sample();
    let before = fs::read(directory.path("roles.yml")).unwrap();
    let change = "- {change: add-cluster-permission, role: hr_export, permission: cluster_monitor}\n";
    let output = feed(&directory, &["apply", "config", "--changes", "-", "--diff", "--dry-run"], change);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let text = out(&output);
    assert!(text.starts_with("--- a/roles.yml\n+++ b/roles.yml\n"), "{text}");
    let touched: Vec<&str> = text.lines().skip(2).filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(touched, ["+    - \"cluster_monitor\""]);
    assert_eq!(fs::read(directory.path("roles.yml")).unwrap(), before);
    assert!(!directory.state().exists());
}

#[test]
fn one_change_that_does_not_fit_stops_them_all() {
    let directory = sample();
    let before = fs::read(directory.path("roles.yml")).unwrap();
    let changes = "- {change: add-cluster-permission, role: hr_export, permission: x}\n- {change: delete-role, role: nobody}\n";
    let output = feed(&directory, &["apply", "config", "--changes", "-"], changes);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("change 2 (delete-role): no role `nobody`"), "{}", err(&output));
    assert_eq!(fs::read(directory.path("roles.yml")).unwrap(), before);
}

#[test]
fn a_misspelt_change_has_its_place_and_a_suggestion() {
    let directory = sample();
    let output = feed(&directory, &["apply", "config", "--changes", "-"], "- change: add-cluster-permision\n  role: r\n");
    assert_eq!(code(&output), 2);
    let text = err(&output);
    assert!(text.starts_with("-:1:3: error: not a change: no change is called `add-cluster-permision`"), "{text}");
    assert!(text.contains("did you mean `add-cluster-permission`?"), "{text}");
}

#[test]
fn reserved_entries_are_guarded() {
    let directory = sample();
    let change = "- {change: describe-user, user: admin, description: x}\n";
    let output = feed(&directory, &["apply", "config", "--changes", "-"], change);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`admin` is reserved"), "{}", err(&output));
    let output = feed(&directory, &["apply", "config", "--changes", "-", "--include-reserved"], change);
    assert_eq!(code(&output), 0, "{}", err(&output));
}

#[test]
fn no_output_shows_a_hash() {
    let directory = sample();
    let change = "- {change: set-hash, user: vector, hash: $2y$12$abcdefghijklmnopqrstuuF0dT1m1x3m5b7n9p1q3s5uX0c2e4g6i}\n";
    let output = feed(&directory, &["apply", "config", "--changes", "-", "--diff"], change);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(!out(&output).contains("$2y$") && out(&output).contains("(masked)"), "{}", out(&output));
    assert!(fs::read_to_string(directory.path("internal_users.yml")).unwrap().contains("$2y$12$abcdefghijklmnopqrstuu"));
}

// --- the rest ---------------------------------------------------------------------------------------

#[test]
fn who_can_names_people_and_roles() {
    let directory = sample();
    let output = run(&directory, &["who-can", "DELETE logs-*", "config"]);
    assert_eq!(code(&output), 0);
    let text = out(&output);
    let who: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(who, ["admin", "vector"]);
}

#[test]
fn access_prints_a_matrix() {
    let directory = sample();
    let output = run(&directory, &["access", "config", "--index", "hr-people", "--format", "csv"]);
    let text = out(&output);
    assert!(text.starts_with("user,hr-people\nadmin,rwdm\n") && text.contains("\nhanna,r---\n"), "{text}");
}

#[test]
fn diff_finds_new_access_over_names_that_do_not_exist() {
    let directory = sample();
    let other = sample();
    let change = "- {change: add-index-pattern, role: k8s_viewer, rule: 1, pattern: 'k8s-test-*'}\n";
    assert_eq!(code(&feed(&other, &["apply", "config", "--changes", "-"], change)), 0);
    let (old, new) = (directory.root().display().to_string(), other.root().display().to_string());
    let output = run(&directory, &["diff", &old, &new, "--no-new-access"]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    let text = out(&output);
    assert!(text.contains("dana\n  + on indices such as `k8s-test-"), "{text}");
    // the other way round access is only lost
    let output = run(&directory, &["diff", &new, &old, "--no-new-access"]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains("dana\n  - on indices such as `k8s-test-"), "{}", out(&output));
    assert_eq!(out(&run(&directory, &["diff", &old, &old])), "nobody gains or loses access\n");
}

#[test]
fn lint_speaks_sarif() {
    let directory = sample();
    let sarif: serde_json::Value = serde_json::from_slice(&run(&directory, &["lint", "config", "--format", "sarif"]).stdout).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "wildcard-grant");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "config/roles.yml");
    assert_eq!(code(&run(&directory, &["lint", "config", "--fail-on", "warning"])), 1);
}

#[test]
fn every_topic_of_the_guide_shows() {
    let directory = Directory::new(&[]);
    let list = out(&run(&directory, &["guide"]));
    assert!(list.lines().count() >= 10);
    for line in list.lines() {
        let topic = line.split_whitespace().next().unwrap();
        assert!(out(&run(&directory, &["guide", topic])).starts_with("# "), "{topic}");
    }
    assert_eq!(code(&run(&directory, &["guide", "nothing"])), 2);
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    let directory = Directory::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = out(&run(&directory, &["completions", shell]));
        assert!(text.contains("who-can") && text.contains("no-new-access"), "{shell}: {text}");
    }
    assert_eq!(code(&run(&directory, &["completions", "tcsh"])), 2);
    let manual = out(&run(&directory, &["man"]));
    assert!(manual.contains(".TH rolesmith") && manual.contains("who\\-can"), "{manual}");
}

#[test]
fn the_sample_is_written_once() {
    let directory = Directory::new(&[]);
    assert_eq!(code(&run(&directory, &["sample", "s"])), 0);
    assert_eq!(code(&run(&directory, &["check", "s"])), 1);
    let again = run(&directory, &["sample", "s"]);
    assert_eq!(code(&again), 2);
    assert!(err(&again).contains("already"));
}

#[test]
fn hash_reads_a_password_from_standard_input() {
    let directory = Directory::new(&[]);
    let output = feed(&directory, &["hash", "--cost", "4"], "correct horse\n");
    let hash = out(&output);
    assert!(hash.starts_with("$2y$04$") && hash.trim_end().len() == 60, "{hash}");
    assert!(bcrypt::verify("correct horse", hash.trim_end()).unwrap());
    assert_eq!(code(&feed(&directory, &["hash"], "\n")), 2);
}

// --- bad input --------------------------------------------------------------------------------------

#[test]
fn a_missing_path_exits_with_2() {
    let directory = Directory::new(&[]);
    let output = run(&directory, &["check", "nowhere"]);
    assert_eq!((code(&output), err(&output)), (2, "error: there is no `nowhere`\n".to_owned()));
}

#[test]
fn control_characters_of_files_do_not_reach_the_terminal() {
    let directory = Directory::new(&[
        ("roles.yml", "\"evil\\u001b[2J\": [x]\n"),
        ("scenarios.yml", "requests:\n  - {name: \"\\e]0;x\\a\", request: GET /, as: \"u\\e[31m\", expect: denied}\n"),
    ]);
    for args in [["check", "config"], ["lint", "config"]] {
        let output = run(&directory, &args);
        for bytes in [&output.stdout, &output.stderr] {
            assert!(!bytes.iter().any(|byte| *byte < 0x20 && *byte != b'\n'), "{args:?}: {}", String::from_utf8_lossy(bytes));
        }
    }
    assert!(err(&run(&directory, &["check", "config"])).contains("\\u{1b}"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let directory = sample();
    let mut child = command(&directory).args(["guide", "changes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), err(&output)), (0, String::new()));
}

/// Run as nobody where the tests run as root, whom no permission stops.
#[cfg(unix)]
fn as_nobody(directory: &Directory, args: &[&str]) -> Option<Output> {
    let is_root = Command::new("id").arg("-u").output().ok()?.stdout == b"0\n";
    if !is_root {
        return Some(run(directory, args));
    }
    // the program must be where nobody may read it
    let program = directory.base().join("rolesmith");
    fs::copy(env!("CARGO_BIN_EXE_rolesmith"), &program).ok()?;
    open_up(directory.base());
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&program)
        .args(args)
        .env("XDG_STATE_HOME", "/tmp")
        .current_dir(directory.base())
        .output();
    output.ok()
}

#[cfg(unix)]
fn open_up(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let directory = sample();
    fs::set_permissions(directory.path("roles.yml"), fs::Permissions::from_mode(0o000)).unwrap();
    let Some(output) = as_nobody(&directory, &["check", "config"]) else { return };
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`config/roles.yml` may not be read: permission denied"), "{}", err(&output));
    fs::set_permissions(directory.root(), fs::Permissions::from_mode(0o000)).unwrap();
    let output = as_nobody(&directory, &["check", "config"]).unwrap();
    fs::set_permissions(directory.root(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!((code(&output), err(&output)), (2, "error: `config` may not be read: permission denied\n".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_said_and_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = sample();
    let changes = directory.base().join("changes.yml");
    fs::write(&changes, "- {change: add-cluster-permission, role: hr_export, permission: cluster_monitor}\n").unwrap();
    let before = fs::read(directory.path("roles.yml")).unwrap();
    fs::set_permissions(directory.root(), fs::Permissions::from_mode(0o555)).unwrap();
    let Some(output) = as_nobody(&directory, &["apply", "config", "--changes", "changes.yml", "--no-backup"]) else { return };
    fs::set_permissions(directory.root(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`config/roles.yml` cannot be written: its directory or the file is read-only"), "{}", err(&output));
    assert_eq!(fs::read(directory.path("roles.yml")).unwrap(), before);
}

/// A file system of a few pages in a name space of its own; skipped where the system does not allow that.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let directory = sample();
    let script = "set -e
        mount -t tmpfs -o size=64k none disk
        cp -r config/. disk/
        printf 'x%.0s' $(seq 1 60000) > disk/filler 2>/dev/null || true
        before=$(cksum < disk/roles.yml)
        set +e
        \"$ROLESMITH\" apply disk --changes changes.yml --no-backup 2> message
        code=$?
        [ \"$before\" = \"$(cksum < disk/roles.yml)\" ] && [ -z \"$(ls -A disk | grep rolesmith- )\" ] && echo intact $code";
    fs::create_dir(directory.base().join("disk")).unwrap();
    fs::write(directory.base().join("changes.yml"), "- {change: add-cluster-permission, role: hr_export, permission: cluster_monitor}\n")
        .unwrap();
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .env("ROLESMITH", env!("CARGO_BIN_EXE_rolesmith"))
        .current_dir(directory.base())
        .output();
    let Ok(output) = output else { return };
    if err(&output).contains("unshare") || err(&output).contains("mount") {
        eprintln!("skipped: {}", err(&output));
        return;
    }
    let message = fs::read_to_string(directory.base().join("message")).unwrap();
    assert_eq!(out(&output), "intact 2\n", "{message}{}", err(&output));
    assert!(message.contains("no space left on the disk"), "{message}");
}

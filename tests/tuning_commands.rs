//! Journeys 1, 3 and 7 as commands: prune, repair and learn, each applied and checked again.

mod support;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use support::{Directory, sample};

fn feed(directory: &Directory, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    let mut child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn run(directory: &Directory, args: &[&str]) -> (i32, String, String) {
    let output = feed(directory, args, "");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn apply(directory: &Directory, changes: &str) {
    let output = feed(directory, &["apply", "config", "--changes", "-"], changes);
    assert!(output.status.success(), "{}\n{changes}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn pruning_the_shipper_keeps_its_day_and_takes_what_it_must_not_do() {
    let directory = sample();
    let (code, changes, complaint) = run(&directory, &["tune", "config", "--role", "log_shipper", "--prune"]);
    assert_eq!(code, 0, "{complaint}");
    apply(&directory, &changes);
    // the sample's story: what it ships stays allowed, what it must not do is denied now
    let (code, text, _) = run(&directory, &["check", "config"]);
    assert_eq!((code, text.as_str()), (0, "13 of 13 expectations hold, 3 answers without one\n"));
    let roles = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    let shipper = roles.split("log_shipper:").nth(1).unwrap().split("\nplatform_ops:").next().unwrap();
    assert!(!shipper.contains("\"*\"") && shipper.contains("logs-app-*"), "{shipper}");
    let (code, again, _) = run(&directory, &["tune", "config", "--role", "log_shipper", "--prune"]);
    assert_eq!((code, again.trim()), (0, "[]"), "nothing is left to prune");
}

/// A role of wide grants, and the day of its user; each line of the result is what the day needs, by hand.
#[test]
fn wide_grants_are_narrowed_to_what_is_exercised_and_nothing_can_go_then() {
    let roles = "\
_meta: {type: roles, config_version: 2}
wide:
  cluster_permissions: ['*']
  index_permissions:
    - index_patterns: ['logs-*', 'k8s-*', '*']
      allowed_actions: [crud]
";
    let mapping =
        "_meta: {type: rolesmapping, config_version: 2}\nwide:\n  users: [svc, leaver]\n  backend_roles: [old-team]\n  hosts: ['10.*']\n";
    let scenarios = "\
requests:
- {request: GET /, as: svc, expect: allowed}
- {request: GET logs-app-2026.11.22/_doc/1, as: svc, expect: allowed}
- {request: GET k8s-*/_search, as: svc, expect: allowed}
- {request: GET hr/_search, as: svc, expect: denied}
- {request: DELETE logs-app-2026.11.22/_doc/1, as: svc, expect: denied}
";
    let users = "_meta: {type: internalusers, config_version: 2}\nsvc: {hash: x}\nleaver: {hash: x}\n";
    let names = r#"{"indices":[{"name":"logs-app-2026.11.22","attributes":["open"]},{"name":"logs-nginx-2026.11.22","attributes":["open"]},{"name":"k8s-prod-1","attributes":["open"]},{"name":"hr","attributes":["open"]}],"aliases":[],"data_streams":[]}"#;
    let directory = Directory::new(&[
        ("roles.yml", roles),
        ("roles_mapping.yml", mapping),
        ("internal_users.yml", users),
        ("scenarios.yml", scenarios),
        ("resolve_index.json", names),
    ]);
    // what must not pass passes to begin with; those expectations may come to hold
    let prune = |more: &[&str]| run(&directory, &[&["tune", "config", "--role", "wide", "--prune"], more].concat());
    let (code, changes, told) = prune(&[]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("5 grants stay; checked: without any of them an expectation breaks"), "{told}");
    let unused = "no request needs mapping of `wide`: user `leaver`, nor mapping of `wide`: backend role `old-team`, nor mapping of `wide`: host `10.*`; `--mappings` takes such ways away";
    assert!(told.contains(unused), "{told}");
    apply(&directory, &changes);
    let (_, again, _) = prune(&[]);
    assert_eq!(again.trim(), "[]", "nothing is left to prune");
    let (code, changes, told) = prune(&["--mappings"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("6 grants stay; checked"), "{told}");
    apply(&directory, &changes);
    assert_eq!(prune(&["--mappings"]).1.trim(), "[]");
    let after = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert_eq!(
        after,
        "\
_meta: {type: roles, config_version: 2}
wide:
  cluster_permissions: ['cluster:monitor/main']
  index_permissions:
    - index_patterns: ['k8s-*', 'logs-app-*']
      allowed_actions: ['indices:data/read/get', 'indices:data/read/search']
"
    );
    let after = std::fs::read_to_string(directory.path("roles_mapping.yml")).unwrap();
    assert!(
        after.contains("users: [svc]") && !after.contains("leaver") && !after.contains("old-team") && !after.contains("10.*"),
        "{after}"
    );
    assert_eq!(run(&directory, &["check", "config"]).1, "5 of 5 expectations hold\n");
}

#[test]
fn coverage_has_a_number_and_a_threshold() {
    let directory = sample();
    let (code, text, _) = run(&directory, &["tune", "config", "--role", "log_shipper", "--min-coverage", "100"]);
    assert!(text.lines().last().unwrap().contains("grants are used ("), "{text}");
    let (_, json, _) = run(&directory, &["tune", "config", "--role", "log_shipper", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(code == 0, json["percent"] == 100);
    assert_eq!(run(&directory, &["tune", "config", "--role", "nobody"]).0, 2);
}

#[test]
fn the_first_repair_makes_the_request_pass() {
    let directory = sample();
    let request = "GET k8s-*/_search";
    let (code, list, complaint) = run(&directory, &["repair", "config", "--user", "erin", request]);
    assert_eq!(code, 0, "{complaint}");
    assert!(list.starts_with("1. ") && list.contains("opens "), "{list}");
    let (_, changes, _) = run(&directory, &["repair", "config", "--user", "erin", request, "--take", "1"]);
    apply(&directory, &changes);
    assert_eq!(run(&directory, &["explain", "config", "--user", "erin", request]).0, 0);
}

#[test]
fn a_learned_role_replays_its_log_without_a_denial() {
    let directory = sample();
    let line = |action: &str, indices: &str| {
        format!(
            r#"{{"audit_category":"GRANTED_PRIVILEGES","audit_request_layer":"TRANSPORT","audit_request_effective_user":"svc-new","audit_request_privilege":"{action}","audit_trace_resolved_indices":[{indices}]}}"#
        )
    };
    // the calls of a search and of a document's write, as recorded in the vectors
    let log = [
        line("indices:data/read/search", r#""hr-people""#),
        line("indices:data/write/index", r#""logs-app-2026.11.22""#),
        line("indices:data/write/bulk", ""),
        line("indices:data/write/bulk[s]", r#""logs-app-2026.11.22""#),
        "{broken svc-new".to_owned(),
    ];
    std::fs::write(directory.path("audit.json"), log.join("\n")).unwrap();
    let (code, changes, complaint) =
        run(&directory, &["learn", "config/audit.json", "--user", "svc-new", "--into", "config", "--merge", "learned"]);
    assert_eq!(code, 0, "{complaint}");
    assert!(
        complaint.contains("1 broken") && complaint.contains("audit.json:5: not JSON") && complaint.contains("replayed: 0 of 4"),
        "{complaint}"
    );
    assert!(changes.contains("first at config/audit.json:1"), "{changes}");
    assert!(changes.contains("logs-app-* (for logs-app-2026.11.22)"), "each permission has its evidence: {changes}");
    std::fs::remove_file(directory.path("audit.json")).unwrap();
    apply(&directory, &changes);
    apply(&directory, "- {change: map-user, role: learned, user: svc-new}\n");
    let ask = |request: &str| run(&directory, &["explain", "config", "--user", "svc-new", "--attribute", "a=b", request]).0;
    assert_eq!(ask("GET hr-people/_search"), 0);
    assert_eq!(ask("DELETE hr-people"), 1);
    assert_eq!(run(&directory, &["learn", "config/no-such-log", "--user", "svc-new"]).0, 2);
}

#[test]
fn the_printed_query_is_json_and_its_answer_is_an_input() {
    let directory = sample();
    for product in ["opensearch", "elasticsearch"] {
        let (code, text, _) = run(&directory, &["learn", "--query", product]);
        assert_eq!(code, 0);
        let query: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(query["aggs"]["facts"]["composite"]["sources"].as_array().map(Vec::len), Some(4));
    }
    let page = r#"{"aggregations":{"facts":{"buckets":[{"key":{"user":"svc","action":"cluster:monitor/health","index":null,"result":"GRANTED_PRIVILEGES"},"doc_count":41}]}}}"#;
    std::fs::write(directory.base().join("page.json"), page).unwrap();
    let (code, changes, _) = run(&directory, &["learn", "page.json", "--user", "svc"]);
    assert_eq!(code, 0);
    assert!(changes.contains("cluster:monitor/health: 41 times"), "{changes}");
}

/// What a request needs that could not be read would be taken for unused.
#[test]
fn nothing_is_tuned_by_a_scenario_that_cannot_be_asked_whole() {
    let directory = sample();
    let scenario = directory.base().join("work.yml");
    for (text, complaint) in [
        ("requests: [{request: GET /a", "work.yml:1:12: error: not YAML"),
        ("requests:\n- {request: GET /logs-*/_search, as: erin}\n- GETX /a\n", "work.yml:3:3: error: `GETX` is no HTTP method"),
        ("requests:\n- {request: GET /logs-*/_search, as: nobody}\n", "work.yml:2:38: error: no user `nobody`"),
        ("_meta: {type: roles}\n", "error: `work.yml` holds no request"),
    ] {
        std::fs::write(&scenario, text).unwrap();
        let (code, out, complained) = run(&directory, &["tune", "config", "--prune", "--scenarios", "work.yml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{text}");
        assert!(complained.contains(complaint), "{text}: {complained}");
    }
}

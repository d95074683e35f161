//! Journeys 3, 6 and 8 as commands on the sample, and what `learn` does with broken, split and endless logs.

mod support;

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use support::{Directory, sample};

fn command(directory: &Directory, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base()).args(args);
    command
}

fn start(directory: &Directory, args: &[&str]) -> Child {
    command(directory, args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn feed(directory: &Directory, args: &[&str], input: &[u8]) -> Output {
    let mut child = start(directory, args);
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn run(directory: &Directory, args: &[&str]) -> (i32, String, String) {
    read(feed(directory, args, b""))
}

fn read(output: Output) -> (i32, String, String) {
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn apply(directory: &Directory, config: &str, changes: &str) {
    let (code, _, complaint) = read(feed(directory, &["apply", config, "--changes", "-"], changes.as_bytes()));
    assert_eq!(code, 0, "{complaint}\n{changes}");
}

/// The sample twice: `config`, and `base` as it was.
fn with_base() -> Directory {
    let directory = sample();
    std::fs::create_dir(directory.base().join("base")).unwrap();
    for file in std::fs::read_dir(directory.root()).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, directory.base().join("base").join(path.file_name().unwrap())).unwrap();
    }
    directory
}

#[test]
fn journey_3_a_pasted_ticket_becomes_ranked_repairs_and_one_of_them_is_applied() {
    let directory = sample();
    // the line that the node logs beside the 403
    let ticket = "[2026-11-22T10:00:00,000][INFO ][o.o.s.p.PrivilegesEvaluator] No index-level perm match for User [name=erin, backend_roles=[developers, kibanauser], requestedTenant=null] Resolved [aliases=[*], allIndices=[k8s-prod-2026.11], types=[*], originalRequested=[k8s-prod-2026.11], remoteIndices=[]] [Action [indices:data/read/search]] [RolesChecked [k8s_viewer, own_index]]";
    let (code, list, told) = read(feed(&directory, &["repair", "config", "--paste", "-", "--pairs"], ticket.as_bytes()));
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("asked: GET /k8s-prod-2026.11/_search as erin"), "{told}");
    assert!(list.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count() >= 3, "{list}");
    assert!(list.starts_with("1. ") && list.contains("opens 1 action-index pairs by 1 actions"), "the least comes first: {list}");
    assert!(list.contains("     indices:data/read/search on k8s-prod-2026.11\n"), "each pair is shown: {list}");
    let (_, changes, _) = read(feed(&directory, &["repair", "config", "--paste", "-", "--take", "1"], ticket.as_bytes()));
    apply(&directory, "config", &changes);
    assert_eq!(run(&directory, &["explain", "config", "--user", "erin", "GET k8s-prod-2026.11/_search"]).0, 0);
}

#[test]
fn a_text_of_no_known_shape_says_what_could_be_read_of_it_and_what_not() {
    let directory = sample();
    let paste =
        |text: &str, more: &[&str]| read(feed(&directory, &[&["repair", "config", "--paste", "-"], more].concat(), text.as_bytes()));
    let (code, list, told) = paste("the cluster said no to somebody", &[]);
    assert_eq!((code, list.as_str()), (2, ""));
    assert!(told.contains("no known shape") && told.contains("no action was found") && told.contains("no user was found"), "{told}");
    // a proxy's own page around what the engine said: the action and an index are there, the user is not
    let page = "<h1>403</h1> upstream refused indices:data/read/search for k8s-prod-2026.11, ask your administrator";
    let (code, list, told) = paste(page, &[]);
    assert_eq!((code, list.as_str()), (2, ""), "{told}");
    assert!(told.contains("no known shape") && told.contains("indices:data/read/search") && told.contains("no user was found"), "{told}");
    assert!(told.contains("the text does not say who sent the request") && told.contains("give --user"), "{told}");
    // and with the user given it is repaired
    let (code, list, told) = paste(page, &["--user", "erin"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("asked: GET /k8s-prod-2026.11/_search as erin") && list.starts_with("1. "), "{told}{list}");
    // a user whom nobody knows comes with nothing but a name
    let stranger = "no permissions for [indices:data/read/search] and User [name=stranger, backend_roles=[], requestedTenant=null]";
    let (_, _, told) = paste(stranger, &[]);
    assert!(told.contains("stranger"), "{told}");
}

#[test]
fn journey_6_the_gate_shows_a_replayable_request_and_takes_exceptions_with_reasons() {
    let directory = with_base();
    assert_eq!(run(&directory, &["diff", "base", "config", "--no-new-access"]).0, 0);
    apply(&directory, "config", "- {change: add-index-pattern, role: k8s_viewer, rule: 1, pattern: 'audit-*'}\n");
    let (code, text, _) = run(&directory, &["diff", "base", "config", "--no-new-access"]);
    assert_eq!(code, 1);
    assert!(text.contains("dana\n") && text.contains("role k8s_viewer\n"), "by user and by role: {text}");
    assert!(
        text.contains("curl -u 'dana' -X GET 'https://localhost:9200/audit-") && text.contains("denied before, allowed after"),
        "{text}"
    );
    // an exception must say who, what, where and why
    std::fs::write(directory.base().join("allow.yml"), "- {who: '*', action: 'indices:*', index: 'audit-*'}\n").unwrap();
    let (code, _, complaint) = run(&directory, &["diff", "base", "config", "--no-new-access", "--allow", "allow.yml"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("allow.yml:1:3: an exception without `reason`"), "{complaint}");
    let allow =
        "exceptions:\n- {who: '*', action: 'indices:*', index: 'audit-*', reason: OPS-1}\n- {who: nobody, action: '*', reason: OPS-2}\n";
    std::fs::write(directory.base().join("allow.yml"), allow).unwrap();
    let (code, text, told) = run(&directory, &["diff", "base", "config", "--no-new-access", "--allow", "allow.yml"]);
    assert_eq!(code, 0, "{text}{told}");
    assert!(told.contains("allow.yml:3:3: this exception is not used: `nobody` gains no `*` (OPS-2)"), "{told}");
    assert!(!told.contains("OPS-1"), "{told}");
    // an exception that covers only a part leaves the rest a gain
    std::fs::write(directory.base().join("allow.yml"), allow.replace("'audit-*'", "'audit-2026*'")).unwrap();
    assert_eq!(run(&directory, &["diff", "base", "config", "--no-new-access", "--allow", "allow.yml"]).0, 1);
}

#[test]
fn a_filter_a_hidden_field_and_a_mask_that_go_are_new_access() {
    for (change, what) in [
        ("- {change: set-dls, role: hr_analyst, rule: 1}\n", "+ documents of indices such as `hr-`: all; the query is gone"),
        (
            "- {change: remove-fls-field, role: hr_analyst, rule: 1, field: '~salary'}\n",
            "+ fields of indices such as `hr-`: such as `salary`",
        ),
        ("- {change: remove-masked-field, role: hr_analyst, rule: 1, field: name}\n", "of fields such as `name`"),
    ] {
        let directory = with_base();
        apply(&directory, "config", change);
        let (code, text, _) = run(&directory, &["diff", "base", "config", "--no-new-access"]);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("hanna\n") && text.contains(what), "{text}");
        let (code, text, _) = run(&directory, &["diff", "config", "base", "--no-new-access"]);
        assert_eq!(code, 0, "the other way round nothing is gained: {text}");
        assert!(text.contains(&what.replace("+ ", "- ")), "{text}");
    }
}

#[test]
fn journey_8_who_can_what_as_tables_and_who_can_give_themselves_more() {
    let directory = sample();
    let (code, text, _) = run(&directory, &["who-can", "DELETE hr-people", "config"]);
    assert_eq!(code, 0);
    assert!(text.contains("admin") && text.contains("vector") && !text.contains("hanna"), "{text}");
    let (_, csv, _) =
        run(&directory, &["access", "config", "--request", "GET hr-people/_search", "--request", "DELETE hr-people", "--format", "csv"]);
    assert!(csv.starts_with("user,GET /hr-people/_search,DELETE /hr-people\n") && csv.contains("\nhanna,allowed,denied\n"), "{csv}");
    let (_, markdown, _) =
        run(&directory, &["access", "config", "--action", "indices:data/read/get", "--index", "hr-people", "--format", "markdown"]);
    assert!(markdown.contains("| hanna | allowed |") && markdown.contains("| orders | denied |"), "{markdown}");
    let (_, json, _) = run(&directory, &["access", "config", "--request", "GET hr-people/_search", "--format", "json"]);
    assert!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["rows"].is_array());
    let (code, user, _) = run(&directory, &["access", "config", "--user", "hanna"]);
    assert_eq!(code, 0);
    for part in [
        "hr_analyst (backend role `hr` -> mapping of `hr_analyst`: backend role `hr`)",
        "hr-*: read  by hr_analyst",
        "hr-people: documents {\"term\": {\"department\": \"berlin\"}}; fields ~salary, ~iban; masked name",
        "hr_reports: read and write",
    ] {
        assert!(user.contains(part), "{part} in {user}");
    }
    let (_, json, _) = run(&directory, &["access", "config", "--user", "hanna", "--format", "json"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["tenants"][0]["write"], true);
    // the sample says nothing of the node's settings: admin may use the REST API if the node says so
    let (code, paths, _) = run(&directory, &["access", "config", "--escalation"]);
    assert_eq!(code, 1);
    assert!(
        paths.contains("admin  config/internal_users.yml:") && paths.contains("-> mapping of `all_access`: backend role `admin`"),
        "{paths}"
    );
    assert!(paths.contains("maps itself to any role") && paths.contains("not sure"), "{paths}");
    assert_eq!(run(&directory, &["access", "config", "--user", "nobody"]).0, 2);
}

#[test]
fn one_repair_for_the_whole_scenario_says_how_it_was_found() {
    let directory = sample();
    let more = "requests:\n- {request: GET k8s-prod-2026.11/_search, as: erin, expect: allowed}\n- {request: GET orders-2026/_search, as: hanna, expect: allowed}\n";
    std::fs::write(directory.base().join("wanted.yml"), more).unwrap();
    let args = ["tune", "config", "--repair", "--scenarios", "wanted.yml"];
    let (code, changes, told) = run(&directory, &args);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("exact: no other combination of the") || told.contains("greedy over"), "{told}");
    apply(&directory, "config", &changes);
    assert_eq!(run(&directory, &["check", "config", "--scenarios", "wanted.yml"]).0, 0);
    let (code, changes, told) = run(&directory, &args);
    assert_eq!((code, changes.trim()), (0, "[]"), "{told}");
}

#[test]
fn coverage_names_the_requests_and_what_covers_and_the_check_has_its_threshold() {
    let directory = sample();
    let add = "- {change: add-allowed-action, role: k8s_viewer, rule: 1, action: 'indices:data/read/search'}\n";
    apply(&directory, "config", add);
    let (_, json, _) = run(&directory, &["tune", "config", "--role", "k8s_viewer", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let grant = |text: &str| {
        json["grants"].as_array().unwrap().iter().find(|grant| grant["grant"].as_str().unwrap().contains(text)).unwrap().clone()
    };
    assert_eq!(grant("`k8s-staging-*`")["use"], "used");
    assert!(grant("`k8s-staging-*`")["requests"].to_string().contains("dana: staging logs"));
    assert_eq!(grant("action `indices:data/read/search`")["use"], "redundant");
    assert!(grant("action `indices:data/read/search`")["covered_by"].to_string().contains("action `read`"));
    assert_eq!(grant("action `indices:admin/mappings/get`")["use"], "unused");
    // what nobody who asks holds is unused, though others' requests ask for the same
    let (_, export, _) = run(&directory, &["tune", "config", "--role", "hr_export", "--json"]);
    let export: serde_json::Value = serde_json::from_str(&export).unwrap();
    assert!(export["grants"].as_array().unwrap().iter().all(|grant| grant["use"] == "unused"), "{export}");
    assert_eq!((&export["all"], &export["percent"]), (&5.into(), &0.into()));
    let (code, _, told) = run(&directory, &["check", "config", "--min-coverage", "100"]);
    assert_eq!(code, 1);
    assert!(told.contains("% of ") && told.contains("100 % are asked for"), "{told}");
    assert_eq!(
        run(&directory, &["check", "config", "--scenarios", "config/scenarios.yml", "--min-coverage", "0"]).0,
        run(&directory, &["check", "config"]).0
    );
    let (_, _, told) = run(&directory, &["tune", "config", "--role", "k8s_viewer", "--prune"]);
    assert!(told.contains("grants stay; checked: without any of them an expectation breaks"), "{told}");
}

const EVENT: &str = r#"{"audit_category":"GRANTED_PRIVILEGES","audit_format_version":4,"audit_request_layer":"TRANSPORT","audit_request_effective_user":"svc","audit_request_privilege":"indices:data/read/get","audit_trace_resolved_indices":["hr"]}"#;

#[test]
fn learn_reads_every_shape_of_a_log_and_gives_the_same_role() {
    let directory = sample();
    let hit = format!(r#"{{"_index":"security-auditlog-2026.11.22","_source":{EVENT}}}"#);
    let old = EVENT.replace(
        "\"audit_format_version\":4",
        "\"audit_format_version\":3,\"audit_utc_timestamp\":\"t\",\"audit_trace_doc_types\":[\"_doc\"]",
    );
    // a long list of indices is split over events with the same id
    let split = [
        EVENT.replace("[\"hr\"]", "[\"hr\"],\"audit_split_message_id\":\"m1\""),
        EVENT.replace("[\"hr\"]", "[\"hr\"],\"audit_split_message_id\":\"m1\""),
    ]
    .join("\n");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(format!("{EVENT}\n{EVENT}\n").as_bytes()).unwrap();
    let elasticsearch = r#"{"type":"audit","event.type":"transport","event.action":"access_granted","user.name":"svc","request.id":"r1","action":"indices:data/read/get","indices":["hr"]}"#;
    let plain = "[2018-10-01T10:00:00,000] [n1] [transport] [access_granted] origin_type=[rest], principal=[svc], realm=[native], action=[indices:data/read/get], indices=[hr], request=[GetRequest]";
    for (what, log) in [
        ("lines", format!("{EVENT}\n{EVENT}\n").into_bytes()),
        ("an array", format!("[{EVENT},\n {EVENT}]").into_bytes()),
        ("hits as lines", format!("{hit}\n{hit}\n").into_bytes()),
        ("a search response", format!(r#"{{"took":1,"hits":{{"total":{{"value":2}},"hits":[{hit},{hit}]}}}}"#).into_bytes()),
        ("format 3", format!("{old}\n{old}\n").into_bytes()),
        ("split events", split.into_bytes()),
        ("gz", packed.finish().unwrap()),
        ("Elasticsearch", format!("{elasticsearch}\n{elasticsearch}\n").into_bytes()),
        ("Elasticsearch 6 lines", format!("{plain}\n{plain}\n").into_bytes()),
    ] {
        let (code, text, told) = read(feed(&directory, &["learn", "-", "--user", "svc"], &log));
        assert_eq!(code, 0, "{what}: {told}");
        assert!(text.contains("indices:data/read/get: 2 times"), "{what}: {text}");
        assert!(text.contains("allowed_actions") && text.contains("hr"), "{what}: {text}");
        assert!(told.contains("replayed: 0 of 1 facts would be denied") && told.contains("0 broken"), "{what}: {told}");
    }
    let (_, text, _) = read(feed(&directory, &["learn", "-", "--user", "svc"], format!("{elasticsearch}\n{elasticsearch}\n").as_bytes()));
    assert!(text.contains("2 times in 1 requests"), "events of one request count once as a request: {text}");
}

#[test]
fn a_log_with_broken_lines_missing_fields_and_unknown_users_is_read_all_the_same() {
    let directory = sample();
    let log = format!(
        "{EVENT}\n{{\"audit_category\": broken\n{{\"audit_category\":\"GRANTED_PRIVILEGES\",\"audit_request_layer\":\"TRANSPORT\"}}\nnot a log line\n{}\n{EVENT}\n{{\"audit_category\":\"GRANTED\n",
        EVENT.replace("svc", "somebody-else")
    );
    let (code, text, told) = read(feed(&directory, &["learn", "-", "--user", "svc"], log.as_bytes()));
    assert_eq!(code, 0, "{told}");
    assert!(text.contains("indices:data/read/get: 2 times, 2 granted, first at -:1"), "{text}");
    assert!(told.contains("7 records, 1 facts of `svc`, 3 broken"), "{told}");
    assert!(told.contains("broken: -:2: not JSON") && told.contains("broken: -:4: neither JSON nor an audit line"), "{told}");
    // however many are broken, the first five are shown and the rest counted
    let many = format!("{EVENT}\n{}", "{broken\n".repeat(1000));
    let (code, text, told) = read(feed(&directory, &["learn", "-", "--user", "svc"], many.as_bytes()));
    assert_eq!((code, text.contains("indices:data/read/get: 1 times")), (0, true), "{told}");
    assert!(told.contains("1001 records, 1 facts of `svc`, 1000 broken"), "{told}");
    assert_eq!(told.lines().filter(|line| line.starts_with("broken: -:")).count(), 5, "{told}");
    let (code, text, told) = read(feed(&directory, &["learn", "-", "--user", "nobody"], log.as_bytes()));
    assert_eq!((code, text.as_str()), (1, ""));
    assert!(told.contains("the logs hold nothing of `nobody`"), "{told}");
}

#[test]
fn patterns_extras_and_denials_are_the_operators_choice() {
    let directory = sample();
    let line = |action: &str, index: &str, category: &str| {
        EVENT.replace("indices:data/read/get", action).replace("\"hr\"", &format!("\"{index}\"")).replace("GRANTED_PRIVILEGES", category)
    };
    let log = [
        line("indices:data/read/get", "hr-a", "GRANTED_PRIVILEGES"),
        line("indices:data/read/get", "hr-b", "GRANTED_PRIVILEGES"),
        line("indices:admin/delete", "hr-a", "MISSING_PRIVILEGES"),
    ]
    .join("\n");
    let (_, text, _) = read(feed(&directory, &["learn", "-", "--user", "svc", "--pattern", "hr-*"], log.as_bytes()));
    assert!(text.contains("on hr-* (for 2 names, hr-a to hr-b)") && text.contains("indices:admin/delete: 1 times, 0 granted"), "{text}");
    let (_, text, _) = read(feed(&directory, &["learn", "-", "--user", "svc", "--granted-only"], log.as_bytes()));
    assert!(text.contains("hr-a") && !text.contains("indices:admin/delete"), "{text}");
    let (_, text, told) = read(feed(&directory, &["learn", "-", "--user", "svc", "--granted-only", "--extras", "0"], log.as_bytes()));
    assert!(text.contains("indices:data/read/get") && !told.contains("opens besides"), "no group with more than was seen: {text}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_log_that_has_no_end() {
    let directory = sample();
    let mut child = start(&directory, &["learn", "-", "--user", "svc"]);
    let mut input = child.stdin.take().unwrap();
    let block = format!("{EVENT}\n").repeat(10_000);
    input.write_all(block.as_bytes()).unwrap();
    // the process reads, so it has taken over the signal
    let signalled = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signalled.success());
    // more arrives until it has ended
    while input.write_all(block.as_bytes()).is_ok() {}
    let (code, text, told) = read(child.wait_with_output().unwrap());
    assert_eq!((code, text.as_str()), (2, ""));
    assert!(told.contains("cancelled after") && told.contains("nothing was learned"), "{told}");
}

//! Elasticsearch's files through the commands: the walks of its operators, and tuning and comparing by privileges.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use support::Directory;

fn feed(directory: &Directory, args: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    let mut child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // a command that reads nothing closes its end
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn run(directory: &Directory, args: &[&str]) -> (i32, String, String) {
    feed(directory, args, "")
}

#[track_caller]
fn apply(directory: &Directory, changes: &str) {
    let (code, _, complaint) = feed(directory, &["apply", "config", "--changes", "-"], changes);
    assert_eq!(code, 0, "{complaint}\n{changes}");
}

/// The index `2015`, the alias `current_year` that points to it, and a user with `read` on the index: the
/// example of X-Pack 5.1's page on privileges for indices and aliases.
fn year() -> Directory {
    Directory::new(&[
        (".rolesmith.yml", "product: xpack-5.1\ncluster: [aliases.json]\n"),
        ("roles.yml", "reader:\n  indices:\n    - names: [ '2015' ]\n      privileges: [ read ]\n"),
        ("users_roles", "reader:rita\n"),
        ("aliases.json", r#"{"2015": {"aliases": {"current_year": {}}}}"#),
    ])
}

#[test]
fn the_alias_of_the_page_is_denied_repaired_and_allowed() {
    let directory = year();
    let request = "curl -XGET 'localhost:9200/current_year/event/1'";
    let (code, text, _) = run(&directory, &["explain", "config", "--user", "rita", request]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("  answer  action [indices:data/read/get] is unauthorized for user [rita]\n"), "{text}");
    assert!(text.contains("indices:data/read/get  on current_year  granted by read, all"), "{text}");
    let (code, list, complaint) = run(&directory, &["repair", "config", "--user", "rita", request]);
    assert_eq!(code, 0, "{complaint}");
    // from the least privilege to the most
    let at = |text: &str| list.find(text).unwrap_or_else(|| panic!("no `{text}` in {list}"));
    assert!(at("add to entry 1 of role `reader` the name `current_year`") < at("give role `reader` `all` on `current_year`"), "{list}");
    assert!(at("give role `reader` `read` on `current_year`") < at("give user `rita` the role `superuser`"), "{list}");
    assert!(list.lines().rev().nth(1).is_some_and(|last| last.contains("superuser")), "{list}");
    let (_, changes, _) = run(&directory, &["repair", "config", "--user", "rita", request, "--take", "1"]);
    apply(&directory, &changes);
    assert_eq!(run(&directory, &["explain", "config", "--user", "rita", request]).0, 0);
    // the page's other half: nothing else opened
    assert_eq!(run(&directory, &["explain", "config", "--user", "rita", "DELETE current_year"]).0, 1);
}

/// A logs writer that may do everything, and what it does in a day.
fn writer() -> Directory {
    let requests = r#"
requests:
  - name: ship into today's index, which is not there yet
    as: shipper
    request: POST _bulk
    body: |
      {"create": {"_index": "logs-app-2026.11.24"}}
      {"message": "started"}
    expect: allowed
  - request: POST logs-app-2026.11.23/_doc
    as: shipper
    body: {message: up}
    expect: allowed
  - { request: DELETE logs-app-2026.11.23, as: shipper, expect: allowed }
  - { request: GET hr/_search, as: shipper, expect: denied }
"#;
    Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\ncluster: [aliases.json]\n"),
        (
            "roles.yml",
            "# written in a hurry\nlogs_writer:\n  cluster: [ all ]\n  indices:\n    - names: [ 'logs-*' ]  # every one\n      privileges: [ all ]\n",
        ),
        ("users_roles", "logs_writer:shipper\n"),
        ("aliases.json", r#"{"logs-app-2026.11.23": {"aliases": {}}, "hr": {"aliases": {}}}"#),
        ("scenarios.yml", requests),
    ])
}

#[test]
fn a_logs_writer_is_reduced_from_all_to_create_doc_and_auto_configure() {
    let directory = writer();
    let kept = std::fs::read_to_string(directory.path("scenarios.yml")).unwrap();
    // the day without what it must not do any more
    std::fs::write(
        directory.path("scenarios.yml"),
        kept.replace("  - { request: DELETE logs-app-2026.11.23, as: shipper, expect: allowed }\n", ""),
    )
    .unwrap();
    let (code, text, complaint) = run(&directory, &["tune", "config"]);
    assert_eq!(code, 0, "{complaint}");
    assert!(text.contains("role `logs_writer`: cluster privilege `all`") && text.contains("unused"), "{text}");
    let (code, changes, complaint) = run(&directory, &["tune", "config", "--role", "logs_writer", "--prune"]);
    assert_eq!(code, 0, "{complaint}");
    apply(&directory, &changes);
    let roles = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(roles.contains("create_doc") && roles.contains("auto_configure") && !roles.contains("all"), "{roles}");
    assert!(roles.starts_with("# written in a hurry\n") && roles.contains("# every one"), "{roles}");
    let (code, text, _) = run(&directory, &["check", "config"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(run(&directory, &["explain", "config", "--user", "shipper", "DELETE logs-app-2026.11.23"]).0, 1);
    let (_, again, _) = run(&directory, &["tune", "config", "--role", "logs_writer", "--prune"]);
    assert_eq!(again.trim(), "[]", "nothing is left to prune");
}

#[test]
fn what_is_still_expected_is_kept_by_a_privilege_of_its_own() {
    let directory = writer();
    let (_, changes, complaint) = run(&directory, &["tune", "config", "--role", "logs_writer", "--prune"]);
    apply(&directory, &changes);
    let roles = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(roles.contains("delete_index") && !roles.contains("all"), "{complaint}\n{roles}");
    assert_eq!(run(&directory, &["check", "config"]).0, 0);
}

#[test]
fn an_audit_log_becomes_a_role_of_privileges() {
    let directory = writer();
    let line = |action: &str, indices: &str| {
        format!(
            r#"{{"type":"audit","event.type":"transport","event.action":"access_granted","user.name":"collector","action":"{action}","indices":[{indices}]}}"#
        )
    };
    let log = [
        line("cluster:monitor/main", ""),
        line("indices:data/write/bulk", ""),
        line("indices:data/write/bulk[s]", r#""metrics-2026.11.22""#),
        line("indices:data/write/index:op_type/create", r#""metrics-2026.11.22""#),
        line("indices:admin/auto_create", r#""metrics-2026.11.23""#),
        line("indices:data/read/search", r#""hr""#),
    ];
    std::fs::write(directory.base().join("audit.json"), log.join("\n")).unwrap();
    let (code, changes, complaint) =
        run(&directory, &["learn", "audit.json", "--user", "collector", "--into", "config", "--merge", "collector"]);
    assert_eq!(code, 0, "{complaint}");
    assert!(complaint.contains("`read` also grants"), "what comes beyond the log is said: {complaint}");
    assert!(!complaint.contains("by hand"), "a bulk passes by its name: {complaint}");
    apply(&directory, &changes);
    apply(&directory, "- {change: create-role-mapping, mapping: collector, roles: [collector], rules: {field: {username: collector}}}\n");
    let ask = |request: &str| run(&directory, &["explain", "config", "--user", "collector", "--attribute", "a=b", request]).0;
    assert_eq!(ask("GET /"), 0);
    assert_eq!(ask("POST metrics-2026.11.30/_doc"), 0);
    assert_eq!(ask("GET hr/_search"), 0);
    assert_eq!(ask("POST hr/_doc"), 1);
    assert_eq!(ask("DELETE metrics-2026.11.22"), 1);
    let (_, again, _) = run(&directory, &["learn", "audit.json", "--user", "collector", "--into", "config", "--merge", "collector"]);
    assert!(again.trim_end().ends_with("[]"), "learning the same again adds nothing: {again}");
}

#[test]
fn two_directories_are_compared_by_user_and_privilege() {
    let (old, new) = (writer(), writer());
    apply(
        &new,
        "- {change: replace-index-privilege, role: logs_writer, rule: 1, privilege: all, with: write}\n- {change: add-index-name, role: logs_writer, rule: 1, name: hr}\n",
    );
    let paths = [old.root(), new.root()].map(|path| path.display().to_string());
    let (code, text, complaint) = run(&old, &["diff", &paths[0], &paths[1], "--no-new-access"]);
    assert_eq!(code, 1, "{text}{complaint}");
    assert!(text.contains("shipper\n") && text.contains("+ on indices such as `hr`"), "{text}");
    assert!(text.contains("- on indices such as `logs-"), "what `all` gave is lost: {text}");
    let (code, text, _) = run(&old, &["diff", &paths[0], &paths[0], "--no-new-access"]);
    assert_eq!((code, text.as_str()), (0, "nobody gains or loses access\n"));
}

#[test]
fn who_can_and_access_know_elasticsearchs_users_and_groups() {
    let directory = writer();
    std::fs::write(directory.path("role_mapping.yml"), "logs_writer:\n  - 'cn=ops,dc=example,dc=com'\n").unwrap();
    let (code, text, complaint) = run(&directory, &["who-can", "DELETE logs-app-2026.11.23", "config"]);
    assert_eq!(code, 0, "{complaint}");
    assert!(text.contains("shipper") && text.contains("cn=ops,dc=example,dc=com"), "{text}");
    let (_, text, _) = run(&directory, &["access", "config", "--format", "csv"]);
    assert!(text.starts_with("user,hr,logs-app-2026.11.23\n") && text.contains("shipper,'----,rwdm\n"), "{text}");
}

#[test]
fn a_query_or_fields_that_go_are_new_access() {
    let with = |entries: &str| {
        let roles = format!("logs:\n  indices:\n{entries}");
        let files = [(".rolesmith.yml", "product: elasticsearch-8.17\n"), ("roles.yml", roles.as_str()), ("users_roles", "logs:ann\n")];
        Directory::new(&files)
    };
    let entry = |more: &str| format!("    - {{names: ['logs-*'], privileges: [read]{more}}}\n");
    let query = |dept: &str| format!(r#", query: '{{"term": {{"dept": "{dept}"}}}}'"#);
    let fields = ", field_security: {grant: ['a*'], except: ['ab']}";
    let limited = entry(&format!("{}{fields}", query("a")));
    let cases = [
        // what it was, what it is, what is told of it
        (&limited, entry(fields), Some("documents of indices such as `logs-`: all; the query is gone")),
        (&limited, entry(&query("a")), Some("fields of indices such as `logs-`: such as `all; nothing is hidden`")),
        (&limited, entry(&format!("{}{fields}", query("b"))), Some("documents of indices such as `logs-`: {\"term\": {\"dept\": \"b\"}}")),
        (&limited, format!("{limited}    - {{names: ['logs-1*'], privileges: [read]}}\n"), Some("documents of indices such as `logs-1`")),
        // what does not let read lifts nothing, nor does a further limit
        (&limited, format!("{limited}    - {{names: ['logs-*'], privileges: [monitor]}}\n"), None),
        (&entry(""), limited.clone(), None),
        (&limited, limited.clone(), None),
    ];
    for (was, is, told) in cases {
        let (old, new) = (with(was), with(&is));
        let paths = [old.root(), new.root()].map(|path| path.display().to_string());
        let (code, text, complaint) = run(&old, &["diff", &paths[0], &paths[1], "--no-new-access"]);
        let monitors = is.contains("monitor");
        assert_eq!(code, i32::from(told.is_some() || monitors), "{is}{text}{complaint}");
        match told {
            Some(told) => assert!(text.contains(told), "{told}\n{text}"),
            None => assert!(!text.contains("+ documents") && !text.contains("+ fields"), "{is}{text}"),
        }
    }
}

#[test]
fn what_one_user_may_do_is_put_together_from_her_roles() {
    let roles = "front:\n  cluster: [monitor]\n  run_as: [bob]\n  applications: [{application: kibana-.kibana, privileges: [read], resources: ['space:a']}]\n\
        logs:\n  cluster: [monitor]\n  indices:\n    - names: ['logs-*']\n      privileges: [read]\n      query: '{\"term\": {\"dept\": \"a\"}}'\n      \
        field_security: {grant: ['a*'], except: ['ab']}\n";
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\n"),
        ("roles.yml", roles),
        ("users_roles", "front:ann\nlogs:ann\nmissing:ann\n"),
    ]);
    let (code, text, complaint) = run(&directory, &["access", "config", "--user", "ann"]);
    assert_eq!(code, 0, "{complaint}");
    for line in [
        "  front (user `ann`)  config/roles.yml:1:1",
        "  monitor  by front, logs",
        "  logs-*: read  by logs",
        "    only the documents of {\"term\": {\"dept\": \"a\"}}",
        "    only the fields a*, ~ab",
        "  space:a: kibana-.kibana:read  by front",
        "  bob  by front",
        "  role `missing` is in no file",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let (_, json, _) = run(&directory, &["access", "config", "--user", "ann", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["index_privileges"][0]["fields"], serde_json::json!(["a*", "~ab"]));
}

#[test]
fn a_refused_impersonation_is_repaired_by_run_as() {
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\n"),
        ("roles.yml", "front: {cluster: [monitor]}\nlogs: {indices: [{names: ['logs-*'], privileges: [read]}]}\n"),
        ("users_roles", "front:kibana\nlogs:bob\n"),
        (
            "scenarios.yml",
            "requests:\n  - {request: GET logs-1/_search, as: kibana, headers: {es-security-runas-user: bob}, expect: allowed}\n",
        ),
    ]);
    assert_eq!(run(&directory, &["check", "config"]).0, 1);
    let curl = "curl -H 'es-security-runas-user: bob' localhost:9200/logs-1/_search";
    let (code, list, complaint) = run(&directory, &["repair", "config", "--user", "kibana", curl]);
    assert_eq!(code, 0, "{complaint}{list}");
    let (_, changes, _) = run(&directory, &["repair", "config", "--user", "kibana", curl, "--take", "1"]);
    assert!(changes.contains("add-run-as") && changes.contains("bob"), "{changes}");
    apply(&directory, &changes);
    assert_eq!(run(&directory, &["check", "config"]).0, 0);
}

#[test]
fn open_source_elasticsearch_allows_everything_and_says_why_once() {
    let directory = Directory::new(&[(".rolesmith.yml", "product: elasticsearch-oss\n")]);
    let ask = |request: &str| run(&directory, &["explain", "config", "--user", "anybody", "--backend-role", "none", request]);
    for request in ["DELETE _all", "POST _zentity/models/person", "GET _zentity/resolution/person"] {
        let (code, text, complaint) = ask(request);
        assert_eq!(code, 0, "{text}{complaint}");
        assert_eq!(text.matches("has no security").count(), 1, "{text}");
    }
    let (code, text, complaint) = run(&directory, &["explain", "config", "DELETE _all"]);
    assert_eq!(code, 0, "nobody need ask where nobody is told apart: {text}{complaint}");
    let off = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-7.17\n"),
        ("elasticsearch.yml", "xpack.security.enabled: false\n"),
        ("roles.yml", "r: {cluster: [monitor]}\n"),
    ]);
    let (code, text, _) = run(&off, &["explain", "config", "--user", "anybody", "--backend-role", "r", "DELETE _all"]);
    assert!(code == 0 && text.contains("`xpack.security.enabled` is false"), "{text}");
    // without either, a product with security and no file of it is unknown, and it is said what to do
    let nothing = Directory::new(&[(".rolesmith.yml", "product: elasticsearch-8.17\n"), ("scenarios.yml", "requests: []\n")]);
    let (code, text, complaint) = run(&nothing, &["explain", "config", "--user", "anybody", "--backend-role", "r", "GET /"]);
    assert!(code == 1 && text.contains("unknown") && text.contains("`elasticsearch-oss`"), "{text}{complaint}");
}

#[test]
fn an_api_key_may_do_what_both_it_and_its_owner_may() {
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\ncluster: [aliases.json]\n"),
        ("roles.yml", "writer: {cluster: [monitor], indices: [{names: ['logs-*'], privileges: [write, read]}]}\n"),
        ("users_roles", "writer:ann\n"),
        ("aliases.json", r#"{"logs-1": {"aliases": {}}, "hr": {"aliases": {}}}"#),
        (
            "scenarios.yml",
            r#"
users:
  reading-key:
    user: ann
    api_key: { id: VuaCfGcBCdbkQm-e5aOx, role_descriptors: { reads: { indices: [ { names: [ '*' ], privileges: [ read ] } ] } } }
  whole-key: { user: ann, api_key: { id: abc } }
requests:
  - { request: GET logs-1/_search, as: [reading-key, whole-key], expect: allowed }
  - request: GET hr/_search
    as: reading-key
    expect: denied
    reason: "action [indices:data/read/search] is unauthorized for API key id [VuaCfGcBCdbkQm-e5aOx] of user [ann] on indices [hr], this action is granted by the index privileges [read,all]"
  - { request: POST logs-1/_doc, as: reading-key, body: {a: 1}, expect: denied }
  - { request: POST logs-1/_doc, as: whole-key, body: {a: 1}, expect: allowed }
  - request: GET _cluster/health
    as: reading-key
    expect: denied
    reason: "action [cluster:monitor/health] is unauthorized for API key id [VuaCfGcBCdbkQm-e5aOx] of user [ann], this action is granted by the cluster privileges [monitor,manage,all]"
"#,
        ),
    ]);
    let (code, text, complaint) = run(&directory, &["check", "config"]);
    assert_eq!(code, 0, "{text}{complaint}");
}

#[test]
fn a_zentity_operators_first_day() {
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\nzentity: 1.8.3\nmodels: models.json\ncluster: [aliases.json]\n"),
        (
            "roles.yml",
            "modeller:\n  indices:\n    - names: [ .zentity-models ]\n      privileges: [ read ]\n    - names: [ users ]\n      privileges: [ read ]\n",
        ),
        ("users_roles", "modeller:ada\n"),
        ("aliases.json", r#"{".zentity-models": {"aliases": {}}, "users": {"aliases": {}}, "orders": {"aliases": {}}}"#),
        (
            "models.json",
            r#"{"hits": {"hits": [{"_id": "person", "_source": {"attributes": {}, "resolvers": {}, "matchers": {}, "indices": {"users": {}, "orders": {}}}}]}}"#,
        ),
    ]);
    let ask = |request: &str| run(&directory, &["explain", "config", "--user", "ada", request]);
    let repair = |request: &str| {
        let (code, changes, complaint) = run(&directory, &["repair", "config", "--user", "ada", request, "--take", "1"]);
        assert_eq!(code, 0, "{complaint}");
        apply(&directory, &changes);
        assert_eq!(ask(request).0, 0, "{changes}");
    };
    let (code, text, _) = ask("POST _zentity/models/person");
    assert!(code == 1 && text.contains("requires the 'view_index_metadata' privilege"), "{text}");
    repair("POST _zentity/models/person");
    // the model's second index stands in the way of the job
    let (code, text, _) = ask("POST _zentity/resolution/person");
    assert!(code == 1 && text.contains("on indices [orders]"), "{text}");
    repair("POST _zentity/resolution/person");
    let roles = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(!roles.contains("all"), "the least privileges are enough: {roles}");
}

#[test]
fn mappings_by_rules_and_plain_templates_give_their_roles() {
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\n"),
        (
            "roles.yml",
            "reads: {indices: [{names: ['logs-*'], privileges: [read]}]}\nteam_ops: {cluster: [manage_data_frame_transforms, monitor]}\n",
        ),
        (
            "role_mapping.json",
            r#"{
  "by-rule": {"enabled": true, "roles": ["reads"], "rules": {"all": [{"any": [{"field": {"groups": "ops*"}}, {"field": {"username": ["ann", "/b.b/"]}}]}, {"except": {"field": {"metadata.left": true}}}]}},
  "by-name": {"enabled": true, "role_templates": [{"template": {"source": "team_{{username}}"}}], "rules": {"field": {"username": "ops"}}},
  "by-list": {"enabled": true, "role_templates": [{"template": "{\"source\":\"{{#tojson}}groups{{/tojson}}\"}", "format": "json"}], "rules": {"field": {"username": "lil"}}},
  "by-logic": {"enabled": true, "role_templates": [{"template": {"source": "{{#metadata}}x{{/metadata}}"}}], "rules": {"field": {"username": "max"}}},
  "off": {"enabled": false, "roles": ["reads"], "rules": {"field": {"username": "off"}}}
}"#,
        ),
    ]);
    let ask =
        |user: &str, group: &str, request: &str| run(&directory, &["explain", "config", "--user", user, "--backend-role", group, request]);
    for (user, group, code) in
        [("x", "ops-eu", 0), ("ann", "none", 0), ("bob", "none", 0), ("bobby", "none", 1), ("off", "none", 1), ("lil", "reads", 0)]
    {
        assert_eq!(ask(user, group, "GET logs-1/_search").0, code, "{user}");
    }
    let (code, text, _) = ask("ops", "none", "PUT _transform/t");
    assert!(code == 0 && text.contains("`manage_data_frame_transforms` is deprecated since 7.5: use `manage_transform`"), "{text}");
    // whatever roles the template names, they may grant what the others do not
    let (code, text, _) = ask("max", "none", "GET logs-1/_search");
    assert!(code == 1 && text.contains("\nunknown\n") && !text.contains("denied"), "{text}");
    assert!(text.contains("role mapping `by-logic` names its roles by a template"), "{text}");
    // what another cluster decides is not known here
    let (code, text, _) = ask("ann", "none", "GET east:logs-1/_search");
    assert!(code == 1 && text.contains("`east:logs-1` is on another cluster, whose security decides"), "{text}");
}

#[test]
fn a_denied_failure_store_is_repaired_by_its_own_privilege() {
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-9.1\ncluster: [streams.json]\n"),
        (
            "streams.json",
            r#"{"indices":[{"name":".ds-logs-1","attributes":["open","hidden"],"data_stream":"logs"}],"aliases":[],"data_streams":[{"name":"logs","backing_indices":[".ds-logs-1"],"timestamp_field":"@timestamp"}]}"#,
        ),
        ("roles.yml", "reader:\n  indices:\n    - names: ['logs*']\n      privileges: [read]\n"),
        ("users_roles", "reader:anna\n"),
    ]);
    let request = "GET logs::failures/_search";
    let (code, _, changes) = run(&directory, &["repair", "config", "--user", "anna", request]);
    assert!(code != 2, "{changes}");
    let (_, changes, complaint) = run(&directory, &["repair", "config", "--user", "anna", request, "--take", "1"]);
    assert!(changes.contains("read_failure_store") && !changes.contains("::failures"), "{changes}{complaint}");
    apply(&directory, &changes);
    assert_eq!(run(&directory, &["explain", "config", "--user", "anna", request]).0, 0);
}

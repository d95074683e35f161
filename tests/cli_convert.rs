//! `rolesmith convert`: what it prints, writes and leaves alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.join("state")).env("HOME", directory).current_dir(directory);
    command.args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn old_form(directory: &Path) {
    let old = directory.join("old");
    fs::create_dir(&old).unwrap();
    for (name, content) in [
        (
            "roles.yml",
            "ro:   # reads\n  cluster: [CLUSTER_COMPOSITE_OPS_RO]\n  indices:\n    'logs-*':\n      '*': [READ]\n  tenants: {tA: RW}\nlower:\n  indices:\n    'hr':\n      doc: [read]\n",
        ),
        ("roles_mapping.yml", "ro:\n  users: [ann]\nlower:\n  backendroles: [staff]\n"),
        ("internal_users.yml", "ann:\n  hash: $2a$12$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nbob:\n  roles: [staff]\n"),
        ("action_groups.yml", "READ:\n  - 'indices:data/read*'\nCLUSTER_COMPOSITE_OPS_RO: ['indices:data/read/mget']\n"),
        ("config.yml", "opendistro_security:\n  dynamic:\n    do_not_fail_on_forbidden: false\n"),
        ("elasticsearch.yml", "opendistro_security.authcz.admin_dn: ['CN=a']\n"),
        (
            "scenarios.yml",
            "requests:\n  - {request: GET logs-1/_search, as: ann, expect: allowed}\n  - {request: GET hr/_search, as: bob, expect: denied}\n  - {request: GET _opendistro/_security/api/roles, as: ann, expect: denied}\n",
        ),
    ] {
        fs::write(old.join(name), content).unwrap();
    }
}

#[test]
fn the_old_form_is_checked_converted_and_compared() {
    let directory = tempfile::tempdir().unwrap();
    old_form(directory.path());
    let check = run(directory.path(), &["check", "old", "--product", "opendistro-1.13"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
    let before: Vec<_> =
        fs::read_dir(directory.path().join("old")).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    let output = run(directory.path(), &["convert", "--to", "v7", "old", "--out", "new"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert!(out.contains("roles.yml: written anew\n") && out.contains("tenants.yml: written anew from roles.yml\n"), "{out}");
    assert!(out.contains("elasticsearch.yml: unchanged\n"), "{out}");
    // `read` in lower case is a group of the plugin's own from 1.0 on
    assert!(out.contains("+ GET /hr/_search as bob: denied -> allowed\n"), "{out}");
    assert!(!out.contains("as ann"), "{out}");
    assert!(err.contains("mapping types `doc`"), "{err}");
    assert!(!out.contains("$2a$") && !err.contains("$2a$"));
    let after: Vec<_> = fs::read_dir(directory.path().join("old")).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    assert_eq!(before, after);
    let again = run(directory.path(), &["convert", "--to", "v7", "old", "--out", "new"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("`new` holds"), "{}", text(&again.stderr));
}

#[test]
fn opensearch_is_shown_without_writing() {
    let directory = tempfile::tempdir().unwrap();
    old_form(directory.path());
    let output = run(directory.path(), &["convert", "--to", "opensearch", "old"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert!(out.contains("opensearch.yml: was elasticsearch.yml\n"), "{out}");
    assert!(out.contains("access, opendistro-1.13 before and opensearch-2.19.3 after:\n"), "{out}");
    assert!(err.contains("setting `opendistro_security.authcz.admin_dn` is called `plugins.security.authcz.admin_dn`"), "{err}");
    assert!(err.contains("nothing was written"), "{err}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() != "state").count(), 1);
    let wrong = run(directory.path(), &["convert", "--to", "solr", "old"]);
    assert_eq!(wrong.status.code(), Some(2));
}

fn write(directory: &Path, name: &str, files: &[(&str, &str)]) {
    let root = directory.join(name);
    fs::create_dir(&root).unwrap();
    for (name, content) in files {
        fs::write(root.join(name), content).unwrap();
    }
}

const HASH: &str = "$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K";

/// The cluster that both products are asked about.
const CLUSTER: &str = r#"{"indices": [{"name": "logs-1", "attributes": ["open"]}, {"name": "hr", "attributes": ["open"]}], "aliases": [], "data_streams": []}"#;

const SCENARIOS: &str = "requests:
  - {request: GET logs-1/_search, as: ann, expect: allowed}
  - {request: GET hr/_search, as: ann, expect: denied}
  - {request: PUT logs-1/_doc/1, as: bob, body: {n: 1}, expect: allowed}
  - {request: GET logs-1/_search, as: bob, expect: denied}
  - {request: GET _cluster/health, as: ann, expect: allowed}
  - {request: DELETE hr, as: bob, expect: denied}
";

#[test]
fn opensearch_roles_become_elasticsearch_roles_with_every_loss_named() {
    let directory = tempfile::tempdir().unwrap();
    let users = format!(
        "_meta: {{type: internalusers, config_version: 2}}\nann:\n  hash: \"{HASH}\"\n  backend_roles: [staff]\n  attributes: {{dept: a}}\nbob:\n  hash: \"{HASH}\"\n"
    );
    let roles = "_meta: {type: roles, config_version: 2}
reader:
  cluster_permissions: [cluster_composite_ops_ro, 'cluster:monitor/health']
  index_permissions:
  - index_patterns: ['logs-*']
    dls: '{\"term\": {\"dept\": \"${attr.internal.dept}\"}}'
    fls: ['~salary']
    masked_fields: [name]
    allowed_actions: [read]
  - index_patterns: ['home-${user.name}']
    allowed_actions: [read]
  tenant_permissions:
  - tenant_patterns: [sales]
    allowed_actions: [kibana_all_read]
writer:
  cluster_permissions: [cluster_composite_ops]
  index_permissions:
  - index_patterns: ['logs-*']
    allowed_actions: [write, 'indices:admin/mapping/put']
";
    let mapping = "_meta: {type: rolesmapping, config_version: 2}
reader:
  backend_roles: [staff]
  hosts: ['10.0.0.1']
writer:
  users: [bob, 'svc-*']
  and_backend_roles: [a, b]
";
    let files = [
        ("roles.yml", roles),
        ("roles_mapping.yml", mapping),
        ("internal_users.yml", users.as_str()),
        ("resolve_index.json", CLUSTER),
        ("scenarios.yml", SCENARIOS),
    ];
    write(directory.path(), "old", &files);
    let check = run(directory.path(), &["check", "old", "--product", "opensearch-2.19"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
    let output = run(directory.path(), &["convert", "--to", "elasticsearch-8.17", "--product", "opensearch-2.19", "old", "--out", "new"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert!(!out.contains("$2y$") && !err.contains("$2y$"));
    // every loss by its name, with the line where it stands
    for (what, place) in [
        ("index pattern `home-${user.name}`: Elasticsearch puts no attributes into names", "roles.yml:10:22"),
        ("masked field `name`: Elasticsearch masks nothing; the field is hidden", "roles.yml:8:21"),
        ("tenant `sales` is privilege `space_read` on the Kibana space `space:sales`", "roles.yml:13:23"),
        ("host `10.0.0.1`: Elasticsearch maps no hosts", "roles_mapping.yml:4:11"),
        ("user `ann`: the password's hash is not taken along", "internal_users.yml:2:1"),
    ] {
        let line = err.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("no `{what}`: {err}"));
        assert!(line.starts_with(&format!("old/{place}: ")), "`{what}` is not at {place}: {err}");
    }
    let roles: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(directory.path().join("new/roles.yml")).unwrap()).unwrap();
    let reader = &roles["reader"];
    assert_eq!(reader["cluster"], serde_json::json!(["cluster:monitor/health"]));
    assert_eq!(reader["indices"].as_array().unwrap().len(), 1);
    assert_eq!(reader["indices"][0]["field_security"], serde_json::json!({"grant": ["*"], "except": ["salary", "name"]}));
    let query: serde_json::Value = serde_json::from_str(reader["indices"][0]["query"].as_str().unwrap()).unwrap();
    assert_eq!(query["template"]["source"], "{\"term\": {\"dept\": \"{{_user.metadata.dept}}\"}}");
    assert_eq!(
        reader["applications"],
        serde_json::json!([{"application": "kibana-.kibana", "privileges": ["space_read"], "resources": ["space:sales"]}])
    );
    let mappings: serde_json::Value = serde_json::from_slice(&fs::read(directory.path().join("new/role_mapping.json")).unwrap()).unwrap();
    assert_eq!(mappings["reader"]["rules"], serde_json::json!({"field": {"groups": ["staff"]}}));
    assert_eq!(mappings["writer"]["rules"]["any"][0], serde_json::json!({"field": {"username": ["svc-*"]}}));
    let users: serde_json::Value = serde_json::from_slice(&fs::read(directory.path().join("new/users.json")).unwrap()).unwrap();
    assert_eq!((&users["ann"]["roles"], &users["bob"]["roles"]), (&serde_json::json!(["reader"]), &serde_json::json!(["writer"])));
    // the same scenarios hold on the other side, and the command has said that none turned
    let check = run(directory.path(), &["check", "new", "--product", "elasticsearch-8.17"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
    assert!(
        out.contains("access, opensearch-2.19.3 before and elasticsearch-8.17.0 after:\n")
            && !out.contains(" as ann: ")
            && !out.contains(" as bob: "),
        "{out}"
    );
}

#[test]
fn elasticsearch_roles_become_opensearch_roles_with_every_loss_named() {
    let directory = tempfile::tempdir().unwrap();
    let roles = "reader:
  cluster: [monitor]
  indices:
  - names: ['logs-*']
    privileges: [read]
    field_security: {grant: ['*'], except: [salary]}
    query: '{\"template\": {\"source\": \"{\\\"term\\\": {\\\"o\\\": \\\"{{_user.username}}\\\"}}\"}}'
  - names: ['pay']
    privileges: [read]
    query: '{\"template\": {\"id\": \"stored\"}}'
  applications:
  - {application: 'kibana-.kibana', privileges: [space_all], resources: ['space:sales']}
  - {application: other, privileges: [x], resources: ['*']}
  run_as: [eve]
writer:
  cluster: [manage_own_api_key]
  indices:
  - names: ['logs-*']
    privileges: [write]
";
    let mappings = r#"{"a": {"enabled": true, "roles": ["reader"], "rules": {"any": [{"field": {"username": "zoe"}}, {"field": {"groups": ["staff"]}}]}},
        "b": {"enabled": true, "roles": ["writer"], "rules": {"field": {"realm.name": "ldap1"}}}}"#;
    let users = format!("ann:{HASH}\nbob:{HASH}\n");
    let files = [
        ("roles.yml", roles),
        ("role_mapping.json", mappings),
        ("users", users.as_str()),
        ("users_roles", "reader:ann\nwriter:bob\n"),
        ("resolve_index.json", CLUSTER),
        ("scenarios.yml", SCENARIOS),
    ];
    write(directory.path(), "old", &files);
    let check = run(directory.path(), &["check", "old", "--product", "elasticsearch-8.17"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
    let output = run(directory.path(), &["convert", "--to", "opensearch", "--product", "elasticsearch-8.17", "old", "--out", "new"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert!(!out.contains("$2y$") && !err.contains("$2y$"));
    for what in [
        "role `reader`: its query is a template that OpenSearch has not; the entry is left out",
        "role `reader`: the Kibana space `space:sales` is tenant `sales`",
        "role `reader`: privileges of application `other` on `*`",
        "role `reader`: run as `eve`",
        "role `writer`: cluster privilege `manage_own_api_key`: OpenSearch has no API keys",
        "mapping `b`: field `realm.name`; it is left out",
        "user `ann`: the password's hash is not taken along",
    ] {
        let line = err.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("no `{what}`: {err}"));
        assert!(line.starts_with("old/"), "`{what}` has no place: {err}");
    }
    let roles: serde_json::Value = serde_yaml::from_str(&fs::read_to_string(directory.path().join("new/roles.yml")).unwrap()).unwrap();
    assert_eq!(roles["reader"]["index_permissions"].as_array().unwrap().len(), 1);
    let rule = &roles["reader"]["index_permissions"][0];
    assert_eq!((&rule["fls"], &rule["dls"]), (&serde_json::json!(["~salary"]), &"{\"term\": {\"o\": \"${user.name}\"}}".into()));
    assert_eq!(
        roles["reader"]["tenant_permissions"],
        serde_json::json!([{"tenant_patterns": ["sales"], "allowed_actions": ["kibana_all_write"]}])
    );
    let mapping: serde_json::Value =
        serde_yaml::from_str(&fs::read_to_string(directory.path().join("new/roles_mapping.yml")).unwrap()).unwrap();
    assert_eq!(mapping["reader"], serde_json::json!({"users": ["zoe"], "backend_roles": ["staff"]}));
    let check = run(directory.path(), &["check", "new", "--product", "opensearch-2.19"]);
    assert!(check.status.success(), "{}{}", text(&check.stdout), text(&check.stderr));
    assert!(!out.contains("_search as ann: ") && !out.contains("_search as bob: "), "{out}");
}

/// Journey: an Open Distro backup against the new OpenSearch configuration.
#[test]
fn an_upgrade_is_compared_for_each_user_with_requests_to_replay() {
    let directory = tempfile::tempdir().unwrap();
    let files = |roles: &'static str| {
        [
            ("roles.yml", roles),
            ("roles_mapping.yml", "_meta: {type: rolesmapping, config_version: 2}\nreader: {users: [ann]}\nwriter: {users: [bob]}\n"),
            ("internal_users.yml", "_meta: {type: internalusers, config_version: 2}\nann: {}\nbob: {}\n"),
            ("resolve_index.json", CLUSTER),
            ("scenarios.yml", SCENARIOS),
        ]
    };
    let before = "_meta: {type: roles, config_version: 2}
reader:
  cluster_permissions: [cluster_composite_ops_ro, 'cluster:monitor/health']
  index_permissions: [{index_patterns: ['logs-*'], allowed_actions: [read]}]
writer:
  cluster_permissions: [cluster_composite_ops]
  index_permissions: [{index_patterns: ['logs-*'], allowed_actions: [write, 'indices:admin/mapping/put']}, {index_patterns: [hr], allowed_actions: [indices_all]}]
";
    let after = "_meta: {type: roles, config_version: 2}
reader:
  cluster_permissions: [cluster_composite_ops_ro, 'cluster:monitor/health']
  index_permissions: [{index_patterns: ['logs-*', hr], allowed_actions: [read]}]
writer:
  cluster_permissions: [cluster_composite_ops]
  index_permissions: [{index_patterns: ['logs-*'], allowed_actions: [write, 'indices:admin/mapping/put']}]
";
    write(directory.path(), "opendistro-backup", &files(before));
    write(directory.path(), "opensearch", &files(after));
    let output = run(directory.path(), &["diff", "opendistro-backup", "opensearch", "--no-new-access"]);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{out}{err}");
    // who, on what, by which action, and the request that turned
    assert!(out.contains("ann\n  + on indices such as `hr`: "), "{out}");
    assert!(out.contains("bob\n  - on indices such as `hr`: "), "{out}");
    assert!(out.contains("+ GET /hr/_search as ann: denied -> allowed\n"), "{out}");
    assert!(out.contains("- DELETE /hr as bob: allowed -> denied\n"), "{out}");
    // the same files read by each product's own rules: nobody gains or loses by the requests
    let output = run(directory.path(), &["diff", "opensearch", "opensearch", "--json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&value["new_access"], &value["people"]), (&false.into(), &serde_json::json!([])));
}

/// Whatever differs after a conversion of the form before 1.0 is said line by line, and why; where nothing does, that is said.
#[test]
fn the_difference_in_access_is_empty_or_explained_line_by_line() {
    let directory = tempfile::tempdir().unwrap();
    let groups = "READ:\n  - 'indices:data/read*'\nCLUSTER_COMPOSITE_OPS_RO: ['indices:data/read/mget']\n";
    let users = "ann:\n  hash: x\nbob:\n  hash: y\n  roles: [staff]\n";
    let scenario =
        "requests:\n  - {request: GET logs-1/_search, as: ann, expect: allowed}\n  - {request: GET hr/_search, as: bob, expect: denied}\n";
    let same = "ro:\n  cluster: [CLUSTER_COMPOSITE_OPS_RO]\n  indices:\n    'logs-*':\n      '*': [READ]\n  tenants: {tA: RW}\n";
    let files = |roles: &str, mapping: &str| {
        [
            ("roles.yml", roles.to_owned()),
            ("roles_mapping.yml", mapping.to_owned()),
            ("internal_users.yml", users.to_owned()),
            ("action_groups.yml", groups.to_owned()),
            ("scenarios.yml", scenario.to_owned()),
        ]
    };
    let mut converted = Vec::new();
    for (name, files) in [
        ("same", files(same, "ro:\n  users: [ann]\n")),
        (
            "other",
            files(
                &format!("{same}lower:\n  indices:\n    'hr':\n      '*': [read]\n"),
                "ro:\n  users: [ann]\nlower:\n  backendroles: [staff]\n",
            ),
        ),
    ] {
        fs::create_dir(directory.path().join(name)).unwrap();
        for (file, text) in files {
            fs::write(directory.path().join(name).join(file), text).unwrap();
        }
        let output = run(directory.path(), &["convert", "--to", "v7", name, "--out", &format!("{name}-new")]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        converted.push((text(&output.stdout), text(&output.stderr)));
    }
    let (out, err) = &converted[0];
    assert!(out.ends_with("nobody gains or loses access\n"), "{out}");
    assert!(!err.contains("from 1.0 on;  before"), "{err}");
    let (out, err) = &converted[1];
    let access = out.split("after:\n").nth(1).unwrap();
    // who gains: the holders of the role with a lower-case group, and that role
    let who: Vec<&str> = access.lines().filter(|line| !line.starts_with([' ', '+', '-'])).collect();
    assert_eq!(who, ["bob", "role lower"], "{access}");
    assert!(access.contains("+ GET /hr/_search as bob: denied -> allowed\n") && !access.contains("GET /logs-1/_search"), "{access}");
    assert!(!access.lines().any(|line| line.trim_start().starts_with("- ")), "nobody loses anything: {access}");
    // and why
    assert!(
        err.contains(
            "roles.yml:10:13: note: role `lower`: `read` is an action group of the product from 1.0 on; before, it granted nothing"
        ),
        "{err}"
    );
}

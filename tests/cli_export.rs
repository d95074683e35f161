//! `rolesmith export`: what other tools get, and that no hash is in it.

mod support;

use std::process::{Command, Output};

use support::Directory;

const META: [&str; 4] = ["roles", "rolesmapping", "internalusers", "actiongroups"];

fn directory(roles: &str, mappings: &str, users: &str, groups: &str) -> Directory {
    let names = ["roles.yml", "roles_mapping.yml", "internal_users.yml", "action_groups.yml"];
    let texts: Vec<String> = META
        .iter()
        .zip([roles, mappings, users, groups])
        .map(|(kind, text)| format!("_meta: {{type: {kind}, config_version: 2}}\n{text}"))
        .collect();
    Directory::new(&names.iter().copied().zip(texts.iter().map(String::as_str)).collect::<Vec<_>>())
}

const HASH: &str = "$2y$12$88IFVl6IfIwCFh5aQYfOmuXVL9j2hz/GusQb35o.4sdTDAEMTOD.K";

fn after() -> Directory {
    directory(
        "reader:\n  cluster_permissions: [cluster_composite_ops_ro]\n  index_permissions:\n  - {index_patterns: ['logs-*'], dls: '{\"term\":{\"o\":\"${user.name}\"}}', fls: ['~s'], allowed_actions: [read]}\nnew/role:\n  tenant_permissions:\n  - {tenant_patterns: [t], allowed_actions: [kibana_all_read]}\nsame:\n  cluster_permissions: [a]\n",
        "reader:\n  users: [ann]\n  backend_roles: [staff]\n",
        &format!("ann:\n  hash: \"{HASH}\"\n  backend_roles: [staff]\n  attributes: {{dept: x}}\n  opendistro_security_roles: [reader]\n"),
        "",
    )
}

fn before() -> Directory {
    directory(
        "reader:\n  cluster_permissions: [cluster_composite_ops_ro]\n  index_permissions:\n  - {index_patterns: ['logs-*'], allowed_actions: [read]}\nsame:\n  cluster_permissions: [a]\nold:\n  cluster_permissions: [b]\n",
        "reader:\n  users: [ann]\n  backend_roles: [staff]\nold:\n  users: [bob]\n",
        &format!("ann:\n  hash: \"{HASH}\"\n  backend_roles: [staff]\nbob:\n  hash: \"{HASH}\"\n"),
        "",
    )
}

fn run(directory: &Directory, args: &[&str]) -> Output {
    let root = directory.root();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).arg("export").arg(root).args(args);
    command.output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(!out.contains("$2y$") && !err.contains("$2y$"), "a hash got out: {out}{err}");
    (out, err)
}

/// The calls of a Dev Tools text, each with its body.
fn calls(text: &str) -> Vec<(String, serde_json::Value)> {
    let blocks = text.split("\n\n").map(|block| {
        let (line, body) = block.split_once('\n').unwrap_or((block, ""));
        (line.trim().to_owned(), if body.trim().is_empty() { serde_json::Value::Null } else { serde_json::from_str(body).unwrap() })
    });
    blocks.collect()
}

#[test]
fn the_whole_directory_as_rest_calls() {
    let directory = after();
    let output = run(&directory, &[]);
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    let calls = calls(&out);
    let lines: Vec<&str> = calls.iter().map(|(line, _)| line.as_str()).collect();
    let base = "PUT _plugins/_security/api";
    assert_eq!(
        lines,
        [
            format!("{base}/roles/reader"),
            format!("{base}/roles/new%2Frole"),
            format!("{base}/roles/same"),
            format!("{base}/internalusers/ann"),
            format!("{base}/rolesmapping/reader"),
        ]
    );
    let rule = serde_json::json!({"index_patterns": ["logs-*"], "dls": "{\"term\":{\"o\":\"${user.name}\"}}", "fls": ["~s"], "allowed_actions": ["read"]});
    assert_eq!(calls[0].1, serde_json::json!({"cluster_permissions": ["cluster_composite_ops_ro"], "index_permissions": [rule]}));
    assert_eq!(
        calls[3].1,
        serde_json::json!({"backend_roles": ["staff"], "opendistro_security_roles": ["reader"], "attributes": {"dept": "x"}})
    );
    assert!(err.contains("user `ann`: hashes are not exported; a new user needs `password` or `hash` besides"), "{err}");
    // Open Distro has the same calls below its own path
    let (out, _) = texts(&run(&directory, &["--product", "opendistro-1.13", "--role", "reader"]));
    assert!(out.starts_with("PUT _opendistro/_security/api/roles/reader\n") && out.matches("PUT").count() == 1, "{out}");
    let output = run(&directory, &["--role", "nobody"]);
    assert_eq!((output.status.code(), texts(&output).1.contains("no role `nobody`")), (Some(2), true));
}

#[test]
fn the_difference_as_calls_and_as_patches() {
    let (old, new) = (before(), after());
    let against = old.root();
    let against = against.to_str().unwrap();
    let (out, _) = texts(&run(&new, &["--against", against]));
    let lines: Vec<String> = calls(&out).into_iter().map(|(line, _)| line.replace("_plugins/_security/api/", "")).collect();
    // the mapping of a role goes before the role
    assert_eq!(
        lines,
        [
            "PUT roles/reader",
            "PUT roles/new%2Frole",
            "PUT internalusers/ann",
            "DELETE rolesmapping/old",
            "DELETE internalusers/bob",
            "DELETE roles/old"
        ]
    );
    let (out, err) = texts(&run(&new, &["--against", against, "--as", "patch"]));
    let calls = calls(&out);
    assert_eq!(calls[0].0, "PATCH _plugins/_security/api/roles");
    assert_eq!((&calls[0].1[0]["op"], &calls[0].1[0]["path"]), (&"replace".into(), &"/reader".into()));
    assert_eq!((&calls[0].1[1]["op"], &calls[0].1[1]["path"]), (&"add".into(), &"/new~1role".into()));
    let removed: Vec<_> = calls
        .iter()
        .filter(|(_, body)| body[0]["op"] == "remove")
        .map(|(line, body)| (line.rsplit('/').next().unwrap(), body[0]["path"].as_str().unwrap()))
        .collect();
    assert_eq!(removed, [("rolesmapping", "/old"), ("internalusers", "/bob"), ("roles", "/old")]);
    assert!(err.contains("user `ann`: hashes are not exported; without `password` or `hash` the user keeps the password"), "{err}");
    let (out, err) = texts(&run(&new, &["--against", new.root().to_str().unwrap()]));
    assert!(out.is_empty() && err.contains("nothing differs"), "{out}{err}");
}

#[test]
fn securityadmin_says_what_an_upload_would_delete() {
    let (old, new) = (before(), after());
    let (out, err) = texts(&run(&new, &["--as", "securityadmin"]));
    assert_eq!(out.matches("securityadmin.sh -f ").count(), 4, "{out}");
    assert!(out.contains("roles.yml -t roles -icl -nhnv") && out.contains("would be deleted") && err.contains("-backup DIR"), "{out}{err}");
    let (out, _) = texts(&run(&new, &["--as", "securityadmin", "--against", old.root().to_str().unwrap()]));
    let blocks: Vec<&str> = out.split("\n\n").collect();
    let block =
        |kind: &str| *blocks.iter().find(|block| block.contains(&format!(" -t {kind} "))).unwrap_or_else(|| panic!("no {kind}: {out}"));
    assert!(block("roles").starts_with("# DELETES on the cluster: old\n# changes: reader\n# adds: new/role\n"), "{out}");
    assert!(block("rolesmapping").starts_with("# DELETES on the cluster: old\n"), "{out}");
    assert!(block("internalusers").contains("# DELETES on the cluster: bob\n# changes: ann\n# passwords"), "{out}");
    assert!(!out.contains("-t actiongroups"), "it says the same on both sides: {out}");
}

#[test]
fn terraform_resources() {
    let (old, new) = (before(), after());
    let (out, err) = texts(&run(&new, &["--as", "terraform", "--against", old.root().to_str().unwrap()]));
    let role = "resource \"opensearch_role\" \"reader\" {\n  role_name           = \"reader\"\n  cluster_permissions = [\"cluster_composite_ops_ro\"]\n\n  index_permissions {\n    index_patterns          = [\"logs-*\"]\n    document_level_security = \"{\\\"term\\\":{\\\"o\\\":\\\"$${user.name}\\\"}}\"\n    field_level_security    = [\"~s\"]\n    allowed_actions         = [\"read\"]\n  }\n}\n\nimport {\n  to = opensearch_role.reader\n  id = \"reader\"\n}\n";
    assert!(out.starts_with(role), "{out}");
    assert!(out.contains("resource \"opensearch_role\" \"new_role\" {\n  role_name = \"new/role\"\n"), "{out}");
    assert!(
        out.contains("  password      = var.ann_password\n")
            && out.contains("variable \"ann_password\" {\n  type      = string\n  sensitive = true\n}"),
        "{out}"
    );
    for note in ["`opendistro_security_roles` has no counterpart", "role `old` goes", "the password is the variable `ann_password`"] {
        assert!(err.contains(note), "no `{note}`: {err}");
    }
}

#[test]
fn elasticsearch_in_its_own_words() {
    let roles = "es_reader:\n  cluster: [monitor]\n  indices:\n  - names: ['logs-*']\n    privileges: [read]\n    field_security: {grant: ['*'], except: [s]}\n    query: '{\"match_all\": {}}'\n";
    let directory = Directory::new(&[("roles.yml", roles), ("users", &format!("ann:{HASH}\n")), ("users_roles", "es_reader:ann\n")]);
    let (out, err) = texts(&run(&directory, &[]));
    let calls = calls(&out);
    assert_eq!(calls[0].0, "PUT _security/role/es_reader");
    assert_eq!(calls[0].1["indices"][0]["field_security"], serde_json::json!({"grant": ["*"], "except": ["s"]}));
    assert_eq!((calls[1].0.as_str(), &calls[1].1["roles"][0]), ("PUT _security/user/ann", &"es_reader".into()));
    assert!(err.contains("`password` or `password_hash`"), "{err}");
    let (out, _) = texts(&run(&directory, &["--as", "terraform", "--role", "es_reader"]));
    assert!(out.starts_with("resource \"elasticstack_elasticsearch_security_role\" \"es_reader\" {\n  name    = \"es_reader\"\n  cluster = [\"monitor\"]\n\n  indices {\n"), "{out}");
    assert!(out.contains("    field_security {\n      grant  = [\"*\"]\n      except = [\"s\"]\n    }\n  }\n}\n"), "{out}");
    assert_eq!(run(&directory, &["--as", "securityadmin"]).status.code(), Some(2));
    assert_eq!(run(&directory, &["--as", "patch"]).status.code(), Some(2));
}

//! The linter as a command: files that did not open are never hidden by those that did, manifests, exports,
//! settings, fixes of Elasticsearch's files.

use std::path::Path;
use std::process::{Command, Output};

fn lint(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.arg("lint").args(args).current_dir(directory).output().unwrap()
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

/// `file:line rule` of every finding.
fn found(output: &Output) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let one = |finding: &serde_json::Value| {
        let place = &finding["place"];
        let file = Path::new(place["file"].as_str().unwrap_or_default()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        format!("{file}:{} {}", place["line"], finding["rule"].as_str().unwrap())
    };
    json["findings"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_file_of_findings_hides_no_broken_file() {
    let directory = directory(&[
        ("roles.yml", "_meta: { type: roles, config_version: 2 }\nx:\n  cluster_permissions: [raed]\n"),
        ("roles_mapping.yml", "_meta: { type: rolesmapping, config_version: 2 }\nx:\n  users: [kim\n"),
        ("internal_users.yml", "[root@es ~]# cat internal_users.yml\nkim:\n  hash: ''\n"),
        ("tenants.yml", "{{- range .Values.tenants }}\n{{ .name }}: {}\n{{- end }}\n"),
        ("scenarios.yml", "requests:\n  - request: GET /x\n    expekt: allowed\n"),
        (
            ".rolesmith.yml",
            "lint:\n  rules: { no-such-rule: off, wildcard-grant: note }\n  allow:\n    - { rule: stok-hash, reason: x }\nbogus: 1\n",
        ),
        ("aliases.json", "{ \"x\": "),
    ]);
    let output = lint(directory.path(), &[".", "--format", "json", "--product", "opensearch-3.4"]);
    assert_eq!(output.status.code(), Some(1));
    let found = found(&output);
    for wanted in [
        "roles.yml:3 unknown-action-group",
        "roles_mapping.yml:3 not-yaml",
        "internal_users.yml:1 not-yaml",
        "tenants.yml:1 template-file",
        "scenarios.yml:3 not-taken",
        ".rolesmith.yml:2 not-taken",
        ".rolesmith.yml:4 not-taken",
        ".rolesmith.yml:5 not-taken",
    ] {
        assert!(found.iter().any(|line| line == wanted), "{wanted}\n{}", found.join("\n"));
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_a_finding() {
    use std::os::unix::fs::PermissionsExt;
    let directory = directory(&[("roles.yml", "_meta: { type: roles, config_version: 2 }\n"), ("roles_mapping.yml", "x: {}\n")]);
    let path = directory.path().join("roles_mapping.yml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        // who may read everything (root) has no such file: a directory of that name is one
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("roles_mapping.yml", &path).unwrap();
    }
    let output = lint(directory.path(), &[".", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("roles_mapping.yml") && text.contains("not-taken"), "{text}");
}

const MANIFEST: &str = "apiVersion: v1
kind: Secret
metadata: { name: security }
stringData:
  roles.yml: |-
    _meta: { type: roles, config_version: 2 }
    analyst:
      cluster_permissions: [cluster_monitor, cluster_monitor]
      index_permissions:
        - index_patterns: ['logs-*']
          allowed_actions: [raed]
          privilegs: [x]
  roles_mapping.yml: |-
    analyst:
      users: [
";

#[test]
fn documents_inside_of_a_manifest_are_looked_into_at_their_lines() {
    let directory = directory(&[("secret.yaml", MANIFEST)]);
    let output = lint(directory.path(), &["secret.yaml", "--format", "json", "--product", "opensearch-3.4"]);
    let found = found(&output);
    for wanted in ["secret.yaml:8 duplicate-item", "secret.yaml:11 unknown-action-group", "secret.yaml:12 unknown-key"] {
        assert!(found.iter().any(|line| line == wanted), "{wanted}\n{}", found.join("\n"));
    }
    assert!(found.iter().any(|line| line.starts_with("secret.yaml:1") && line.ends_with("not-yaml")), "{found:?}");
    assert!(!found.iter().any(|line| line.ends_with("not-taken")), "{found:?}");
}

#[test]
fn exports_of_the_apis_are_looked_into() {
    let elasticsearch = directory(&[
        (
            "role.json",
            "{\"analyst\": {\"cluster\": [\"monitr\"], \"indices\": [{\"names\": [\"logs-*\"], \"privileges\": [\"read\"]}]},\n \"superuser\": {\"cluster\": [\"all\"], \"indices\": [], \"metadata\": {\"_reserved\": true}}}",
        ),
        ("user.json", "{\"kim\": {\"username\": \"kim\",\n \"roles\": [\"analist\"], \"enabled\": true}}"),
    ]);
    let output = lint(elasticsearch.path(), &[".", "--format", "json", "--product", "elasticsearch-8.17"]);
    let all = found(&output);
    assert!(all.contains(&"role.json:1 unknown-privilege".to_owned()) && all.contains(&"user.json:2 undefined-role".to_owned()), "{all:?}");
    assert!(!all.iter().any(|line| line.contains("static-override")), "{all:?}");
    let opensearch = directory(&[(
        "roles.json",
        "{\"analyst\": {\"reserved\": false, \"cluster_permissions\": [\"cluster_admin\"], \"index_permissions\": []}}",
    )]);
    let all = found(&lint(opensearch.path(), &[".", "--format", "json", "--product", "opensearch-3.4"]));
    assert_eq!(all, ["roles.json:1 unknown-action-group"]);
}

#[test]
fn safe_fixes_of_elasticsearch_files_are_done_and_nothing_else() {
    let roles = "# ours\r\nanalyst:\r\n  indices:\r\n  - names: [ 'logs-*' ] # all of them\r\n    privileges: [all, read]\r\n    query:\r\n  cluster: [monitr]\r\n";
    let directory = directory(&[("roles.yml", roles)]);
    let output = lint(directory.path(), &[".", "--product", "elasticsearch-8.17", "--fix"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let now = std::fs::read_to_string(directory.path().join("roles.yml")).unwrap();
    assert_eq!(now, roles.replace("[all, read]", "[all]"));
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(shown.contains("-    privileges: [all, read]") && shown.contains("1 safe fixes applied"), "{shown}");
}

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

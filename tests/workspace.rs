//! Opening, editing, saving: what the workspace promises about the operator's files.

mod support;

use std::collections::BTreeSet;
use std::fs;

use rolesmith::engine::change::elasticsearch::ElasticsearchRoleChange;
use rolesmith::engine::change::{Change, RoleChange, RuleChange, RuleNumber, UserChange, read_changes, write_changes};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::source::{FileId, Severity};
use rolesmith::workspace::{FileKind, OnConflict, OpenError, Options, SaveError, SaveOptions, Workspace};
use rolesmith::yaml::Document;

use support::{Directory, fixture, sample};

fn guide_changes() -> Vec<Change> {
    let guide = include_str!("../assets/guide/changes.md");
    let mut yaml = String::new();
    for block in guide.split("```yaml\n").skip(1) {
        yaml.push_str(block.split("```").next().unwrap());
    }
    read_changes(&Document::parse(FileId(0), yaml.into_bytes())).unwrap()
}

fn add_permission(role: &str, permission: &str) -> Change {
    RoleChange::AddClusterPermission { role: role.into(), permission: permission.into() }.into()
}

#[test]
fn the_sample_opens_without_a_problem() {
    let workspace = Workspace::sample();
    let problems: Vec<_> = workspace.problems().collect();
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(workspace.configuration().roles.len(), 6);
    assert!(workspace.cluster().known);
    assert!(workspace.scenarios().cases.len() >= 10);
    assert_eq!(workspace.product().name(), "opensearch-3.4.0");
}

#[test]
fn the_guide_shows_every_change_once_and_all_apply_to_the_sample() {
    let changes = guide_changes();
    let shown: BTreeSet<String> = changes.iter().map(Change::name).collect();
    let all: BTreeSet<String> = Change::names().map(str::to_owned).collect();
    assert_eq!(all.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new(), "changes without an example");
    let (elasticsearch, opensearch) = changes.into_iter().partition(|change| matches!(change, Change::Elasticsearch(_)));
    apply_and_take_back(Workspace::sample(), opensearch);
    let directory = elasticsearch_directory();
    apply_and_take_back(directory.open(), elasticsearch);
}

/// The file realm's fixture, with a native user, a mapping's rules and a stored privilege beside.
fn elasticsearch_directory() -> Directory {
    let directory = fixture("elasticsearch/file_realm");
    fs::write(directory.path("native.json"), r#"{"jack":{"username":"jack","roles":["analyst"],"enabled":true}}"#).unwrap();
    let legacy = r#"{"legacy":{"read":{"application":"legacy","name":"read","actions":["data:read/*"],"metadata":{}}}}"#;
    fs::write(directory.path("privileges.json"), legacy).unwrap();
    fs::write(directory.path("mappings.json"), r#"{"all":{"enabled":true,"roles":["analyst"],"rules":{"field":{"username":"*"}}}}"#)
        .unwrap();
    directory
}

fn apply_and_take_back(mut workspace: Workspace, changes: Vec<Change>) {
    let before: Vec<Vec<u8>> = workspace.files().iter().map(|file| file.document().bytes().to_vec()).collect();
    for change in changes.clone() {
        if let Err(error) = workspace.apply(change.clone()) {
            panic!("{change:?}: {error}");
        }
    }
    let after: Vec<Vec<u8>> = workspace.files().iter().map(|file| file.document().bytes().to_vec()).collect();
    // what reads back is what was written
    let text = write_changes(&changes);
    assert_eq!(read_changes(&Document::parse(FileId(0), text.into_bytes())).unwrap(), changes);
    // all the way back and forth again
    while workspace.undo().is_some() {}
    assert_eq!(before, workspace.files().iter().map(|file| file.document().bytes().to_vec()).collect::<Vec<_>>());
    assert_eq!(workspace.dirty().count(), 0);
    while workspace.redo().is_some() {}
    assert_eq!(after, workspace.files().iter().map(|file| file.document().bytes().to_vec()).collect::<Vec<_>>());
}

#[test]
fn an_edit_saves_exactly_its_lines() {
    let directory = sample();
    let mut workspace = directory.open();
    let change = RuleChange::AddIndexPattern { role: "platform_ops".into(), rule: RuleNumber(1), pattern: "metrics-*".into() };
    workspace.apply(change).unwrap();
    let diff = workspace.text_diff();
    assert_eq!((diff.len(), diff[0].added, diff[0].removed), (1, 1, 0));
    assert!(diff[0].text.contains("+        - \"metrics-*\"\n"), "{}", diff[0].text);
    let before = fs::read_to_string(directory.path("roles.yml")).unwrap();
    let saved = workspace.save(SaveOptions::default()).unwrap();
    let after = fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert_eq!(after.replace("        - \"metrics-*\"\n", ""), before);
    assert_eq!(fs::read_to_string(saved.backup.unwrap().join("roles.yml")).unwrap(), before);
    assert_eq!(workspace.dirty().count(), 0);
    // undo reaches past the save
    workspace.undo().unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    assert_eq!(fs::read_to_string(directory.path("roles.yml")).unwrap(), before);
}

#[test]
fn a_change_that_needs_a_new_file_begins_one() {
    let directory = Directory::new(&[("roles.yml", "r: {cluster_permissions: [x]}\n")]);
    let mut workspace = directory.open();
    let changes = "- {change: map-user, role: r, user: ann}\n- {change: create-tenant, tenant: t}\n";
    for change in read_changes(&Document::parse(FileId(0), changes.into())).unwrap() {
        workspace.apply(change).unwrap();
    }
    workspace.undo().unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    assert!(!directory.path("tenants.yml").exists());
    assert_eq!(
        fs::read_to_string(directory.path("roles_mapping.yml")).unwrap(),
        "---\n_meta:\n  type: \"rolesmapping\"\n  config_version: 2\nr:\n  users:\n    - \"ann\"\n"
    );
}

#[test]
fn a_refused_change_leaves_everything_alone() {
    let anchored = "r:\n  cluster_permissions: &all [x]\ns:\n  cluster_permissions: *all\n";
    let directory = Directory::new(&[("roles.yml", anchored)]);
    let mut workspace = directory.open();
    let error = workspace.apply(add_permission("r", "y")).unwrap_err().to_string();
    assert!(error.contains("roles.yml:2:") && error.contains("anchor"), "{error}");
    assert_eq!(workspace.dirty().count(), 0);
    assert_eq!(workspace.apply(add_permission("nobody", "y")).unwrap_err().to_string(), "no role `nobody` in the opened files");
}

#[test]
fn names_of_every_writer_are_read() {
    let directory = Directory::new(&[
        ("roles_2024-Jan-01_12-00-00.yml", "_meta: {type: roles, config_version: 2}\nold: {}\n"),
        ("roles_2024-Feb-01_12-00-00.yml", "_meta: {type: roles, config_version: 2}\nnew: {}\n"),
        ("security_tenants_2024-Jan-01_12-00-00.yml", "_meta: {type: tenants, config_version: 2}\nt: {description: d}\n"),
        ("whatever.yaml", "_meta: {type: actiongroups, config_version: 2}\ng: {allowed_actions: [a]}\n"),
        ("rolesmapping.json", "{\"r\": {\"hosts\": [], \"users\": [\"ann\"], \"backend_roles\": [], \"and_backend_roles\": []}}"),
        (
            "users-export.json",
            "{\"ann\": {\"hash\": \"\", \"reserved\": false, \"backend_roles\": [\"b\"], \"attributes\": {}, \"opendistro_security_roles\": []}}",
        ),
        ("config.yml", "unrelated: true\n"),
        ("notes.yml", "hello: there\n"),
    ]);
    let workspace = directory.open();
    let configuration = workspace.configuration();
    assert_eq!(configuration.roles.keys().collect::<Vec<_>>(), ["new"]);
    assert!(configuration.tenants.contains_key("t"));
    assert!(configuration.action_groups.contains_key("g"));
    assert_eq!(configuration.roles_mapping["r"].users.len(), 1);
    assert!(configuration.internal_users.contains_key("ann"));
    let aside: Vec<_> = workspace.problems().map(|problem| problem.message.clone()).collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert!(aside[0].contains("set aside"));
    assert_eq!(workspace.files().len(), 6);
}

#[test]
fn json_of_the_rest_api_is_edited_in_place() {
    let text = "{\n  \"r\": {\n    \"cluster_permissions\": [\"x\"]\n  }\n}\n";
    let directory = Directory::new(&[("roles.json", text)]);
    let mut workspace = directory.open();
    workspace.apply(add_permission("r", "y")).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    let after = fs::read_to_string(directory.path("roles.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&after).unwrap();
    assert_eq!(value["r"]["cluster_permissions"], serde_json::json!(["x", "y"]));
    assert_eq!(after.lines().count(), text.lines().count());
}

// --- what is wrong is said, and the rest opens ---------------------------------------------------

fn problem_at(files: &[(&str, &str)]) -> Vec<String> {
    let directory = Directory::new(files);
    let workspace = directory.open();
    workspace
        .problems()
        .map(|problem| {
            let place = problem.place.and_then(|place| workspace.whereis(place));
            let place =
                place.map(|place| format!("{}:{}", place.path.file_name().unwrap().to_string_lossy(), place.at)).unwrap_or_default();
            format!("{place} {}", problem.message)
        })
        .collect()
}

#[test]
fn a_missing_path_is_said() {
    let error = Workspace::open("/nowhere/at/all", Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::Missing(_)));
    assert_eq!(error.to_string(), "there is no `/nowhere/at/all`");
}

#[test]
fn a_directory_without_a_known_file_is_said() {
    let directory = Directory::new(&[("notes.yml", "a: b\n"), ("README.md", "x")]);
    let error = Workspace::open(directory.root(), Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::NothingKnown(_)), "{error}");
    assert!(error.to_string().contains("roles.yml"));
}

#[test]
fn a_file_that_is_not_yaml_is_a_problem_and_the_others_open() {
    let directory = Directory::new(&[("roles.yml", "a:\n  b: [\nc: d\n"), ("tenants.yml", "t: {description: d}\n")]);
    let workspace = directory.open();
    assert!(workspace.configuration().tenants.contains_key("t"));
    let problem = workspace.problems().next().unwrap();
    assert_eq!(problem.severity, Severity::Error);
    let place = workspace.whereis(problem.place.unwrap()).unwrap();
    assert!(place.path.ends_with("roles.yml") && place.at.line >= 2, "{place}");
    // and nothing is begun in its place
    let mut workspace = workspace;
    let error = workspace.apply(RoleChange::CreateRole {
        role: "r".into(),
        description: None,
        cluster_permissions: vec![],
        index_permissions: vec![],
        tenant_permissions: vec![],
    });
    assert!(error.unwrap_err().to_string().contains("repair it first"));
}

#[test]
fn templates_are_called_templates() {
    for text in [
        "{{- range .Values.roles }}\nr:\n  cluster_permissions: []\n{{- end }}\n",
        "_meta:\n  type: roles\n{% for r in roles %}\n{{ r }}: {}\n{% endfor %}\n",
    ] {
        let problems = problem_at(&[("roles.yml", text)]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("roles.yml:") && problems[0].contains("template"), "{problems:?}");
    }
}

#[test]
fn a_role_that_is_a_list_is_said_with_its_place() {
    let problems = problem_at(&[("roles.yml", "good: {}\nbad:\n  - x\n")]);
    assert_eq!(problems, ["roles.yml:3:3 role `bad` is a list, not a mapping of keys to values"]);
}

#[test]
fn an_unknown_key_is_an_error_since_the_engine_refuses_the_file() {
    let directory =
        Directory::new(&[("roles.yml", "r:\n  index_permissions:\n    - index_patterns: [a]\n      field_level_security: [x]\n")]);
    let workspace = directory.open();
    let problem = workspace.problems().next().unwrap();
    assert_eq!(problem.message, "unknown key `field_level_security` in this index permission");
    assert!(problem.help.as_deref().unwrap().contains("refuses"));
    assert_eq!(workspace.whereis(problem.place.unwrap()).unwrap().at.to_string(), "4:7");
}

#[test]
fn a_duplicate_role_is_an_error_since_the_engine_refuses_the_file() {
    let problems = problem_at(&[("roles.yml", "r: {}\ns: {}\nr: {}\n")]);
    assert_eq!(problems, ["roles.yml:3:1 role `r` is there twice"]);
}

#[test]
fn a_bad_request_line_in_a_scenario_is_said_with_its_place() {
    let problems = problem_at(&[("roles.yml", "r: {}\n"), ("scenarios.yml", "requests:\n  - request: FETCH /x\n  - request: GET\n")]);
    assert_eq!(problems.len(), 2);
    assert!(problems[0].starts_with("scenarios.yml:2:14 `FETCH` is no HTTP method"), "{problems:?}");
    assert!(problems[1].starts_with("scenarios.yml:3:14 `GET` has no path"), "{problems:?}");
}

// --- saving ---------------------------------------------------------------------------------------

#[test]
fn a_file_that_changed_underneath_is_not_written_over() {
    let directory = sample();
    let mut workspace = directory.open();
    workspace.apply(add_permission("k8s_viewer", "cluster_monitor")).unwrap();
    let theirs = fs::read_to_string(directory.path("roles.yml")).unwrap() + "\n# theirs\ntheirs: {}\n";
    fs::write(directory.path("roles.yml"), &theirs).unwrap();
    let error = workspace.save(SaveOptions::default()).unwrap_err();
    assert!(matches!(&error, SaveError::Conflict(paths) if paths.len() == 1), "{error}");
    assert_eq!(fs::read_to_string(directory.path("roles.yml")).unwrap(), theirs);
    assert_eq!(workspace.dirty().count(), 1);
    // compare
    let id = workspace.file_of(DocumentKind::Roles).unwrap().id();
    let compared = workspace.disk_diff(id).unwrap();
    assert!(compared.text.contains("-# theirs") && compared.text.contains("cluster_monitor"), "{}", compared.text);
    // merge: both sides' work
    let failed = workspace.merge().unwrap();
    assert!(failed.is_empty());
    assert!(workspace.configuration().roles.contains_key("theirs"));
    workspace.save(SaveOptions::default()).unwrap();
    let merged = fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(merged.contains("# theirs") && merged.contains("cluster_monitor"), "{merged}");
    // keep mine: theirs is in the backup
    workspace.apply(add_permission("hr_export", "cluster_monitor")).unwrap();
    fs::write(directory.path("roles.yml"), "theirs: {}\n").unwrap();
    let saved = workspace.save(SaveOptions { on_conflict: OnConflict::KeepMine, ..SaveOptions::default() }).unwrap();
    assert_eq!(fs::read_to_string(saved.backup.unwrap().join("roles.yml")).unwrap(), "theirs: {}\n");
    // reload: mine is gone
    workspace.apply(add_permission("hr_export", "cluster_manage_pipelines")).unwrap();
    workspace.reload().unwrap();
    assert_eq!(workspace.dirty().count(), 0);
}

#[cfg(unix)]
#[test]
fn mode_and_symbolic_links_stay() {
    use std::os::unix::fs::PermissionsExt;
    let directory = sample();
    let real = Directory::new(&[]);
    fs::rename(directory.path("roles.yml"), real.path("real-roles.yml")).unwrap();
    fs::set_permissions(real.path("real-roles.yml"), fs::Permissions::from_mode(0o604)).unwrap();
    std::os::unix::fs::symlink(real.path("real-roles.yml"), directory.path("roles.yml")).unwrap();
    let mut workspace = directory.open();
    workspace.apply(add_permission("hr_export", "cluster_monitor")).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    assert!(fs::symlink_metadata(directory.path("roles.yml")).unwrap().is_symlink());
    assert!(fs::read_to_string(real.path("real-roles.yml")).unwrap().contains("cluster_monitor"));
    assert_eq!(fs::metadata(real.path("real-roles.yml")).unwrap().permissions().mode() & 0o777, 0o604);
    assert_eq!(fs::read_dir(real.root()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn a_read_only_file_is_not_replaced() {
    let directory = sample();
    let mut permissions = fs::metadata(directory.path("roles.yml")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(directory.path("roles.yml"), permissions).unwrap();
    let mut workspace = directory.open();
    workspace.apply(add_permission("hr_export", "cluster_monitor")).unwrap();
    let error = workspace.save(SaveOptions::default()).unwrap_err();
    assert!(matches!(error, SaveError::ReadOnly(_)), "{error}");
    assert_eq!(workspace.dirty().count(), 1, "the edit is unharmed");
}

#[test]
fn without_a_place_for_the_backup_nothing_is_saved() {
    let directory = sample();
    let mut workspace = Workspace::open(directory.root(), Options { state: Some("/dev/null/x".into()), ..Options::default() }).unwrap();
    workspace.apply(add_permission("hr_export", "cluster_monitor")).unwrap();
    let before = fs::read(directory.path("roles.yml")).unwrap();
    assert!(matches!(workspace.save(SaveOptions::default()), Err(SaveError::Backup { .. })));
    assert_eq!(fs::read(directory.path("roles.yml")).unwrap(), before);
    workspace.save(SaveOptions { no_backup: true, ..SaveOptions::default() }).unwrap();
}

#[test]
fn the_sample_has_nowhere_to_be_saved() {
    let mut workspace = Workspace::sample();
    workspace.apply(add_permission("hr_export", "cluster_monitor")).unwrap();
    assert!(matches!(workspace.save(SaveOptions::default()), Err(SaveError::Sample)));
}

// --- the journal ----------------------------------------------------------------------------------

#[test]
fn unsaved_changes_survive_a_kill() {
    let directory = sample();
    let mut killed = directory.open();
    killed.keep_journal().unwrap();
    killed.apply(add_permission("hr_export", "first")).unwrap();
    killed.apply(add_permission("hr_export", "second")).unwrap();
    killed.apply(add_permission("hr_export", "third")).unwrap();
    killed.undo();
    assert!(directory.open().recovery().is_none(), "a living process keeps its journal");
    drop(killed);
    let mut next = directory.open();
    let recovery = next.recovery().unwrap();
    assert!(!recovery.stale);
    assert_eq!(recovery.actions.len(), 2);
    assert!(next.recover(recovery).is_empty());
    let permissions: Vec<_> = next.configuration().roles["hr_export"].cluster_permissions.iter().map(|name| name.value.as_str()).collect();
    assert!(permissions.ends_with(&["first", "second"]), "{permissions:?}");
    assert!(directory.open().recovery().is_none());
}

#[test]
fn a_save_empties_the_journal() {
    let directory = sample();
    let mut workspace = directory.open();
    workspace.keep_journal().unwrap();
    workspace.apply(add_permission("hr_export", "first")).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    drop(workspace);
    assert!(directory.open().recovery().is_none());
}

/// FNV-1a, by which the journal tells texts apart.
fn print(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn killed_right_after_the_files_were_written_nothing_is_unsaved() {
    let directory = sample();
    let mut workspace = directory.open();
    workspace.keep_journal().unwrap();
    workspace.apply(add_permission("hr_export", "first")).unwrap();
    let journal = fs::read_dir(directory.state().join("journal")).unwrap().next().unwrap().unwrap().path();
    let announced = fs::read_to_string(&journal).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    drop(workspace);
    // as it was between the last file's place and the journal's new beginning
    let written = fs::read(directory.path("roles.yml")).unwrap();
    let saving = |bytes: &[u8]| serde_json::json!({"saving": {"files": [[directory.path("roles.yml"), print(bytes)]]}});
    fs::write(&journal, format!("{announced}{}\n", saving(&written))).unwrap();
    assert!(directory.open().recovery().is_none());
    // a save that never came about
    fs::write(&journal, format!("{announced}{}\n", saving(b"other"))).unwrap();
    assert_eq!(directory.open().recovery().unwrap().actions.len(), 1);
}

#[test]
fn a_save_that_fails_half_way_takes_back_what_it_wrote() {
    let directory = sample();
    let mut workspace = directory.open();
    let before: Vec<(String, Vec<u8>)> =
        ["roles.yml", "roles_mapping.yml"].map(|name| (name.to_owned(), fs::read(directory.path(name)).unwrap())).into();
    workspace.apply(add_permission("hr_export", "first")).unwrap();
    let rename = serde_json::json!({"change": "rename-role", "role": "hr_export", "to": "hr_exporter"});
    workspace.apply(serde_json::from_value::<Change>(rename).unwrap()).unwrap();
    assert!(workspace.dirty().count() > 1);
    // the second file turns into a directory at the last moment: it cannot be read any more
    fs::remove_file(directory.path("roles_mapping.yml")).unwrap();
    fs::create_dir(directory.path("roles_mapping.yml")).unwrap();
    workspace.save(SaveOptions { on_conflict: OnConflict::KeepMine, ..SaveOptions::default() }).unwrap_err();
    assert_eq!(fs::read(directory.path(&before[0].0)).unwrap(), before[0].1);
    fs::remove_dir(directory.path("roles_mapping.yml")).unwrap();
    fs::write(directory.path("roles_mapping.yml"), &before[1].1).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    assert!(fs::read_to_string(directory.path("roles_mapping.yml")).unwrap().contains("hr_exporter"));
}

#[test]
fn a_journal_of_other_bytes_says_that_it_is_stale() {
    let directory = sample();
    let mut workspace = directory.open();
    workspace.keep_journal().unwrap();
    workspace.apply(add_permission("hr_export", "first")).unwrap();
    drop(workspace);
    fs::write(directory.path("roles.yml"), "other: {}\n").unwrap();
    let mut next = directory.open();
    let recovery = next.recovery().unwrap();
    assert!(recovery.stale);
    assert_eq!(next.recover(recovery).len(), 1);
}

// --- Elasticsearch --------------------------------------------------------------------------------

#[test]
fn elasticsearch_files_are_told_from_opensearchs_and_answered_by_their_own_rules() {
    let directory = Directory::new(&[
        ("roles.yml", "logs_reader:\n  cluster: [monitor]\n  indices:\n    - names: ['logs-*']\n      privileges: [read]\n"),
        ("role_mapping.yml", "logs_reader:\n  - \"cn=ops,dc=example,dc=com\"\n"),
        ("users", "rdeniro:$2a$10$BBJ/ILiyJ1eBTYoRKxkqbuDEdYECplvxnqQ47uiowE7yGqvCEgj9W\n"),
        ("users_roles", "logs_reader:rdeniro\n"),
        (
            "scenarios.yml",
            "requests:\n  - {request: GET logs-1/_search, as: rdeniro, expect: allowed}\n  - {request: DELETE logs-1, as: rdeniro, expect: denied}\n",
        ),
    ]);
    let workspace = directory.open();
    assert_eq!(workspace.problems().collect::<Vec<_>>(), Vec::<&rolesmith::source::Problem>::new());
    assert!(workspace.product().is_elasticsearch());
    let configuration = workspace.elasticsearch().unwrap();
    assert_eq!(configuration.roles.keys().collect::<Vec<_>>(), ["logs_reader"]);
    assert_eq!(configuration.users["rdeniro"].roles.len(), 1);
    let replay = rolesmith::engine::scenario::replay(workspace.scenarios(), workspace.configuration(), &*workspace.engine());
    assert_eq!(replay.score(), (2, 2), "{:#?}", replay.answers);
}

/// What a fresh installation of Elasticsearch brings (its packages ship these two files with comments only).
const ONLY_COMMENTS: &str = "# Roles are defined here.\n#\n# admin:\n#   cluster: [all]\n";

#[test]
fn an_empty_roles_yml_is_what_the_files_beside_it_are() {
    let beside: [&[(&str, &str)]; 5] = [
        &[("users", "")],
        &[("users_roles", "")],
        &[("role_mapping.yml", "# roles: names\n")],
        &[("elasticsearch.yml", "cluster.name: logs\nxpack.security.enabled: true\n")],
        &[("roles.json", r#"{"r":{"cluster":["monitor"],"indices":[],"applications":[],"run_as":[]}}"#), ("users", "")],
    ];
    for text in ["", ONLY_COMMENTS, "---\n", "\n\n"] {
        for others in beside {
            let directory = Directory::new(&[&[("roles.yml", text)], others].concat());
            let mut workspace = directory.open();
            assert!(workspace.product().is_elasticsearch(), "{text:?} beside {others:?}");
            let add = ElasticsearchRoleChange::CreateElasticsearchRole {
                role: "reader".into(),
                cluster: vec!["monitor".into()],
                indices: Vec::new(),
                applications: Vec::new(),
                run_as: Vec::new(),
            };
            workspace.apply(Change::from(add)).unwrap_or_else(|error| panic!("{error}: {text:?} beside {others:?}"));
            workspace.save(SaveOptions::default()).unwrap();
            assert!(workspace.elasticsearch().unwrap().roles.contains_key("reader"), "{text:?} beside {others:?}");
            if others.len() == 1 {
                let saved = fs::read_to_string(directory.path("roles.yml")).unwrap();
                assert!(saved.starts_with(text) && saved.contains("reader:"), "{saved}");
                assert!(directory.open().product().is_elasticsearch());
            }
        }
    }
}

#[test]
fn an_empty_roles_yml_beside_opensearchs_files_is_opensearchs() {
    let mapping = "_meta:\n  type: rolesmapping\n  config_version: 2\nreader:\n  users: [ann]\n";
    // Open Distro runs on Elasticsearch and reads its elasticsearch.yml
    for node in [("opensearch.yml", "cluster.name: a\n"), ("elasticsearch.yml", "opendistro_security.disabled: false\n")] {
        let directory = Directory::new(&[("roles.yml", ONLY_COMMENTS), ("roles_mapping.yml", mapping), node]);
        let workspace = directory.open();
        assert!(workspace.elasticsearch().is_none() && !workspace.product().is_elasticsearch());
        assert_eq!(workspace.problems().collect::<Vec<_>>(), Vec::<&rolesmith::source::Problem>::new());
    }
    let directory = Directory::new(&[("roles.yml", ONLY_COMMENTS), ("elasticsearch.yml", "opendistro_security.disabled: false\n")]);
    assert!(!directory.open().product().is_elasticsearch());
}

#[test]
fn a_roles_yml_with_nothing_but_cluster_is_what_the_files_beside_it_are() {
    // the file realm takes a privilege for unknown; in the form before 1.0 it is an action group
    let roles = (
        "roles.yml",
        "ops:\n  cluster:\n  - MONITOR\n  - 'cluster:monitor/*'\nidle:\n  cluster: []\n  description: rests\n  indices: {}\n",
    );
    for beside in [("users", ""), ("elasticsearch.yml", "cluster.name: logs\n"), ("role_mapping.yml", "ops: ['cn=a']\n")] {
        let directory = Directory::new(&[roles, beside]);
        let workspace = directory.open();
        let read = workspace.elasticsearch().unwrap_or_else(|| panic!("beside {beside:?}"));
        assert_eq!(read.roles.keys().collect::<Vec<_>>(), ["ops", "idle"]);
    }
    for beside in [("roles_mapping.yml", "ops:\n  users: [ann]\n"), ("action_groups.yml", "MONITOR:\n- 'cluster:monitor/*'\n")] {
        let directory = Directory::new(&[roles, beside, ("elasticsearch.yml", "cluster.name: logs\n")]);
        let workspace = directory.open();
        assert!(workspace.elasticsearch().is_none() && workspace.configuration().is_before_1_0(), "beside {beside:?}");
    }
    // what the form before 1.0 alone has is not given away
    let old = ("roles.yml", "ops:\n  cluster: [MONITOR]\n  indices:\n    '*':\n      '*': [READ]\n");
    let directory = Directory::new(&[old, ("users", "")]);
    assert!(directory.open().configuration().is_before_1_0());
}

#[test]
fn an_empty_roles_yml_alone_is_the_products_that_is_named_and_said_to_be_empty() {
    let open = |files: &[(&str, &str)], product: Option<Product>| {
        let directory = Directory::new(files);
        let workspace =
            Workspace::open(directory.root(), Options { product, state: Some(directory.state()), ..Options::default() }).unwrap();
        let said: Vec<_> = workspace.problems().map(|problem| (problem.severity, problem.message.clone())).collect();
        (workspace.elasticsearch().is_some(), said)
    };
    let said = |whose: &str| vec![(Severity::Warning, format!("`roles.yml` is empty: it defines no role, and is read as {whose}'s"))];
    let roles = ("roles.yml", ONLY_COMMENTS);
    assert_eq!(open(&[roles], None), (false, said("OpenSearch")));
    assert_eq!(open(&[roles], Some(Product::Elasticsearch8_17)), (true, said("Elasticsearch")));
    assert_eq!(open(&[roles], Some(Product::OpenSearch3_4)), (false, said("OpenSearch")));
    assert_eq!(open(&[roles, (".rolesmith.yml", "product: elasticsearch-7.17\n")], None), (true, said("Elasticsearch")));
    assert_eq!(open(&[roles, (".rolesmith.yml", "product: opensearch-2.19\n")], None), (false, said("OpenSearch")));
}

#[test]
fn date_math_means_the_time_of_opening() {
    use rolesmith::engine::evaluate::{Outcome, Subject};
    use rolesmith::engine::request::Request;

    let roles = "r:\n  index_permissions:\n  - {index_patterns: ['<logs-{now/d}>'], allowed_actions: [read]}\n";
    let directory =
        Directory::new(&[("roles.yml", roles), ("roles_mapping.yml", "r: {users: [ann]}\n"), ("internal_users.yml", "ann: {}\n")]);
    let engine = directory.open().engine();
    let subject = Subject { user: "ann".to_owned(), ..Subject::default() };
    let ask = |index: &str| {
        let request = Request { method: "GET".to_owned(), path: format!("/{index}/_search"), ..Request::default() };
        engine.decide(&subject, &request).outcome
    };
    assert_eq!(ask("%3Clogs-%7Bnow%2Fd%7D%3E"), Outcome::Allowed);
    assert_eq!(ask("%3Clogs-%7Bnow%2Fd-1d%7D%3E"), Outcome::Denied);
    assert_eq!(ask("logs-2000.01.01"), Outcome::Denied);
}

// --- scenarios are written back -------------------------------------------------------------------

#[test]
fn requests_are_added_replaced_and_removed_with_the_files_comments_kept() {
    use rolesmith::engine::evaluate::Outcome;
    use rolesmith::engine::request::parse_line;
    use rolesmith::engine::scenario::{Case, Expectation, ScenarioChange};
    let text = "# why\nrequests:\n  # first\n  - request: GET /\n    as: ann   # her\n";
    let directory = Directory::new(&[("internal_users.yml", "ann: {hash: h}\n"), ("scenarios.yml", text)]);
    let mut workspace = directory.open();
    let expect = [("ann".to_owned(), Expectation { outcome: Outcome::Denied, reason: None, place: None })].into_iter().collect();
    let case = Case { users: vec!["ann".into()], request: parse_line("DELETE logs-*").unwrap(), expect, ..Case::default() };
    workspace.apply(ScenarioChange::AddCase(case.clone())).unwrap();
    assert_eq!(workspace.scenarios().cases.len(), 2);
    let written = String::from_utf8(workspace.scenario_file().unwrap().document().bytes().to_vec()).unwrap();
    assert!(written.starts_with(text) && written.contains("request: ") && written.contains("DELETE /logs-*"), "{written}");
    workspace.apply(ScenarioChange::ReplaceCase { at: 0, case }).unwrap();
    let written = String::from_utf8(workspace.scenario_file().unwrap().document().bytes().to_vec()).unwrap();
    assert!(written.contains("# why") && written.contains("# first") && !written.contains("GET /\n"), "{written}");
    workspace.apply(ScenarioChange::RemoveCase { at: 1 }).unwrap();
    assert_eq!(workspace.scenarios().cases.len(), 1);
    for _ in 0..3 {
        workspace.undo().unwrap();
    }
    assert_eq!(workspace.scenario_file().unwrap().document().bytes(), text.as_bytes());
    assert_eq!(workspace.scenarios().cases.len(), 1);
}

/// All that is read from a security document, with the places.
fn all_of(kind: DocumentKind, bytes: &[u8], file: FileId) -> String {
    let document = Document::parse_by_the_book(file, bytes.to_vec());
    let mut read = Configuration::default();
    read_document(kind, document.root().unwrap(), &mut read, &mut Vec::new());
    shown(kind, &read)
}

fn shown(kind: DocumentKind, all: &Configuration) -> String {
    match kind {
        DocumentKind::Roles => format!("{:#?}", all.roles),
        DocumentKind::RolesMapping => format!("{:#?}", all.roles_mapping),
        _ => format!("{:#?}", all.internal_users),
    }
}

#[test]
fn after_every_edit_all_places_are_those_of_the_text() {
    let directory = Directory::new(&[]);
    let head = |kind: &str| format!("---\n_meta:\n  type: \"{kind}\"\n  config_version: 2\n\n");
    let role = |name: &str| {
        format!(
            "# {name}\n{name}:\n  reserved: false\n  description: \"of {name}\"\n  cluster_permissions:\n  - \"monitor\"\n  index_permissions:\n  - \
                 index_patterns:\n    - \"{name}-*\"\n    dls: \"{{\\\"a\\\": 1}}\"\n    fls: ['~x']\n    allowed_actions:\n    - read   # c\n  tenant_permissions: []\n\n"
        )
    };
    let roles = ["a", "b", "c", "d"].map(role).concat();
    let mappings = "a:\n  users: [\"x\"]\nb:\n  backend_roles:\n    - y\nc: {}\nd:\n";
    let users = "x:\n  hash: \"$2y$12$h\"\n  attributes:\n    k: \"v\"\n  backend_roles: []\ny:\n  opendistro_security_roles:\n  - a\n";
    fs::write(directory.path("roles.yml"), head("roles") + &roles).unwrap();
    fs::write(directory.path("roles_mapping.yml"), head("rolesmapping") + mappings).unwrap();
    fs::write(directory.path("internal_users.yml"), head("internalusers") + users).unwrap();
    let mut workspace = directory.open();
    let check = |workspace: &Workspace, what: &str| {
        for file in workspace.files() {
            let FileKind::Security(kind) = file.kind() else { continue };
            assert_eq!(shown(kind, workspace.configuration()), all_of(kind, file.document().bytes(), file.id()), "{what}, {}", file.name());
        }
    };
    let rule = || RuleNumber(1);
    let text = |text: &str| text.to_owned();
    let changes: Vec<Change> = vec![
        RuleChange::AddIndexPattern { role: text("b"), rule: rule(), pattern: text("new-*") }.into(),
        RoleChange::AddClusterPermission { role: text("a"), permission: text("longer_than_one") }.into(),
        RuleChange::RemoveIndexPattern { role: text("b"), rule: rule(), pattern: text("new-*") }.into(),
        RoleChange::RemoveClusterPermission { role: text("d"), permission: text("monitor") }.into(),
        RoleChange::AddClusterPermission { role: text("d"), permission: text("x: y\n# z") }.into(),
        RoleChange::RenameRole { role: text("c"), to: text("cc") }.into(),
        RoleChange::DeleteRole { role: text("a") }.into(),
        UserChange::AddBackendRole { user: text("x"), backend_role: text("ops") }.into(),
        UserChange::AddBackendRole { user: text("y"), backend_role: text("ops") }.into(),
    ];
    for change in changes {
        let what = format!("{change:?}");
        workspace.apply(change).unwrap();
        check(&workspace, &what);
        workspace.undo().unwrap();
        check(&workspace, &format!("taken back: {what}"));
        workspace.redo().unwrap();
        check(&workspace, &format!("again: {what}"));
    }
    while let Some(action) = workspace.undo() {
        check(&workspace, &format!("taken back at the end: {action:?}"));
    }
}

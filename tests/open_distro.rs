//! Open Distro's directories as its operators have them: what stands for the user in patterns and queries, what came from
//! Search Guard, and mixtures of forms.

mod support;

use std::fs;

use rolesmith::engine::change::{Change, RoleChange};
use rolesmith::engine::evaluate::Sight;
use rolesmith::engine::model::Product;
use rolesmith::engine::scenario::{replay, subject};
use rolesmith::source::Severity;
use rolesmith::workspace::{Options, SaveOptions, Workspace};

use support::Directory;

fn open(directory: &Directory) -> Workspace {
    let options = Options { product: Some(Product::OpenDistro1_13), state: Some(directory.state()), ..Options::default() };
    Workspace::open(directory.root(), options).unwrap()
}

/// Rule 17 of the recorded behaviour: the user's name in both spellings, attributes with `.` and with `_`, backend roles as a
/// quoted list, which no index is called like; what is no attribute of the user, and `${user.securityRoles}`, stay as written.
#[test]
fn what_stands_for_the_user_is_put_in() {
    let directory = Directory::new(&[
        (
            "roles.yml",
            r#"_meta: {type: roles, config_version: 2}
own:
  cluster_permissions: [cluster_composite_ops_ro]
  index_permissions:
    - index_patterns: ['home-${user.name}', 'old-${user_name}-*', '${attr.internal.dept}-*', 'x-${attr_internal_dept}']
      allowed_actions: [read]
    - index_patterns: ['team-${user.roles}', 'no-${attr.internal.city}', 'sec-${user.securityRoles}']
      allowed_actions: [read]
    - index_patterns: [shared]
      dls: '{"terms": {"team": [${user.roles}]}}'
      allowed_actions: [read]
"#,
        ),
        ("roles_mapping.yml", "_meta: {type: rolesmapping, config_version: 2}\nown: {users: ['*']}\n"),
        (
            "internal_users.yml",
            "_meta: {type: internalusers, config_version: 2}\nann: {hash: x, backend_roles: [ops], attributes: {dept: fin}}\nbob: {hash: x, attributes: {dept: hr}}\n",
        ),
        (
            "resolve.json",
            r#"{"indices": [{"name": "home-ann"}, {"name": "home-bob"}, {"name": "old-ann-1"}, {"name": "fin-1"}, {"name": "x-fin"}, {"name": "hr-1"}, {"name": "team-ops"}, {"name": "no-berlin"}, {"name": "sec-own"}, {"name": "shared"}], "aliases": [], "data_streams": []}"#,
        ),
        (
            "scenarios.yml",
            "requests:
  - {request: GET home-ann/_search, expect: {ann: allowed, bob: denied}}
  - {request: GET home-bob/_search, expect: {ann: denied, bob: allowed}}
  - {request: GET old-ann-1/_search, expect: {ann: allowed, bob: denied}}
  - {request: GET fin-1/_search, expect: {ann: allowed, bob: denied}}
  - {request: GET x-fin/_search, expect: {ann: allowed, bob: denied}}
  - {request: GET hr-1/_search, expect: {ann: denied, bob: allowed}}
  - {request: GET team-ops/_search, expect: {ann: denied, bob: denied}}
  - {request: GET no-berlin/_search, expect: {ann: denied, bob: denied}}
  - {request: GET sec-own/_search, expect: {ann: denied, bob: denied}}
  - {request: GET shared/_search, expect: {ann: allowed, bob: allowed}}
",
        ),
    ]);
    let workspace = open(&directory);
    let engine = workspace.engine();
    let answers = replay(workspace.scenarios(), workspace.directory(), &*engine);
    assert!(answers.problems.is_empty(), "{:?}", answers.problems);
    let wrong: Vec<String> = answers
        .failures()
        .map(|answer| {
            format!(
                "{} as {}: {:?}",
                workspace.scenarios().cases[answer.case].request,
                answer.user,
                answer.verdict.as_ref().map(|v| v.outcome)
            )
        })
        .collect();
    assert!(wrong.is_empty() && answers.score() == (20, 20), "{wrong:#?}");
    let ann = subject("ann", workspace.scenarios(), workspace.directory()).unwrap();
    let Sight::Through { queries, .. } = engine.sight(&ann, "shared") else { panic!("{:?}", engine.sight(&ann, "shared")) };
    assert_eq!(queries, [r#"{"terms": {"team": ["ops"]}}"#]);
}

/// Search Guard's files are looked into and answered; edits are refused with the reason, and nothing is ever written.
#[test]
fn search_guard_s_files_are_never_written() {
    let files = [
        ("sg_roles.yml", "sg_reader:\n  cluster: [CLUSTER_COMPOSITE_OPS_RO]\n  indices:\n    'logs-*':\n      '*': [READ, READ]\n"),
        ("sg_roles_mapping.yml", "sg_reader:\n  users: [ann]\n"),
        ("sg_internal_users.yml", "ann:\n  hash: x\n"),
        ("sg_action_groups.yml", "READ:\n  - 'indices:data/read*'\nCLUSTER_COMPOSITE_OPS_RO:\n  - 'indices:data/read/msearch'\n"),
        ("resolve.json", r#"{"indices": [{"name": "logs-1"}], "aliases": [], "data_streams": []}"#),
        (
            "scenarios.yml",
            "requests:\n  - {request: GET logs-1/_search, as: ann, expect: allowed}\n  - {request: DELETE logs-1, as: ann, expect: denied}\n",
        ),
    ];
    let directory = Directory::new(&files);
    let mut workspace = open(&directory);
    assert_eq!(replay(workspace.scenarios(), workspace.directory(), &*workspace.engine()).score(), (2, 2));
    let refused = |error: String| assert!(error.contains("Search Guard") && error.contains("rolesmith convert --to v7"), "{error}");
    let add = RoleChange::AddClusterPermission { role: "sg_reader".into(), permission: "x".into() };
    refused(workspace.apply(Change::from(add)).unwrap_err().to_string());
    // nor does a fix of the text
    let findings = workspace.lint(None).findings;
    let fix = findings.iter().find(|finding| finding.rule == "duplicate-item").and_then(|finding| finding.fix.clone()).unwrap();
    refused(workspace.fix(&fix).unwrap_err().to_string());
    let saved = workspace.save(SaveOptions::default()).unwrap();
    assert!(saved.files.is_empty() && workspace.dirty().count() == 0);
    for (name, text) in files {
        assert_eq!(fs::read_to_string(directory.path(name)).unwrap(), text, "{name}");
    }
}

/// Each file is read by its own form; a problem says that they differ, and both keep answering.
#[test]
fn files_of_both_forms_stand_beside_each_other() {
    let directory = Directory::new(&[
        ("roles.yml", "ro:\n  cluster: [CLUSTER_COMPOSITE_OPS_RO]\n  indices:\n    'logs-*':\n      '*': [READ]\n"),
        ("roles_mapping.yml", "_meta: {type: rolesmapping, config_version: 2}\nro: {users: [ann]}\n"),
        ("internal_users.yml", "_meta: {type: internalusers, config_version: 2}\nann: {hash: x}\n"),
        ("action_groups.yml", "READ:\n  - 'indices:data/read*'\nCLUSTER_COMPOSITE_OPS_RO: ['indices:data/read/msearch']\n"),
        ("resolve.json", r#"{"indices": [{"name": "logs-1"}], "aliases": [], "data_streams": []}"#),
        ("scenarios.yml", "requests:\n  - {request: GET logs-1/_search, as: ann, expect: allowed}\n"),
    ]);
    let workspace = open(&directory);
    assert_eq!(replay(workspace.scenarios(), workspace.directory(), &*workspace.engine()).score(), (1, 1));
    let said: Vec<&str> = workspace.problems().map(|problem| problem.message.as_str()).collect();
    assert!(said.iter().any(|message| message.contains("different forms")), "{said:?}");
    assert!(workspace.problems().all(|problem| problem.severity < Severity::Error), "{said:?}");
}

//! Files in the form before 1.0 (Open Distro 0.x): edited in their own words, and what they cannot say is refused.

mod support;

use rolesmith::engine::change::{Change, RoleChange, read_changes, same};
use rolesmith::engine::evaluate::Subject;
use rolesmith::engine::model::opensearch::DocumentKind;
use rolesmith::engine::request::Request;
use rolesmith::source::FileId;
use rolesmith::workspace::{SaveOptions, Workspace};
use rolesmith::yaml::Document;

use support::Directory;

fn change(text: &str) -> Change {
    read_changes(&Document::parse(FileId(0), format!("- {text}\n").into_bytes()))
        .unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
        .remove(0)
}

const OLD: [(&str, &str); 4] = [
    (
        "roles.yml",
        "# who reads\nreader:\n  cluster:\n    - CLUSTER_MONITOR # always\n  indices:\n    'logs-*':\n      '*':\n        - READ\n      _fls_:\n        - name\n    \
         'a?b':\n      'one': [READ]\n      'two': [WRITE, READ]\n  tenants:\n    finance: RW\n    hr: RO\nother:\n  readonly: true\n  cluster: []\n",
    ),
    ("roles_mapping.yml", "reader:\n  users:\n    - ann\n  backendroles:\n    - 'ops'\n"),
    (
        "internal_users.yml",
        "ann:\n  hash: $2y$12$abcdefghijklmnopqrstuv\n  roles:\n    - ops\nx1:\n  username: bob\n  hash: $2y$12$abcdefghijklmnopqrstuv\n",
    ),
    ("action_groups.yml", "READ:\n  - 'indices:data/read*'\nWRITE:\n  permissions:\n    - 'indices:data/write*'\n    - READ\n"),
];

#[test]
fn the_form_before_1_0_is_edited_in_its_own_words() {
    // each change, the file that it is in, the lines that go and the lines that come, by hand
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            "{change: add-cluster-permission, role: reader, permission: CLUSTER_COMPOSITE_OPS}",
            "roles.yml",
            &[],
            &["    - CLUSTER_COMPOSITE_OPS"],
        ),
        (
            "{change: remove-cluster-permission, role: reader, permission: CLUSTER_MONITOR}",
            "roles.yml",
            &["  cluster:", "    - CLUSTER_MONITOR # always"],
            &["  cluster: []"],
        ),
        (
            "{change: add-index-permission, role: reader, index_patterns: ['m-*'], allowed_actions: [READ], fls: [n]}",
            "roles.yml",
            &[],
            &["    'm-*':", "      '*':", "        - READ", "      _fls_:", "        - n"],
        ),
        (
            "{change: replace-index-pattern, role: reader, rule: 1, pattern: 'logs-*', with: 'l-*'}",
            "roles.yml",
            &["    'logs-*':"],
            &["    'l-*':"],
        ),
        ("{change: add-allowed-action, role: reader, rule: 1, action: WRITE}", "roles.yml", &[], &["        - WRITE"]),
        (
            "{change: remove-allowed-action, role: reader, rule: 2, action: READ}",
            "roles.yml",
            &["      'one': [READ]", "      'two': [WRITE, READ]"],
            &["      'one': []", "      'two': [WRITE]"],
        ),
        ("{change: set-dls, role: reader, rule: 2, dls: '{}'}", "roles.yml", &[], &["      _dls_: '{}'"]),
        (
            "{change: remove-fls-field, role: reader, rule: 1, field: name}",
            "roles.yml",
            &["      _fls_:", "        - name"],
            &["      _fls_: []"],
        ),
        ("{change: add-masked-field, role: reader, rule: 1, field: iban}", "roles.yml", &[], &["      _masked_fields_:", "        - iban"]),
        (
            "{change: add-tenant-permission, role: reader, tenant_patterns: [it], allowed_actions: [kibana_all_read]}",
            "roles.yml",
            &[],
            &["    it: RO"],
        ),
        ("{change: remove-tenant-permission, role: reader, rule: 2}", "roles.yml", &["    hr: RO"], &[]),
        ("{change: add-tenant-pattern, role: reader, rule: 1, pattern: it}", "roles.yml", &[], &["    it: RW"]),
        ("{change: rename-role, role: other, to: another}", "roles.yml", &["other:"], &["another:"]),
        ("{change: map-backend-role, role: reader, backend_role: night}", "roles_mapping.yml", &[], &["    - 'night'"]),
        ("{change: map-user, role: other, user: bob}", "roles_mapping.yml", &[], &["other:", "  users:", "    - bob"]),
        ("{change: map-and-backend-role, role: reader, backend_role: x}", "roles_mapping.yml", &[], &["  and_backendroles:", "    - x"]),
        ("{change: add-backend-role, user: ann, backend_role: night}", "internal_users.yml", &[], &["    - night"]),
        ("{change: rename-user, user: bob, to: rob}", "internal_users.yml", &["  username: bob"], &["  username: rob"]),
        ("{change: set-attribute, user: bob, attribute: dept, value: fin}", "internal_users.yml", &[], &["  attributes:", "    dept: fin"]),
        ("{change: add-group-action, group: READ, action: 'indices:admin/get'}", "action_groups.yml", &[], &["  - 'indices:admin/get'"]),
        ("{change: remove-group-action, group: WRITE, action: READ}", "action_groups.yml", &["    - READ"], &[]),
        ("{change: create-action-group, group: MINE, allowed_actions: [READ]}", "action_groups.yml", &[], &["MINE:", "  - READ"]),
    ];
    for (text, name, gone, come) in cases {
        let directory = Directory::new(&OLD);
        let mut workspace = directory.open();
        workspace.apply(change(text)).unwrap_or_else(|error| panic!("{text}: {error}"));
        workspace.save(SaveOptions::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
        for (file, before) in OLD {
            let after = std::fs::read_to_string(directory.path(file)).unwrap();
            let quotes = |line: &str| line.replace('"', "'").replace("'", "");
            let lines = |text: &str| text.lines().map(quotes).collect::<Vec<_>>();
            let (mut left, right) = (lines(before), lines(&after));
            if file != *name {
                assert_eq!(before, after, "{text}: {file}");
                continue;
            }
            let new: Vec<&String> =
                right.iter().filter(|line| left.iter().position(|have| have == *line).map(|at| left.remove(at)).is_none()).collect();
            let wanted = |lines: &[&str]| lines.iter().map(|line| quotes(line)).collect::<Vec<_>>();
            assert_eq!((left.clone(), new.into_iter().cloned().collect::<Vec<_>>()), (wanted(gone), wanted(come)), "{text}\n{after}");
        }
        // and it answers as it is written
        let again = directory.open();
        assert!(same_roles(&again, &workspace), "{text}");
        for path in ["/logs-1/_search", "/m-1/_search", "/l-1/_search", "/axb/_search", "/_cluster/health"] {
            let request = Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() };
            for user in ["ann", "bob"] {
                let subject = Subject { user: user.to_owned(), backend_roles: vec!["night".to_owned()], ..Subject::default() };
                let [edited, opened] = [&workspace, &again].map(|workspace| workspace.engine().explain(&subject, &request));
                assert_eq!((edited.outcome, edited.reason, edited.roles), (opened.outcome, opened.reason, opened.roles), "{text} {path}");
            }
        }
        // and back
        while workspace.undo().is_some() {}
        assert!(same_roles(&Directory::new(&OLD).open(), &workspace), "{text}");
    }
}

fn same_roles(a: &Workspace, b: &Workspace) -> bool {
    let kinds = [DocumentKind::Roles, DocumentKind::RolesMapping, DocumentKind::InternalUsers, DocumentKind::ActionGroups];
    kinds.into_iter().all(|kind| same(kind, a.configuration(), b.configuration()))
        && a.configuration().tenants.keys().eq(b.configuration().tenants.keys())
}

#[test]
fn what_the_form_before_1_0_cannot_say_is_refused() {
    for (text, why) in [
        ("{change: add-index-pattern, role: reader, rule: 1, pattern: x}", "one pattern"),
        ("{change: describe-role, role: reader, description: x}", "description"),
        ("{change: add-security-role, user: ann, role: reader}", "given directly"),
        ("{change: create-tenant, tenant: it}", "tenant"),
        ("{change: create-action-group, group: MINE, allowed_actions: [READ], type: index}", "type"),
    ] {
        let directory = Directory::new(&OLD);
        let mut workspace = directory.open();
        let error = workspace.apply(change(text)).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
        assert_eq!(workspace.history().len(), 0);
    }
}

#[test]
fn search_guard_s_files_are_read_and_not_edited() {
    for (name, text) in [
        ("sg_roles.yml", "r:\n  cluster:\n    - CLUSTER_MONITOR\n  indices:\n    'logs-*':\n      '*':\n        - READ\n"),
        ("roles.yml", "_sg_meta: {type: roles, config_version: 1}\nr:\n  cluster:\n    - CLUSTER_MONITOR\n"),
    ] {
        let directory = Directory::new(&[(name, text)]);
        let mut workspace = directory.open();
        assert!(workspace.elasticsearch().is_none());
        assert!(workspace.configuration().roles.contains_key("r"));
        let add = RoleChange::AddClusterPermission { role: "r".to_owned(), permission: "x".to_owned() };
        let error = workspace.apply(Change::from(add)).unwrap_err().to_string();
        assert!(error.contains("Search Guard"), "{error}");
    }
}

#[test]
fn inside_a_manifest_too() {
    let indented: String = OLD[0].1.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: securityconfig}}\nstringData:\n  roles.yml: |\n{indented}");
    let directory = Directory::new(&[("secret.yml", &text)]);
    let mut workspace = directory.open();
    workspace.apply(change("{change: add-allowed-action, role: reader, rule: 1, action: WRITE}")).unwrap();
    workspace.apply(change("{change: add-tenant-pattern, role: reader, rule: 2, pattern: it}")).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    let after = std::fs::read_to_string(directory.path("secret.yml")).unwrap();
    let added: Vec<&str> = after.lines().filter(|line| !text.lines().any(|before| before == *line)).collect();
    assert_eq!(added, ["            - WRITE", "        it: RO"], "{after}");
    assert_eq!(after.lines().count(), text.lines().count() + 2);
}

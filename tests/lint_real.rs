//! What lint says about whole directories: the shipped defaults, and what must not be reported.

mod common {
    pub mod lint_workspace;
}

use common::lint_workspace::Workspace;
use rolesmith::engine::lint::Settings;
use rolesmith::engine::model::Product;
use rolesmith::source::Severity;

fn directory(path: &str, product: Product) -> Workspace {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    Workspace::of_files(files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())), product)
}

fn show(workspace: &Workspace) -> Vec<String> {
    let report = workspace.lint(&Settings::default());
    report
        .findings
        .iter()
        .map(|finding| {
            let (file, line) = workspace.line(finding);
            format!("{file}:{line} {} {}", finding.rule, finding.message)
        })
        .collect()
}

/// Rule and line of every finding of a file.
fn found(workspace: &Workspace) -> Vec<(String, u32, &'static str)> {
    let report = workspace.lint(&Settings::default());
    report
        .findings
        .iter()
        .map(|finding| {
            let (file, line) = workspace.line(finding);
            (file, line, finding.rule)
        })
        .collect()
}

/// The demonstration users are there to be replaced: each carries its public hash. Nothing else of the
/// shipped users, mappings, settings and side files is wrong.
const STOCK: [u32; 7] = [14, 21, 28, 33, 45, 52, 59];

#[test]
fn the_defaults_of_2_19_3_hold_only_what_is_really_there() {
    let found = found(&directory("tests/fixtures/default_config/2.19.3", Product::OpenSearch2_19));
    let mut expected: Vec<(String, u32, &str)> = STOCK.iter().map(|line| ("internal_users.yml".to_owned(), *line, "stock-hash")).collect();
    // anomaly_full_access lists `indices:admin/mappings/fields/get` beside the same name with a `*`
    expected.push(("roles.yml".to_owned(), 91, "redundant-permission"));
    assert_eq!(found, expected);
}

#[test]
fn the_defaults_of_3_4_0_hold_only_what_is_really_there() {
    let found = found(&directory("tests/fixtures/default_config/3.4.0", Product::OpenSearch3_4));
    let mut expected: Vec<(String, u32, &str)> = STOCK.iter().map(|line| ("internal_users.yml".to_owned(), *line, "stock-hash")).collect();
    let roles = [
        // as in 2.19.3
        (96, "redundant-permission"),
        // a slip of the shipped file: the action is called `indices:admin/mappings/get`
        (540, "unknown-action"),
        // `indices:data/read*` stands in the line above both
        (546, "redundant-permission"),
        (547, "redundant-permission"),
    ];
    expected.extend(roles.map(|(line, rule)| ("roles.yml".to_owned(), line, rule)));
    assert_eq!(found, expected);
}

/// Nothing is found in these files, at any severity.
fn quiet(example: &str, product: Product) {
    let workspace = Workspace::of_example(example, product);
    assert_eq!(show(&workspace), Vec::<String>::new(), "{example}");
}

#[test]
fn upper_case_groups_that_the_directory_defines_are_fine() {
    quiet(
        "# roles.yml
_meta: { type: roles, config_version: 2 }
analyst:
  cluster_permissions: [CLUSTER_MONITOR]
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [READ]
# action_groups.yml
_meta: { type: actiongroups, config_version: 2 }
READ:
  allowed_actions: ['indices:data/read*']
CLUSTER_MONITOR:
  allowed_actions: ['cluster:monitor/*']
",
        Product::OpenSearch3_4,
    );
}

#[test]
fn roles_that_only_users_name_are_not_orphans() {
    quiet(
        "# roles.yml
_meta: { type: roles, config_version: 2 }
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# roles_mapping.yml
_meta: { type: rolesmapping, config_version: 2 }
# internal_users.yml
_meta: { type: internalusers, config_version: 2 }
kim:
  hash: ''
  opendistro_security_roles: [analyst]
",
        Product::OpenSearch2_19,
    );
}

#[test]
fn roles_that_are_only_reserved_are_legal() {
    quiet(
        "# roles.yml
_meta: { type: roles, config_version: 2 }
kibana_read_only:
  reserved: true
security_rest_api_access:
  reserved: true
# roles_mapping.yml
_meta: { type: rolesmapping, config_version: 2 }
",
        Product::OpenSearch2_19,
    );
}

#[test]
fn a_query_that_is_json_only_after_substitution_is_fine() {
    quiet(
        "# roles.yml
_meta: { type: roles, config_version: 2 }
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"terms\": {\"team\": [${user.roles}]}}'
      allowed_actions: [read]
    - index_patterns: ['hr']
      dls: '{\"range\": {\"level\": {\"lte\": ${attr.ldap.level}}}}'
      allowed_actions: [read]
",
        Product::OpenSearch3_8,
    );
}

#[test]
fn users_of_an_external_directory_are_only_a_hint() {
    let workspace = Workspace::of_example(
        "# roles_mapping.yml
_meta: { type: rolesmapping, config_version: 2 }
all_access:
  users: [dana]
# internal_users.yml
_meta: { type: internalusers, config_version: 2 }
# config.yml
_meta: { type: config, config_version: 2 }
config:
  dynamic:
    authc:
      ldap:
        http_enabled: true
        http_authenticator: { type: basic }
        authentication_backend: { type: ldap }
",
        Product::OpenSearch3_4,
    );
    let report = workspace.lint(&Settings::default());
    let severities: Vec<(&str, Severity)> = report.findings.iter().map(|finding| (finding.rule, finding.severity)).collect();
    assert_eq!(severities, [("mapped-user-unknown", Severity::Note)]);
}

#[test]
fn static_roles_need_no_mapping() {
    quiet(
        "# roles.yml\n_meta: { type: roles, config_version: 2 }\n# roles_mapping.yml\n_meta: { type: rolesmapping, config_version: 2 }\n",
        Product::OpenSearch3_4,
    );
}

#[test]
fn placeholders_that_parse_are_a_hint_and_templates_are_named_as_such() {
    let rules = |example: &str| {
        let report = Workspace::of_example(example, Product::OpenSearch3_4).lint(&Settings::default());
        report.findings.iter().map(|finding| (finding.rule, finding.severity)).collect::<Vec<_>>()
    };
    let placeholder = "# roles_mapping.yml\n_meta: { type: rolesmapping, config_version: 2 }\nall_access:\n  backend_roles: [__ADMIN__]\n";
    assert_eq!(rules(placeholder), [("placeholder-token", Severity::Note)]);
    let go = "# roles.yml\n{{- range .Values.roles }}\n{{ .name }}:\n  cluster_permissions: {{ .perms | toYaml }}\n{{- end }}\n";
    assert_eq!(rules(go), [("template-file", Severity::Note)]);
    let jinja = "# internal_users.yml\n{% for user in users %}\n{{ user.name }}:\n  hash: \"{{ user.hash }}\"\n{% endfor %}\n";
    assert_eq!(rules(jinja), [("template-file", Severity::Note)]);
}

#[test]
fn every_shape_met_in_the_field_is_fine() {
    let shapes: [&[u8]; 7] = [
        b"analyst:\r\n  cluster_permissions:\r\n  - \"cluster_monitor\"\r\n_meta:\r\n  type: \"roles\"\r\n  config_version: 2\r\n",
        b"---\n_meta:\n  type: roles\n  config_version: 2\nanalyst:\n  cluster_permissions:\n  - 'cluster_monitor' \n  # - cluster_all\n  - cluster_composite_ops",
        b"a:\n  cluster_permissions: [ 'cluster_monitor', \"cluster:admin/ingest/pipeline/put\", manage_snapshots ]\n_meta: {type: 'roles', config_version: 2}\nb: {}\n",
        b"# only comments\n# roles:\n#   x: yes\n",
        b"\xef\xbb\xbf_meta:\n  type: roles\n  config_version: 2\n# caf\xc3\xa9\nx:\n  description: \"\xc3\xa9t\xc3\xa9\"\n",
        b"_meta:\n  type: roles\n  config_version: 2\nclerk:\n  index_permissions:\n  - index_patterns: ['orders']\n    dls: \"{\\\"term\\\": {\\\"a\\\": 1}}\"\n    allowed_actions:\n    - read\n",
        b"_meta:\n  type: roles\n  config_version: 2\nclerk:\n  index_permissions:\n    - index_patterns: ['orders']\n      dls: >-\n        {\"bool\":\n         {\"must\": []}}\n      fls: []\n      masked_fields: []\n      allowed_actions: [read]\n  tenant_permissions: []\n",
    ];
    for shape in shapes {
        let workspace = Workspace::of_files([("roles.yml", shape.to_vec())], Product::OpenSearch3_4);
        assert_eq!(show(&workspace), Vec::<String>::new(), "{}", String::from_utf8_lossy(shape));
    }
}

#[test]
fn no_hash_and_no_password_is_ever_shown() {
    let hash = "$2a$12$VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG";
    let text = format!(
        "_meta: {{ type: internalusers, config_version: 2 }}\n# password: hunter2\na:\n  hash: '{hash}'\nb:\n  hash: '{hash}'\nc:\n  hash: changeme\n"
    );
    let workspace = Workspace::of_files([("internal_users.yml", text.into_bytes())], Product::OpenSearch3_4);
    let report = workspace.lint(&Settings::default());
    let said = format!("{:?}", report.findings);
    assert!(report.findings.len() >= 4, "{said}");
    assert!(!said.contains("VcCDgh2") && !said.contains("hunter2") && !said.contains("changeme"), "{said}");
}

/// The recorded sample of the form before 1.0 and what the migration made of it: each finding is really there. (The
/// sample defines neither `WRITE` nor the others, and nothing is built in before 1.0; the migration keeps the names.)
#[test]
fn the_form_before_1_0_is_no_mistake() {
    let old = "# roles.yml
analyst:
  cluster: [MONITOR_ALL]
  indices:
    '?kibana':
      '*': [OURS]
  tenants: { sales: RW, hr: RO }
# action_groups.yml
OURS: ['indices:data/read/*']
MONITOR_ALL: ['cluster:monitor/*']
# roles_mapping.yml
analyst:
  backendroles: [analysts]
";
    quiet(old, Product::OpenDistro1_13);
}

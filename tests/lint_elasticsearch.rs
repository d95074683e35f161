//! The kinds of mistakes of `lint_mistakes` in Elasticsearch's and X-Pack's files, with the rules that must find
//! them beside the lines, and what must not be reported.

mod common {
    pub mod lint_workspace;
}

use common::lint_workspace::{Workspace, compare};
use rolesmith::engine::lint::{ELASTICSEARCH, Settings};
use rolesmith::engine::model::Product;
use rolesmith::source::Severity;

const LISTS: [Product; 4] = [Product::Elasticsearch6_8, Product::Elasticsearch7_17, Product::Elasticsearch8_17, Product::Elasticsearch9_1];

fn compare_all(kinds: &str, example: &str, products: &[Product]) {
    products.iter().for_each(|product| compare(kinds, example, *product));
}

#[test]
fn what_grants_nothing_or_not_what_was_meant() {
    compare_all(
        "1 to 11",
        "# roles.yml
halves:
  indices:
    # finds below not-taken
    - names: ['logs-*']
names:
  cluster:
    - manage_everything  # finds unknown-privilege
    - read  # finds unknown-privilege
    - 'indices:data/read/search'  # finds unknown-privilege
    - cluster:monitor/helth  # finds unknown-action
    - cluster:monitor
  indices:
    - names: ['']  # finds empty-index-name
      privileges:
        - indices_all  # finds unknown-privilege
        - READ
        - read_only  # finds unknown-privilege
        - monitor  # finds redundant-privilege
        - 'cluster:monitor/health'  # finds unknown-privilege
        - 'indices:data/read/scroll'
        - manage
        - '*'  # finds unknown-privilege
patterns:
  indices:
    - names:
        - '-secret'  # finds pattern-is-exclusion
        - 'a,b'  # finds pattern-is-list
        - 'home-${user.name}'  # finds unknown-variable
        - 'home-{{_user.username}}'  # finds unknown-variable
        - '/unclosed'  # finds bad-regex
      privileges: [read]
      field_security:
        grant: [all]  # finds field-called-all
twice:
  indices:
    - names: [orders]
      privileges: [read]
      query: '{\"term\": {\"a\": 1}}'
    - names: [orders]  # finds same-pattern-twice
      privileges: [read]
      query: '{\"term\": {\"b\": 1}}'
    - names: [orders]  # finds same-pattern-twice
      privileges: [read]
",
        ELASTICSEARCH,
    );
}

#[test]
fn what_is_refused_or_not_read_at_all() {
    compare_all(
        "12, 15, 17, 18",
        "# roles.yml
analyst:
  cluster_permissions: [monitor]  # finds unknown-key
  indices:
    - names: ['logs-*']
      privilege: [read]  # finds unknown-key
fields:
  indices:
    - names: ['logs-*']
      privileges: [read]
      field_security:
        include: [a]  # finds unknown-key
        grant: [a]
twice: {}
twice: {}  # finds duplicate-key
superuser:  # finds static-override
  cluster: [monitor]
starred:
  indices:
    - names:
        -'*'  # finds dash-without-blank pattern-is-exclusion
      privileges: [read]
queries:
  indices:
    - names: ['logs-*']
      privileges: [read]
      query: '{\"term\":'  # finds query-not-json
run_as:  # finds key-out-dented
  - kim  # finds not-taken
words:
  indices:
    - names: ['012']
      privileges: [read]
",
        &[Product::Elasticsearch8_17, Product::Elasticsearch9_1],
    );
    compare_all("12, spelling", "# roles.yml\nold:\n  cluster: all  # finds old-spelling privilege-escalation\n", &LISTS);
    compare("12, spelling", "# roles.yml\nold:\n  cluster: all  # finds privilege-escalation\n", Product::XPack5_1);
    let later = "# roles.yml\nnew:\n  description: x  # finds unknown-key\n  cluster: [monitor]\n";
    compare_all("12, versions", later, &[Product::XPack5_1, Product::Elasticsearch6_8, Product::Elasticsearch7_17]);
    let now = "# roles.yml\nnew:\n  description: x\n  cluster: [monitor]\n";
    compare_all("12, versions", now, &[Product::Elasticsearch8_17, Product::Elasticsearch9_1]);
    compare_all("14", "# role_maping.yml  # finds file-never-loaded\nx: [y]\n", ELASTICSEARCH);
    compare_all("15", "# roles.yml\n# finds below not-yaml\n[root@es-1 ~]# cat roles.yml\n", ELASTICSEARCH);
    compare_all(
        "18",
        "# roles.yml  # finds second-document
a: &base
  cluster: [monitor]
  run_as: [yes]  # finds not-taken value-read-otherwise
b: *base  # finds alias-not-expanded
---
c: {}
",
        ELASTICSEARCH,
    );
}

#[test]
fn references_that_lead_nowhere() {
    compare_all(
        "19 to 21",
        "# roles.yml
log_reader:
  indices:
    - names: ['logs-*']
      privileges: [read]
idle:  # finds role-without-mapping
  cluster: [monitor]
# role_mapping.yml
log_raeder:  # finds undefined-role
  - 'cn=logs,dc=example,dc=org'
log_reader:
  - 'cn=admins'  # finds half-dn
  - 'cn=readers,dc=example,dc=org'
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# finds below user-not-in-file
lee:$2a$10$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
# users_roles
log_reader:kim
# finds below undefined-role
nothing_like_it:kim
# finds below user-not-in-file
log_reader:kmi
",
        ELASTICSEARCH,
    );
}

#[test]
fn what_is_dangerous() {
    compare_all(
        "23 to 26",
        "# roles.yml
logs_readonly:
  indices:
    - names: ['logs-*']
      privileges: [read]
logs_writer:
  run_as: ['*']  # finds run-as-everyone
  indices:
    - names: ['logs-*']
      privileges: [write]
everything:
  cluster: [manage_security, 'cluster:admin/xpack/security/*']  # finds privilege-escalation
  indices:
    - names: ['*']  # finds wildcard-privilege
      privileges: [all]
clerk:
  indices:
    - names: [orders]
      privileges:
        - read
        - write  # finds update-under-dls
      query: '{\"term\": {\"a\": 1}}'  # finds query-lifted
      field_security:
        grant:
          - name  # finds fls-cancels
          - 'public.*'
        except: [name]
bare:
  indices:
    - names: ['ord*']
      privileges: [read]
plain:
  indices:
    - names: [hr]
      privileges: [read]
      query: '{\"term\": {\"u\": \"{{_user.username}}\"}}'  # finds unknown-variable
secrets:
  indices:
    - names: ['.security']  # finds system-index-access
      privileges: [read]
# role_mapping.yml
logs_readonly:
  - 'cn=everyone,dc=example,dc=org'  # finds read-only-can-write
logs_writer:
  - 'cn=everyone,dc=example,dc=org'
plain:
  - 'cn=others,dc=example,dc=org'
secrets:
  - '*'  # finds mapping-of-everyone half-dn
# users
kim:$2a$10$VcCDgh2NDk07JGN0rjGbMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# finds below shared-hash
lee:$2a$10$VcCDgh2NDk07JGN0rjGbMaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# finds below not-bcrypt
mo:changeme
# finds below weak-hash
nia:$2a$04$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# password: hunter2 # finds secret-in-comment
logstash:{PBKDF2}10000$aaaa
# users_roles
# finds below everyday-all-access
everything:kim
clerk:kim
bare:lee
clerk:lee
plain:mo
plain:nia
# finds below service-user-is-admin
everything:logstash
",
        &LISTS,
    );
}

#[test]
fn what_is_on_its_way_out_or_only_looks_like_security() {
    compare_all(
        "deprecated",
        "# roles.yml
x:
  cluster:
    - manage_data_stream_global_retention  # finds deprecated-privilege
    - manage_data_frame_transforms  # finds deprecated-privilege
",
        &[Product::Elasticsearch8_17, Product::Elasticsearch9_1],
    );
    compare(
        "deprecated",
        "# roles.yml\nx:\n  cluster: [manage_data_frame_transforms]  # finds deprecated-privilege\n",
        Product::Elasticsearch7_17,
    );
    compare("deprecated", "# roles.yml\nx:\n  cluster: [manage_pipeline]\n", Product::XPack5_1);
    compare_all(
        "filtered alias (seed 004), patterns that match nothing",
        "# roles.yml
clerk:
  indices:
    - names: [orders-de, 'lgos-*', 'logs-*']  # finds filtered-alias pattern-matches-nothing
      privileges: [read]
# cluster
orders
logs-2025
orders-de -> orders filtered
",
        ELASTICSEARCH,
    );
    compare_all(
        "a scenario that expects what no role gives",
        "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [read]
# scenarios.yml
users:
  kim: { backend_roles: [analyst] }
requests:
  - request: POST /hr-2025/_close
    as: kim
    expect: allowed  # finds scenario-needs-more
  - request: GET /logs-2025/_search
    as: kim
    expect: allowed
# cluster
logs-2025
hr-2025
",
        &LISTS,
    );
}

/// Nothing is found, at any severity.
fn quiet(example: &str, products: &[Product]) {
    for product in products {
        let workspace = Workspace::of_example(example, *product);
        let report = workspace.lint(&Settings::default());
        assert!(report.findings.is_empty(), "{product}: {:?}", report.findings);
    }
}

#[test]
fn what_must_not_be_reported() {
    quiet(
        "# roles.yml
analyst:
  cluster: [monitor]
  indices:
    - names: ['logs-*', '/metrics-[0-9]+/']
      privileges: [read, view_index_metadata]
    - names: [orders]
      privileges: [read]
      query: '{\"template\": {\"source\": \"{\\\"term\\\": {\\\"u\\\": \\\"{{_user.username}}\\\"}}\"}}'
      field_security:
        grant: ['*']
        except: [secret]
  run_as: [kim]
# role_mapping.yml
analyst:
  - 'cn=Doe\\, Jane,ou=people,dc=example,dc=org'
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
lee:{PBKDF2_STRETCH}10000$aaaa$bbbb
# users_roles
analyst:kim
# a reserved role needs no definition
superuser:lee
",
        &LISTS,
    );
    // the vendor's own examples: zentity's roles (seed 000), aliases and indices of 5.1 (seed 004)
    quiet(
        "# roles.yml
zentity:
  indices:
    - names: ['.zentity-models']
      privileges: [create, read, delete, manage]
aliases:
  indices:
    - names: ['20*', 'current_year']
      privileges: [manage]
    - names: ['2015']
      privileges: [read]
",
        ELASTICSEARCH,
    );
    quiet("# roles.yml\n# only comments\n# roles:\n#   x: yes\n", ELASTICSEARCH);
    quiet("# roles.yml\na:\r\n  cluster:\r\n  - \"monitor\"\r\n  # - all\r\n  indices: []\r\n  run_as: []", &LISTS);
    // X-Pack 5 and Shield took texts where lists are usual, and patterns as keys
    quiet(
        "# roles.yml\nold:\n  cluster: monitor\n  indices:\n    'logs-*': read\n    'a,b':\n      privileges: read\n",
        &[Product::XPack5_1],
    );
    // a template of the API is rendered by the engine; a file of templates is named as such
    let go = Workspace::of_example("# roles.yml\n{{- range .Values.roles }}\n{{ .name }}:\n{{- end }}\n", Product::Elasticsearch8_17);
    let report = go.lint(&Settings::default());
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule, finding.severity)).collect();
    assert_eq!(found, [("template-file", Severity::Note)]);
}

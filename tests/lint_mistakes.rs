//! The kinds of mistakes that were found in about a hundred public configurations, each as it was written
//! there, with the rule that must find it beside the line.

mod common {
    pub mod lint_workspace;
}

use common::lint_workspace::{Workspace, compare};
use rolesmith::engine::lint::Settings;
use rolesmith::engine::model::Product;

#[test]
fn what_grants_nothing_or_not_what_was_meant() {
    compare(
        "1 to 9, 11",
        "# roles.yml
_meta: { type: roles, config_version: 2 }
system_index_example:
  index_permissions:
    - index_patterns: ['.plugins-ml-*']  # finds grants-nothing
    - allowed_actions: ['indices:data/read/search']  # finds grants-nothing
prefixes:
  cluster_permissions:
    - cluster:monitor  # finds action-without-wildcard
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - indices:data/read  # finds action-without-wildcard
        - index_all  # finds unknown-action-group
        - view_index_metadata  # finds elasticsearch-privilege
        - READ  # finds v6-action-group
        - UNLIMITED  # finds v6-action-group
sections:
  cluster_permissions:
    - cluster_admin  # finds unknown-action-group
    - read  # finds index-permission-in-cluster
    - indices_monitor  # finds index-permission-in-cluster
    - indices:data/write/delete  # finds index-permission-in-cluster
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - read
        - cluster:monitor/*  # finds cluster-permission-in-index
  tenant_permissions:
    - tenant_patterns: [sales]  # finds tenant-grants-nothing
patterns:
  index_permissions:
    - index_patterns:
        - '?kibana'  # finds dot-placeholder
        - '-secret'  # finds pattern-is-exclusion
        - 'a,b'  # finds pattern-is-list
        - 'x-${user.roles}'  # finds user-roles-in-pattern
        - 'x-${nobody}'  # finds unknown-variable
      allowed_actions:
        - read
        - read  # finds duplicate-item
    - index_patterns: [orders]
      dls: '{\"term\": {\"a\": 1}}'
      allowed_actions: [read]
    - index_patterns: [orders]  # finds same-pattern-twice
      dls: '{\"term\": {\"b\": 1}}'
      allowed_actions: [read]
    - index_patterns: [metrics]
      allowed_actions:
        - indices_all
        - write  # finds redundant-permission
# action_groups.yml
_meta: { type: actiongroups, config_version: 2 }
",
        Product::OpenSearch3_4,
    );
}

#[test]
fn what_elasticsearch_does_not_have() {
    compare(
        "9, 10",
        "# roles.yml
analyst:
  cluster: [manage_everything]  # finds unknown-privilege
  indices:
    - names: ['']  # finds empty-index-name
      privileges: [read, read_only]  # finds unknown-privilege
    - names: ['logs-*']
      privileges:
        - all  # finds update-under-dls
        - read  # finds redundant-privilege
      field_security:
        grant: [all]  # finds field-called-all
",
        Product::Elasticsearch8_17,
    );
}

#[test]
fn what_is_refused_or_not_read_at_all() {
    compare(
        "12, 13, 15, 17",
        "# roles.yml
_meta:
  type: rolesmapping  # finds meta-wrong
  config_version: 2
readall:  # finds static-override
  index_permissions:
    - index_patterns: [hr]
      field_level_security: [name]  # finds unknown-key
      allowed_actions: [read]
twice: {}
twice: {}  # finds duplicate-key
old:
  cluster: [cluster_monitor]  # finds v6-form
starred:
  cluster_permissions:
    -'*'  # finds dash-without-blank
cluster:  # finds key-out-dented
  - cluster_monitor  # finds not-taken
# action_groups.yml  # finds meta-missing
OURS:  # finds action-group-unused
  allowed_actions: [read]
# tenants.yml
# finds below not-yaml
[root@es-1 ~]# cat tenants.yml
",
        Product::OpenSearch2_19,
    );
    compare(
        "14",
        "# inernal_users.yml  # finds file-never-loaded\nkim:\n  hash: ''\n# roles.yaml  # finds file-never-loaded\nx: {}\n",
        Product::OpenSearch3_4,
    );
    compare(
        "16",
        "# whitelist.yml
_meta: { type: whitelist, config_version: 2 }
whitelist:  # finds side-file-shape
  enabled: true
# nodes_dn.yml
_meta: { type: nodesdn, config_version: 2 }
nodes_dn:  # finds side-file-shape
  - CN=a
# config.yml
_meta: { type: config, config_version: 2 }
config:
  dynamic:
    authc:
      basic:
        enabled: true  # finds unknown-key
        authentication_backend: { type: intern }
",
        Product::OpenSearch2_19,
    );
    compare(
        "18",
        "# roles.yml  # finds second-document
_meta: { type: roles, config_version: 2 }
a: &base
  reserved: yes  # finds value-read-otherwise
  description: ~  # finds value-read-otherwise
  cluster_permissions:  # finds empty-value
  index_permissions:
    - index_patterns: [012, 1_000]  # finds value-read-otherwise
      allowed_actions: [read]
b: *base  # finds alias-not-expanded
---
c: {}
",
        Product::OpenSearch3_4,
    );
}

#[test]
fn references_that_lead_nowhere() {
    compare(
        "19 to 22",
        "# roles.yml
_meta: { type: roles, config_version: 2 }
log_reader:  # finds role-without-mapping
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [LOOP]
writer:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [write]
# roles_mapping.yml
_meta: { type: rolesmapping, config_version: 2 }
logs_reader:  # finds mapping-without-role
  backend_roles: [readers]
writer:
  users: [kimm]  # finds mapped-user-unknown
# internal_users.yml
_meta: { type: internalusers, config_version: 2 }
kim:
  hash: ''
  backend_roles: [writer]  # finds role-as-backend-role
  opendistro_security_roles: [nothing_like_it]  # finds user-role-unknown
# action_groups.yml
_meta: { type: actiongroups, config_version: 2 }
LOOP:
  allowed_actions: [LOOP]  # finds action-group-cycle
IDLE:  # finds action-group-unused
  allowed_actions: [read]
# config.yml
_meta: { type: config, config_version: 2 }
config:
  dynamic:
    authc:
      basic:
        http_enabled: true
        authentication_backend: { type: intern }
",
        Product::OpenSearch3_4,
    );
    compare("21", "# role_mapping.yml\nsuperuser:\n  - 'cn=admins'  # finds half-dn\n", Product::Elasticsearch8_17);
}

#[test]
fn what_is_dangerous() {
    compare(
        "23 to 27",
        "# roles.yml
_meta: { type: roles, config_version: 2 }
logs_readonly:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
logs_writer:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [write]
everything:
  cluster_permissions:
    - restapi:admin/roles  # finds escalation
  index_permissions:
    - index_patterns: ['*']  # finds wildcard-grant
      allowed_actions:
        - indices_all
        - system:admin/system_index  # finds system-index-access
clerk:
  index_permissions:
    - index_patterns: [hr]
      dls: '{\"term\": {'  # finds dls-not-json
      fls: [name, '~name']  # finds fls-cancels
      allowed_actions: [crud]  # finds update-under-dls
    - index_patterns: [pay]
      fls:  # finds fls-null
      allowed_actions: [read]
# roles_mapping.yml
_meta: { type: rolesmapping, config_version: 2 }
logs_readonly:
  backend_roles: [everyone]  # finds read-only-can-write
logs_writer:
  backend_roles: [everyone, staff]
clerk:
  users: ['*']  # finds mapping-of-everyone
all_access:
  backend_roles: [admin, staff]  # finds everyday-all-access
everything:
  backend_roles: [admin]
specify-some-security-role-here:  # finds mapping-without-role sample-left-in
  backend_roles: [x]
# internal_users.yml
_meta: { type: internalusers, config_version: 2 }
new-user:  # finds sample-left-in
  hash: '$2a$12$VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG'  # finds stock-hash
  backend_roles: [x]
second:
  hash: '$2a$12$VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG'  # finds shared-hash stock-hash
  backend_roles: [x]
logstash:
  hash: changeme  # finds not-bcrypt
  backend_roles: [admin]  # finds service-user-is-admin
third:
  hash: '$2y$04$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' # finds weak-hash
  backend_roles: [x]
fourth:
  hash: ''
  # password: hunter2 # finds secret-in-comment
  backend_roles: [x]
",
        Product::OpenSearch3_4,
    );
    compare("24", "# roles.yml\nproxy:\n  run_as: ['*']  # finds run-as-everyone\n", Product::Elasticsearch8_17);
}

/// Jackson 2 reads up to OpenSearch 3.6 and Jackson 3 from 3.7 on; the rows are those of the measured table.
#[test]
fn a_value_is_said_to_be_what_the_version_reads() {
    use rolesmith::source::Severity;
    let roles = "# roles.yml\n_meta: { type: roles, config_version: 2 }\na:\n  reserved: yes\n  description: ~\n  cluster_permissions: ~\n  index_permissions:\n    - index_patterns: [012]\n      allowed_actions: [read]\n";
    let config = "# config.yml\n_meta: { type: config, config_version: 2 }\nconfig:\n  dynamic:\n    authc:\n      ldap:\n        http_enabled: true\n        authentication_backend:\n          type: ldap\n          config:\n            enable_ssl: on\n";
    let said = |product: Product| {
        let report = Workspace::of_example(&format!("{roles}{config}"), product).lint(&Settings::default());
        let found = report.findings.into_iter().filter(|finding| finding.rule == "value-read-otherwise");
        found.map(|finding| (finding.severity, finding.message, finding.fix.map(|fix| fix.title))).collect::<Vec<_>>()
    };
    for product in [Product::OpenDistro1_13, Product::OpenSearch2_19, Product::OpenSearch3_4] {
        let found = said(product);
        let of = |at: usize| (found[at].0, found[at].1.as_str(), found[at].2.as_deref());
        assert_eq!(
            of(0),
            (
                Severity::Warning,
                "`yes` is true up to OpenSearch 3.6 (Jackson 2); from 3.7 on (Jackson 3) it refuses the whole file",
                Some("write `true`")
            )
        );
        assert_eq!(
            of(1),
            (
                Severity::Warning,
                "`~` is no value up to OpenSearch 3.6 (Jackson 2) and the text `~` from 3.7 on (Jackson 3)",
                Some("write `null`")
            )
        );
        assert_eq!(of(2).0, Severity::Warning);
        assert_eq!(
            of(3),
            (Severity::Note, "`012` is a text to every version here, and another number to other readers of YAML", Some("quote it"))
        );
        assert_eq!(of(4).1, "`on` is a boolean up to OpenSearch 3.6 (Jackson 2) and a text from 3.7 on (Jackson 3)");
    }
    let found = said(Product::OpenSearch3_8);
    let of = |at: usize| (found[at].0, found[at].1.as_str(), found[at].2.as_deref());
    assert_eq!(
        of(0),
        (Severity::Error, "`yes` refuses the whole file from OpenSearch 3.7 on (Jackson 3); up to 3.6 it was true", Some("write `true`"))
    );
    assert_eq!(of(1), (Severity::Warning, "`~` is the text `~` from OpenSearch 3.7 on (Jackson 3); up to 3.6 it was no value", None));
    assert_eq!(of(2), (Severity::Error, "`~` refuses the whole file from OpenSearch 3.7 on (Jackson 3); up to 3.6 it was null", None));
    assert_eq!(
        (of(3).0, of(4).1),
        (Severity::Note, "`on` is a text from OpenSearch 3.7 on (Jackson 3); up to 3.6 (Jackson 2) it was a boolean")
    );
}

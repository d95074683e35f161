//! Invariant 3: editing the text and editing the model commute, over random changes on files in every style
//! that operators write.

mod support;

use proptest::prelude::*;
use rolesmith::engine::change::{
    Change, GroupChange, IndexRule, MappingChange, PasswordHash, RoleChange, RuleChange, RuleNumber, SettingChange, TenantChange,
    TenantRule, UserChange, same,
};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind};
use rolesmith::workspace::{ApplyError, SaveOptions, Workspace};

use support::{Directory, sample};

const FLUSH_AND_COMMENTS: &str = "# head\r\n---\r\n_meta:\r\n  type: \"roles\"\r\n  config_version: 2\r\n\r\n# about a\r\na:\r\n  cluster_permissions:\r\n  - 'x'   # why\r\n  # - off\r\n  - y\r\n  index_permissions:\r\n  - index_patterns:\r\n    - 'logs-*'\r\n    # between\r\n    allowed_actions:\r\n    - read\r\n    dls: '{\"term\": {\"a\": 1}}'\r\n# tail of a\r\n\r\nb: {}\r\n";
const FLOW: &str = "a: {cluster_permissions: [x, y], index_permissions: [{index_patterns: [\"l*\"], allowed_actions: [read], fls: ['~s']}]}\nb: {reserved: true, tenant_permissions: [{tenant_patterns: [t], allowed_actions: [kibana_all_read]}]}";
const ODD: &str = "\u{feff}\"größe\":\n  description: >-\n    folded\n    text\n  cluster_permissions: []\n  index_permissions:\n    - index_patterns: [a,\n        b]\n      dls: |\n        {\"match_all\": {}}\n      masked_fields:\n      - \"name\"\n      allowed_actions: [\"read\"]\n'012':\n  cluster_permissions:\n    - \"yes\"\n...\n";
const NO_END: &str = "a:\n    cluster_permissions:\n        - x\n\n\nb:\n    index_permissions:\n        - index_patterns:\n              - \"*\"\n          allowed_actions:\n              - read\n              - write\n    tenant_permissions:\n        -   tenant_patterns:\n                - t\n            allowed_actions:\n                - kibana_all_write";
const MAPPING: &str = "_meta: {type: rolesmapping, config_version: 2}\na:\n  users: [ann, \"bob\"]\n  hosts: []\nb:\n  backend_roles:\n  - \"x\"\n  # one a line\n  - y\n";
const USERS: &str = "ann:\n  hash: \"$2y$04$xx\"\n  backend_roles: [x]\n  opendistro_security_roles:\n  - a\n  attributes:\n    k: v # note\nbob: {hash: h}\n";
const GROUPS: &str = "g:\n  allowed_actions:\n  - read\n  - h\nh:\n  type: index\n  allowed_actions: [ \"indices:data/*\" ]\n";
const TENANTS: &str = "t:\n  description: d\n";
const CONFIG: &str = "config:\n  dynamic:\n    do_not_fail_on_forbidden: true # loud\n    kibana:\n      multitenancy_enabled: true\n    filtered_alias_mode: 'warn'\n";

fn directory(style: usize) -> Directory {
    let roles = match style % 5 {
        0 => return sample(),
        1 => FLUSH_AND_COMMENTS,
        2 => FLOW,
        3 => ODD,
        _ => NO_END,
    };
    Directory::new(&[
        ("roles.yml", roles),
        ("roles_mapping.yml", MAPPING),
        ("internal_users.yml", USERS),
        ("action_groups.yml", GROUPS),
        ("tenants.yml", TENANTS),
        ("config.yml", CONFIG),
    ])
}

/// Names that readers of YAML take for something else, beside harmless ones.
const NAMES: [&str; 14] =
    ["plain", "a*b", "yes", "012", "~", "null", "with: colon", "- dash", "# hash", "tab\there", "ünï 漢", "'quoted\"", "{flow}", "1_000"];

fn pick<T>(mut items: impl ExactSizeIterator<Item = T>, at: u8) -> Option<T> {
    let count = items.len();
    (count > 0).then(|| items.nth(at as usize % count)).flatten()
}

/// A change that fits the configuration more often than not.
fn change(configuration: &Configuration, [what, first, second, third]: [u8; 4]) -> Option<Change> {
    let new = || NAMES[third as usize % NAMES.len()].to_owned();
    let role = || pick(configuration.roles.keys(), first).cloned();
    let user = || pick(configuration.internal_users.keys(), first).cloned();
    let group = || pick(configuration.action_groups.keys(), first).cloned();
    let mapping = || pick(configuration.roles_mapping.keys(), first).cloned();
    let tenant = || pick(configuration.tenants.keys(), first).cloned();
    let rules = |role: &String| configuration.roles[role].index_permissions.iter();
    let rule = |role: &String| pick(rules(role).enumerate(), second).map(|(at, _)| RuleNumber::from_index(at));
    let in_rule = |role: &String| pick(rules(role), second);
    let text = |items: &[rolesmith::source::Located<String>]| pick(items.iter(), third).map(|item| item.value.clone());
    Some(match what % 44 {
        0 => RoleChange::CreateRole {
            role: new(),
            description: Some(new()),
            cluster_permissions: vec![new()],
            index_permissions: vec![IndexRule {
                index_patterns: vec![new()],
                allowed_actions: vec!["read".into()],
                ..IndexRule::default()
            }],
            tenant_permissions: vec![],
        }
        .into(),
        1 => RoleChange::CopyRole { role: role()?, to: new() }.into(),
        2 => RoleChange::RenameRole { role: role()?, to: new() }.into(),
        3 => RoleChange::DeleteRole { role: role()? }.into(),
        4 => RoleChange::DescribeRole { role: role()?, description: (second % 2 == 0).then(new) }.into(),
        5 | 6 => RoleChange::AddClusterPermission { role: role()?, permission: new() }.into(),
        7 => RoleChange::RemoveClusterPermission { permission: text(&configuration.roles[&role()?].cluster_permissions)?, role: role()? }
            .into(),
        8 => RoleChange::ReplaceClusterPermission {
            permission: text(&configuration.roles[&role()?].cluster_permissions)?,
            with: new(),
            role: role()?,
        }
        .into(),
        9 | 10 => RoleChange::AddIndexPermission {
            role: role()?,
            rule: IndexRule {
                index_patterns: vec![new(), "l-*".into()],
                dls: (second % 2 == 0).then(|| "{\"term\": {\"x\": \"y\"}}\n".to_owned()),
                fls: vec!["~s".into()],
                masked_fields: vec![],
                allowed_actions: vec!["read".into()],
            },
        }
        .into(),
        11 => RoleChange::RemoveIndexPermission { rule: rule(&role()?)?, role: role()? }.into(),
        12 => RoleChange::AddTenantPermission {
            role: role()?,
            rule: TenantRule { tenant_patterns: vec![new()], allowed_actions: vec!["kibana_all_read".into()] },
        }
        .into(),
        13 => RoleChange::RemoveTenantPermission { role: role()?, rule: RuleNumber(1) }.into(),
        14 | 15 => RuleChange::AddIndexPattern { rule: rule(&role()?)?, role: role()?, pattern: new() }.into(),
        16 => RuleChange::RemoveIndexPattern { pattern: text(&in_rule(&role()?)?.index_patterns)?, rule: rule(&role()?)?, role: role()? }
            .into(),
        17 => RuleChange::ReplaceIndexPattern {
            pattern: text(&in_rule(&role()?)?.index_patterns)?,
            with: new(),
            rule: rule(&role()?)?,
            role: role()?,
        }
        .into(),
        18 => RuleChange::AddAllowedAction { rule: rule(&role()?)?, role: role()?, action: new() }.into(),
        19 => RuleChange::RemoveAllowedAction { action: text(&in_rule(&role()?)?.allowed_actions)?, rule: rule(&role()?)?, role: role()? }
            .into(),
        20 => RuleChange::SetDls { rule: rule(&role()?)?, role: role()?, dls: (third % 3 != 0).then(|| format!("{{\"a\": \"{third}\"}}")) }
            .into(),
        21 => RuleChange::AddFlsField { rule: rule(&role()?)?, role: role()?, field: new() }.into(),
        22 => RuleChange::RemoveFlsField { field: text(&in_rule(&role()?)?.fls)?, rule: rule(&role()?)?, role: role()? }.into(),
        23 => RuleChange::AddMaskedField { rule: rule(&role()?)?, role: role()?, field: new() }.into(),
        24 => RuleChange::AddTenantPattern { role: role()?, rule: RuleNumber(1), pattern: new() }.into(),
        25 => MappingChange::MapUser { role: new(), user: user()? }.into(),
        26 => MappingChange::MapBackendRole { role: mapping()?, backend_role: new() }.into(),
        27 => MappingChange::MapAndBackendRole { role: mapping()?, backend_role: new() }.into(),
        28 => MappingChange::MapHost { role: mapping()?, host: new() }.into(),
        29 => MappingChange::UnmapUser { user: text(&configuration.roles_mapping[&mapping()?].users)?, role: mapping()? }.into(),
        30 => MappingChange::DeleteMapping { role: mapping()? }.into(),
        31 => UserChange::CreateUser {
            user: new(),
            hash: PasswordHash("$2y$04$abc".into()),
            description: None,
            backend_roles: vec![new()],
            security_roles: vec![],
            attributes: [(new(), new())].into_iter().collect(),
        }
        .into(),
        32 => UserChange::RenameUser { user: user()?, to: new() }.into(),
        33 => UserChange::DeleteUser { user: user()? }.into(),
        34 => UserChange::AddBackendRole { user: user()?, backend_role: new() }.into(),
        35 => UserChange::SetAttribute { user: user()?, attribute: "k".into(), value: new() }.into(),
        36 => UserChange::RemoveAttribute { user: user()?, attribute: "k".into() }.into(),
        37 => UserChange::SetHash { user: user()?, hash: PasswordHash(new()) }.into(),
        38 => GroupChange::RenameActionGroup { group: group()?, to: new() }.into(),
        39 => GroupChange::AddGroupAction { group: group()?, action: new() }.into(),
        40 => GroupChange::RemoveGroupAction { action: text(&configuration.action_groups[&group()?].allowed_actions)?, group: group()? }
            .into(),
        41 => TenantChange::RenameTenant { tenant: tenant()?, to: new() }.into(),
        42 => SettingChange::SetSetting {
            key: ["do_not_fail_on_forbidden", "kibana.multitenancy_enabled", "http.xff.enabled", "brand.new.key"][first as usize % 4]
                .into(),
            value: [true.into(), "text".into(), serde_json::json!(["a", "b"]), 7.into()][second as usize % 4].clone(),
        }
        .into(),
        _ => SettingChange::RemoveSetting { key: pick(configuration.dynamic.keys().collect::<Vec<_>>().into_iter(), first)?.to_owned() }
            .into(),
    })
}

fn bytes(workspace: &Workspace) -> Vec<Vec<u8>> {
    workspace.files().iter().map(|file| file.document().bytes().to_vec()).filter(|bytes| !bytes.is_empty()).collect()
}

fn same_everywhere(a: &Configuration, b: &Configuration) -> Option<DocumentKind> {
    DocumentKind::ALL.into_iter().find(|kind| !same(*kind, a, b))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_and_model_change_alike(style in 0usize..5, seeds in prop::collection::vec(any::<[u8; 4]>(), 1..12)) {
        let directory = directory(style);
        let mut workspace = directory.open();
        let start = bytes(&workspace);
        let mut model = (**workspace.configuration()).clone();
        let mut done = 0;
        for seed in seeds {
            let Some(change) = change(workspace.configuration(), seed) else { continue };
            let before = bytes(&workspace);
            match workspace.apply(change.clone()) {
                Ok(()) => {
                    done += 1;
                    prop_assert!(change.apply(&mut model).is_ok());
                    prop_assert_eq!(same_everywhere(&model, workspace.configuration()), None, "{:?}", change);
                }
                Err(ApplyError::Change(error)) => {
                    // the model alone refuses it too, and has not changed
                    let kept = model.clone();
                    prop_assert_eq!(change.apply(&mut model), Err(error));
                    prop_assert_eq!(same_everywhere(&model, &kept), None);
                    prop_assert_eq!(before, bytes(&workspace));
                }
                Err(error) => prop_assert!(false, "{:?}: {}\n{}", change, error, workspace.text_diff().iter().map(|diff| diff.text.as_str()).collect::<String>()),
            }
        }
        // what is saved reads as what was shown
        workspace.save(SaveOptions { no_backup: true, ..SaveOptions::default() }).unwrap();
        let opened = directory.open();
        prop_assert_eq!(same_everywhere(&model, opened.configuration()), None);
        // and all the way back
        for _ in 0..done {
            prop_assert!(workspace.undo().is_some());
        }
        prop_assert!(workspace.undo().is_none());
        prop_assert_eq!(start, bytes(&workspace));
    }
}

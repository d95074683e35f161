//! Who can give themselves more: every way that the products leave, each with somebody who has it and somebody who
//! nearly has it.

mod support;

use std::process::Command;

use support::Directory;

fn paths(directory: &Directory, more: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    let output = command.args(["access", "config", "--escalation"]).args(more).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// The paths that start with somebody, each without its indentation and its curl line.
fn of(text: &str, who: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix(' ') {
            None => out.push(line.to_owned()),
            Some(step) => out.last_mut().unwrap().push_str(&format!("\n{}", step.trim_start())),
        }
    }
    out.retain(|path| path.split_whitespace().next() == Some(who));
    out
}

/// Users with one role each, and what the node says.
fn opensearch(roles: &str, node: &str) -> Directory {
    let names: Vec<&str> = roles.lines().filter_map(|line| line.strip_suffix(':').filter(|name| !name.starts_with(' '))).collect();
    let each = |line: &dyn Fn(&str) -> String| names.iter().map(|name| line(name)).collect::<String>();
    let head = |kind: &str| format!("_meta: {{type: {kind}, config_version: 2}}\n");
    let users = each(&|name| format!("user_{name}: {{hash: x}}\n"));
    let mapping = each(&|name| format!("{name}: {{users: [user_{name}]}}\n"));
    Directory::new(&[
        ("roles.yml", &(head("roles") + roles)),
        ("internal_users.yml", &(head("internalusers") + &users)),
        ("roles_mapping.yml", &(head("rolesmapping") + &mapping)),
        ("opensearch.yml", node),
    ])
}

#[test]
fn the_roles_that_the_node_names_edit_mappings_roles_users_and_groups() {
    let roles = "keeper:\n  cluster_permissions: [cluster_monitor]\nother:\n  cluster_permissions: ['*']\n  index_permissions: [{index_patterns: ['*'], allowed_actions: ['*']}]\n";
    let directory = opensearch(roles, "plugins.security.restapi.roles_enabled: [keeper]\n");
    let (code, text) = paths(&directory, &[]);
    assert_eq!(code, 1);
    let found = of(&text, "user_keeper");
    assert_eq!(found.len(), 4, "{text}");
    for what in [
        "PUT /_plugins/_security/api/rolesmapping/example: maps itself to any role",
        "PUT /_plugins/_security/api/roles/example: writes any permission into a role that it holds",
        "PUT /_plugins/_security/api/internalusers/example: makes a user with any backend role",
        "PUT /_plugins/_security/api/actiongroups/example: writes any action into a group that its role names",
    ] {
        let path = found.iter().find(|path| path.contains(what)).unwrap_or_else(|| panic!("{what} in {text}"));
        assert!(path.contains("-> mapping of `keeper`: user `user_keeper`  config/roles_mapping.yml:2:"), "{path}");
        assert!(path.contains("-> role `keeper`, which may use the security REST API  config/roles.yml:2:"), "{path}");
        assert!(path.contains("curl -u 'user_keeper' -X PUT") && !path.contains("not sure"), "{path}");
    }
    // `*` is neither the REST API nor the security index
    assert_eq!(of(&text, "user_other"), Vec::<String>::new());
}

/// As recorded: `restapi:admin/...` makes administrators of those whom a role lets in, and lets in nobody by itself.
#[test]
fn permissions_of_administrators_alone_are_no_path_and_disabled_endpoints_are_none() {
    let roles = "admin:\n  cluster_permissions: ['restapi:admin/*']\nkeeper:\n  cluster_permissions: ['restapi:admin/rolesmapping']\n";
    let node = "plugins.security.restapi.admin.enabled: true\nplugins.security.restapi.roles_enabled: [keeper]\nplugins.security.restapi.endpoints_disabled.keeper.ROLES: [PUT]\nplugins.security.restapi.endpoints_disabled.keeper.INTERNALUSERS: [PUT, PATCH]\n";
    let (_, text) = paths(&opensearch(roles, node), &[]);
    assert_eq!(of(&text, "user_admin"), Vec::<String>::new());
    let keeper = of(&text, "user_keeper");
    assert_eq!(keeper.len(), 2, "{text}");
    assert!(keeper[0].contains("maps itself to any role") && keeper[1].contains("into a group that its role names"), "{text}");
}

/// The security index takes documents of the REST API's own hand alone, whoever asks, as recorded; where the node does
/// not say who may use the API, the usual roles are told as not sure.
#[test]
fn the_security_index_is_closed_to_every_role_and_an_unsaid_node_is_told() {
    let roles = "wide:\n  cluster_permissions: ['*']\n  index_permissions: [{index_patterns: ['.opendistro_security', '*'], allowed_actions: ['*', 'system:admin/system_index']}]\nsecurity_rest_api_access:\n  reserved: true\n";
    for (node, usual) in [
        ("plugins.security.system_indices.permission.enabled: true\nplugins.security.restapi.roles_enabled: []\n", 0),
        ("cluster.name: x\n", 4),
    ] {
        let (code, text) = paths(&opensearch(roles, node), &[]);
        assert_eq!(of(&text, "user_wide"), Vec::<String>::new(), "{text}");
        let found = of(&text, "user_security_rest_api_access");
        assert_eq!((code, found.len()), (i32::from(usual > 0), usual), "{text}");
        assert!(
            found.iter().all(|path| path.contains("if the node says so") && path.ends_with("not sure: the files lack what decides")),
            "{text}"
        );
    }
}

#[test]
fn acting_as_somebody_who_can_is_a_path() {
    let roles = "keeper:\n  cluster_permissions: [cluster_monitor]\nhelper:\n  cluster_permissions: [cluster_monitor]\nguest:\n  cluster_permissions: [cluster_monitor]\n";
    let node = "plugins.security.restapi.roles_enabled: [keeper]\nplugins.security.authcz.rest_impersonation_user.user_helper: ['user_k*']\nplugins.security.authcz.rest_impersonation_user.user_guest: [user_helper]\n";
    let (_, text) = paths(&opensearch(roles, node), &[]);
    let helper = of(&text, "user_helper");
    assert_eq!(helper.len(), 1, "{text}");
    assert!(
        helper[0].contains(
            "-> may act as `user_keeper` (`plugins.security.authcz.rest_impersonation_user.user_helper`)  config/opensearch.yml:2:"
        ) && helper[0].contains("-> what `user_keeper` can do"),
        "{text}"
    );
    assert_eq!(of(&text, "user_guest"), Vec::<String>::new(), "whom the helper may act as is not whom the guest may act as");
}

#[test]
fn open_distro_has_the_same_ways_by_its_own_paths() {
    let roles = "keeper:\n  cluster_permissions: [cluster_monitor]\n";
    let directory = opensearch(roles, "opendistro_security.restapi.roles_enabled: [keeper]\n");
    let (code, text) = paths(&directory, &["--product", "opendistro-1.13"]);
    assert_eq!((code, of(&text, "user_keeper").len()), (1, 4), "{text}");
    assert!(
        text.contains("PUT /_opendistro/_security/api/rolesmapping/example: maps itself to any role") && !text.contains("not sure"),
        "{text}"
    );
}

#[test]
fn in_elasticsearch_by_the_api_by_its_index_and_by_running_as_another() {
    let roles = "\
keeper: {cluster: [manage_security]}
mapper: {cluster: ['cluster:admin/xpack/security/role_mapping/put']}
writer: {indices: [{names: ['.security*'], privileges: [write], allow_restricted_indices: true}]}
nearly: {indices: [{names: ['*'], privileges: [all]}]}
runner: {run_as: ['user_k*']}
top: {run_as: [elastic]}
idle: {run_as: [user_nearly], cluster: [monitor, manage_own_api_key]}
";
    let names = ["keeper", "mapper", "writer", "nearly", "runner", "top", "idle"];
    let users: String = names.iter().map(|name| format!("{name}:user_{name}\n")).collect();
    let directory = Directory::new(&[("roles.yml", roles), ("users_roles", &users)]);
    for product in ["elasticsearch-9.1", "elasticsearch-8.17", "elasticsearch-7.17", "elasticsearch-6.8"] {
        let (code, text) = paths(&directory, &["--product", product]);
        assert_eq!(code, 1);
        let counts: Vec<usize> = names.iter().map(|name| of(&text, &format!("user_{name}")).len()).collect();
        assert_eq!(counts, [3, 1, 1, 0, 1, 1, 0], "{product}: {text}");
        let base = if product == "elasticsearch-6.8" { "/_xpack/security" } else { "/_security" };
        let keeper = of(&text, "user_keeper").join("\n");
        for what in [
            "role_mapping/example: maps itself to any role",
            "role/example: writes any privilege into a role that it holds",
            "user/example: makes a user with any role",
        ] {
            assert!(keeper.contains(&format!("POST {base}/{what}")), "{product}: {keeper}");
        }
        assert!(keeper.contains("-> cluster privilege `manage_security`  config/roles.yml:1:"), "{keeper}");
        assert!(of(&text, "user_mapper")[0].contains("role_mapping/example: maps itself to any role"), "{text}");
        assert!(of(&text, "user_writer")[0].contains("/.security/_doc/role-example: writes roles past the security API"), "{text}");
        let runner = &of(&text, "user_runner")[0];
        assert!(
            runner.contains("-> runs as `user_k*`  config/roles.yml:5:") && runner.contains("-> what `user_keeper` can do"),
            "{runner}"
        );
        assert!(runner.contains("-H 'es-security-runas-user: user_keeper'"), "{runner}");
        assert!(of(&text, "user_top")[0].contains("what `elastic`, the superuser of every node, can do"), "{text}");
    }
}

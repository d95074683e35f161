//! Comparing what is besides indices of one family, and what two families have in common.

mod support;

use std::process::Command;

use rolesmith::engine::compare::{Holding, Looking, gained_on, granted, is_cluster, lifted_tenants, sorted_names};
use rolesmith::engine::evaluate::{Subject, compile};
use rolesmith::engine::model::opensearch::{Configuration, IndexPermission, Role, RoleMapping, TenantPermission};
use rolesmith::engine::model::{Evaluator, Product, elasticsearch};
use rolesmith::engine::review::union;
use rolesmith::source::Located;
use support::Directory;
use support::dice::Dice;

fn diff(directory: &Directory, more: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    let output = command.args(["diff", "base", "config"]).args(more).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// `base` with these files beside `config` with those.
fn pair(old: &[(&str, &str)], new: &[(&str, &str)]) -> Directory {
    let directory = Directory::new(new);
    std::fs::create_dir(directory.base().join("base")).unwrap();
    for (name, text) in old {
        std::fs::write(directory.base().join("base").join(name), text).unwrap();
    }
    directory
}

const USERS: &str = "_meta: {type: internalusers, config_version: 2}\nann: {hash: x}\nbob: {hash: x}\n";
const MAPPING: &str = "_meta: {type: rolesmapping, config_version: 2}\nreports: {users: [ann]}\n";
const TENANTS: &str = "_meta: {type: tenants, config_version: 2}\nhr_reports: {}\nsales: {}\n";

fn reports(rules: &str) -> String {
    format!("_meta: {{type: roles, config_version: 2}}\nreports:\n  tenant_permissions:\n{rules}")
}

#[test]
fn a_tenant_that_opens_is_new_access_to_read_and_to_write() {
    let read = "  - {tenant_patterns: [sales], allowed_actions: [kibana_all_read]}\n";
    let write = "  - {tenant_patterns: [sales], allowed_actions: [kibana_all_write]}\n";
    let more = "  - {tenant_patterns: ['hr_*', sales], allowed_actions: [kibana_all_read]}\n";
    let files = |roles: &str| {
        [
            ("roles.yml", roles.to_owned()),
            ("internal_users.yml", USERS.to_owned()),
            ("roles_mapping.yml", MAPPING.to_owned()),
            ("tenants.yml", TENANTS.to_owned()),
        ]
    };
    let make = |old: &str, new: &str| {
        let (old, new) = (files(&reports(old)), files(&reports(new)));
        let [old, new] = [&old, &new].map(|files| files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>());
        pair(&old, &new)
    };
    let (code, text, _) = diff(&make(read, write), &["--no-new-access"]);
    assert_eq!((code, text.as_str()), (1, "ann\n  + tenants such as `sales`: write\nrole reports\n  + tenants such as `sales`: write\n"));
    // the other way round it is a loss
    let (code, text, _) = diff(&make(write, read), &["--no-new-access"]);
    assert_eq!((code, text.starts_with("ann\n  - tenants such as `sales`: write\n")), (0, true), "{text}");
    let directory = make(read, more);
    let (code, text, _) = diff(&directory, &["--no-new-access"]);
    assert_eq!((code, text.starts_with("ann\n  + tenants such as `hr_reports`: read\n")), (1, true), "{text}");
    let (_, json, _) = diff(&directory, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["people"][0]["shown"][0],
        serde_json::json!({"kept": "tenants", "index": "hr_reports", "what": "read", "unknown": false})
    );
    // an exception by tenant, and one that is for another tenant
    let allow = |index: &str| format!("- {{who: '*', action: tenants, index: '{index}', reason: OPS-3}}\n");
    std::fs::write(directory.base().join("allow.yml"), allow("hr_*")).unwrap();
    assert_eq!(diff(&directory, &["--no-new-access", "--allow", "allow.yml"]).0, 0);
    std::fs::write(directory.base().join("allow.yml"), allow("hr_reports")).unwrap();
    assert_eq!(diff(&directory, &["--no-new-access", "--allow", "allow.yml"]).0, 1, "other tenants of `hr_*` are still new");
    assert_eq!(diff(&make(read, read), &["--no-new-access"]).1, "nobody gains or loses access\n");
}

#[test]
fn tenants_are_compared_as_asking_the_review_for_each_of_them_does() {
    const NAMES: [&str; 6] = ["hr", "hr_reports", "sales", "s", "h", "ann"];
    let role = |dice: &mut Dice| Role {
        tenant_permissions: (0..dice.below(4))
            .map(|_| TenantPermission {
                tenant_patterns: dice.some(&["hr*", "h?", "sales", "*", "s*", "${user.name}", "nobody"], 2),
                allowed_actions: dice.some(&["kibana_all_read", "kibana_all_write"], 1),
                ..TenantPermission::default()
            })
            .collect(),
        ..Role::default()
    };
    let ann = Subject { user: "ann".to_owned(), ..Subject::default() };
    let roles = ["r".to_owned()];
    let (mut none, mut told) = (0, 0);
    for seed in 0..1000u64 {
        let mut dice = Dice(seed << 16);
        let [old, new] = [(); 2].map(|()| {
            let mapping = RoleMapping { users: vec![Located::from("ann")], ..RoleMapping::default() };
            Configuration {
                roles: [("r".to_owned(), role(&mut dice))].into_iter().collect(),
                roles_mapping: [("r".to_owned(), mapping)].into_iter().collect(),
                tenants: NAMES.iter().map(|name| ((*name).to_owned(), Default::default())).collect(),
                ..Configuration::default()
            }
        });
        let cluster = std::sync::Arc::default();
        let [was, is] = [&old, &new].map(|all| compile(Product::OpenSearch3_4, Evaluator::Legacy, all, &cluster));
        let looking = |configuration, engine| Looking {
            holding: Holding { configuration, product: Product::OpenSearch3_4, roles: &roles, subject: Some(&ann) },
            subject: &ann,
            engine,
        };
        let lifts = lifted_tenants(looking(&old, &*was), looking(&new, &*is), &[]);
        none += usize::from(lifts.is_empty());
        told += lifts.len();
        let open = |all: &Configuration, engine| union(all, Product::OpenSearch3_4, &cluster, engine, &ann).tenants;
        let (before, after) = (open(&old, &*was), open(&new, &*is));
        let has =
            |side: &[(String, bool)], name: &str, write: bool| side.iter().any(|(tenant, writes)| tenant == name && (*writes || !write));
        for (what, write) in [("read", false), ("write", true)] {
            let lift = lifts.iter().find(|lift| lift.what == what);
            let gained: Vec<&str> = NAMES.into_iter().filter(|name| has(&after, name, write) && !has(&before, name, write)).collect();
            assert!(gained.is_empty() || lift.is_some(), "seed {seed}: {what} {gained:?} is not told: {before:?} {after:?}");
            if let (Some(lift), false) = (lift, gained.is_empty()) {
                assert!(gained.contains(&lift.index.as_str()), "seed {seed}: {lift:?} and not one of {gained:?}");
            }
        }
    }
    println!("1,000 pairs of tenant rules: {none} without a gain, {told} gains told");
    assert!(none > 100 && told > 100);
}

const ES_ROLES: &str = "\
reports: {indices: [{names: ['logs-*'], privileges: ['indices:data/read/search', 'indices:data/read/get']}, {names: ['hr'], privileges: ['indices:data/read/search']}]}
";

fn opensearch(patterns: &str) -> Vec<(&'static str, String)> {
    let roles = format!(
        "_meta: {{type: roles, config_version: 2}}\nreports:\n  index_permissions:\n  - index_patterns: {patterns}\n    allowed_actions: ['indices:data/read/search*', 'indices:data/read/get']\n"
    );
    vec![("roles.yml", roles), ("internal_users.yml", USERS.to_owned()), ("roles_mapping.yml", MAPPING.to_owned())]
}

#[test]
fn two_families_are_compared_by_what_both_know_and_it_is_said_what_is_proved() {
    let elastic = [("roles.yml", ES_ROLES), ("users_roles", "reports:ann\n")];
    let make = |patterns: &str| {
        let old = opensearch(patterns);
        pair(&old.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>(), &elastic)
    };
    // `hr` can be searched now and nothing else is new; a raw action is a prefix in Elasticsearch, so templates come with it
    let directory = make("['logs-*']");
    let (code, text, told) = diff(&directory, &["--no-new-access"]);
    assert_eq!(code, 1, "{text}{told}");
    assert!(text.starts_with("ann\n  + on indices such as `hr`: indices:data/read/search, indices:data/read/search/template\n"), "{text}");
    assert!(told.contains("actions that both know") && told.contains("proved: for ") && !told.contains("sampled"), "{told}");
    assert!(told.contains("not compared: filters, fields, masks, tenants and spaces, running as others"), "{told}");
    let (_, json, _) = diff(&directory, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["new_access"], json["bounds"].as_array().map(Vec::len)), (&true.into(), Some(3)));
    // excepted with a reason, the gate holds
    std::fs::write(directory.base().join("allow.yml"), "- {who: ann, action: 'indices:data/read/search*', index: hr, reason: OPS-4}\n- {who: ann, action: 'indices:admin/*', reason: OPS-5}\n").unwrap();
    let (code, text, told) = diff(&directory, &["--no-new-access", "--allow", "allow.yml"]);
    assert_eq!(code, 0, "{text}{told}");
    assert!(told.contains("this exception is not used: `ann` gains no `indices:admin/*` (OPS-5)") && !told.contains("OPS-4"), "{told}");
    // a regular expression is read by each family in its own way: names are sampled then, and it is said why
    let (_, _, told) = diff(&make("['logs-*', '/hr[0-9]/']"), &[]);
    assert!(told.contains("sampled: on ") && told.contains("`ann` (`/hr[0-9]/` is more than wildcards)"), "{told}");
    // what the other side does not have is lost
    let (code, text, _) = diff(&make("['logs-*', 'hr', 'audit-*']"), &["--no-new-access"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("  - on indices such as `audit-`: indices:data/read/get, indices:data/read/search"), "{text}");
}

#[test]
fn between_families_no_gain_is_missed_on_any_name() {
    const NAMES: [&str; 12] =
        ["logs-", "logs-2026", "logs", "hr", "h", "ha", "metrics-cpu", "metrics-cpu2", "app-1", "app", "a", ".kibana"];
    const PATTERNS: [&str; 9] = ["logs-*", "logs-2026", "hr", "metrics-*", "metrics-cpu", "app-?", "*", "h?", "*-cpu*"];
    const ACTIONS: [&str; 4] = ["indices:data/read/search", "indices:data/read/get", "indices:data/write/delete", "indices:admin/get"];
    let (old_rule, new_rule) =
        (is_cluster(Product::OpenSearch3_4, Evaluator::Legacy), is_cluster(Product::Elasticsearch9_1, Evaluator::Legacy));
    let roles = ["r".to_owned()];
    let (mut proofs, mut exhaustive) = (0, 0);
    for seed in 0..1000u64 {
        let mut dice = Dice(seed << 40);
        let rules = (0..1 + dice.below(3)).map(|_| IndexPermission {
            index_patterns: dice.some(&PATTERNS, 3),
            allowed_actions: dice.some(&ACTIONS, 3),
            ..IndexPermission::default()
        });
        let role = Role { index_permissions: rules.collect(), ..Role::default() };
        let old = Configuration { roles: [("r".to_owned(), role)].into_iter().collect(), ..Configuration::default() };
        let entries = (0..1 + dice.below(3)).map(|_| elasticsearch::IndexPrivileges {
            names: dice.some(&PATTERNS, 3),
            privileges: dice.some(&ACTIONS, 3),
            ..elasticsearch::IndexPrivileges::default()
        });
        let role = elasticsearch::Role { indices: entries.collect(), ..elasticsearch::Role::default() };
        let new = elasticsearch::Configuration {
            roles: [("r".to_owned(), role)].into_iter().collect(),
            ..elasticsearch::Configuration::default()
        };
        let before = Holding { configuration: &old, product: Product::OpenSearch3_4, roles: &roles, subject: None };
        let after = Holding { configuration: &new, product: Product::Elasticsearch9_1, roles: &roles, subject: None };
        let names = sorted_names(before, after, &[]).unwrap();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (gains, _) = gained_on((before, old_rule), (after, new_rule), &names, &[]);
        proofs += usize::from(gains.is_empty());
        for action in ACTIONS {
            let asked = || NAMES.iter().map(|name| (action, *name));
            let (had, has) = (granted(before, asked(), old_rule), granted(after, asked(), new_rule));
            for (at, name) in NAMES.iter().enumerate().filter(|(at, _)| has[*at] && !had[*at]) {
                exhaustive += 1;
                assert!(gains.iter().any(|gain| gain.action == action), "seed {seed}: {action} on {name} is gained and not told ({at})");
            }
        }
        for gain in gains.iter().filter(|gain| ACTIONS.contains(&gain.action.as_str())) {
            let pair = || [(gain.action.as_str(), gain.index.as_deref().unwrap_or_default())];
            assert_eq!(
                (granted(before, pair(), old_rule), granted(after, pair(), new_rule)),
                (vec![false], vec![true]),
                "seed {seed}: {gain:?}"
            );
        }
    }
    println!("1,000 pairs of two families: {proofs} proofs, {exhaustive} gains found by trying every name, all told");
    assert!(proofs > 10 && exhaustive > 1000);
}

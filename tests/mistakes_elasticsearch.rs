//! What operators get wrong in Elasticsearch's files, form by form: what is said, at which line and column, and that
//! the rest opens all the same. Texts of refusals are the engine's own, asked of its classes (9.1.0).

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use support::Directory;

/// A sound role behind the broken one, and who has both.
const SOUND: &str = "sound:\n  indices:\n    - names: [ok]\n      privileges: [read]\n";
const HASH: &str = "ann:$2a$10$BBJ/ILiyJ1eBTYoRKxkqbuDEdYECplvxnqQ47uiowE7yGqvCEgj9W\n";

fn realm(roles: &str) -> Directory {
    let users_roles = "sound:ann\nbad:ann\n";
    Directory::new(&[("roles.yml", &format!("{roles}{SOUND}")), ("users", HASH), ("users_roles", users_roles)])
}

fn run(directory: &Directory, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).env("HOME", directory.base()).current_dir(directory.base());
    let output = command.args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// What the linter says at a place: that paragraph.
#[track_caller]
fn lint_at(directory: &Directory, at: &str) -> String {
    let (_, text, complaint) = run(directory, &["lint", "config"]);
    let start = format!("config/{at}: ");
    let found: Vec<String> = text
        .split_inclusive('\n')
        .fold(Vec::<String>::new(), |mut all, line| {
            match all.last_mut() {
                Some(last) if line.starts_with(' ') => last.push_str(line),
                _ => all.push(line.to_owned()),
            }
            all
        })
        .into_iter()
        .filter(|paragraph| paragraph.starts_with(&start))
        .collect();
    assert!(!found.is_empty(), "nothing at {at}:\n{text}{complaint}");
    found.concat()
}

#[track_caller]
fn the_rest_opens(directory: &Directory) -> String {
    let (code, text, complaint) = run(directory, &["explain", "config", "--user", "ann", "GET ok/_search"]);
    assert_eq!(code, 0, "{text}{complaint}");
    complaint
}

/// The engine refuses the role `bad` with these words; every command says them at the place, and the sound role counts.
#[track_caller]
fn refused(roles: &str, at: &str, words: &str) {
    let directory = realm(roles);
    let lint = lint_at(&directory, at);
    assert!(lint.contains(&format!(": error: {words}")), "{lint}");
    assert!(lint.contains("the engine refuses"), "{lint}");
    let complaint = the_rest_opens(&directory);
    assert!(complaint.contains(&format!("config/{at}: error: {words}\n")), "{complaint}");
}

/// The engine takes it, and it is not what was meant: the linter says so, and nothing is refused.
#[track_caller]
fn doubted(roles: &str, at: &str, words: &str) {
    let directory = realm(roles);
    let lint = lint_at(&directory, at);
    assert!(lint.contains(words), "{lint}");
    let complaint = the_rest_opens(&directory);
    assert_eq!(complaint, "", "{lint}");
}

/// The whole file is no YAML: it is a problem with its place, and the others open.
#[track_caller]
fn broken(roles: &str, at: &str, words: &str) {
    let directory = realm(roles);
    let (_, text, complaint) = run(&directory, &["lint", "config"]);
    assert!(text.contains(&format!("config/{at}: error: ")) && text.contains(words), "{text}{complaint}");
    let workspace = directory.open();
    assert!(workspace.elasticsearch().is_some_and(|all| all.users.contains_key("ann")));
}

/// The text is that of `Validation.Roles.validateRoleName`, asked of 6.8.23, 7.17.28, 8.17.0 and 9.1.0.
#[test]
fn a_name_that_no_role_may_have() {
    let words = "invalid role name - Role names must be at least 1 and no more than 1024 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.";
    for name in ["größe", "' lead'", "''"] {
        let role = format!("# first\n{name}:\n  cluster: [all]\n");
        refused(&role, "roles.yml:2:1", words);
        let directory = realm(&role);
        let plain = name.trim_matches('\'');
        let (code, text, _) = run(&directory, &["explain", "config", "--user", "x", "--backend-role", plain, "GET _cluster/health"]);
        assert_eq!(code, 1, "{name} {text}");
    }
    let roles = format!("a b~!@#:\n  cluster: [all]\n{}:\n  cluster: [all]\n", "a".repeat(600));
    assert_eq!(the_rest_opens(&realm(&roles)), "");
}

/// Asked of the same versions (`Validation.Users.validateUsername`); the others of the file stay.
#[test]
fn a_name_that_no_user_may_have() {
    let hash = HASH.split_once(':').unwrap().1;
    let users = format!("{HASH}größe:{hash}blank :{hash}");
    let directory = Directory::new(&[("roles.yml", SOUND), ("users", &users), ("users_roles", "sound:ann\n")]);
    let words = "User names must be at least 1 and no more than 1024 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.";
    for (at, name) in [("users:2:1", "größe"), ("users:3:1", "blank ")] {
        let lint = lint_at(&directory, at);
        assert!(lint.contains(&format!("invalid username [{name}]: {words}")), "{lint}");
    }
    assert_eq!(directory.open().elasticsearch().unwrap().users.keys().collect::<Vec<_>>(), ["ann"]);
    the_rest_opens(&directory);
}

fn entry(lines: &str) -> String {
    format!("bad:\n  indices:\n    - names: ['logs-*']\n      privileges: [read]\n{lines}")
}

// --- patterns -------------------------------------------------------------------------------------

#[test]
fn a_slash_that_is_not_closed() {
    let roles = "bad:\n  indices:\n    - names: [a, /logs, 'b*']\n      privileges: [read]\n";
    refused(roles, "roles.yml:3:18", "The set of patterns [/logs,b*] is invalid");
}

#[test]
fn a_slash_that_is_not_closed_in_run_as() {
    let words = "invalid pattern [/svc]. patterns starting with '/' indicate regular expression pattern and therefore must also end \
                 with '/'. other patterns (those that do not start with '/') will be treated as simple wildcard patterns";
    refused("bad:\n  run_as: [/svc]\n", "roles.yml:2:12", words);
}

#[test]
fn a_slash_that_is_not_closed_among_resources() {
    let words = "invalid pattern [/space]. patterns starting with '/' indicate regular expression pattern and therefore must also end \
                 with '/'. other patterns (those that do not start with '/') will be treated as simple wildcard patterns";
    let roles = "bad:\n  applications:\n    - application: my\n      privileges: [read]\n      resources: [/space]\n";
    refused(roles, "roles.yml:5:19", words);
}

#[test]
fn a_bracket_that_is_not_closed() {
    refused(
        "bad:\n  indices:\n    - names: ['/logs-[/']\n      privileges: [read]\n",
        "roles.yml:3:15",
        "The set of patterns [/logs-[/] is invalid",
    );
}

#[test]
fn a_parenthesis_that_is_not_closed() {
    refused(
        "bad:\n  indices:\n    - names: ['/(abc/']\n      privileges: [read]\n",
        "roles.yml:3:15",
        "The set of patterns [/(abc/] is invalid",
    );
}

#[test]
fn a_quote_that_is_not_closed() {
    refused(
        "bad:\n  indices:\n    - names: ['/a\"b/']\n      privileges: [read]\n",
        "roles.yml:3:15",
        "The set of patterns [/a\"b/] is invalid",
    );
}

/// The states are bounded, so that the answer comes at once and within little memory.
#[test]
fn an_expression_that_explodes() {
    let began = Instant::now();
    for (regex, words) in [
        ("/.*a.{20}/", "The set of patterns [/.*a.{20}/] is too complex to evaluate"),
        ("/(.*a.{14})|(.*b.{14})/", "The set of patterns [/(.*a.{14})|(.*b.{14})/] is too complex to evaluate"),
        // the engine itself runs out of memory here
        ("/((((a{99}){99}){99}){99}){99}/", "The set of patterns [/((((a{99}){99}){99}){99}){99}/] is too complex to evaluate"),
    ] {
        refused(&format!("bad:\n  indices:\n    - names: ['{regex}']\n      privileges: [read]\n"), "roles.yml:3:15", words);
    }
    // twelve starts of the program, in a debug build; the expressions themselves take milliseconds
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

/// Each version by its own limit (asked of 8.17.0 and 9.1.0, and of the Lucene of 6.8 and 7.17).
#[test]
fn copies_of_copies() {
    let directory = realm("bad:\n  indices:\n    - names: ['/(a|b|c|d){100}{100}/']\n      privileges: [read]\n");
    let explain = |product: &str| run(&directory, &["explain", "config", "--user", "ann", "GET ok/_search", "--product", product]);
    assert_eq!(explain("elasticsearch-9.1").2, "");
    for product in ["elasticsearch-8.17", "elasticsearch-7.17"] {
        let (code, _, complaint) = explain(product);
        let words = "config/roles.yml:3:15: error: The set of patterns [/(a|b|c|d){100}{100}/] is too complex to evaluate\n";
        assert!(code == 0 && complaint.contains(words), "{complaint}");
    }
    let words = "The set of permitted index patterns [/(a|b|c|d){100}{100}/] is too complex to evaluate\n";
    assert!(explain("elasticsearch-6.8").2.contains(words));
}

#[test]
fn an_expression_that_explodes_in_run_as() {
    let directory = realm("bad:\n  run_as: ['/.*a.{20}/']\n");
    let explain = |product: &str| run(&directory, &["explain", "config", "--user", "ann", "GET ok/_search", "--product", product]).2;
    let said = |product: &str, words: &str| {
        assert!(explain(product).contains(&format!("config/roles.yml:2:12: error: {words}\n")), "{}", explain(product))
    };
    said("elasticsearch-8.17", "Determinizing .*a.{20} would require more than 10000 effort.");
    said("elasticsearch-6.8", "Determinizing .*a.{20} would result in more than 10000 states.");
}

#[test]
fn an_exclusion_that_is_none() {
    let roles = "bad:\n  indices:\n    - names: ['logs-*', '-logs-hr']\n      privileges: [read]\n";
    doubted(roles, "roles.yml:3:25", "-logs-hr");
}

#[test]
fn a_list_that_is_one_name() {
    doubted("bad:\n  indices:\n    - names: ['logs-*,metrics-*']\n      privileges: [read]\n", "roles.yml:3:15", "logs-*,metrics-*");
}

#[test]
fn an_empty_index_name() {
    doubted("bad:\n  indices:\n    - names: ['']\n      privileges: [read]\n", "roles.yml:3:15", "empty");
}

#[test]
fn a_variable_that_elasticsearch_has_not() {
    doubted("bad:\n  indices:\n    - names: ['logs-${user.name}']\n      privileges: [read]\n", "roles.yml:3:15", "${user.name}");
}

#[test]
fn the_users_roles_in_a_pattern() {
    doubted("bad:\n  indices:\n    - names: ['logs-${user.roles}']\n      privileges: [read]\n", "roles.yml:3:15", "${user.roles}");
}

// --- privileges -----------------------------------------------------------------------------------

const INDEX: &str = "all,auto_configure,create,create_doc,create_index,cross_cluster_replication,cross_cluster_replication_internal,delete,delete_index,index,maintenance,manage,manage_data_stream_lifecycle,manage_failure_store,manage_follow_index,manage_ilm,manage_leader_index,monitor,none,read,read_cross_cluster,read_failure_store,view_index_metadata,write";

#[track_caller]
fn unknown_index_privilege(privilege: &str) {
    let words = format!(
        "unknown index privilege [{privilege}]. a privilege must be either one of the predefined fixed indices privileges [{INDEX}] or a pattern over one of the available index actions"
    );
    refused(&format!("bad:\n  indices:\n    - names: ['logs-*']\n      privileges: [read, '{privilege}']\n"), "roles.yml:4:26", &words);
}

#[test]
fn an_invented_index_privilege() {
    unknown_index_privilege("raed");
}

#[test]
fn a_group_of_opensearch() {
    unknown_index_privilege("indices_all");
}

#[test]
fn everything_as_a_star() {
    unknown_index_privilege("*");
}

#[test]
fn a_cluster_privilege_on_indices() {
    unknown_index_privilege("manage_security");
}

#[test]
fn a_cluster_action_on_indices() {
    unknown_index_privilege("cluster:monitor/health");
}

#[track_caller]
fn unknown_cluster_privilege(privilege: &str) {
    let directory = realm(&format!("bad:\n  cluster: [monitor, '{privilege}']\n"));
    let start = format!(
        "unknown cluster privilege [{privilege}]. a privilege must be either one of the predefined cluster privilege names [manage_own_api_key,"
    );
    let end = ",manage_security,monitor,manage,all] or a pattern over one of the available cluster actions";
    let lint = lint_at(&directory, "roles.yml:2:22");
    assert!(lint.contains(&format!(": error: {start}")) && lint.contains(end), "{lint}");
    let complaint = the_rest_opens(&directory);
    assert!(
        complaint.contains(&format!("config/roles.yml:2:22: error: {start}")) && complaint.contains(&format!("{end}\n")),
        "{complaint}"
    );
}

#[test]
fn an_invented_cluster_privilege() {
    unknown_cluster_privilege("monitr");
}

#[test]
fn an_index_privilege_on_the_cluster() {
    unknown_cluster_privilege("view_index_metadata");
}

#[test]
fn an_index_action_on_the_cluster() {
    unknown_cluster_privilege("indices:data/read/search");
}

/// Elasticsearch completes a raw action by itself, so this one grants something; nothing known begins like the other.
#[test]
fn an_action_that_matches_nothing() {
    let roles = "bad:\n  indices:\n    - names: ['logs-*']\n      privileges: ['indices:data/read', 'indices:date/read/search']\n";
    doubted(roles, "roles.yml:4:41", "indices:date/read/search");
}

#[test]
fn a_privilege_beside_all() {
    doubted("bad:\n  indices:\n    - names: ['logs-*']\n      privileges: [all, read]\n", "roles.yml:4:25", "`read`");
}

#[test]
fn none_first_among_others() {
    doubted("bad:\n  indices:\n    - names: ['logs-*']\n      privileges: [none, read]\n", "roles.yml:4:20", "`none`");
}

#[test]
fn the_same_pattern_in_two_entries() {
    let second = "    - names: ['logs-*']\n      privileges: [read]\n      query: '{\"term\":{\"a\":1}}'\n";
    doubted(&entry(second), "roles.yml:5:15", "logs-*");
}

#[test]
fn an_item_twice() {
    doubted("bad:\n  cluster: [monitor, monitor]\n", "roles.yml:2:22", "monitor");
}

// --- the form of a role ---------------------------------------------------------------------------

#[test]
fn names_and_privileges_as_separate_items() {
    let roles = "bad:\n  indices:\n    - names: ['logs-*']\n    - privileges: [read]\n";
    refused(roles, "roles.yml:3:7", "failed to parse indices privileges for role [bad]. missing required [privileges] field");
}

#[test]
fn a_key_that_is_opensearchs() {
    refused(
        "bad:\n  cluster_permissions: [monitor]\n",
        "roles.yml:2:3",
        "failed to parse role [bad]. unexpected field [cluster_permissions]",
    );
}

#[test]
fn a_key_of_an_entry_that_is_opensearchs() {
    let words = "failed to parse indices privileges for role [bad]. unexpected field [allowed_actions]";
    refused(&entry("      allowed_actions: [read]\n"), "roles.yml:5:7", words);
}

#[test]
fn an_entry_that_is_no_list() {
    let words = "failed to parse indices privileges for role [bad]. expected field [indices] value to be an array, but found [START_OBJECT] instead";
    refused("bad:\n  indices:\n    names: ['logs-*']\n    privileges: [read]\n", "roles.yml:2:3", words);
}

#[test]
fn a_text_where_a_list_is_needed() {
    refused("bad:\n  cluster: all\n", "roles.yml:2:12", "failed to parse role [bad]");
}

#[test]
fn patterns_as_keys() {
    let words = "failed to parse indices privileges for role [bad]. expected field [indices] value to be an array, but found [START_OBJECT] instead";
    refused("bad:\n  indices:\n    '*': all\n", "roles.yml:3:5", words);
}

#[test]
fn a_role_that_is_a_list() {
    refused("bad:\n  - all\n", "roles.yml:2:3", "failed to parse role [bad]. expected an object but found [START_ARRAY] instead");
}

#[test]
fn a_role_without_anything() {
    refused("bad:\n", "roles.yml:1:5", "failed to parse role [bad]. expected an object but found [VALUE_NULL] instead");
}

#[test]
fn no_privilege_at_all() {
    let roles = "bad:\n  indices:\n    - names: ['logs-*']\n      privileges: []\n";
    refused(roles, "roles.yml:4:19", "indices privileges must define at least one privilege");
}

#[test]
fn no_name_at_all() {
    let roles = "bad:\n  indices:\n    - names: []\n      privileges: [read]\n";
    refused(roles, "roles.yml:3:7", "failed to parse indices privileges for role [bad]. [names] cannot be an empty array");
}

#[test]
fn a_flag_in_words() {
    let words = "failed to parse indices privileges for role [bad]. expected field [allow_restricted_indices] value to be a boolean, but found [VALUE_STRING] instead";
    refused(&entry("      allow_restricted_indices: 'true'\n"), "roles.yml:5:7", words);
}

#[test]
fn a_query_that_is_a_list() {
    let words = "failed to parse indices privileges for role [bad]. expected field [query] value to be null, a string, an array, or an object, but found [START_ARRAY] instead";
    refused(&entry("      query: [{match_all: {}}]\n"), "roles.yml:5:7", words);
}

#[test]
fn an_application_with_a_key_too_many() {
    // the engine's parser counts lines from the role's name on
    let roles = "bad:\n  applications:\n    - application: my\n      privileges: [read]\n      resources: ['*']\n      spaces: [a]\n";
    refused(roles, "roles.yml:6:7", "[6:7] [application] unknown field [spaces]");
}

#[test]
fn an_application_without_resources() {
    let roles = "bad:\n  applications:\n    - application: my\n      privileges: [read]\n";
    refused(roles, "roles.yml:3:7", "failed to parse application privileges for role [bad]. missing required [resources] field");
}

// --- fields and documents -------------------------------------------------------------------------

#[test]
fn except_without_grant() {
    let words = "failed to parse indices privileges for role [bad]. field_security requires grant if except is given";
    refused(&entry("      field_security: {except: [salary]}\n"), "roles.yml:5:33", words);
}

#[test]
fn except_beyond_grant() {
    let words = "failed to parse indices privileges for role [bad] - Exceptions for field permissions must be a subset of the granted fields but salary is not a subset of name";
    refused(&entry("      field_security: {grant: [name], except: [salary]}\n"), "roles.yml:5:48", words);
}

#[test]
fn fields_of_nothing() {
    let words = "failed to parse indices privileges for role [bad]. \"field_security\" must not be empty.";
    refused(&entry("      field_security: {}\n"), "roles.yml:5:23", words);
}

#[test]
fn fields_granted_by_nothing() {
    let words = "failed to parse indices privileges for role [bad]. grant must not be null.";
    refused(&entry("      field_security: {grant: }\n"), "roles.yml:5:24", words);
}

/// The file realm still takes them (`RoleDescriptor.parse` with the 2.x form allowed); the API does not.
#[test]
fn fields_as_shield_had_them() {
    let directory = realm(&entry("      fields: [name]\n"));
    assert_eq!(the_rest_opens(&directory), "");
    let bad = |request: &str| run(&directory, &["explain", "config", "--user", "x", "--backend-role", "bad", request]);
    let (code, text, complaint) = bad("GET logs-1/_search");
    assert!(code == 0 && text.contains("name"), "{text}{complaint}");
    let words = "[\"fields\": [...]] format has changed for field permissions in role [bad], use [\"field_security\": {\"grant\":[...],\"except\":[...]}] instead";
    let role = r#"{"bad": {"indices": [{"names": ["logs-*"], "privileges": ["read"], "fields": ["name"]}]}}"#;
    let api = Directory::new(&[("security_role.json", role)]);
    let (_, lint, _) = run(&api, &["lint", "config"]);
    assert!(lint.contains(&format!("config/security_role.json:1:68: error: {words}")), "{lint}");
}

#[test]
fn a_field_called_all() {
    doubted(&entry("      field_security: {grant: [all]}\n"), "roles.yml:5:32", "all");
}

#[test]
fn a_query_that_is_no_json() {
    doubted(&entry("      query: '{\"term\": {\"dept\": \"a\"}'\n"), "roles.yml:5:14", "JSON");
}

#[test]
fn a_query_that_another_role_lifts() {
    let roles = "bad:\n  indices:\n    - names: [ok]\n      privileges: [read]\n      query: '{\"term\":{\"a\":1}}'\n";
    doubted(roles, "roles.yml:5:14", "sound");
}

// --- the text -------------------------------------------------------------------------------------

#[test]
fn a_pasted_prompt() {
    broken("$ cat roles.yml\nbad:\n  cluster: [monitor]\n", "roles.yml:1:1", "a pasted shell prompt, not YAML");
}

#[test]
fn text_behind_a_quote() {
    broken("bad:\n  cluster: ['monitor' and more]\n", "roles.yml:2:23", "not YAML: invalid trailing content after single-quoted scalar");
}

#[test]
fn a_dash_without_a_blank() {
    let directory = realm("bad:\n  cluster:\n    -monitor\n");
    let lint = lint_at(&directory, "roles.yml:3:5");
    assert!(lint.contains("-monitor"), "{lint}");
    the_rest_opens(&directory);
}

#[test]
fn a_key_that_is_out_dented() {
    let directory = realm("bad:\n  cluster: [monitor]\nindices:\n    - names: ['logs-*']\n      privileges: [read]\n");
    let lint = lint_at(&directory, "roles.yml:3:1");
    assert!(lint.contains("indices"), "{lint}");
    the_rest_opens(&directory);
}

#[test]
fn a_role_twice() {
    let directory = realm("bad:\n  cluster: [monitor]\nbad:\n  cluster: [all]\n");
    let lint = lint_at(&directory, "roles.yml:3:1");
    assert!(lint.contains("bad"), "{lint}");
    the_rest_opens(&directory);
}

#[test]
fn a_key_twice() {
    let directory = realm("bad:\n  cluster: [monitor]\n  cluster: [all]\n");
    let lint = lint_at(&directory, "roles.yml:3:3");
    assert!(lint.contains("cluster"), "{lint}");
    the_rest_opens(&directory);
}

#[test]
fn a_file_that_is_never_loaded() {
    let directory = realm("bad:\n  cluster: [monitor]\n");
    std::fs::write(directory.path("role_maping.yml"), "bad:\n  - 'cn=ops,dc=example,dc=com'\n").unwrap();
    assert!(lint_at(&directory, "role_maping.yml:1:1").contains("`role_maping.yml` is never loaded"));
    the_rest_opens(&directory);
}

// --- references and dangers -----------------------------------------------------------------------

/// Another file of the realm, and what is said of it.
#[track_caller]
fn of_file(name: &str, text: &str, at: &str, words: &str) {
    let directory = realm("bad:\n  cluster: [monitor]\n");
    std::fs::write(directory.path(name), text).unwrap();
    let lint = lint_at(&directory, at);
    assert!(lint.contains(words), "{lint}");
    the_rest_opens(&directory);
}

#[test]
fn a_mapping_of_a_role_that_is_not_defined() {
    of_file("role_mapping.yml", "baad:\n  - 'cn=ops,dc=example,dc=com'\n", "role_mapping.yml:1:1", "baad");
}

#[test]
fn half_a_distinguished_name() {
    of_file("role_mapping.yml", "bad:\n  - 'ops,dc=example,dc=com'\n", "role_mapping.yml:2:5", "ops,dc=example,dc=com");
}

#[test]
fn a_role_that_a_user_has_from_nowhere() {
    of_file("users_roles", "sound:ann\nbad:ann\nreporting:ann\n", "users_roles:3:11", "there is no role `reporting`");
}

#[test]
fn a_user_that_the_file_has_not() {
    of_file("users_roles", "sound:ann\nbad:ann,bob\n", "users_roles:2:9", "bob");
}

#[test]
fn a_hash_that_is_none() {
    of_file("users", "ann:$2a$10$BBJ/ILiyJ1eBTYoRKxkqbuDEdYECplvxnqQ47uiowE7yGqvCEgj9W\nbob:changeme\n", "users:2:5", "hash");
}

#[test]
fn a_role_that_nobody_has() {
    let directory = realm("lonely:\n  cluster: [monitor]\nbad:\n  cluster: [monitor]\n");
    std::fs::write(directory.path("role_mapping.yml"), "bad:\n  - 'cn=ops,dc=example,dc=com'\n").unwrap();
    assert!(lint_at(&directory, "roles.yml:1:1").contains("lonely"));
    the_rest_opens(&directory);
}

#[test]
fn everybody_may_be_run_as() {
    doubted("bad:\n  run_as: ['*']\n", "roles.yml:2:12", "*");
}

#[test]
fn everything_everywhere() {
    doubted("bad:\n  indices:\n    - names: ['*']\n      privileges: [all]\n", "roles.yml:3:15", "*");
}

#[test]
fn whoever_may_change_roles() {
    doubted("bad:\n  cluster: [manage_security]\n", "roles.yml:2:13", "manage_security");
}

#[test]
fn everybody_is_mapped() {
    let directory = realm("bad:\n  cluster: [monitor]\n");
    let mapping = r#"{"all":{"enabled":true,"roles":["bad"],"rules":{"field":{"username":"*"}}}}"#;
    std::fs::write(directory.path("mappings.json"), mapping).unwrap();
    let (_, text, _) = run(&directory, &["lint", "config"]);
    assert!(text.contains("mappings.json:1:"), "{text}");
    the_rest_opens(&directory);
}

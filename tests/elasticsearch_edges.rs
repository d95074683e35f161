//! What Elasticsearch's evaluator says at its edges: application privileges by their stored definitions, what document
//! and field security leave, templates, other clusters, and X-Pack 5.1's own index.

mod support;

use rolesmith::engine::evaluate::elasticsearch::{Permissions, Rules, Stored, subject};
use rolesmith::engine::evaluate::{Outcome, Subject, Verdict};
use rolesmith::engine::model::Product;
use rolesmith::engine::request::parse_line;
use rolesmith::workspace::{Options, Workspace};

use support::Directory;

const CLUSTER: &str = r#"{"indices":[{"name":"logs-a","attributes":["open"]},{"name":"logs-b","attributes":["open"]},{"name":"logs-c","attributes":["open"]},{"name":".security","attributes":["open"]}],"aliases":[],"data_streams":[]}"#;

fn open(files: &[(&str, &str)], product: Product) -> (Directory, Workspace) {
    let directory = Directory::new(&[files, &[("resolve_index.json", CLUSTER)]].concat());
    let options = Options { product: Some(product), state: Some(directory.state()), ..Options::default() };
    let workspace = Workspace::open(directory.root(), options).unwrap();
    (directory, workspace)
}

fn explain(workspace: &Workspace, user: &str, line: &str) -> Verdict {
    let all = workspace.elasticsearch().unwrap();
    let subject = subject(all, user).unwrap_or_else(|| Subject { user: user.to_owned(), ..Subject::default() });
    workspace.engine().explain(&subject, &parse_line(line).unwrap())
}

fn with_role(role: &str) -> Workspace {
    open(&[("roles.yml", role), ("users_roles", "r:ann\n")], Product::Elasticsearch9_1).1
}

const STORED: &str = r#"{"shop":{
  "read":{"application":"shop","name":"read","actions":["data:read/*","action:login"],"metadata":{}},
  "write":{"application":"shop","name":"write","actions":["data:write/*"],"metadata":{}}}}"#;

/// Asked of the engine's classes (8.17.0 and 9.1.0): what a stored name stands for, on resources by wildcard.
#[test]
fn application_privileges_are_what_their_stored_definitions_say() {
    let roles = "r:\n  applications:\n    - application: shop\n      privileges: [read]\n      resources: ['till/*', 'store-1']\n";
    for product in [Product::Elasticsearch8_17, Product::Elasticsearch9_1] {
        let (_directory, workspace) = open(&[("roles.yml", roles), ("users_roles", "r:ann\n"), ("privileges.json", STORED)], product);
        let all = workspace.elasticsearch().unwrap();
        let stored = Stored::new(&all.privileges);
        let named: Vec<_> = all.roles.iter().map(|(name, role)| (name.as_str(), role)).collect();
        let permissions = Permissions::build(Rules::of(product), &named, &stored).unwrap();
        let has = |application: &str, privilege: &str, resource: &str| {
            let (resources, privileges) = ([resource.to_owned()], [privilege.to_owned()]);
            permissions.has_application_privileges(application, &resources, &privileges, &stored).unwrap()[resource][privilege]
        };
        for (application, privilege, resource, expected) in [
            // the name, and each action behind it
            ("shop", "read", "till/7", true),
            ("shop", "data:read/orders", "till/7", true),
            ("shop", "data:read/*", "till/7", true),
            ("shop", "action:login", "store-1", true),
            // what it does not stand for
            ("shop", "data:*", "till/7", false),
            ("shop", "write", "till/7", false),
            ("shop", "data:write/orders", "till/7", false),
            // a resource, or a pattern of resources, within those granted
            ("shop", "read", "till/*", true),
            ("shop", "read", "till/7/drawer", true),
            ("shop", "read", "store-1", true),
            ("shop", "read", "store-2", false),
            ("shop", "read", "till", false),
            ("shop", "read", "*", false),
            // another application's privilege of the same name
            ("bank", "read", "till/7", false),
        ] {
            assert_eq!(has(application, privilege, resource), expected, "{product} {application} {privilege} on {resource}");
        }
    }
}

/// Without its definition a name stands for nothing but itself.
#[test]
fn an_application_privilege_without_a_definition_is_only_its_name() {
    let roles = "r:\n  applications:\n    - application: shop\n      privileges: [read]\n      resources: ['*']\n";
    let (_directory, workspace) = open(&[("roles.yml", roles), ("users_roles", "r:ann\n")], Product::Elasticsearch9_1);
    let all = workspace.elasticsearch().unwrap();
    let stored = Stored::default();
    let named: Vec<_> = all.roles.iter().map(|(name, role)| (name.as_str(), role)).collect();
    let permissions = Permissions::build(Rules::of(Product::Elasticsearch9_1), &named, &stored).unwrap();
    let asked = ["read".to_owned(), "data:read/orders".to_owned()];
    let answers = permissions.has_application_privileges("shop", &["till".to_owned()], &asked, &stored).unwrap();
    assert_eq!((answers["till"]["read"], answers["till"]["data:read/orders"]), (true, false));
}

#[track_caller]
fn notes(role: &str, line: &str, expected: &[&str]) {
    let verdict = explain(&with_role(role), "ann", line);
    assert_eq!(verdict.outcome, Outcome::Allowed, "{:?}", verdict.reason);
    assert_eq!(verdict.notes, expected);
}

#[test]
fn what_document_and_field_security_leave_is_said() {
    let role = |rest: &str| format!("r:\n  indices:\n    - names: ['logs-*']\n      privileges: [read, write]\n{rest}");
    let query = role("      query: '{\"term\":{\"team\":\"a\"}}'\n");
    notes(&query, "GET logs-a/_search", &["of `logs-a` only the documents of {\"term\":{\"team\":\"a\"}} are seen"]);
    notes(&query, "GET logs-*/_search", &["of `logs-a`, `logs-b` and 1 more only the documents of {\"term\":{\"team\":\"a\"}} are seen"]);
    let fields = role("      field_security: {grant: ['*'], except: [price]}\n");
    notes(&fields, "GET logs-a/_search", &["of `logs-a` only these are seen: the fields * without price"]);
    notes(
        &role("      field_security: {grant: []}\n"),
        "GET logs-a/_search",
        &["of `logs-a` only these are seen: no field but those of the engine"],
    );
    notes(&role(""), "GET logs-a/_search", &[]);
}

/// Without a cluster model the index is taken to be there, and so is what is kept back of it.
#[test]
fn what_is_kept_back_is_said_without_a_cluster_model_too() {
    let role = "r:\n  indices:\n    - names: ['logs-*']\n      privileges: [read]\n      query: '{\"term\":{\"team\":\"a\"}}'\n      field_security: {grant: [a]}\n";
    for product in [Product::XPack5_1, Product::Elasticsearch6_8, Product::Elasticsearch7_17, Product::Elasticsearch9_1] {
        let directory = Directory::new(&[("roles.yml", role), ("users_roles", "r:ann\n")]);
        let options = Options { product: Some(product), state: Some(directory.state()), ..Options::default() };
        let workspace = Workspace::open(directory.root(), options).unwrap();
        let verdict = explain(&workspace, "ann", "GET logs-new/_search");
        assert_eq!(verdict.outcome, Outcome::Allowed, "{product}");
        let notes = verdict.notes.join("\n");
        assert!(notes.contains("of `logs-new` only the documents of {\"term\":{\"team\":\"a\"}} are seen"), "{product} {notes}");
        assert!(notes.contains("of `logs-new` only these are seen: the fields a"), "{product} {notes}");
    }
}

/// A template is known as far as nothing of the user is put in.
#[test]
fn a_template_of_documents_is_unknown_unless_it_is_trivial() {
    let role = |query: &str| format!("r:\n  indices:\n    - names: ['logs-*']\n      privileges: [read]\n      query: '{query}'\n");
    notes(
        &role(r#"{"template":{"source":{"term":{"team":"a"}}}}"#),
        "GET logs-a/_search",
        &["of `logs-a` only the documents of {\"term\":{\"team\":\"a\"}} are seen"],
    );
    notes(
        &role(r#"{"template":{"source":"{\"term\":{\"owner\":\"{{_user.username}}\"}}"}}"#),
        "GET logs-a/_search",
        &[
            "of `logs-a` it is unknown which documents are seen: the query is a template over the user, which is not evaluated: {\"term\":{\"owner\":\"{{_user.username}}\"}}",
        ],
    );
    notes(
        &role(r#"{"template":{"id":"mine"}}"#),
        "GET logs-a/_search",
        &["of `logs-a` it is unknown which documents are seen: the query is the stored template `mine`, which stands in the cluster"],
    );
}

/// The example of the vendor's page on role mappings, `{{username}}` and `{{#tojson}}groups{{/tojson}}`; anything more of
/// mustache is not guessed at.
#[test]
fn a_template_of_roles_is_unknown_unless_it_is_trivial() {
    let roles = "_user_ann:\n  cluster: [monitor]\nops:\n  cluster: [monitor]\n";
    let asked = |template: &str| {
        let mapping = format!(
            r#"{{"m":{{"enabled":true,"roles":[],"role_templates":[{template}],"rules":{{"field":{{"username":"ann"}}}},"metadata":{{}}}}}}"#
        );
        let (_directory, workspace) = open(&[("roles.yml", roles), ("mappings.json", &mapping)], Product::Elasticsearch9_1);
        let user = Subject { user: "ann".into(), backend_roles: vec!["ops".into()], ..Subject::default() };
        workspace.engine().explain(&user, &parse_line("GET _cluster/health").unwrap())
    };
    let verdict = asked(r#"{"template":{"source":"_user_{{username}}"}}"#);
    assert_eq!(verdict.outcome, Outcome::Allowed);
    assert!(verdict.roles.contains(&"_user_ann".to_owned()), "{:?}", verdict.roles);
    let verdict = asked(r#"{"template":{"source":"{{#tojson}}groups{{/tojson}}"},"format":"json"}"#);
    assert_eq!((verdict.outcome, verdict.roles.as_slice()), (Outcome::Allowed, ["ops".to_owned()].as_slice()));
    let verdict = asked(r#"{"template":{"source":"{{#groups}}{{.}}{{/groups}}"}}"#);
    assert_eq!(verdict.unknown, ["role mapping `m` names its roles by a template that is more than one field of the user"]);
}

#[test]
fn what_is_on_another_cluster_is_shown_and_not_evaluated() {
    let role = "r:\n  indices:\n    - names: ['logs-*']\n      privileges: [read]\n  remote_indices:\n    - clusters: [backup]\n      names: ['logs-*']\n      privileges: [read]\n";
    let workspace = with_role(role);
    assert_eq!(workspace.problems().count(), 0);
    let remote = &workspace.elasticsearch().unwrap().roles["r"].remote_indices;
    assert_eq!((remote[0].clusters[0].as_str(), remote[0].privileges.names[0].as_str()), ("backup", "logs-*"));
    let verdict = explain(&workspace, "ann", "GET backup:logs-a/_search");
    assert_eq!(verdict.outcome, Outcome::Unknown);
    assert_eq!(verdict.unknown, ["`backup:logs-a` is on another cluster, whose security decides"]);
    assert_eq!(explain(&workspace, "ann", "GET logs-a/_search").outcome, Outcome::Allowed);
}

/// The flag `allow_restricted_indices` came in 6.7; before it `.security` was the superuser's alone (PR 37577), and monitor
/// actions passed on it (PR 37774).
#[test]
fn x_packs_own_index_is_the_superusers_alone() {
    let roles = "r:\n  indices:\n    - names: ['*']\n      privileges: [all]\n    - names: ['.security']\n      privileges: [all]\n";
    let (_directory, workspace) = open(&[("roles.yml", roles), ("users_roles", "r:ann\nsuperuser:root\n")], Product::XPack5_1);
    for line in ["GET .security/_search", "DELETE .security", "PUT .security/doc/1"] {
        let verdict = explain(&workspace, "ann", line);
        assert_eq!(verdict.outcome, Outcome::Denied, "{line}");
        let reason = verdict.reason.unwrap();
        assert!(reason.starts_with("action [") && reason.ends_with("] is unauthorized for user [ann]"), "{reason}");
        assert_eq!(explain(&workspace, "root", line).outcome, Outcome::Allowed, "{line}");
    }
    assert_eq!(explain(&workspace, "ann", "GET .security/_stats").outcome, Outcome::Allowed);
    assert_eq!(explain(&workspace, "ann", "GET logs-a/_search").outcome, Outcome::Allowed);
    // and the flag is a key that it does not know
    let flagged = "r:\n  indices:\n    - names: ['*']\n      privileges: [all]\n      allow_restricted_indices: true\n";
    let (_directory, workspace) = open(&[("roles.yml", flagged), ("users_roles", "r:ann\n")], Product::XPack5_1);
    let refusal = workspace.refusal("r").unwrap();
    assert_eq!(refusal.message, "failed to parse indices privileges for role [r]. unexpected field [allow_restricted_indices]");
}

const FAILURES: &str = r#"{"indices":[{"name":"plain","attributes":["open"]},{"name":".ds-logs-1","attributes":["open","hidden"],"data_stream":"logs"},{"name":".fs-logs-1","attributes":["open","hidden"]}],"aliases":[],"data_streams":[{"name":"logs","backing_indices":[".ds-logs-1"],"failure_store":{"indices":[{"index_name":".fs-logs-1"}]},"timestamp_field":"@timestamp"}]}"#;

/// Names and error texts as the classes of 9.1.0 gave them; the end of the denial as the engine notes have it.
#[test]
fn a_failure_store_is_reached_by_its_selector_alone() {
    let files = |privilege: &str| format!("r:\n  indices:\n    - names: ['l*', plain]\n      privileges: [{privilege}]\n");
    let ask = |privilege: &str, line: &str| {
        let roles = files(privilege);
        let given = [("roles.yml", roles.as_str()), ("users_roles", "r:ann\n"), ("resolve_index.json", FAILURES)];
        let directory = Directory::new(&given);
        let product = Some(Product::Elasticsearch9_1);
        let options = Options { product, state: Some(directory.state()), ..Options::default() };
        explain(&Workspace::open(directory.root(), options).unwrap(), "ann", line)
    };
    for (privilege, line, allowed) in [
        ("read_failure_store", "GET /logs::failures/_search", true),
        ("read_failure_store", "GET /logs/_search", false),
        ("read", "GET /logs::failures/_search", false),
        ("read", "GET /logs::data/_search", true),
        ("all", "GET /logs::failures/_search", true),
    ] {
        assert_eq!(ask(privilege, line).outcome == Outcome::Allowed, allowed, "{privilege} {line}");
    }
    // a wildcard takes in the data streams alone, and says who grants it
    let verdict = ask("read_failure_store", "GET /l*::failures,p*::failures/_search");
    assert_eq!(verdict.outcome, Outcome::Allowed);
    let call = verdict.calls.first().unwrap();
    assert_eq!(call.cells.iter().map(|cell| cell.index.as_str()).collect::<Vec<_>>(), ["logs::failures"]);
    assert!(call.cells[0].granted_by.as_ref().unwrap().hops.iter().any(|hop| hop.name == "read_failure_store"));
    let denied = ask("read", "GET /logs::failures/_search");
    assert_eq!(
        denied.reason.as_deref(),
        Some(
            "action [indices:data/read/search] is unauthorized for user [ann] with effective roles [r] on indices [logs::failures], this action is granted by the index privileges [read,all] for data access, or by [read_failure_store] for access with the [failures] selector"
        )
    );
    assert_eq!(denied.calls[0].missing, ["read_failure_store", "all"]);
    // what is no selector is an error of the request, whoever asks
    for (line, why) in [
        ("GET /logs::x/_search", "Invalid index name [logs::x], invalid usage of :: separator, [x] is not a recognized selector"),
        (
            "GET /a::b::data/_search",
            "Invalid index name [a::b::data], Invalid usage of :: separator, only one :: separator is allowed per expression",
        ),
        (
            "GET /logs::failures/_doc/1",
            "Index component selectors are not supported in this context but found selector in expression [logs::failures]",
        ),
    ] {
        let verdict = ask("all", line);
        assert_eq!((verdict.status, verdict.reason.as_deref()), (Some(400), Some(why)), "{line}");
    }
}

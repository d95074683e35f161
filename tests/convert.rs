//! Conversion: what comes out, what is noted, and that access stays what it was.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::convert::{Conversion, Given, Target, What, convert};
use rolesmith::engine::evaluate::opendistro::OpenDistro;
use rolesmith::engine::evaluate::{Decide, Subject};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::request::{Body, Request};
use rolesmith::source::{FileId, Severity};
use rolesmith::yaml::Document;
use serde_json::Value;

const KINDS: [(&str, DocumentKind); 6] = [
    ("roles.yml", DocumentKind::Roles),
    ("roles_mapping.yml", DocumentKind::RolesMapping),
    ("internal_users.yml", DocumentKind::InternalUsers),
    ("action_groups.yml", DocumentKind::ActionGroups),
    ("tenants.yml", DocumentKind::Tenants),
    ("config.yml", DocumentKind::Config),
];

fn documents(files: &[(&str, Vec<u8>)]) -> Vec<Document> {
    files.iter().enumerate().map(|(at, (_, bytes))| Document::parse(FileId(at as u32), bytes.clone())).collect()
}

fn what(name: &str) -> What {
    match KINDS.iter().find(|(known, _)| *known == name) {
        Some((_, kind)) => What::Security(*kind),
        None if name == "whitelist.yml" => What::Security(DocumentKind::Whitelist),
        None if name == "elasticsearch.yml" => What::Node,
        None => What::Scenario,
    }
}

fn run(target: Target, files: &[(&str, Vec<u8>)]) -> Conversion {
    let documents = documents(files);
    let given: Vec<Given<'_>> =
        files.iter().zip(&documents).map(|((name, _), document)| Given { name, what: what(name), document }).collect();
    convert(target, &given)
}

fn read(files: &[(String, Vec<u8>)]) -> Configuration {
    let mut configuration = Configuration::default();
    let mut problems = Vec::new();
    for (name, bytes) in files {
        let document = Document::parse(FileId(0), bytes.clone());
        if let (What::Security(kind), Some(root)) = (what(name), document.root()) {
            read_document(kind, root, &mut configuration, &mut problems);
        }
    }
    assert!(problems.iter().all(|problem| problem.severity != Severity::Error), "{problems:?}");
    configuration
}

fn made(conversion: &Conversion) -> Vec<(String, Vec<u8>)> {
    conversion.files.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect()
}

fn text<'a>(conversion: &'a Conversion, name: &str) -> &'a str {
    let file = conversion.files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("no `{name}`"));
    std::str::from_utf8(&file.bytes).expect("UTF-8")
}

fn notes(conversion: &Conversion) -> String {
    conversion.notes.iter().map(|note| format!("{}\n", note.message)).collect()
}

#[test]
fn the_samples_convert_to_files_that_read_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/migration/sample_v6");
    let files: Vec<(&str, Vec<u8>)> = KINDS.iter().filter_map(|(name, _)| Some((*name, std::fs::read(folder.join(name)).ok()?))).collect();
    let conversion = run(Target::V7, &files);
    let names: BTreeSet<&str> = conversion.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, KINDS.iter().map(|(name, _)| *name).collect());
    let configuration = read(&made(&conversion));
    assert_eq!(configuration.roles["r_types"].index_permissions[0].allowed_actions.len(), 2);
    assert_eq!(configuration.tenants.len(), 3);
    assert!(configuration.before_1_0.is_none());
    assert!(notes(&conversion).contains("comments are not kept"));
    // a second time there is nothing left to do
    let again: Vec<(&str, Vec<u8>)> = conversion.files.iter().map(|file| (file.name.as_str(), file.bytes.clone())).collect();
    let second = run(Target::V7, &again);
    assert_eq!(made(&second), made(&conversion));
    assert!(second.notes.is_empty(), "{:?}", second.notes);
}

/// The recorded scenario about the old form, as a directory.
fn recorded() -> (Value, Vec<(&'static str, Vec<u8>)>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/opendistro-1.13/curated-v6-config-live.jsonl.gz");
    let bytes = std::fs::read(path).expect("the recording");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
    let record: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("json");
    let parts = [
        ("roles.yml", "roles"),
        ("roles_mapping.yml", "rolesmapping"),
        ("internal_users.yml", "internalusers"),
        ("action_groups.yml", "actiongroups"),
        ("config.yml", "config"),
    ];
    let files = parts.map(|(name, key)| (name, record["config"][key].to_string().into_bytes())).to_vec();
    (record, files)
}

fn cluster(record: &Value) -> Arc<Cluster> {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    for index in record["cluster"]["indices"].as_array().into_iter().flatten() {
        let (hidden, closed) = (index["hidden"] == true, index["state"] == "close");
        cluster.indices.insert(index["name"].as_str().unwrap_or_default().to_owned(), Index { hidden, closed, ..Index::default() });
    }
    for (alias, members) in record["cluster"]["aliases"].as_object().into_iter().flatten() {
        let members = members.as_array().into_iter().flatten().filter_map(|member| member["index"].as_str());
        let members = members.map(|index| AliasMember { index: index.to_owned(), ..AliasMember::default() }).collect();
        cluster.aliases.insert(alias.clone(), members);
    }
    Arc::new(cluster)
}

#[test]
fn access_before_and_after_differs_only_where_lower_case_groups_become_known() {
    let (record, files) = recorded();
    let conversion = run(Target::V7, &files);
    let before: Vec<(String, Vec<u8>)> = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
    let cluster = cluster(&record);
    let before = OpenDistro::new(&read(&before), Arc::clone(&cluster)).expect("before");
    let after = OpenDistro::new(&read(&made(&conversion)), cluster).expect("after");
    let mut differences = Vec::new();
    let cases = record["cases"].as_array().expect("cases");
    for case in cases {
        let user = case["user"].as_str().unwrap_or_default();
        let backend_roles = record["config"]["internalusers"][user]["roles"].as_array().into_iter().flatten();
        let subject = Subject {
            user: user.to_owned(),
            backend_roles: backend_roles.filter_map(|role| role.as_str().map(str::to_owned)).collect(),
            ..Subject::default()
        };
        let request = Request {
            method: case["method"].as_str().unwrap_or_default().to_owned(),
            path: case["path"].as_str().unwrap_or_default().to_owned(),
            body: match &case["body"] {
                Value::Null => Body::None,
                Value::Array(lines) => Body::Lines(lines.clone()),
                body => Body::Json(body.clone()),
            },
            headers: Vec::new(),
        };
        let (old, new) = (before.decide(&subject, &request), after.decide(&subject, &request));
        if (old.outcome, &old.reason) != (new.outcome, &new.reason) {
            differences.push(user.to_owned());
        }
    }
    // engine recordings v6-config-live and v6-config-migrated: two of 63 answers differ, both of the role
    // whose groups are written in lower case, which the plugin brings along from 1.0 on
    assert_eq!(cases.len(), 63);
    assert_eq!(differences, ["u_lower", "u_lower"]);
}

#[test]
fn opensearch_gets_renamed_settings_paths_and_files_and_keeps_the_rest_to_the_byte() {
    let roles = b"---\n_meta:\n  type: \"roles\"\n  config_version: 2\n\nr:   # why\n  index_permissions:\n    - index_patterns: [\"_all\"]\n      allowed_actions: [read]\n".to_vec();
    let config = b"_meta: {type: config, config_version: 2}\nconfig:\n  dynamic:\n    multi_rolespan_enabled: false   # one role\n    authc:\n      own:\n        authentication_backend:\n          type: com.amazon.opendistroforelasticsearch.security.auth.internal.InternalAuthenticationBackend\n".to_vec();
    let whitelist = b"_meta: {type: whitelist, config_version: 2}\nconfig:\n  enabled: true\n  requests:\n    /_opendistro/_security/api/whitelist: [GET]\n    /_cluster/health: [GET]\n".to_vec();
    let node = b"cluster.name: x\n# admins\nopendistro_security.authcz.admin_dn: [\"CN=a\"]\nopendistro_security.audit.enable_rest: true\n"
        .to_vec();
    let scenario = b"requests:\n  - request: GET _opendistro/_security/api/roles   # who\n    as: a\n  - GET logs/_search\n".to_vec();
    let files = [
        ("roles.yml", roles.clone()),
        ("config.yml", config),
        ("whitelist.yml", whitelist),
        ("elasticsearch.yml", node),
        ("scenarios.yml", scenario),
    ];
    let conversion = run(Target::OpenSearch, &files);
    assert_eq!(text(&conversion, "roles.yml").as_bytes(), roles);
    assert!(text(&conversion, "config.yml").contains("multi_rolespan_enabled: false   # one role"));
    assert!(text(&conversion, "config.yml").contains("type: org.opensearch.security.auth.internal.InternalAuthenticationBackend"));
    let allowlist = text(&conversion, "allowlist.yml");
    assert!(
        allowlist.contains("type: allowlist")
            && allowlist.contains("    /_plugins/_security/api/allowlist: [GET]\n    /_cluster/health: [GET]\n")
    );
    assert_eq!(
        text(&conversion, "opensearch.yml"),
        "cluster.name: x\n# admins\nplugins.security.authcz.admin_dn: [\"CN=a\"]\nopendistro_security.audit.enable_rest: true\n"
    );
    assert!(text(&conversion, "scenarios.yml").contains("- request: GET _plugins/_security/api/roles   # who"));
    let notes = notes(&conversion);
    for expected in [
        "setting `opendistro_security.authcz.admin_dn` is called `plugins.security.authcz.admin_dn`",
        "setting `opendistro_security.audit.enable_rest` keeps its old name",
        "`whitelist.yml` is called `allowlist.yml`",
        "pattern `_all` covers every open index in Open Distro and nothing in OpenSearch",
        "`multi_rolespan_enabled: false` has no effect",
    ] {
        assert!(notes.contains(expected), "{expected}\n{notes}");
    }
}

#[test]
fn what_cannot_be_converted_says_so() {
    let files = [
        ("config.yml", b"opendistro_security: {dynamic: {}}\nmore: 1\n".to_vec()),
        ("roles.yml", b"all_access:\n  cluster: [UNLIMITED]\n".to_vec()),
    ];
    let conversion = run(Target::V7, &files);
    let errors: Vec<&str> =
        conversion.notes.iter().filter(|note| note.severity == Severity::Error).map(|note| note.message.as_str()).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].contains("must be its only key"));
    assert!(errors[1].contains("Cannot override static roles"));
}

#[test]
fn each_file_is_read_by_its_own_form_and_a_mixture_is_said() {
    let files = [
        ("roles.yml".to_owned(), b"ro:\n  cluster: [CLUSTER_ALL]\n  indices:\n    '?kibana': {'*': [READ]}\n  tenants: {t: RO}\n".to_vec()),
        ("roles_mapping.yml".to_owned(), b"_meta: {type: rolesmapping, config_version: 2}\nro: {backend_roles: [staff]}\n".to_vec()),
    ];
    let mut configuration = Configuration::default();
    let mut problems = Vec::new();
    for (name, bytes) in &files {
        let document = Document::parse(FileId(0), bytes.clone());
        let What::Security(kind) = what(name) else { panic!("{name}") };
        read_document(kind, document.root().expect("a document"), &mut configuration, &mut problems);
    }
    assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.message.contains("in the form before 1.0")));
    assert!(problems.iter().any(|problem| problem.message.contains("different forms")));
    assert_eq!(configuration.roles["ro"].index_permissions[0].index_patterns[0].value, "?kibana");
    assert_eq!(configuration.roles["ro"].tenant_permissions[0].allowed_actions[0].value, "kibana_all_read");
    assert_eq!(configuration.roles_mapping["ro"].backend_roles[0].value, "staff");
}

#[test]
fn search_guards_files_are_read_and_converted() {
    let files = [
        (
            "sg_roles.yml",
            b"sg_reader:\n  indices:\n    'logs-*':\n      '*': [READ]\n      _dls_: '{\"term\":{\"a\":1}}'\n      _fls_: ['~b']\n"
                .to_vec(),
        ),
        ("sg_action_groups.yml", b"READ:\n  - 'indices:data/read*'\n".to_vec()),
        ("sg_config.yml", b"searchguard:\n  dynamic:\n    kibana: {do_not_fail_on_forbidden: true}\n".to_vec()),
    ];
    let documents = documents(&files);
    let kinds = [DocumentKind::Roles, DocumentKind::ActionGroups, DocumentKind::Config];
    let given: Vec<Given<'_>> = files
        .iter()
        .zip(&documents)
        .zip(kinds)
        .map(|(((name, _), document), kind)| Given { name, what: What::Security(kind), document })
        .collect();
    let conversion = convert(Target::V7, &given);
    let configuration = read(&made(&conversion));
    assert_eq!(configuration.dynamic.flag("do_not_fail_on_forbidden"), Some(true));
    let rule = &configuration.roles["sg_reader"].index_permissions[0];
    assert_eq!((rule.fls[0].value.as_str(), rule.dls.as_ref().map(|dls| dls.value.as_str())), ("~b", Some("{\"term\":{\"a\":1}}")));
    assert_eq!(configuration.action_groups["READ"].kind.as_ref().map(|kind| kind.value.as_str()), Some("unknown"));
    assert!(notes(&conversion).contains("`searchguard` is taken as `opendistro_security`"));
}

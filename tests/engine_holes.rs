//! Known holes of the engines themselves, told beside the verdicts that they touch, and what v4 alone does.
//! Expectations as recorded (opensearch.md rules 10 and 12, opensearch-v4.md points 4, 16 and 21).

use std::sync::Arc;

use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::evaluate::{Outcome, Subject, Verdict, compile};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::model::{Evaluator, Product};
use rolesmith::engine::request::{Body, Request};
use rolesmith::source::FileId;
use rolesmith::yaml::Document;
use serde_json::{Value, json};

const V4: (Product, Evaluator) = (Product::OpenSearch3_8, Evaluator::V4);

fn legacy(product: Product) -> (Product, Evaluator) {
    (product, Evaluator::Legacy)
}

fn configuration(roles: &str, dynamic: &str) -> Configuration {
    let mut configuration = Configuration::default();
    let config = format!("config:\n  dynamic: {{{dynamic}}}\n");
    let parts = [
        (DocumentKind::Roles, roles),
        (DocumentKind::RolesMapping, "r: {users: [ann]}\n"),
        (DocumentKind::InternalUsers, "ann: {}\n"),
        (DocumentKind::Config, &config),
    ];
    for (kind, text) in parts {
        let document = Document::parse(FileId(0), text.as_bytes().to_vec());
        read_document(kind, document.root().expect("a document"), &mut configuration, &mut Vec::new());
    }
    configuration
}

fn cluster(names: &[&str]) -> Cluster {
    let indices = names.iter().map(|name| ((*name).to_owned(), Index::default())).collect();
    Cluster { known: true, indices, ..Cluster::default() }
}

fn ask(engine: (Product, Evaluator), configuration: &Configuration, cluster: &Cluster, line: &str, body: Option<Value>) -> Verdict {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let body = body.map_or(Body::None, Body::Json);
    let request = Request { method: method.to_owned(), path: path.to_owned(), body, ..Request::default() };
    let subject = Subject { user: "ann".to_owned(), ..Subject::default() };
    compile(engine.0, engine.1, configuration, &Arc::new(cluster.clone())).decide(&subject, &request)
}

fn notes(verdict: &Verdict, what: &str) -> bool {
    verdict.notes.iter().any(|note| note.contains(what) && note.contains("recorded from"))
}

#[test]
fn a_point_in_time_of_another_user_shows_more_than_is_permitted_in_2_19() {
    // opened by 2.19.3 on `app-a-1` and `customers`
    let id = "v9iFQQIHYXBwLWEtMRZXTmhTZmluWVR1S3EwUW9Ja0NCTDRnABZ5QWpGN0o3bFFjS2RjUEZYSmpCTS1nAAAAAAAAAAAbFmFjSTNJMWdLUUFPSFcyM0FWYWl5TmcJY3VzdG9tZXJzFk1ILTNHZDJtUXd5Uzdrc0Q5emZDOXcAFnlBakY3SjdsUWNLZGNQRlhKakJNLWcAAAAAAAAAABwWYWNJM0kxZ0tRQU9IVzIzQVZhaXlOZwIWTUgtM0dkMm1Rd3lTN2tzRDl6ZkM5dwAAFldOaFNmaW5ZVHVLcTBRb0lrQ0JMNGcAAA==";
    let roles = "r:\n  index_permissions:\n  - {index_patterns: ['app-*'], allowed_actions: [read]}\n";
    let configuration = configuration(roles, "do_not_fail_on_forbidden: true");
    let cluster = cluster(&["app-a-1", "customers"]);
    let body = json!({"pit": {"id": id}});
    for (product, told) in [(Product::OpenSearch2_19, true), (Product::OpenSearch3_4, false)] {
        let verdict = ask(legacy(product), &configuration, &cluster, "POST /_search", Some(body.clone()));
        assert_eq!(verdict.status, None, "{product:?}");
        assert_eq!(notes(&verdict, "point in time"), told, "{product:?} {:?}", verdict.notes);
    }
}

#[test]
fn a_document_query_that_does_not_parse_opens_the_documents_in_3_8() {
    let roles = "r:\n  index_permissions:\n  - {index_patterns: [logs], dls: '{\"nope\":1}', allowed_actions: [read]}\n";
    let configuration = configuration(roles, "");
    let cluster = cluster(&["logs"]);
    for (engine, told) in [
        (legacy(Product::OpenSearch3_8), true),
        (V4, true),
        (legacy(Product::OpenSearch3_4), false),
        (legacy(Product::OpenSearch2_19), false),
    ] {
        let verdict = ask(engine, &configuration, &cluster, "GET /logs/_search", None);
        assert_eq!(notes(&verdict, "cannot be parsed and is dropped"), told, "{engine:?} {:?}", verdict.notes);
    }
}

#[test]
fn a_narrowed_wildcard_drops_the_filter_of_an_alias_in_v4() {
    let roles = "r:\n  index_permissions:\n  - {index_patterns: ['fin-2024'], allowed_actions: [read]}\n";
    let configuration = configuration(roles, "");
    let mut cluster = cluster(&["fin-2024", "fin-2025"]);
    let member = AliasMember { index: "fin-2024".to_owned(), filter: Some(json!({"term": {"n": 1}})), ..AliasMember::default() };
    cluster.aliases.insert("fin-some".to_owned(), vec![member]);
    let verdict = ask(V4, &configuration, &cluster, "GET /fin-*/_search", None);
    assert!(notes(&verdict, "drops the filter of the alias `fin-some`"), "{:?}", verdict.notes);
}

#[test]
fn the_table_of_shards_lists_every_index() {
    let roles = "r:\n  cluster_permissions: [cluster_monitor]\n  index_permissions:\n  - {index_patterns: [logs], allowed_actions: ['indices:monitor/*']}\n";
    let configuration = configuration(roles, "do_not_fail_on_forbidden: true");
    let cluster = cluster(&["logs", "hr"]);
    for engine in [legacy(Product::OpenSearch2_19), legacy(Product::OpenSearch3_4), legacy(Product::OpenSearch3_8), V4] {
        let verdict = ask(engine, &configuration, &cluster, "GET /_cat/shards", None);
        assert_eq!(verdict.status, None, "{engine:?} {:?}", verdict.reason);
        assert!(notes(&verdict, "lists every index"), "{engine:?} {:?}", verdict.notes);
    }
}

#[test]
fn a_method_that_a_path_does_not_have_is_unknown_to_both_evaluators() {
    let configuration = configuration("r: {cluster_permissions: ['*']}\n", "");
    for engine in [legacy(Product::OpenSearch3_8), V4] {
        let verdict = ask(engine, &configuration, &cluster(&[]), "PATCH /_search", None);
        assert_eq!(verdict.outcome, Outcome::Unknown, "{engine:?}");
        assert!(verdict.unknown.iter().any(|why| why.contains("incorrect HTTP method PATCH")), "{engine:?} {:?}", verdict.unknown);
    }
}

#[test]
fn narrowing_of_v4_follows_its_own_key_and_not_the_legacy_one() {
    let roles = "r:\n  index_permissions:\n  - {index_patterns: [logs], allowed_actions: [read]}\n";
    let cluster = cluster(&["logs", "hr"]);
    let outcome = |dynamic: &str| ask(V4, &configuration(roles, dynamic), &cluster, "GET /*/_search", None).outcome;
    assert_eq!(outcome(""), Outcome::Partial, "on by default");
    assert_eq!(outcome("privileges_evaluation_ignore_unauthorized_indices: false"), Outcome::Denied);
    assert_eq!(outcome("do_not_fail_on_forbidden: false"), Outcome::Partial, "no effect");
}

#[test]
fn an_evaluation_that_fails_is_a_verdict_of_its_own_in_v4() {
    // point 16: closed indices alone behind a wildcard
    let configuration = configuration("r:\n  index_permissions:\n  - {index_patterns: ['*'], allowed_actions: ['*']}\n", "");
    let mut cluster = cluster(&["logs-1", "logs-2"]);
    cluster.indices.insert("logs-2".to_owned(), Index { closed: true, ..Index::default() });
    let verdict = ask(V4, &configuration, &cluster, "GET /logs-*/_search?expand_wildcards=closed", None);
    let told = (verdict.status, verdict.reason.as_deref());
    assert_eq!(told, (Some(500), Some("Unexpected exception indices:data/read/search")));
}

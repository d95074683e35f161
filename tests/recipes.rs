//! The documentation's two recipes: what each must allow and must deny, as the product answered.

use std::sync::Arc;

use rolesmith::engine::catalog::opensearch::RECIPES;
use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::evaluate::opendistro::OpenDistro;
use rolesmith::engine::evaluate::{Decide, Subject};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::request::{Body, Request};
use rolesmith::engine::scenario::{Scenario, read_scenario, replay};
use rolesmith::source::{FileId, Located};
use rolesmith::yaml::Document;

fn recipes() -> (Configuration, Scenario) {
    let mut configuration = Configuration::default();
    let mut scenario = Scenario::default();
    let mut problems = Vec::new();
    for (at, (name, text)) in RECIPES.into_iter().enumerate() {
        let document = Document::parse(FileId(at as u32), text.as_bytes().to_vec());
        let kind = match name {
            "roles.yml" => DocumentKind::Roles,
            "roles_mapping.yml" => DocumentKind::RolesMapping,
            "internal_users.yml" => DocumentKind::InternalUsers,
            _ => {
                scenario = read_scenario(&document, &mut problems);
                continue;
            }
        };
        read_document(kind, document.root().expect("a document"), &mut configuration, &mut problems);
    }
    assert!(problems.is_empty(), "{problems:?}");
    let roles = serde_json::json!(["all_access", "security_rest_api_access"]);
    configuration.node.set("opendistro_security.restapi.roles_enabled", Located::bare(roles));
    (configuration, scenario)
}

fn cluster() -> Cluster {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    for name in ["my-index-000001", "my-index-000002", "my-index-000003", "logs-2025-01", ".kibana_1", ".opendistro_security"] {
        cluster.indices.insert(name.to_owned(), Index::default());
    }
    for (alias, index) in [("my-alias", "my-index-000001"), (".kibana", ".kibana_1")] {
        cluster.aliases.insert(alias.to_owned(), vec![AliasMember { index: index.to_owned(), ..AliasMember::default() }]);
    }
    cluster
}

#[test]
fn the_recipes_allow_and_deny_what_they_should() {
    let (configuration, scenario) = recipes();
    let engine = OpenDistro::new(&configuration, Arc::new(cluster())).expect("a configuration that loads");
    let answers = replay(&scenario, &configuration, &engine);
    assert!(answers.problems.is_empty(), "{:?}", answers.problems);
    assert!(answers.answers.len() >= 35);
    let mut wrong = Vec::new();
    for answer in &answers.answers {
        let case = &scenario.cases[answer.case];
        let (Some(verdict), Some(expected)) = (&answer.verdict, &answer.expected) else { panic!("{}: nothing expected", case.name) };
        let reason = expected.reason.as_ref().is_none_or(|text| verdict.reason.as_ref().is_some_and(|found| found.contains(text)));
        if verdict.outcome != expected.outcome || !reason {
            wrong.push(format!(
                "{} as {}: {:?} {:?}, expected {:?}",
                case.request, answer.user, verdict.outcome, verdict.reason, expected.outcome
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_explanation_names_all_that_is_missing_and_what_grants_the_rest() {
    let (configuration, _) = recipes();
    let engine = OpenDistro::new(&configuration, Arc::new(cluster())).expect("a configuration that loads");
    let subject = Subject { user: "loader".to_owned(), ..Subject::default() };
    let request = Request {
        method: "PUT".to_owned(),
        path: "/logs-new/_doc/1".to_owned(),
        body: Body::Json(serde_json::json!({"n": 1})),
        headers: Vec::new(),
    };
    let plain = engine.decide(&subject, &request);
    let explained = engine.explain(&subject, &request);
    assert_eq!((plain.outcome, &plain.reason), (explained.outcome, &explained.reason));
    // the engine stops at the first refusal; the explanation goes on to the creation, the bulk and its shard
    assert_eq!(plain.calls.len(), 1);
    let missing: Vec<&str> = explained
        .calls
        .iter()
        .flat_map(|call| &call.cells)
        .filter(|cell| cell.granted_by.is_none())
        .map(|cell| cell.action.as_str())
        .collect();
    for action in ["indices:data/write/index", "indices:admin/create", "indices:data/write/bulk[s]"] {
        assert!(missing.contains(&action), "{action}: {missing:?}");
    }
    let bulk = explained.calls.iter().find(|call| call.action == "indices:data/write/bulk").expect("the bulk");
    let hops: Vec<(&str, &str)> =
        bulk.cells[0].granted_by.iter().flat_map(|evidence| &evidence.hops).map(|hop| (hop.kind, hop.name.as_str())).collect();
    let expected = [
        ("user", "loader"),
        ("user", "loader"),
        ("role mapping", "bulk_access"),
        ("role", "bulk_access"),
        ("action group", "cluster_composite_ops"),
        ("action", "indices:data/write/bulk"),
    ];
    assert_eq!(hops, expected);
    let nearest = explained.calls[0].cells[0].nearest.as_ref().expect("a near miss");
    assert!(nearest.hops.iter().any(|hop| hop.kind == "index pattern" && hop.name == "my-index-*"));
}

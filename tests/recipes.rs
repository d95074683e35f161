//! The documentation's two recipes: what each must allow and must deny, as the product answered.

use std::sync::Arc;

use rolesmith::engine::catalog::opensearch::RECIPES;
use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::evaluate::opendistro::OpenDistro;
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
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

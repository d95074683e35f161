//! Security documents inside manifests, Helm values and custom resources.

use std::path::Path;

use rolesmith::engine::model::opensearch::container::{Container, Holder, is_container, read_container, sections};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind};
use rolesmith::source::{FileId, Problem};
use rolesmith::workspace::{FileKind, Options, Workspace};
use rolesmith::yaml::Document;

fn open(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/containers").join(name);
    Document::parse(FileId(7), std::fs::read(path).expect("fixture"))
}

fn read(document: &Document) -> (Configuration, Vec<Problem>) {
    let (mut configuration, mut problems) = (Configuration::default(), Vec::new());
    read_container(document, &mut configuration, &mut problems);
    (configuration, problems)
}

#[test]
fn manifests_hold_secrets_config_maps_and_resources() {
    let document = open("manifests.yaml");
    assert!(is_container(&document));
    let (configuration, problems) = read(&document);
    assert_eq!(configuration.roles.keys().collect::<Vec<_>>(), ["reader", "writer"]);
    assert_eq!(configuration.internal_users["ann"].backend_roles[0].value, "staff");
    assert_eq!(configuration.dynamic.flag("do_not_fail_on_forbidden"), Some(true));
    let writer = &configuration.roles["writer"];
    let rule = &writer.index_permissions[0];
    assert_eq!((rule.fls[0].value.as_str(), rule.masked_fields[0].value.as_str()), ("~secret", "name"));
    assert_eq!(writer.tenant_permissions[0].tenant_patterns[0].value, "t");
    let mapped: Vec<&str> = configuration.roles_mapping["reader"].users.iter().map(|user| user.value.as_str()).collect();
    assert_eq!(mapped, ["ann", "bob"]);
    assert_eq!(configuration.internal_users["bob"].security_roles[0].value, "writer");
    assert_eq!(configuration.internal_users["bob"].attributes["dept"].value, "a");
    assert!(configuration.action_groups.contains_key("group") && configuration.tenants.contains_key("t"));
    // the broken document and the text that is no base64 are problems; everything else was read
    assert!(problems.iter().any(|problem| problem.message.contains("`tenants.yml` is not base64")), "{problems:?}");
    assert!(problems.len() >= 2, "{problems:?}");
    let found = sections(&document);
    let count = |container: Container| found.iter().filter(|section| section.container == container).count();
    assert_eq!((count(Container::Secret), count(Container::ConfigMap), count(Container::Resource)), (5, 1, 5));
    assert!(found.iter().any(|section| section.kind == DocumentKind::InternalUsers && section.holder == Holder::Base64));
}

#[test]
fn places_are_those_of_the_outer_file() {
    let document = open("manifests.yaml");
    let (configuration, problems) = read(&document);
    let at = |place: Option<rolesmith::source::Place>| {
        let place = place.expect("a place");
        assert_eq!(place.file, FileId(7));
        String::from_utf8_lossy(&document.bytes()[place.span.range()]).into_owned()
    };
    assert_eq!(at(configuration.roles["reader"].index_permissions[0].index_patterns[0].place), "\"logs-*\"");
    assert_eq!(at(configuration.roles["writer"].cluster_permissions[0].place), "cluster_composite_ops");
    // base64 does not correspond letter by letter: the whole text stands for what is inside
    assert!(at(configuration.internal_users["ann"].backend_roles[0].place).starts_with("X21ldGE6"));
    for problem in &problems {
        assert!(problem.place.is_none_or(|place| (place.span.end as usize) <= document.bytes().len()));
    }
}

#[test]
fn helm_values_hold_texts_maps_and_templates() {
    let document = open("values.yaml");
    assert!(is_container(&document));
    let (configuration, problems) = read(&document);
    assert!(configuration.roles.contains_key("from_text") && configuration.roles_mapping.contains_key("from_text"));
    assert!(sections(&document).iter().all(|section| section.container == Container::HelmValues));
    assert!(problems.iter().any(|problem| problem.message.contains("is a Go (Helm) template")), "{problems:?}");
}

#[test]
fn other_files_are_no_containers() {
    for text in ["roles:\n  a: 1\n", "apiVersion: v1\nkind: Secret\ndata: {tls.crt: AAAA}\n", "kind: OpensearchRole\n", "", "[1, 2"] {
        assert!(!is_container(&Document::parse(FileId(0), text.as_bytes().to_vec())), "{text}");
    }
}

#[test]
fn a_workspace_opens_manifests_next_to_files() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/containers");
    let workspace = Workspace::open(fixtures.join("manifests.yaml"), Options::default()).expect("a manifest");
    assert_eq!(workspace.files()[0].kind(), FileKind::Container);
    assert!(workspace.configuration().roles.contains_key("writer"));
    assert!(!workspace.problems().any(|problem| problem.message.contains("only the first is read")));
    let place = workspace.configuration().roles["reader"].index_permissions[0].index_patterns[0].place.expect("a place");
    assert_eq!(workspace.whereis(place).expect("a line").at.to_string(), "12:28");
}

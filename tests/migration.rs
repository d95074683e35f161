//! Migration of the form before 1.0: samples before and after the plugin's own migrater come out equal.

use std::path::Path;

use rolesmith::engine::model::opensearch::v6::migrate::{Way, migrate};
use rolesmith::engine::model::opensearch::{DocumentKind, json};
use rolesmith::source::FileId;
use rolesmith::yaml::Document;
use serde_json::Value;

const FILES: [(DocumentKind, &str); 6] = [
    (DocumentKind::Roles, "roles.yml"),
    (DocumentKind::RolesMapping, "roles_mapping.yml"),
    (DocumentKind::InternalUsers, "internal_users.yml"),
    (DocumentKind::ActionGroups, "action_groups.yml"),
    (DocumentKind::Tenants, "tenants.yml"),
    (DocumentKind::Config, "config.yml"),
];

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/migration").join(name)
}

fn document(bytes: Vec<u8>) -> Document {
    Document::parse(FileId(0), bytes)
}

/// What does not count: the order of lists that come out of Java's hash sets, and nulls that one way of
/// writing leaves out.
fn content(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> =
                map.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), content(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(content).collect();
            if items.iter().all(Value::is_string) {
                items.sort_by_key(|item| item.as_str().unwrap_or_default().to_owned());
            } else {
                items.sort_by_key(ToString::to_string);
            }
            Value::Array(items)
        }
        other => other.clone(),
    }
}

#[test]
fn the_offline_migraters_samples_come_out_equal() {
    let before: Vec<(DocumentKind, Document)> =
        FILES.iter().filter_map(|(kind, name)| Some((*kind, document(std::fs::read(folder("sample_v6").join(name)).ok()?)))).collect();
    assert_eq!(before.len(), 5);
    let roots: Vec<_> = before.iter().filter_map(|(kind, document)| Some((*kind, document.root()?))).collect();
    let migrated = migrate(&roots, Way::Offline);
    for (kind, name) in FILES {
        let after = document(std::fs::read(folder("sample_v7").join(name)).expect("fixture"));
        let expected = json(after.root().expect("root"));
        assert_eq!(content(&migrated.documents[&kind]), content(&expected), "{name}");
    }
    let notes: Vec<&str> = migrated.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(notes.iter().any(|note| note.contains("`XX`")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("`opendistro_role`") || note.contains("kibana.opendistro_role")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("`bob@example.com`")), "{notes:?}");
}

#[test]
fn the_online_migration_comes_out_equal() {
    let text = std::fs::read_to_string(folder("online_migrate.json")).expect("fixture");
    let recorded: Value = serde_json::from_str(&text).expect("json");
    let kinds = [
        (DocumentKind::Roles, "roles"),
        (DocumentKind::RolesMapping, "rolesmapping"),
        (DocumentKind::InternalUsers, "internalusers"),
        (DocumentKind::ActionGroups, "actiongroups"),
        (DocumentKind::Config, "config"),
    ];
    let before: Vec<(DocumentKind, Document)> =
        kinds.iter().map(|(kind, name)| (*kind, document(recorded["v6"][name].to_string().into_bytes()))).collect();
    let roots: Vec<_> = before.iter().filter_map(|(kind, document)| Some((*kind, document.root()?))).collect();
    let migrated = migrate(&roots, Way::Online);
    for (kind, name) in kinds.into_iter().chain([(DocumentKind::Tenants, "tenants")]) {
        let expected = &recorded["v7"][name];
        assert_eq!(content(&migrated.documents[&kind]), content(expected), "{name}");
    }
}

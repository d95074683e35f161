//! Stored application privileges are edited in place: nothing else of the file changes, roles follow a rename, and
//! what Elasticsearch would refuse is refused.

mod support;

use std::fs;

use proptest::prelude::*;
use rolesmith::engine::change::Change;
use rolesmith::engine::change::elasticsearch::{ElasticsearchChange, StoredPrivilegeChange as Stored};
use rolesmith::workspace::{SaveOptions, Workspace};

use support::Directory;

/// As `GET _security/privilege?pretty` prints them.
const PRETTY: &str = "{\n  \"shop\" : {\n    \"read\" : {\n      \"application\" : \"shop\",\n      \"name\" : \"read\",\n      \"actions\" : [\n        \"data:read/*\",\n        \"action:login\"\n      ],\n      \"metadata\" : { }\n    },\n    \"write\" : {\n      \"application\" : \"shop\",\n      \"name\" : \"write\",\n      \"actions\" : [\n        \"data:write/*\"\n      ],\n      \"metadata\" : {\n        \"why\" : \"tills\"\n      }\n    }\n  },\n  \"kibana-.kibana\" : {\n    \"all\" : {\n      \"application\" : \"kibana-.kibana\",\n      \"name\" : \"all\",\n      \"actions\" : [\n        \"*\"\n      ],\n      \"metadata\" : { }\n    }\n  }\n}\n";
const COMPACT: &str = r#"{"shop":{"read":{"application":"shop","name":"read","actions":["data:read/*","action:login"],"metadata":{}},"write":{"application":"shop","name":"write","actions":["data:write/*"],"metadata":{"why":"tills"}}},"kibana-.kibana":{"all":{"application":"kibana-.kibana","name":"all","actions":["*"],"metadata":{}}}}"#;
const ROLES: &str = "clerk:\n  applications:\n    - application: shop   # the tills\n      privileges: [ read, 'write' ]\n      resources: [ '*' ]\n    - application: other\n      privileges: [ read ]\n      resources: [ '*' ]\n";

fn directory(privileges: &str) -> Directory {
    Directory::new(&[("roles.yml", ROLES), ("privileges.json", privileges), ("users", "")])
}

fn text(workspace: &Workspace, name: &str) -> String {
    let file = workspace.files().iter().find(|file| file.name() == name).unwrap();
    String::from_utf8(file.document().bytes().to_vec()).unwrap()
}

fn apply(workspace: &mut Workspace, change: Stored) -> Result<(), String> {
    workspace.apply(Change::from(ElasticsearchChange::from(change))).map_err(|error| error.to_string())
}

/// The file after a change, of each style.
#[track_caller]
fn becomes(change: &Stored, pretty: (&str, &str), compact: (&str, &str)) {
    for (before, (cut, put)) in [(PRETTY, pretty), (COMPACT, compact)] {
        let directory = directory(before);
        let mut workspace = directory.open();
        apply(&mut workspace, change.clone()).unwrap();
        let expected = before.replacen(cut, put, 1);
        assert_ne!(expected, before, "{cut}");
        assert_eq!(text(&workspace, "privileges.json"), expected);
        workspace.save(SaveOptions::default()).unwrap();
        assert_eq!(fs::read_to_string(directory.path("privileges.json")).unwrap(), expected);
        assert_eq!(workspace.elasticsearch().unwrap().privileges.len(), directory.open().elasticsearch().unwrap().privileges.len());
    }
}

#[test]
fn an_action_comes_and_goes() {
    let privilege = || "shop read".to_owned();
    becomes(
        &Stored::AddStoredAction { privilege: privilege(), action: "data:list".into() },
        ("\"action:login\"\n", "\"action:login\",\n        \"data:list\"\n"),
        (r#""action:login"]"#, r#""action:login","data:list"]"#),
    );
    becomes(
        &Stored::RemoveStoredAction { privilege: privilege(), action: "data:read/*".into() },
        ("\"data:read/*\",\n        ", ""),
        (r#""data:read/*","#, ""),
    );
}

#[test]
fn a_rename_is_followed_by_the_roles_of_that_application_alone() {
    becomes(
        &Stored::RenameStoredPrivilege { privilege: "shop read".into(), to: "shop look".into() },
        (
            "\"read\" : {\n      \"application\" : \"shop\",\n      \"name\" : \"read\"",
            "\"look\" : {\n      \"application\" : \"shop\",\n      \"name\" : \"look\"",
        ),
        (r#""read":{"application":"shop","name":"read""#, r#""look":{"application":"shop","name":"look""#),
    );
    let mut workspace = directory(PRETTY).open();
    apply(&mut workspace, Stored::RenameStoredPrivilege { privilege: "shop read".into(), to: "shop look".into() }).unwrap();
    assert_eq!(text(&workspace, "roles.yml"), ROLES.replacen("[ read, ", "[ look, ", 1));
    workspace.undo();
    assert_eq!((text(&workspace, "roles.yml"), text(&workspace, "privileges.json")), (ROLES.to_owned(), PRETTY.to_owned()));
}

#[test]
fn privileges_and_applications_come_and_go() {
    let made = "\"pay\": {\"application\": \"shop\", \"name\": \"pay\", \"actions\": [\"action:pay\"], \"metadata\": {}}";
    let mut workspace = directory(COMPACT).open();
    apply(&mut workspace, Stored::CreateStoredPrivilege { privilege: "shop pay".into(), actions: vec!["action:pay".into()] }).unwrap();
    let after = text(&workspace, "privileges.json");
    let without_blanks = |text: &str| text.replace(' ', "");
    assert!(without_blanks(&after).contains(&without_blanks(made)), "{after}");
    serde_json::from_str::<serde_json::Value>(&after).unwrap();
    // behind the others of its application, and every other byte stays
    let at = after.find("\"pay\"").unwrap();
    assert!(after.find("\"write\"").unwrap() < at && at < after.find("\"kibana-.kibana\"").unwrap(), "{after}");
    apply(&mut workspace, Stored::DeleteStoredPrivilege { privilege: "shop pay".into() }).unwrap();
    assert_eq!(text(&workspace, "privileges.json"), COMPACT);

    let last = &Stored::DeleteStoredPrivilege { privilege: "kibana-.kibana all".into() };
    let start = PRETTY.find(",\n  \"kibana-.kibana\"").unwrap();
    let whole = &PRETTY[start..PRETTY.len() - 3];
    let compact = &COMPACT[COMPACT.find(",\"kibana-.kibana\"").unwrap()..COMPACT.len() - 1];
    becomes(last, (whole, ""), (compact, ""));
    becomes(&Stored::DeleteStoredApplication { application: "kibana-.kibana".into() }, (whole, ""), (compact, ""));
    let mut workspace = directory(PRETTY).open();
    apply(&mut workspace, Stored::DeleteStoredApplication { application: "shop".into() }).unwrap();
    assert_eq!(workspace.elasticsearch().unwrap().privileges.len(), 1);
}

/// The texts of the engine's validation of names and actions are behind these.
#[test]
fn what_elasticsearch_would_refuse_is_refused() {
    let mut workspace = directory(PRETTY).open();
    let create = |privilege: &str, actions: &[&str]| Stored::CreateStoredPrivilege {
        privilege: privilege.into(),
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
    };
    let refused = [
        (create("shop read", &["a:b"]), "is there already"),
        (create("shop pay", &[]), "needs an action"),
        (create("shop pay", &["pay"]), "is no action of an application"),
        (create("Shop pay", &["a:b"]), "cannot name a stored privilege"),
        (create("sh pay", &["a:b"]), "cannot name a stored privilege"),
        (create("shop Pay", &["a:b"]), "cannot name a stored privilege"),
        (create("shoppay", &["a:b"]), "cannot name a stored privilege"),
        (Stored::RenameStoredPrivilege { privilege: "shop read".into(), to: "shop write".into() }, "is there already"),
        (Stored::RenameStoredPrivilege { privilege: "shop read".into(), to: "till read".into() }, "cannot move to application `till`"),
        (Stored::RemoveStoredAction { privilege: "shop write".into(), action: "data:write/*".into() }, "needs an action"),
        (Stored::RemoveStoredAction { privilege: "shop read".into(), action: "x:y".into() }, "is not in actions"),
        (Stored::AddStoredAction { privilege: "shop read".into(), action: "data:read/*".into() }, "is already in actions"),
        (Stored::DeleteStoredPrivilege { privilege: "shop x".into() }, "no stored privilege `shop x`"),
        (Stored::DeleteStoredApplication { application: "x".into() }, "no application `x`"),
    ];
    for (change, words) in refused {
        let error = apply(&mut workspace, change.clone()).unwrap_err();
        assert!(error.contains(words), "{change:?}: {error}");
        assert_eq!(text(&workspace, "privileges.json"), PRETTY);
    }
}

#[test]
fn what_is_deleted_breaks_the_roles_that_name_it() {
    let workspace = directory(PRETTY).open();
    let breaks = |change: Stored| -> Vec<String> {
        workspace.breaks(&Change::from(ElasticsearchChange::from(change))).into_iter().map(|reference| reference.name).collect()
    };
    assert_eq!(breaks(Stored::DeleteStoredPrivilege { privilege: "shop read".into() }), ["clerk"]);
    assert_eq!(breaks(Stored::DeleteStoredApplication { application: "shop".into() }), ["clerk", "clerk"]);
    assert_eq!(breaks(Stored::DeleteStoredPrivilege { privilege: "kibana-.kibana all".into() }), Vec::<String>::new());
}

/// The first one of all begins a file.
#[test]
fn without_a_file_one_is_begun() {
    let directory = Directory::new(&[("roles.yml", ROLES), ("users", "")]);
    let mut workspace = directory.open();
    apply(&mut workspace, Stored::CreateStoredPrivilege { privilege: "shop pay".into(), actions: vec!["action:pay".into()] }).unwrap();
    workspace.save(SaveOptions::default()).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&fs::read(directory.path("privileges.json")).unwrap()).unwrap();
    let made = serde_json::json!({"application": "shop", "name": "pay", "actions": ["action:pay"], "metadata": {}});
    assert_eq!(written, serde_json::json!({"shop": {"pay": made}}));
    assert_eq!(directory.open().elasticsearch().unwrap().privileges.len(), 1);
}

fn random(seed: (u8, u8, u8)) -> Stored {
    let names = ["shop read", "shop write", "shop pay", "kibana-.kibana all", "till open", "till shut"];
    let actions = ["data:read/*", "action:login", "data:write/*", "*", "a:\"b\\", "ünï:x"];
    let (privilege, action) = (names[seed.1 as usize % names.len()].to_owned(), actions[seed.2 as usize % actions.len()].to_owned());
    match seed.0 % 6 {
        0 => Stored::CreateStoredPrivilege { privilege, actions: vec![action] },
        1 => Stored::DeleteStoredPrivilege { privilege },
        2 => Stored::AddStoredAction { privilege, action },
        3 => Stored::RemoveStoredAction { privilege, action },
        4 => Stored::RenameStoredPrivilege { privilege, to: names[seed.2 as usize % names.len()].to_owned() },
        _ => Stored::DeleteStoredApplication { application: privilege.split(' ').next().unwrap().to_owned() },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(debug_assertions) { 48 } else { 400 }, ..ProptestConfig::default() })]

    /// A change that is done is done to the text and to the model alike, which the workspace checks; the file stays JSON,
    /// and all the way back gives every byte.
    #[test]
    fn text_and_model_change_alike(pretty: bool, seeds in proptest::collection::vec(any::<(u8, u8, u8)>(), 1..12)) {
        let before = if pretty { PRETTY } else { COMPACT };
        let directory = directory(before);
        let mut workspace = directory.open();
        for seed in seeds {
            let change = random(seed);
            match workspace.apply(Change::from(ElasticsearchChange::from(change.clone()))) {
                Ok(()) => {}
                Err(rolesmith::workspace::ApplyError::Change(_)) => continue,
                Err(error) => return Err(TestCaseError::fail(format!("{change:?}: {error}\n{}", text(&workspace, "privileges.json")))),
            }
            let after = text(&workspace, "privileges.json");
            prop_assert!(serde_json::from_str::<serde_json::Value>(&after).is_ok(), "{:?}\n{}", change, after);
        }
        while workspace.undo().is_some() {}
        prop_assert_eq!(text(&workspace, "privileges.json"), before);
        prop_assert_eq!(text(&workspace, "roles.yml"), ROLES);
    }
}

//! The panes over Elasticsearch's files: the file realm, and exports of the API.

use rolesmith::engine::evaluate::Outcome;
use rolesmith::tui::event::Event;
use rolesmith::tui::options::Options;
use rolesmith::tui::pane::Pane;
use rolesmith::tui::state::State;
use rolesmith::workspace::{Options as Opening, Workspace};

use super::{LARGE, USUAL, after_with, everywhere, keys_of, screen, settle};

fn open(fixture: &str) -> Workspace {
    let state = tempfile::tempdir().unwrap();
    let options = Opening { state: Some(state.path().to_owned()), ..Opening::default() };
    Workspace::open(format!("tests/fixtures/elasticsearch/{fixture}"), options).unwrap()
}

fn over(fixture: &str, size: (u16, u16), keys: &str) -> State {
    after_with(open(fixture), &Options::default(), size, keys)
}

fn press(state: &mut State, keys: &str) {
    for key in keys_of(keys) {
        settle(state, Event::Key(key));
    }
}

macro_rules! screens {
    ($($name:ident: $fixture:expr, $keys:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(concat!("elasticsearch_", stringify!($name)),
                    everywhere(|size, options| after_with(open($fixture), options, size, $keys)));
            });
        })*
    };
}

screens! {
    users: "file_realm", "j<enter>";
    roles: "file_realm", "2j<enter>";
    mappings: "exports", "3<enter>";
    mappings_by_role: "file_realm", "3j<enter>";
    privileges: "file_realm", "4/transform<enter>";
    privilege: "file_realm", "4/create_doc<enter><enter>";
    stored_privilege: "exports", "4/shop<enter><enter>";
    simulator: "file_realm", "5";
    denied: "file_realm", "5l<enter>";
    tenants: "file_realm", "7";
    graph: "file_realm", "w";
    save_shows_differences: "file_realm", "2<enter>jjjjjjjjje<ctrl-u>create_doc<enter>s";
    delete_says_what_breaks: "file_realm", "2d";
    unknown_privilege_is_doubted: "file_realm", "2<enter>jjjjjjjacreate_dok<enter>";
    settings: "exports", "8";
    findings: "file_realm", "6";
    repairs: "file_realm", "5lr";
    matrix: "file_realm", "M";
    matrix_of_roles_by_actions: "file_realm", "Mtttllf";
    refused: "refused", "2<enter>";
    refused_findings: "refused", "6";
}

/// The words after a walk: which of the scenario's cells are not as expected.
fn unexpected(state: &State) -> Vec<String> {
    let simulation = &state.simulation;
    let cells = (0..simulation.requests.len()).flat_map(|row| (0..simulation.subjects.len()).map(move |column| (row, column)));
    let wrong = cells.filter(|(row, column)| simulation.unexpected(*row, *column).is_some());
    wrong.map(|(row, column)| format!("{} as {}", simulation.requests[row].label(), simulation.names[column])).collect()
}

#[test]
fn a_logs_writer_is_reduced_from_all_to_what_it_needs() {
    for fixture in ["file_realm", "exports"] {
        let mut state = over(fixture, USUAL, "2<enter>");
        assert_eq!(unexpected(&state), ["DELETE /logs-2026 as shipper"], "{fixture}");
        let all = |state: &State| state.detail.lines().iter().position(|line| line.text().trim() == "all").unwrap();
        let at = all(&state);
        state.detail.go(at);
        press(&mut state, "e<ctrl-u>create_doc<enter>aauto_configure<enter>");
        let diff: Vec<String> = state.open.data().workspace().text_diff().into_iter().map(|diff| diff.text).collect();
        let changed: Vec<&str> = diff
            .iter()
            .flat_map(|text| text.lines())
            .filter(|line| line.starts_with(['+', '-']) && line.get(1..3) != Some("--") && line.get(1..3) != Some("++"))
            .collect();
        let expected: &[&str] = match fixture {
            "file_realm" => &["-      privileges: [ 'all' ]", "+      privileges: [ 'create_doc', 'auto_configure' ]"],
            _ => &["-          \"all\"", "+          \"create_doc\",", "+          \"auto_configure\""],
        };
        assert_eq!(changed, expected, "{}", diff.concat());
        // every verdict was asked again, and the requests it may not do are denied in the product's own words
        assert_eq!(unexpected(&state), Vec::<String>::new(), "{fixture}");
        let row = state.simulation.requests.iter().position(|asked| asked.label() == "DELETE /logs-2026").unwrap();
        let column = state.simulation.names.iter().position(|name| name == "shipper").unwrap();
        let verdict = state.simulation.verdict(row, column).unwrap();
        assert_eq!(verdict.outcome, Outcome::Denied);
        let reason = verdict.reason.as_deref().unwrap();
        assert!(
            reason.starts_with("action [indices:admin/delete] is unauthorized for user [shipper] with effective roles [logs_writer")
                && reason.ends_with("this action is granted by the index privileges [delete_index,manage,all]"),
            "{reason}"
        );
        press(&mut state, "<esc>uu");
        assert!(!state.open.is_dirty());
        assert_eq!(unexpected(&state), ["DELETE /logs-2026 as shipper"]);
    }
}

#[test]
fn every_part_of_a_role_is_edited_where_it_stands() {
    let mut state = over("file_realm", LARGE, "2j<enter>");
    let go = |state: &mut State, text: &str| {
        let at = state.detail.lines().iter().position(|line| line.text().trim().starts_with(text));
        let at = at.unwrap_or_else(|| panic!("no line `{text}`:\n{}", screen(state)));
        state.detail.go(at);
    };
    go(&mut state, "restricted indices");
    press(&mut state, "e");
    go(&mut state, "fields excepted");
    press(&mut state, "acustomer.*<enter>");
    go(&mut state, "price");
    press(&mut state, "d");
    go(&mut state, "documents");
    press(&mut state, "d");
    go(&mut state, "resources");
    press(&mut state, "aspace:tills<enter>");
    go(&mut state, "run as");
    press(&mut state, "arob<enter>");
    press(&mut state, "nalerts-*: read, write<enter>napplication shop: read on eu, us<enter>");
    let all = state.open.data().elasticsearch().unwrap();
    let role = &all.roles["analyst"];
    let text = |items: &[rolesmith::source::Located<String>]| items.iter().map(|item| item.value.clone()).collect::<Vec<_>>().join(" ");
    let first = &role.indices[0];
    assert!(first.allow_restricted_indices.as_ref().unwrap().value && first.query.is_none(), "{:?}", state.notice);
    assert_eq!(text(first.field_security.as_ref().unwrap().except.as_ref().unwrap()), "customer.*");
    assert_eq!(text(&role.applications[0].resources), "space:shops space:tills");
    assert_eq!(
        (text(&role.run_as), text(&role.indices[1].names), text(&role.indices[1].privileges)),
        ("rob".into(), "alerts-*".into(), "read write".into())
    );
    assert_eq!((text(&role.applications[1].privileges), text(&role.applications[1].resources)), ("read".into(), "eu us".into()));
    press(&mut state, "<esc>uuuuuuuu");
    assert!(!state.open.is_dirty(), "{:?}", state.notice);
}

#[test]
fn stored_privileges_are_made_edited_renamed_and_deleted() {
    let mut state = over("exports", LARGE, "4nshop pay: action:pay, data:pay/*<enter>");
    let shown = |state: &State| -> Vec<String> {
        let stored = state.open.data().elasticsearch().unwrap().privileges.iter();
        let actions =
            |actions: &[rolesmith::source::Located<String>]| actions.iter().map(|action| action.value.clone()).collect::<Vec<_>>();
        stored.map(|stored| format!("{} {}: {}", stored.application, stored.name, actions(&stored.actions).join(" "))).collect()
    };
    assert_eq!(shown(&state), ["shop read: data:read/*", "shop pay: action:pay data:pay/*"], "{:?}", state.notice);
    assert_eq!(state.list().name(), Some("shop pay"));
    press(&mut state, "<enter>adata:list<enter>");
    assert_eq!(shown(&state)[1], "shop pay: action:pay data:pay/* data:list", "{:?}", state.notice);
    let at = state.detail.lines().iter().position(|line| line.text().trim() == "action:pay").unwrap();
    state.detail.go(at);
    press(&mut state, "e<ctrl-u>action:cash<enter>");
    assert_eq!(shown(&state)[1], "shop pay: data:pay/* data:list action:cash", "{:?}", state.notice);
    state.detail.go(at);
    press(&mut state, "d<esc>");
    assert_eq!(shown(&state)[1], "shop pay: data:list action:cash", "{:?}", state.notice);
    press(&mut state, "r<ctrl-u>shop till<enter>");
    assert_eq!(shown(&state)[1], "shop till: data:list action:cash", "{:?}", state.notice);
    press(&mut state, "d<enter>");
    assert_eq!(shown(&state), ["shop read: data:read/*"], "{:?}", state.notice);
    press(&mut state, "uuuuuu");
    assert!(!state.open.is_dirty(), "{:?}", state.notice);
    // the product's own stay
    press(&mut state, "/monitor<enter>d");
    assert!(screen(&state).contains("there is nothing to delete here"), "{}", screen(&state));
    press(&mut state, "r");
    assert!(screen(&state).contains("the product's own privileges have their names"), "{}", screen(&state));
}

#[test]
fn rules_are_edited_added_and_removed_in_the_tree() {
    let mut state = over("exports", LARGE, "3<enter>");
    let rules = |state: &State| state.open.data().elasticsearch().unwrap().role_mappings["shops"].rules.as_ref().unwrap().to_json();
    let go = |state: &mut State, text: &str| {
        let at = state.detail.lines().iter().position(|line| line.text().contains(text)).unwrap();
        state.detail.go(at);
    };
    go(&mut state, "username is");
    press(&mut state, "e<ctrl-u>username=rob, ann<enter>");
    assert_eq!(rules(&state)["all"][1]["except"]["field"]["username"], serde_json::json!(["rob", "ann"]));
    go(&mut state, "all of");
    press(&mut state, "aexcept groups=guests<enter>");
    assert_eq!(rules(&state)["all"][2], serde_json::json!({ "except": { "field": { "groups": "guests" } } }));
    go(&mut state, "groups is one of");
    press(&mut state, "d");
    assert_eq!(rules(&state)["all"].as_array().map(Vec::len), Some(2));
    go(&mut state, "enabled");
    press(&mut state, "e");
    assert!(screen(&state).contains("no: it gives nothing"), "{}", screen(&state));
    press(&mut state, "<esc>uuuu");
    assert!(!state.open.is_dirty());
}

#[test]
fn users_of_the_file_realm_are_made_given_roles_and_deleted() {
    let mut state = over("file_realm", USUAL, "nmeg<enter>");
    assert!(screen(&state).contains("password of meg"), "{}", screen(&state));
    press(&mut state, "s3cret<enter>mmonitoring<enter>");
    let workspace = state.open.data().workspace();
    let user = &workspace.elasticsearch().unwrap().users["meg"];
    assert_eq!(user.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(), ["monitoring"], "{:?}", state.notice);
    let diff: String = workspace.text_diff().into_iter().map(|diff| diff.text).collect();
    assert!(diff.contains("+meg:(masked)\n") && diff.contains("-monitoring:shipper,rob\n+monitoring:shipper,rob,meg\n"), "{diff}");
    press(&mut state, "r<ctrl-u>megan<enter>");
    assert!(state.open.data().elasticsearch().unwrap().users.contains_key("megan"), "{:?}", state.notice);
    press(&mut state, "d<enter>");
    assert!(!state.open.data().elasticsearch().unwrap().users.contains_key("megan"), "{:?}", state.notice);
    assert_eq!(state.list_of(Pane::Users).names().len(), 3);
}

#[test]
fn a_reserved_role_is_copied_and_a_role_is_edited_as_text() {
    let mut state = over("file_realm", USUAL, "2/kibana_admin<enter>");
    press(&mut state, "c<ctrl-u>mine<enter>");
    let all = state.open.data().elasticsearch().unwrap();
    assert_eq!(all.roles["mine"].applications.len(), 1, "{:?}", state.notice);
    let mut state = over("file_realm", USUAL, "2");
    let text =
        "logs_writer:\n  cluster: [monitor]\n  indices:\n    - names: ['logs-*']\n      privileges: [create_doc]\n      query: '{}'\n";
    let edited = rolesmith::tui::event::Answer::Edited { pane: Pane::Roles, name: "logs_writer".into(), text: Some(text.into()) };
    settle(&mut state, Event::Answer(edited));
    let entry = &state.open.data().elasticsearch().unwrap().roles["logs_writer"].indices[0];
    assert_eq!((entry.privileges[0].as_str(), entry.query.as_ref().map(|query| query.as_str())), ("create_doc", Some("{}")));
}

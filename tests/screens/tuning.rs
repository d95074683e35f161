//! The panes of tuning and of the access review: `t`, `i`, `X`, `F` and `ctrl-l`, as they are first seen.

use rolesmith::tui::options::Options;
use rolesmith::workspace::{Options as Opening, Workspace};

use super::{LARGE, SMALL, USUAL, after, after_with, over_the_sample, press, screen};

/// The day of a service account, one line of it cut off.
const LOG: &str = "tests/fixtures/audit/svc_shop.json";

macro_rules! screens {
    ($($name:ident: $keys:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(concat!("tuning_", stringify!($name)), over_the_sample($keys));
            });
        })*
    };
}

screens! {
    grants_of_a_role: "2t";
    a_role_is_pruned: "2t<enter>";
    grants_with_an_unused_way: "2jjjjt";
    access_of_a_user: "/hanna<enter>i";
    escalation: "X";
    learn_asks_for_user_and_logs: "2<ctrl-l>svc_";
    learned_roles: &format!("2<ctrl-l>svc_shop {LOG}<enter>");
    a_learned_role_is_there: &format!("2<ctrl-l>svc_shop {LOG}<enter><down><enter>/svc<enter>");
}

/// Looked for once, since it tries many candidates, and drawn at each size.
#[test]
fn one_repair_for_all_shows_its_price_and_how_it_was_found() {
    let state = after(USUAL, "5llF");
    let drawn = |size: (u16, u16)| format!("=== {}x{}\n{}", size.0, size.1, screen(&press(state.clone(), size, "")));
    let drawn = [USUAL, SMALL, LARGE].map(drawn).concat();
    assert!(drawn.contains("greedy over"), "{drawn}");
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("tuning_one_repair_for_all", drawn);
    });
}

/// Elasticsearch's roles by the same keys.
#[test]
fn elasticsearch_is_tuned_reviewed_and_learned_by_the_same_keys() {
    let over = |keys: &str| {
        let options = Opening::default();
        let workspace = Workspace::open("tests/fixtures/elasticsearch/file_realm", options).unwrap();
        screen(&after_with(workspace, &Options::default(), USUAL, keys))
    };
    let drawn = ["2t", "X", "5F", &format!("2<ctrl-l>svc_shop {LOG}<enter>")].map(|keys| format!("=== {keys}\n{}", over(keys))).concat();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("tuning_elasticsearch", drawn);
    });
}

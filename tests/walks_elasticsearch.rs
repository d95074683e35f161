//! Walks of Elasticsearch's operators with the built program in a pseudo-terminal: a denial, its repair offered and
//! applied, the request allowed, and what was saved read again by a command.

#![cfg(unix)]

mod support;

use std::process::Command;

use support::Directory;
use support::session::Session;

/// From the first request of the scenario, which is denied, to its first repair, saved.
fn repaired(files: &[(&str, &str)]) -> Directory {
    let directory = Directory::new(files);
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
        command.env("XDG_STATE_HOME", directory.state()).current_dir(directory.base());
        command.args(["check", "config"]).output().unwrap().status.code()
    };
    assert_eq!(check(), Some(1), "the expectation does not hold yet");
    let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
    session.wait_for("roles");
    session.press("5");
    session.wait_for("MISSING");
    session.press("r");
    session.wait_for("repairs, what opens least first");
    session.press("\r");
    session.wait_for("unsaved");
    session.wait_without("MISSING");
    session.save_and_leave("roles.yml");
    assert_eq!(check(), Some(0), "{}", std::fs::read_to_string(directory.path("roles.yml")).unwrap());
    directory
}

/// The page's own example: read on the index does not open the alias that points to it.
#[test]
fn the_alias_of_x_packs_page_is_denied_repaired_and_allowed() {
    let roles = "# as the page has it\nreader:\n  indices:\n    - names: [ '2015' ]\n      privileges: [ read ]\n";
    let directory = repaired(&[
        (".rolesmith.yml", "product: xpack-5.1\ncluster: [aliases.json]\n"),
        ("roles.yml", roles),
        ("users_roles", "reader:rita\n"),
        ("aliases.json", r#"{"2015": {"aliases": {"current_year": {}}}}"#),
        ("scenarios.yml", "requests:\n  - { request: GET current_year/event/1, as: rita, expect: allowed }\n"),
    ]);
    let after = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(after.starts_with("# as the page has it\nreader:\n") && after.contains("current_year"), "{after}");
}

/// What `all` was needed for is kept, in the panes by two keys; the comment and the quotes stay.
#[test]
fn a_logs_writer_is_reduced_from_all_to_what_it_does() {
    let roles = "# ships the shop's logs\nlogs_writer:\n  cluster: [ monitor ]\n  indices:\n    - names: [ 'logs-shop', 'logs-new' ]\n      privileges: [ 'all' ]\n";
    let bulk =
        "      {\"create\":{\"_index\":\"logs-shop\"}}\n      {\"a\":1}\n      {\"create\":{\"_index\":\"logs-new\"}}\n      {\"a\":1}\n";
    let scenario = format!(
        "requests:\n  - {{ request: GET _cluster/health, as: shipper, expect: allowed }}\n  - request: |\n      POST _bulk\n{bulk}    as: shipper\n    expect: allowed\n  - {{ request: DELETE logs-shop, as: shipper, expect: denied }}\n  - {{ request: GET logs-shop/_search, as: shipper, expect: denied }}\n"
    );
    let directory = Directory::new(&[
        (".rolesmith.yml", "product: elasticsearch-8.17\ncluster: [aliases.json]\n"),
        ("roles.yml", roles),
        ("users_roles", "logs_writer:shipper\n"),
        ("aliases.json", r#"{"logs-shop": {"aliases": {}}}"#),
        ("scenarios.yml", &scenario),
    ]);
    let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
    session.wait_for("roles");
    session.press("5");
    session.wait_for("2 not as expected");
    session.press("2");
    session.wait_for("▸ logs_writer");
    session.press("t");
    session.wait_for("▸ prune all");
    session.press("\r");
    session.wait_for("0 gained, 2 lost");
    session.press("5");
    session.wait_without("not as expected");
    session.press("s");
    session.wait_for("save?");
    session.press("\r");
    session.wait_for("saved roles.yml");
    session.press("q");
    session.ended();
    let saved = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert_eq!(saved, roles.replace("'all'", "'create_doc', 'auto_configure'"));
}

/// In the simulator: wait until the chosen request has this verdict.
fn chosen(session: &mut Session, request: &str, verdict: &str) {
    let row = |line: &str| line.contains(&format!("▸ {request} ")) && line.contains(verdict);
    session.wait(&format!("`{request}` with `{verdict}`"), |screen| screen.contents().lines().any(row));
}

const ALIASES: &str = r#"{"users": {"aliases": {}}, "orders": {"aliases": {}}}"#;
const MODELS: &str = r#"{"hits": {"hits": [{"_id": "person", "_source": {"attributes": {}, "resolvers": {}, "matchers": {}, "indices": {"users": {}, "orders": {}}}}]}}"#;

/// A day: each request is denied, its first repair is the one named here, and allows it; what must stay denied does.
/// The file that is saved.
fn day(product: &str, roles: &str, walk: &[(&str, &str)]) -> String {
    let requests = walk.iter().map(|(request, _)| format!("  - {{ request: {request}, as: zoe, expect: allowed }}\n"));
    let scenario = format!("requests:\n{}  - {{ request: DELETE /users, as: zoe, expect: denied }}\n", requests.collect::<String>());
    let directory = Directory::new(&[
        (".rolesmith.yml", &format!("{product}models: models.json\ncluster: [aliases.json]\n")),
        ("roles.yml", roles),
        ("users_roles", "operator:zoe\n"),
        ("aliases.json", ALIASES),
        ("models.json", MODELS),
        ("scenarios.yml", &scenario),
    ]);
    let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
    session.wait_for("roles");
    session.press("5");
    for (request, repair) in walk {
        chosen(&mut session, request, "MISSING !");
        session.press("r");
        session.wait_for("repairs, what opens least first");
        // nothing of `.zentity-models` is known, since it is not there yet
        let price = if request.contains("resolution") { "action-index pairs by" } else { "opens nothing on the known names" };
        session.wait_for(price);
        session.wait(&format!("the repair `{repair}`"), |screen| screen.contents().contains(&format!("▸ {repair}")));
        session.press("\r");
        chosen(&mut session, request, "ok gained");
        session.press("j");
    }
    chosen(&mut session, "DELETE /users", "MISSING");
    session.wait_without("not as expected");
    session.save_and_leave("roles.yml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    command.env("XDG_STATE_HOME", directory.state()).current_dir(directory.base());
    let check = command.args(["check", "config"]).output().unwrap();
    let saved = std::fs::read_to_string(directory.path("roles.yml")).unwrap();
    assert!(check.status.success(), "{}{saved}", String::from_utf8_lossy(&check.stdout));
    saved
}

const OPERATOR: &str =
    "# resolves people\noperator:\n  cluster: [ monitor ]\n  indices:\n    - names: [ users ]\n      privileges: [ read ]\n";

/// The index is not there at first, and `read` is missing on one of the model's two indices.
#[test]
fn a_zentity_operators_first_day() {
    let saved = day(
        "product: elasticsearch-8.17\nzentity: 1.8.3\n",
        OPERATOR,
        &[
            ("POST /_zentity/_setup", "give role `operator` `create_index` on `.zentity-models`"),
            ("POST /_zentity/models/person", "add to entry 2 of role `operator` the privilege `create_doc`"),
            ("GET /_zentity/models/person", "add to entry 2 of role `operator` the privilege `read`"),
            ("POST /_zentity/resolution/person", "give role `operator` `read` on `orders`"),
            ("DELETE /_zentity/models/person", "add to entry 2 of role `operator` the privilege `delete`"),
        ],
    );
    let added = "    - names: [.zentity-models]\n      privileges: [create_index, create_doc, view_index_metadata, read, delete]\n    - names: [orders]\n      privileges: [read]\n";
    assert_eq!(saved, format!("{OPERATOR}{added}"));
}

/// The generation of the seed: the first request makes the index, and the user who asks it needs that.
#[test]
fn a_zentity_operators_first_day_on_x_pack() {
    let saved = day(
        "product: xpack-5.1\n",
        OPERATOR,
        &[
            ("GET /_zentity/models", "give role `operator` `create_index`, `read` on `.zentity-models`"),
            ("PUT /_zentity/models/person", "add to entry 2 of role `operator` the privilege `create`"),
            ("DELETE /_zentity/models/person", "add to entry 2 of role `operator` the privilege `delete`"),
            ("GET /_zentity/resolution/person", "give role `operator` `read` on `orders`"),
        ],
    );
    assert!(saved.starts_with(OPERATOR) && !saved.contains("all") && !saved.contains("manage"), "{saved}");
}

/// Nobody is refused where there is no security, and the screen says why, in the small window and in a large one.
#[test]
fn a_zentity_operators_day_without_security() {
    let open = [(".rolesmith.yml", "product: elasticsearch-oss\n"), ("elasticsearch.yml", "cluster.name: open\n")];
    let off = [
        (".rolesmith.yml", "product: elasticsearch-8.17\n"),
        ("elasticsearch.yml", "xpack.security.enabled: false\n"),
        ("roles.yml", OPERATOR),
    ];
    let requests = "requests:\n  - { request: POST /_zentity/models/person, as: zoe, expect: allowed }\n  - { request: POST /_zentity/resolution/person, as: zoe, expect: allowed }\n";
    let cases = [
        (&open[..], "open-source Elasticsearch has no security"),
        (&off[..], "`xpack.security.enabled` is false"),
        (&off[..2], "`xpack.security.enabled` is false"),
    ];
    for (files, why) in cases {
        let files: Vec<(&str, &str)> = files.iter().copied().chain([("scenarios.yml", requests)]).collect();
        let directory = Directory::new(&files);
        let mut session = Session::start(&[directory.root().to_str().unwrap()], &directory.state());
        session.wait_for("users");
        if why.starts_with("open-source") {
            session.wait_for("Open-source Elasticsearch has");
        }
        session.press("5");
        chosen(&mut session, "POST /_zentity/models/person", "ok");
        session.wait_for(why);
        session.resize(200, 60);
        session.press("j");
        chosen(&mut session, "POST /_zentity/resolution/person", "ok");
        session.wait_for(why);
        session.press("q");
        session.ended();
    }
}

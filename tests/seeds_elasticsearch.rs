//! The documents that Elasticsearch's part grew from, each of their roles, users and requests as a test:
//! X-Pack 5.1's privileges for indices and aliases, the list of privileges, zentity's security page.

use rolesmith::engine::catalog::elasticsearch::Catalog;
use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::evaluate::elasticsearch::{compile, subject};
use rolesmith::engine::evaluate::{Outcome, Subject, Verdict};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::elasticsearch::{Configuration, DocumentKind, Zentity, read_document, read_users_roles};
use rolesmith::engine::request::{Body, Request, parse_curl};
use rolesmith::source::FileId;
use rolesmith::yaml::Document;

fn configuration(roles: &str, users_roles: &str) -> Configuration {
    let document = Document::parse(FileId(0), roles.as_bytes().to_vec());
    assert_eq!(document.problems(), []);
    let (mut configuration, mut problems) = (Configuration::default(), Vec::new());
    if let Some(root) = document.root() {
        read_document(DocumentKind::Roles, root, &mut configuration, &mut problems);
    }
    read_users_roles(FileId(1), users_roles.as_bytes(), &mut configuration, &mut problems);
    assert_eq!(problems, []);
    configuration
}

fn cluster(indices: &[&str], aliases: &[(&str, &str)]) -> Cluster {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    for index in indices {
        cluster.indices.insert((*index).to_owned(), Index::default());
    }
    for (alias, index) in aliases {
        let members = cluster.aliases.entry((*alias).to_owned()).or_default();
        members.push(AliasMember { index: (*index).to_owned(), ..AliasMember::default() });
    }
    cluster
}

struct World {
    product: Product,
    configuration: Configuration,
    cluster: Cluster,
}

impl World {
    fn new(product: Product, roles: &str, users_roles: &str, cluster: Cluster) -> Self {
        Self { product, configuration: configuration(roles, users_roles), cluster }
    }

    fn ask_with(&self, user: &str, request: &Request) -> Verdict {
        let engine = compile(self.product, &self.configuration, &self.cluster);
        let subject = subject(&self.configuration, user).unwrap_or_else(|| Subject { user: user.to_owned(), ..Subject::default() });
        let verdict = engine.decide(&subject, request);
        let explained = engine.explain(&subject, request);
        assert_eq!((verdict.outcome, &verdict.reason), (explained.outcome, &explained.reason), "{request}");
        for call in explained.calls.iter().filter(|call| call.allowed && call.rule.is_none() && !call.cells.is_empty()) {
            assert!(call.cells.iter().all(|cell| cell.granted_by.is_some()), "no evidence for {} in {request}: {call:?}", call.action);
        }
        verdict
    }

    fn ask(&self, user: &str, line: &str, body: Option<&str>) -> Verdict {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let body = body.map_or(Body::None, |body| Body::parse(body, path));
        self.ask_with(user, &Request { method: method.into(), path: path.into(), body, headers: Vec::new() })
    }

    #[track_caller]
    fn allows(&self, user: &str, line: &str, body: Option<&str>) {
        let verdict = self.ask(user, line, body);
        assert_eq!(verdict.outcome, Outcome::Allowed, "{line}: {:?} {:?}", verdict.reason, verdict.unknown);
    }

    #[track_caller]
    fn denies(&self, user: &str, line: &str, body: Option<&str>, reason: &str) {
        let verdict = self.ask(user, line, body);
        assert_eq!((verdict.outcome, verdict.reason.as_deref()), (Outcome::Denied, Some(reason)), "{line}");
        assert_eq!(verdict.status, Some(403));
    }
}

/// The index 2015 and the alias that points to it, as the page has them; 2016 is not there yet.
fn year() -> Cluster {
    cluster(&["2015"], &[("current_year", "2015")])
}

const YEARS: &str = r#"
reads_index: {indices: [{ "names" : [ "2015" ], "privileges" : [ "read" ] }]}
reads_alias: {indices: [{ "names" : [ "current_year" ], "privileges" : [ "read" ] }]}
manages: {indices: [{ "names" : [ "20*", "current_year" ], "privileges" : [ "manage" ] }]}
manages_index: {indices: [{ "names" : [ "20*" ], "privileges" : [ "manage" ] }]}
manages_alias: {indices: [{ "names" : [ "current_year" ], "privileges" : [ "manage" ] }]}
creates: {indices: [{ "names" : [ "20*", "current_year" ], "privileges" : [ "create_index" ] }]}
"#;
const YEAR_USERS: &str = "reads_index:ri\nreads_alias:ra\nmanages:m\nmanages_index:mi\nmanages_alias:ma\ncreates:c\n";

const ES: [Product; 5] =
    [Product::XPack5_1, Product::Elasticsearch6_8, Product::Elasticsearch7_17, Product::Elasticsearch8_17, Product::Elasticsearch9_1];

#[test]
fn seed_004_read_on_the_index_does_not_open_the_alias_that_points_to_it() {
    for product in ES {
        let world = World::new(product, YEARS, YEAR_USERS, year());
        let path = if product == Product::Elasticsearch8_17 || product == Product::Elasticsearch9_1 {
            "/current_year/_doc/1"
        } else {
            "/current_year/event/1"
        };
        let curl = parse_curl(&format!("curl -XGET 'localhost:9200{path}'")).expect("a curl line");
        let verdict = world.ask_with("ri", &curl.request);
        assert_eq!(verdict.outcome, Outcome::Denied, "{product}");
        let reason = verdict.reason.unwrap_or_default();
        let expected = match product {
            Product::XPack5_1 | Product::Elasticsearch6_8 => "action [indices:data/read/get] is unauthorized for user [ri]".to_owned(),
            Product::Elasticsearch7_17 => "action [indices:data/read/get] is unauthorized for user [ri] with roles [reads_index] on indices [current_year,2015], this action is granted by the index privileges [read,all]".to_owned(),
            _ => "action [indices:data/read/get] is unauthorized for user [ri] with effective roles [reads_index] on indices [current_year], this action is granted by the index privileges [read,all]".to_owned(),
        };
        assert_eq!(reason, expected, "{product}");
        // "the correct permission would be as follows": read on the alias
        assert_eq!(world.ask_with("ra", &curl.request).outcome, Outcome::Allowed, "{product}");
        // privileges are needed on all the specific names of a request: the alias's do not open the index
        let index = Request { path: curl.request.path.replace("current_year", "2015"), ..curl.request.clone() };
        assert_eq!(world.ask_with("ri", &index).outcome, Outcome::Allowed, "{product}");
        assert_eq!(world.ask_with("ra", &index).outcome, Outcome::Denied, "{product}");
    }
}

#[test]
fn seed_004_aliases_need_manage_on_the_alias_and_on_the_index() {
    let aliases = "action [indices:admin/aliases] is unauthorized for user";
    for product in [Product::XPack5_1, Product::Elasticsearch6_8] {
        let world = World::new(product, YEARS, YEAR_USERS, year());
        let add = r#"{ "actions" : [ { "add" : { "index" : "2015", "alias" : "current_year" } } ] }"#;
        let remove = r#"{ "actions" : [ { "remove" : { "index" : "2015", "alias" : "current_year" } } ] }"#;
        for body in [add, remove] {
            world.allows("m", "POST /_aliases", Some(body));
            for user in ["mi", "ma", "ri", "ra", "c"] {
                world.denies(user, "POST /_aliases", Some(body), &format!("{aliases} [{user}]"));
            }
        }
        // retrieving aliases asks for manage too
        world.allows("m", "GET /2015/_alias/current_year", None);
        world.denies("ri", "GET /2015/_alias/current_year", None, "action [indices:admin/aliases/get] is unauthorized for user [ri]");
        world.denies("mi", "GET /2015/_alias/current_year", None, "action [indices:admin/aliases/get] is unauthorized for user [mi]");
    }
}

#[test]
fn seed_004_creating_an_index_needs_create_index_and_with_aliases_manage_on_both_names() {
    for product in [Product::XPack5_1, Product::Elasticsearch6_8] {
        let world = World::new(product, YEARS, YEAR_USERS, cluster(&[], &[]));
        let aliases = r#"{ "aliases" : { "current_year" : {} } }"#;
        world.allows("c", "PUT /2015", None);
        world.denies("ri", "PUT /2015", None, "action [indices:admin/create] is unauthorized for user [ri]");
        world.allows("m", "PUT /2015", Some(aliases));
        world.denies("c", "PUT /2015", Some(aliases), "action [indices:admin/aliases] is unauthorized for user [c]");
        world.denies("mi", "PUT /2015", Some(aliases), "action [indices:admin/aliases] is unauthorized for user [mi]");
    }
}

#[test]
fn seed_004_what_is_missing_is_named_with_the_rule_that_nearly_matched() {
    let world = World::new(Product::XPack5_1, YEARS, YEAR_USERS, year());
    let engine = compile(world.product, &world.configuration, &world.cluster);
    let subject = subject(&world.configuration, "ri").expect("a user");
    let request = Request { method: "GET".into(), path: "/current_year/event/1".into(), ..Request::default() };
    let verdict = engine.explain(&subject, &request);
    let call = &verdict.calls[0];
    // repairs are offered in this order, from the least access to the most
    assert_eq!(call.missing, ["read", "all"]);
    assert_eq!(call.cells[0].index, "current_year");
    let nearest = call.cells[0].nearest.as_ref().expect("a nearest rule");
    let names: Vec<(&str, &str)> = nearest.hops.iter().map(|hop| (hop.kind, hop.name.as_str())).collect();
    assert_eq!(
        names,
        [
            ("user", "ri"),
            ("role", "reads_index"),
            ("index pattern", "2015"),
            ("index privilege", "read"),
            ("action", "indices:data/read/get")
        ]
    );
    assert!(nearest.hops[2].place.is_some(), "the pattern stands in a file");
}

#[test]
fn seed_002_every_privilege_of_the_list_is_known_where_it_exists() {
    let listed = include_str!("seeds/elasticsearch-privileges.txt");
    let (mut cluster, mut index) = (0, 0);
    for line in listed.lines() {
        let (kind, name) = line.split_once(' ').expect("a kind and a name");
        let newest = Catalog::of(Product::Elasticsearch9_1);
        let known = match kind {
            "cluster" => {
                cluster += 1;
                newest.cluster_privilege(name)
            }
            _ => {
                index += 1;
                newest.index_privilege(name)
            }
        };
        let known = known.unwrap_or_else(|| panic!("{kind} privilege `{name}` is not known"));
        // "This privilege has no effect"
        let has_no_effect = name.ends_with("_data_stream_global_retention");
        assert_eq!(known.allow.is_empty() && !known.own_api_keys, has_no_effect, "{name}");
    }
    assert_eq!((cluster, index), (50, 22));
    // read_failure_store is newer than 8.17
    assert!(Catalog::of(Product::Elasticsearch8_17).index_privilege("read_failure_store").is_none());
}

fn logs(privileges: &str) -> World {
    let roles = format!("r: {{indices: [{{names: ['logs-*'], privileges: [{privileges}]}}]}}\n");
    World::new(Product::Elasticsearch9_1, &roles, "r:u\n", cluster(&["logs-1"], &[]))
}

#[test]
fn seed_002_create_doc_writes_new_documents_only() {
    let world = logs("create_doc");
    // `op_type` create explicitly, by the `_create` endpoint, or by an auto-generated id
    world.allows("u", "PUT /logs-1/_doc/1?op_type=create", Some("{}"));
    world.allows("u", "PUT /logs-1/_create/1", Some("{}"));
    world.allows("u", "POST /logs-1/_doc", Some("{}"));
    assert_eq!(world.ask("u", "PUT /logs-1/_doc/1", Some("{}")).outcome, Outcome::Denied);
    assert_eq!(world.ask("u", "POST /logs-1/_update/1", Some("{}")).outcome, Outcome::Denied);
    assert_eq!(world.ask("u", "DELETE /logs-1/_doc/1", None).outcome, Outcome::Denied);
    let bulk = "{\"create\":{\"_index\":\"logs-1\"}}\n{}\n{\"index\":{\"_index\":\"logs-1\",\"_id\":\"1\"}}\n{}\n{\"delete\":{\"_index\":\"logs-1\",\"_id\":\"1\"}}\n";
    let verdict = world.ask("u", "POST /_bulk", Some(bulk));
    assert_eq!(verdict.outcome, Outcome::Partial);
    let items: Vec<_> = verdict.items.iter().map(|item| (item.op.as_str(), item.reason.as_deref())).collect();
    assert_eq!(
        items,
        [
            ("create", None),
            (
                "index",
                Some(
                    "action [indices:data/write/index:op_type/index] is unauthorized for user [u] with effective roles [r] on indices [logs-1], this action is granted by the index privileges [create,index,write,all]"
                )
            ),
            (
                "delete",
                Some(
                    "action [indices:data/write/delete] is unauthorized for user [u] with effective roles [r] on indices [logs-1], this action is granted by the index privileges [delete,write,all]"
                )
            ),
        ]
    );
}

#[test]
fn seed_002_create_overwrites_and_index_updates() {
    logs("create").allows("u", "PUT /logs-1/_doc/1", Some("{}"));
    assert_eq!(logs("create").ask("u", "POST /logs-1/_update/1", Some("{}")).outcome, Outcome::Denied);
    logs("index").allows("u", "POST /logs-1/_update/1", Some("{}"));
    assert_eq!(logs("index").ask("u", "DELETE /logs-1/_doc/1", None).outcome, Outcome::Denied);
    logs("delete").allows("u", "DELETE /logs-1/_doc/1", None);
    for line in ["PUT /logs-1/_doc/1", "POST /logs-1/_update/1"] {
        logs("write").allows("u", line, Some("{}"));
    }
    logs("write").allows("u", "DELETE /logs-1/_doc/1", None);
}

#[test]
fn seed_002_auto_configure_makes_what_a_write_needs() {
    let denied = logs("create_doc").ask("u", "POST /logs-2/_doc", Some("{}"));
    assert_eq!(
        denied.reason.as_deref(),
        Some(
            "action [indices:admin/auto_create] is unauthorized for user [u] with effective roles [r] on indices [logs-2], this action is granted by the index privileges [auto_configure,create_index,manage,all]"
        )
    );
    logs("create_doc, auto_configure").allows("u", "POST /logs-2/_doc", Some("{}"));
    assert_eq!(logs("create_doc, auto_configure").ask("u", "PUT /logs-2", None).outcome, Outcome::Denied);
    logs("create_index").allows("u", "PUT /logs-2", None);
    // "the request requires the `manage` privilege as well, on both the index and the aliases names"
    assert_eq!(logs("create_index").ask("u", "PUT /logs-2", Some(r#"{"aliases":{"logs-now":{}}}"#)).outcome, Outcome::Denied);
    logs("create_index, manage").allows("u", "PUT /logs-2", Some(r#"{"aliases":{"logs-now":{}}}"#));
}

#[test]
fn seed_002_the_other_index_privileges_do_what_the_list_says() {
    logs("delete_index").allows("u", "DELETE /logs-1", None);
    assert_eq!(logs("delete").ask("u", "DELETE /logs-1", None).outcome, Outcome::Denied);
    for line in ["POST /logs-1/_refresh", "POST /logs-1/_flush", "POST /logs-1/_forcemerge"] {
        logs("maintenance").allows("u", line, None);
    }
    assert_eq!(logs("maintenance").ask("u", "GET /logs-1/_search", None).outcome, Outcome::Denied);
    for line in ["GET /logs-1/_stats", "GET /logs-1/_recovery", "GET /logs-1/_segments"] {
        logs("monitor").allows("u", line, None);
    }
    for line in [
        "GET /logs-1",
        "HEAD /logs-1",
        "GET /logs-1/_mapping",
        "GET /logs-1/_settings",
        "GET /logs-1/_alias",
        "GET /logs-1/_validate/query",
        "GET /logs-1/_search_shards",
        "GET /logs-1/_field_caps?fields=a",
    ] {
        logs("view_index_metadata").allows("u", line, None);
        logs("manage").allows("u", line, None);
    }
    for line in ["GET /logs-1/_search", "GET /logs-1/_count", "GET /logs-1/_explain/1", "GET /logs-1/_doc/1", "GET /logs-1/_termvectors/1"]
    {
        logs("read").allows("u", line, None);
        assert_eq!(logs("manage").ask("u", line, None).outcome, Outcome::Denied, "{line}");
    }
    for line in ["POST /logs-1/_close", "POST /logs-1/_open", "PUT /logs-1/_settings", "PUT /logs-1/_mapping", "POST /logs-1/_cache/clear"]
    {
        logs("manage").allows("u", line, Some("{}"));
    }
}

#[test]
fn seed_002_cluster_privileges_do_what_the_list_says() {
    let world = |privilege: &str| {
        let roles = format!("r: {{cluster: [{privilege}]}}\n");
        World::new(Product::Elasticsearch9_1, &roles, "r:u\n", cluster(&[], &[]))
    };
    world("monitor").allows("u", "GET /_cluster/health", None);
    world("monitor").allows("u", "GET /_nodes/hot_threads", None);
    assert_eq!(world("monitor").ask("u", "PUT /_cluster/settings", Some("{}")).outcome, Outcome::Denied);
    world("manage").allows("u", "PUT /_cluster/settings", Some("{}"));
    // "This privilege does not include the ability to manage security"
    world("manage").denies(
        "u",
        "PUT /_security/role/x",
        Some("{}"),
        "action [cluster:admin/xpack/security/role/put] is unauthorized for user [u] with effective roles [r], this action is granted by the cluster privileges [manage_security,all]",
    );
    world("manage_security").allows("u", "PUT /_security/role/x", Some("{}"));
    world("read_security").allows("u", "GET /_security/role/x", None);
    world("manage_index_templates").allows("u", "PUT /_index_template/logs", Some("{}"));
    world("manage_ingest_pipelines").allows("u", "PUT /_ingest/pipeline/p", Some("{}"));
    world("read_pipeline").allows("u", "GET /_ingest/pipeline/p", None);
    world("create_snapshot").allows("u", "PUT /_snapshot/repo/s", Some("{}"));
    world("manage_own_api_key").allows("u", "POST /_security/api_key", Some("{}"));
    world("manage_own_api_key").allows("u", "GET /_security/api_key?owner=true", None);
    assert_eq!(world("manage_own_api_key").ask("u", "GET /_security/api_key", None).outcome, Outcome::Denied);
    world("manage_api_key").allows("u", "GET /_security/api_key", None);
    world("none").allows("u", "GET /_security/_authenticate", None);
}

#[test]
fn seed_002_run_as_submits_requests_on_behalf_of_another() {
    let roles = "front: {run_as: [bob]}\nlogs: {indices: [{names: ['logs-*'], privileges: [read]}]}\n";
    let world = World::new(Product::Elasticsearch9_1, roles, "front:kibana\nlogs:bob,carol\n", cluster(&["logs-1"], &[]));
    let run_as = |user: &str, path: &str| Request {
        method: "GET".into(),
        path: path.into(),
        headers: vec![("es-security-runas-user".into(), user.into())],
        ..Request::default()
    };
    assert_eq!(world.ask_with("kibana", &run_as("bob", "/logs-1/_search")).outcome, Outcome::Allowed);
    assert_eq!(
        world.ask_with("kibana", &run_as("carol", "/logs-1/_search")).reason.as_deref(),
        Some(
            "action [indices:data/read/search] is unauthorized for user [kibana] with effective roles [front], because user [kibana] is unauthorized to run as [carol]"
        )
    );
    assert_eq!(
        world.ask_with("kibana", &run_as("bob", "/hr/_search")).reason.as_deref(),
        Some(
            "action [indices:data/read/search] is unauthorized for user [kibana] run as [bob] with effective roles [logs] on indices [hr], this action is granted by the index privileges [read,all]"
        )
    );
}

const ZENTITY: &str = r#"
creates: {indices: [{names: [.zentity-models], privileges: [create, manage]}]}
writes: {indices: [{names: [.zentity-models], privileges: [write, manage]}]}
reads: {indices: [{names: [.zentity-models], privileges: [read, manage]}]}
deletes: {indices: [{names: [.zentity-models], privileges: [delete, manage]}]}
unmanaged: {indices: [{names: [.zentity-models], privileges: [write]}]}
resolves: {indices: [{names: [.zentity-models], privileges: [read]}, {names: [users, orders], privileges: [read]}]}
half: {indices: [{names: [.zentity-models, users], privileges: [read]}]}
"#;
const ZENTITY_USERS: &str = "creates:c\nwrites:w\nreads:r\ndeletes:d\nunmanaged:n\nresolves:z\nhalf:h\n";

fn zentity(product: Product, models: bool) -> World {
    let indices: &[&str] = if models { &[".zentity-models", "users", "orders"] } else { &["users", "orders"] };
    let mut world = World::new(product, ZENTITY, ZENTITY_USERS, cluster(indices, &[]));
    world.configuration.zentity = Some(Zentity::V0);
    world
}

#[test]
fn seed_000_the_table_of_privileges_allows_what_it_says() {
    for product in [Product::XPack5_1, Product::Elasticsearch6_8] {
        let world = zentity(product, true);
        for user in ["c", "w"] {
            world.allows(user, "POST /_zentity/models/person", Some("{}"));
            world.allows(user, "PUT /_zentity/models/person", Some("{}"));
        }
        world.allows("r", "GET /_zentity/models", None);
        world.allows("r", "GET /_zentity/models/person", None);
        world.allows("d", "DELETE /_zentity/models/person", None);
        assert_eq!(world.ask("r", "POST /_zentity/models/person", Some("{}")).outcome, Outcome::Denied);
        assert_eq!(world.ask("c", "DELETE /_zentity/models/person", None).outcome, Outcome::Denied);
    }
}

#[test]
fn seed_000_an_unauthorized_get_answers_the_text_of_the_page() {
    zentity(Product::XPack5_1, true).denies(
        "d",
        "GET /_zentity/models/person",
        None,
        "action [indices:data/read/get] is unauthorized for user [d]",
    );
}

#[test]
fn seed_000_any_user_of_the_models_needs_the_check_that_the_index_exists() {
    zentity(Product::Elasticsearch6_8, true).denies(
        "n",
        "PUT /_zentity/models/person",
        Some("{}"),
        "action [indices:admin/exists] is unauthorized for user [n]",
    );
}

#[test]
fn seed_000_the_first_request_creates_the_index() {
    let world = zentity(Product::Elasticsearch6_8, false);
    let line = "GET /_zentity/models";
    // the page says `create`; the engine asks for create_index, which manage has and create has not
    world.allows("r", line, None);
    world.denies("z", line, None, "action [indices:admin/create] is unauthorized for user [z]");
    world.denies("n", "PUT /_zentity/models/person", Some("{}"), "action [indices:admin/exists] is unauthorized for user [n]");
    let roles = "first: {indices: [{names: [.zentity-models], privileges: [create, read, view_index_metadata]}]}\n";
    let mut world = World::new(Product::Elasticsearch6_8, roles, "first:f\n", cluster(&[], &[]));
    world.configuration.zentity = Some(Zentity::V0);
    world.denies("f", line, None, "action [indices:admin/create] is unauthorized for user [f]");
}

#[test]
fn seed_000_resolution_needs_read_on_every_index_in_scope() {
    let world = zentity(Product::Elasticsearch6_8, true);
    let job = r#"{"attributes":{"name":"a"},"model":{"attributes":{},"resolvers":{},"matchers":{},"indices":{"users":{},"orders":{}}}}"#;
    world.allows("z", "POST /_zentity/resolution", Some(job));
    world.denies("h", "POST /_zentity/resolution", Some(job), "action [indices:data/read/search] is unauthorized for user [h]");
    let scoped = job.replacen('{', r#"{"scope":{"include":{"indices":["users"]}},"#, 1);
    world.allows("h", "POST /_zentity/resolution", Some(&scoped));
    // the model of a stored entity type is not known without a models file
    assert_eq!(world.ask("z", "POST /_zentity/resolution/person", Some("{}")).outcome, Outcome::Unknown);
    assert_eq!(world.ask("n", "POST /_zentity/resolution/person", Some("{}")).outcome, Outcome::Denied);
}

#[test]
fn seed_000_current_zentity_answers_in_its_own_words() {
    let mut world = World::new(Product::Elasticsearch8_17, ZENTITY, ZENTITY_USERS, cluster(&[".zentity-models", "users", "orders"], &[]));
    world.denies(
        "z",
        "DELETE /_zentity/models/person",
        None,
        "Unable to verify if the '.zentity-models' index exists. This action requires the 'view_index_metadata' privilege for the '.zentity-models' index. Your role does not have this privilege.",
    );
    world.denies(
        "d",
        "GET /_zentity/models",
        None,
        "Unable to retrieve the entity models. This action requires the 'read' privilege for the '.zentity-models' index. Your role does not have this privilege.",
    );
    assert_eq!(world.ask("z", "POST /_zentity/resolution/person", Some("{}")).outcome, Outcome::Unknown);
    world.configuration.zentity_models =
        Some(serde_json::json!({"hits": {"hits": [{"_id": "person", "_source": {"indices": {"users": {}, "orders": {}}}}]}}));
    world.allows("z", "POST /_zentity/resolution/person", Some("{}"));
    world.denies(
        "h",
        "POST /_zentity/resolution/person",
        Some("{}"),
        "action [indices:data/read/search] is unauthorized for user [h] with effective roles [half] on indices [orders], this action is granted by the index privileges [read,all]",
    );
}

#[test]
fn zentitys_generations_check_the_index_where_they_did() {
    let world = |generation: &str, models: bool| {
        let mut world = zentity(Product::Elasticsearch7_17, models);
        world.configuration.zentity = Some(generation.parse().expect("a version"));
        world
    };
    let asked =
        |world: &World, line: &str| -> Vec<String> { world.ask("m", line, Some("{}")).calls.into_iter().map(|call| call.action).collect() };
    let write = ["indices:data/write/delete", "indices:data/write/bulk", "indices:data/write/bulk[s]", "indices:data/write/delete"];
    let with = |first: &[&str]| first.iter().copied().chain(write).map(str::to_owned).collect::<Vec<_>>();
    // a delete checks from 1.6.2 on, and asks otherwise from 1.8.3 on
    for (generation, check) in
        [("0.3.0-beta.1", None), ("1.6.1", None), ("1.6.2", Some("indices:admin/exists")), ("1.8.3", Some("indices:admin/get"))]
    {
        let mut world = world(generation, true);
        world.configuration = configuration("all: {indices: [{names: ['*'], privileges: [all]}]}\n", "all:m\n");
        world.configuration.zentity = Some(generation.parse().expect("a version"));
        assert_eq!(asked(&world, "DELETE /_zentity/models/person"), with(check.as_slice()), "{generation}");
        // reading checks nothing in any generation
        assert_eq!(asked(&world, "GET /_zentity/models"), ["indices:data/read/search"], "{generation}");
        let gone = World { cluster: cluster(&[], &[]), ..world };
        assert_eq!(asked(&gone, "GET /_zentity/models/person"), ["indices:data/read/get", "indices:admin/create"], "{generation}");
    }
    // the setup and the bulk endpoints are no part of 0.x
    assert_eq!(world("0.3.0", true).ask("w", "POST /_zentity/_setup", None).outcome, Outcome::Unknown);
    assert_eq!(world("1.6.1", true).ask("w", "POST /_zentity/models/_bulk", Some("{}")).outcome, Outcome::Unknown);
    world("1.0.0", false).denies(
        "z",
        "GET /_zentity/models",
        None,
        "The .zentity-models index does not exist and you do not have the 'create_index' privilege. An authorized user must create the index by submitting: POST _zentity/_setup",
    );
    assert!("1.x".parse::<Zentity>().is_err() && "two".parse::<Zentity>().is_err());
}

#[test]
fn zentitys_bulk_entries_and_jobs_fail_one_by_one() {
    let mut world = zentity(Product::Elasticsearch8_17, true);
    world.configuration.zentity = Some(Zentity::Current);
    world.configuration.zentity_models =
        Some(serde_json::json!({"person": {"indices": {"users": {}, "orders": {}}}, "user": {"indices": {"users": {}}}}));
    let jobs = "{\"entity_type\":\"person\"}\n{\"attributes\":{}}\n{\"entity_type\":\"user\"}\n{\"attributes\":{}}\n";
    let verdict = world.ask("h", "POST /_zentity/resolution/_bulk", Some(jobs));
    assert_eq!(verdict.outcome, Outcome::Partial, "{:?}", verdict.unknown);
    let refused: Vec<(&str, bool)> = verdict.items.iter().map(|item| (item.index.as_str(), item.reason.is_some())).collect();
    assert_eq!(refused, [("person", true), ("user", false)]);
    let entries = "{\"create\":{\"entity_type\":\"a\"}}\n{}\n{\"delete\":{\"entity_type\":\"b\"}}\n{}\n";
    let verdict = world.ask("d", "POST /_zentity/models/_bulk", Some(entries));
    assert_eq!(verdict.items.iter().map(|item| item.reason.is_some()).collect::<Vec<_>>(), [true, false]);
    world.denies(
        "r",
        "POST /_zentity/models/person",
        Some("{}"),
        "Unable to index the entity model. This action requires the 'write' privilege for the '.zentity-models' index. Your role does not have this privilege.",
    );
    world.allows("z", "GET /_zentity", None);
    world.allows("r", "POST /_zentity/_setup", None);
    world.denies(
        "z",
        "POST /_zentity/_setup",
        None,
        "The '.zentity-models' index cannot be created. This action requires the 'create_index' privilege for the '.zentity-models' index. Your role does not have this privilege.",
    );
}

#[test]
fn every_recorded_route_is_asked_of_a_role_that_may_everything_and_of_one_that_may_nothing() {
    let text = include_str!("../assets/catalog/elasticsearch/routes.json");
    let routes: Vec<serde_json::Value> = serde_json::from_str(text).expect("json");
    let roles = "all: {cluster: [all], run_as: ['*'], indices: [{names: ['*'], privileges: [all], allow_restricted_indices: true}]}\nnone: {cluster: [none]}\n";
    let world = World::new(Product::Elasticsearch9_1, roles, "all:a\nnone:n\n", cluster(&["x"], &[]));
    let (mut asked, mut unknown) = (0, Vec::new());
    for route in &routes {
        let path = route["path"].as_str().expect("a path");
        let filled: Vec<String> =
            path.split('/').map(|part| if part.starts_with('{') { "x".to_owned() } else { part.to_owned() }).collect();
        for method in route["methods"].as_array().expect("methods") {
            let line = format!("{} {}", method.as_str().expect("a method"), filled.join("/"));
            let body =
                r#"{"actions":[{"add":{"index":"x","alias":"y"}}],"source":{"index":"x"},"dest":{"index":"x"},"docs":[{"_index":"x"}]}"#;
            let all = world.ask("a", &line, Some(body));
            asked += 1;
            match all.outcome {
                // `GET /_cat` prints its own help and runs no action
                Outcome::Allowed => assert_eq!(all.calls.is_empty(), route["actions"] == serde_json::json!([]), "{line}"),
                Outcome::Unknown => unknown.push(line.clone()),
                outcome => panic!("{line}: {outcome:?} {:?}", all.reason),
            }
            // whoever may nothing passes only where nothing is checked
            let none = world.ask("n", &line, Some(body));
            if none.outcome == Outcome::Allowed {
                assert!(none.calls.iter().all(|call| call.rule.is_some()), "{line}: {:?}", none.calls);
            }
        }
    }
    assert_eq!(asked, 556);
    // queries in languages of their own name their indices in text, a simulated bulk in its documents
    unknown.sort();
    assert_eq!(
        unknown,
        [
            "GET /_ingest/_simulate",
            "GET /_ingest/x/_simulate",
            "GET /_sql",
            "GET /_sql/translate",
            "POST /_ingest/_simulate",
            "POST /_ingest/x/_simulate",
            "POST /_query",
            "POST /_query/async",
            "POST /_sql",
            "POST /_sql/translate",
        ]
    );
}

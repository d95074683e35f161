//! The evaluators on the workload that the real ones were measured with (`opensearch-bench.md` and
//! `elasticsearch-bench.md` of the recorded facts). The allowed counts that the workload must give are asserted;
//! each figure stands beside the real engine's.
//!
//! Budgets: a decision on one index, 10 of 10,000 roles, below 100 ns; on 1,000 indices, partly allowed, below
//! 10 µs; compiling 1,000 roles against 10,000 indices below 50 ms, 10,000 below 400 ms.
//!
//! `cargo bench --bench evaluate -- decide`; other sections: `compile`, `request`, `elasticsearch`.

mod support;

use rolesmith::engine::evaluate::Decide;
use rolesmith::engine::evaluate::elasticsearch::{Names, Permissions, Rules, Stored};
use rolesmith::engine::evaluate::opensearch::legacy::{Granted, Legacy};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::elasticsearch::{Role, read_roles};
use rolesmith::engine::request::{Body, Request};
use rolesmith::source::FileId;
use rolesmith::yaml::Document;
use support::{
    Row, Table, best, cluster, configuration, exact_random, idx, index_names, names_cluster, once, roles_json, shared_names, user, wanted,
};

const SEARCH: &str = "indices:data/read/search";

/// What was recorded for one number of roles and of roles held.
struct Recorded {
    roles: usize,
    held: usize,
    /// Allowed of the 4,096 random indices, of all 10,000, and of the first 1,000.
    allowed: (usize, usize, usize),
    /// Nanoseconds by the faster of 2.19.3 and 3.4.0: random exact, allowed exact, 1,000 partly, 1,000 allowed.
    best: [f64; 4],
}

const fn recorded(roles: usize, held: usize, allowed: (usize, usize, usize), best: [f64; 4]) -> Recorded {
    Recorded { roles, held, allowed, best }
}

const RECORDED: [Recorded; 9] = [
    recorded(100, 1, (7, 11, 0), [1223.0, 79.0, 249_490.0, 74_353.0]),
    recorded(100, 10, (439, 1048, 120), [2910.0, 132.0, 1_998_123.0, 151_378.0]),
    recorded(100, 100, (1653, 4037, 289), [17_457.0, 576.0, 12_323_358.0, 569_571.0]),
    recorded(1000, 1, (7, 11, 0), [888.0, 74.0, 301_690.0, 122_067.0]),
    recorded(1000, 10, (258, 638, 51), [3369.0, 209.0, 2_143_079.0, 322_626.0]),
    recorded(1000, 100, (1732, 4246, 397), [13_703.0, 1098.0, 11_889_500.0, 1_993_737.0]),
    recorded(10_000, 1, (7, 11, 0), [932.0, 163.0, 223_700.0, 316_463.0]),
    recorded(10_000, 10, (57, 143, 2), [3804.0, 519.0, 2_329_451.0, 1_686_641.0]),
    recorded(10_000, 100, (1900, 4607, 625), [24_380.0, 10_450.0, 15_312_965.0, 14_454_909.0]),
];

const REAL: &str = "the real evaluator, the faster of 2.19.3 and 3.4.0";
const HELD: [usize; 3] = [1, 10, 100];

fn main() {
    if wanted("compile") {
        compile();
    }
    if wanted("decide") {
        decide();
    }
    if wanted("request") {
        request();
    }
    if wanted("elasticsearch") {
        elasticsearch();
    }
}

fn compile() {
    let mut table = Table::new("compile roles against 10,000 indices (real: constructor and stateful index privileges, warm)");
    let cluster = cluster();
    // the faster of the two real ones, warm
    for (roles, real, budget) in [(100, 181e6, None), (1000, 2191e6, Some(50e6)), (10_000, 3176e6, Some(400e6))] {
        let configuration = configuration(roles, &HELD);
        let measured = once(10, || Legacy::new(Product::OpenSearch3_4, &configuration, &cluster));
        table.row(Row { what: format!("{roles} roles"), measured, reference: Some((real, "3.4.0, warm")), budget });
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &cluster);
        let subjects: Vec<_> = HELD.iter().map(|held| user(&format!("user{held}"))).collect();
        let mut first = subjects.iter();
        let mut lone = || first.next().map(|subject| legacy.privileges(subject).has_index_privilege(SEARCH, "team00-app00"));
        for held in HELD {
            let measured = once(1, &mut lone);
            table.row(Row { what: format!("  first decision of a user with {held} roles"), measured, reference: None, budget: None });
        }
    }
}

fn decide() {
    let mut table = Table::new("decide, by names that are resolved already (`hasIndexPrivilege`)");
    let (cluster, names, random) = (cluster(), index_names(), exact_random());
    for roles in [100, 1000, 10_000] {
        let configuration = configuration(roles, &HELD);
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &cluster);
        for row in RECORDED.iter().filter(|row| row.roles == roles) {
            let held = row.held;
            let privileges = legacy.privileges(&user(&format!("user{held}")));
            let wide = legacy.privileges(&user(&format!("wide{held}")));
            let thousand: Vec<&str> = names.iter().take(1000).map(String::as_str).collect();
            let thousand = legacy.index_names(thousand);
            let allowed: Vec<&String> = names.iter().filter(|name| privileges.has_index_privilege(SEARCH, name)).collect();
            let counts = (
                random.iter().filter(|name| privileges.has_index_privilege(SEARCH, name)).count(),
                allowed.len(),
                privileges.available(&[SEARCH], &thousand).len(),
            );
            assert_eq!(counts, row.allowed, "{roles} roles, {held} held: the workload's counts");
            assert_eq!(wide.has_index_privileges(&[SEARCH], &thousand), Granted::Full);
            println!(
                "{roles} roles, {held} held: allowed {} of 4,096, {} of 10,000, {} of 1,000, as recorded",
                counts.0, counts.1, counts.2
            );
            let budget = |budget: f64| (roles == 10_000 && held == 10).then_some(budget);
            let measured = [
                best(|at| privileges.has_index_privilege(SEARCH, &random[at % random.len()])),
                best(|at| privileges.has_index_privilege(SEARCH, allowed[at % allowed.len()])),
                best(|_| privileges.available(&[SEARCH], &thousand)),
                best(|_| wide.has_index_privileges(&[SEARCH], &thousand)),
            ];
            let what = ["one random index", "one allowed index", "1,000 indices, partly allowed", "1,000 indices, allowed"];
            let budgets = [budget(100.0), None, budget(10_000.0), None];
            for (((what, measured), real), budget) in what.iter().zip(measured).zip(row.best).zip(budgets) {
                let what = format!("  {what}");
                table.row(Row { what, measured, reference: Some((real, REAL)), budget });
            }
            let measured = best(|_| privileges.has_cluster_privilege("indices:data/write/bulk"));
            table.row(Row { what: "  cluster".to_owned(), measured, reference: Some((25.0, REAL)), budget: None });
        }
    }
}

/// From the REST line to the verdict: what no figure of the real ones stands beside.
fn request() {
    let mut table = Table::new("whole requests: REST line, resolution, every stage (10,000 roles, 10 held)");
    let configuration = configuration(10_000, &HELD);
    let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &cluster());
    let subject = user("user10");
    let random = exact_random();
    let get = |path: String| Request { method: "GET".to_owned(), path, body: Body::None, headers: Vec::new() };
    let exact: Vec<Request> = random.iter().map(|name| get(format!("/{name}/_search"))).collect();
    let (wild, all) = (get("/team0*/_search".to_owned()), get("/_search".to_owned()));
    let thousand = get(format!("/{}/_search", (0..1000).map(idx).collect::<Vec<_>>().join(",")));
    let mut row = |what: &str, measured| table.row(Row { what: what.to_owned(), measured, reference: None, budget: None });
    row("GET <random index>/_search", best(|at| legacy.decide(&subject, &exact[at % exact.len()])));
    row("GET team0*/_search (1,000 indices)", best(|_| legacy.decide(&subject, &wild)));
    row("GET <1,000 names>/_search", best(|_| legacy.decide(&subject, &thousand)));
    row("GET _search (10,000 indices)", best(|_| legacy.decide(&subject, &all)));
}

/// What was recorded for one number of roles held, by the faster of 8.17.0 and 9.1.0, nanoseconds.
struct RecordedElasticsearch {
    held: usize,
    /// How many of the 1,000 names asked at once are granted.
    granted: usize,
    denied: f64,
    exact: f64,
    cluster: f64,
    /// By name, of 1,000 in one call; the engine stops at the first that is denied.
    thousand: f64,
    /// By name, with a role that grants them all.
    thousand_granted: f64,
    build: f64,
    all: f64,
    has_privileges: f64,
}

const ELASTICSEARCH: [RecordedElasticsearch; 3] = [
    RecordedElasticsearch {
        held: 1,
        granted: 20,
        denied: 81.8,
        exact: 154.6,
        cluster: 38.8,
        thousand: 57.6,
        thousand_granted: 164.0,
        build: 1361e3,
        all: 229e3,
        has_privileges: 685e3,
    },
    RecordedElasticsearch {
        held: 10,
        granted: 200,
        denied: 352.9,
        exact: 267.5,
        cluster: 36.5,
        thousand: 61.3,
        thousand_granted: 200.0,
        build: 1129e3,
        all: 277e3,
        has_privileges: 5389e3,
    },
    RecordedElasticsearch {
        held: 100,
        granted: 1000,
        denied: 3897.2,
        exact: 545.6,
        cluster: 35.0,
        thousand: 1849.7,
        thousand_granted: 2495.0,
        build: 1957e3,
        all: 1447e3,
        has_privileges: 150_436e3,
    },
];

const ES: &str = "the real classes, the faster of 8.17.0 and 9.1.0";
const ES_SEARCH: &str = "indices:data/read/search";

fn es_roles(text: String) -> Vec<(String, Role)> {
    let document = Document::parse(FileId(0), text.into_bytes());
    let mut problems = Vec::new();
    let roles = document.root().map(|root| read_roles(root, &mut problems)).unwrap_or_default();
    assert!(problems.is_empty(), "{problems:?}");
    roles.into_iter().collect()
}

/// Elasticsearch's permissions of one user among 10,000 roles, of which the engine looks at the user's alone.
fn elasticsearch() {
    let mut table = Table::new("Elasticsearch: permissions of a user among 10,000 roles, 3,000 indices");
    let mut row = |what: String, measured: f64, real: f64| table.row(Row { what, measured, reference: Some((real, ES)), budget: None });
    let text = roles_json(10_000);
    let parse = once(3, || es_roles(text.clone()).len());
    row("read one role of the API's JSON".to_owned(), parse / 1e4, 2071.0);
    let roles = es_roles(text);
    assert_eq!(roles.len(), 10_000);
    let rules = Rules::of(Product::Elasticsearch9_1);
    let cluster = names_cluster();
    let names = Names::new(&cluster, rules);
    let (stored, shared) = (Stored::default(), shared_names());
    let shared: Vec<&str> = shared.iter().map(String::as_str).collect();
    let every = support::names();
    let every: Vec<&str> = every.iter().map(String::as_str).collect();
    let wide = es_roles(r#"{"wide":{"indices":[{"names":["shared-*"],"privileges":["read"]}]}}"#.to_owned());
    for recorded in ELASTICSEARCH {
        let held: Vec<(&str, &Role)> = roles[..recorded.held].iter().map(|(name, role)| (name.as_str(), role)).collect();
        let build = |roles: &[(&str, &Role)]| Permissions::build(rules, roles, &stored).unwrap();
        let permissions = build(&held);
        let wider = build(&held.iter().copied().chain(wide.iter().map(|(name, role)| (name.as_str(), role))).collect::<Vec<_>>());
        let asked = permissions.authorize(ES_SEARCH, &shared, &names);
        let granted = shared.iter().filter(|name| asked.grants(name)).count();
        assert_eq!(
            (granted, asked.granted),
            (recorded.granted, recorded.granted == 1000),
            "{} roles held: the workload's counts",
            recorded.held
        );
        assert!(wider.authorize(ES_SEARCH, &shared, &names).granted);
        assert!(permissions.authorize(ES_SEARCH, &["team0-logs-2025"], &names).granted);
        assert!(!permissions.authorize(ES_SEARCH, &["team999-logs-2025"], &names).granted);
        println!("{} held: {granted} of 1,000 granted, as recorded", recorded.held);
        let authorize = |asked: &[&str]| best(|_| permissions.authorize(ES_SEARCH, asked, &names).granted);
        row("  one index, granted".to_owned(), authorize(&["team0-logs-2025"]), recorded.exact);
        row("  one index, denied".to_owned(), authorize(&["team999-logs-2025"]), recorded.denied);
        let request = Default::default();
        let cluster = best(|_| permissions.cluster_action("cluster:monitor/health", &request).unwrap_or_default());
        row("  cluster".to_owned(), cluster, recorded.cluster);
        row("  a name of 1,000, each with its table".to_owned(), authorize(&shared) / 1e3, recorded.thousand);
        let all = best(|_| wider.authorize(ES_SEARCH, &shared, &names).granted) / 1e3;
        row("  a name of 1,000, all granted, each with its table".to_owned(), all, recorded.thousand_granted);
        row("  all 3,000 names".to_owned(), authorize(&every), recorded.all);
        row("  build the user's permissions".to_owned(), once(5, || build(&held)), recorded.build);
        let (pattern, read) = (["team0-*".to_owned()], ["read".to_owned()]);
        let has = once(3, || permissions.has_index_privileges(&pattern, false, &read).is_ok());
        row("  has_privileges, one pattern, one privilege".to_owned(), has, recorded.has_privileges);
    }
}

//! Opening, editing and saving at a bank's size: 10,000 roles, as many mappings, 100,000 users, about 25 MB.
//!
//! The reference is a plain parse: the events of the YAML parser over the same bytes, nothing kept.
//!
//! Budgets: to the first frame below 1 s and below 2x the plain parse; memory below 8x the bytes; a save after one
//! edit, check on, below 1.5x the plain parse of its file. `export` opens Elasticsearch's roles, `growth` prints what each costs at 100 to 100,000 roles.

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use granit_parser::Parser;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rolesmith::engine::change::{Change, RuleChange, RuleNumber, UserChange};
use rolesmith::engine::evaluate::opensearch::legacy::Legacy;
use rolesmith::engine::model::Product;
use rolesmith::tui::event::Event;
use rolesmith::tui::options::first;
use rolesmith::tui::update::update;
use rolesmith::tui::view::view;
use rolesmith::workspace::{Options, SaveOptions, Workspace};
use support::{Row, SplitMix, Table, cluster, exact_random, once, peak_memory, user, wanted};

/// What the children that measure memory are called with.
const CHILD: &str = "--opens";

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(CHILD) {
        return child(&arguments.next().unwrap_or_default());
    }
    if wanted("open") {
        open();
    }
    if wanted("export") {
        export();
    }
    if wanted("edit") {
        edit();
    }
    if wanted("growth") {
        growth();
    }
}

/// A directory with so many roles and mappings, and so many users, as the products export them.
fn directory(roles: usize, users: usize) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let head = |kind: &str| format!("---\n_meta:\n  type: \"{kind}\"\n  config_version: 2\n");
    let (mut people, mut all, mut mappings) = (head("internalusers"), head("roles"), head("rolesmapping"));
    let mut random = SplitMix(1);
    for number in 0..roles {
        let _ = write!(
            all,
            "role_{number}:\n  reserved: false\n  hidden: false\n  description: \"Team {}\"\n  cluster_permissions:\n  - \
             \"cluster_composite_ops\"\n  index_permissions:\n  - index_patterns:\n    - \"team{:02}-app{:02}\"\n    - \"team{:02}-*\"\n    \
             fls: []\n    masked_fields: []\n    allowed_actions:\n    - \"read\"\n  tenant_permissions: []\n  static: false\n",
            number % 100,
            random.below(100),
            random.below(100),
            random.below(100),
        );
        let _ = write!(
            mappings,
            "role_{number}:\n  reserved: false\n  hidden: false\n  backend_roles:\n  - \"team-{}\"\n  hosts: []\n  users: []\n  \
             and_backend_roles: []\n",
            number % 1000
        );
    }
    for number in 0..users {
        let _ = write!(
            people,
            "user{number:06}:\n  hash: \"$2y$12$.hashhashhashhashhashhashhashhashhashhashhashhash{:08}\"\n  reserved: false\n  hidden: \
             false\n  backend_roles:\n  - \"team-{}\"\n  attributes:\n    department: \"d{}\"\n  opendistro_security_roles: []\n  static: false\n",
            random.below(100_000_000),
            number % 1000,
            number % 70,
        );
    }
    for (name, text) in [("internal_users.yml", people), ("roles.yml", all), ("roles_mapping.yml", mappings)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn texts(directory: &Path) -> Vec<String> {
    let files = ["internal_users.yml", "roles.yml", "roles_mapping.yml"];
    files.iter().map(|name| std::fs::read_to_string(directory.join(name)).unwrap()).collect()
}

/// The parser's events over a text, counted.
fn plain_parse(text: &str) -> usize {
    Parser::new_from_str(text).filter(Result::is_ok).count()
}

fn workspace(directory: &Path) -> Workspace {
    Workspace::open(directory, Options { state: Some(directory.join(".state")), ..Options::default() }).unwrap()
}

/// To the first frame.
fn open_and_draw(directory: &Path) {
    let mut state = first(workspace(directory), &rolesmith::tui::options::Options::default());
    update(&mut state, Event::Resize(160, 50));
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).unwrap();
    terminal.draw(|frame| view(&state, frame)).unwrap();
}

/// A process of its own, so that its memory is that of opening alone.
fn child(directory: &str) {
    let start = Instant::now();
    open_and_draw(Path::new(directory));
    println!("{} {}", start.elapsed().as_nanos(), peak_memory().unwrap_or_default());
}

/// Time and peak memory of opening in a process of its own, the fastest of three.
fn opened(directory: &Path) -> (f64, f64) {
    let one = |_| {
        let output = Command::new(std::env::current_exe().unwrap()).arg(CHILD).arg(directory).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (time, memory) = text.trim().split_once(' ').unwrap();
        (time.parse::<f64>().unwrap(), memory.parse::<f64>().unwrap())
    };
    (0..3).map(one).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

fn open() {
    let mut table = Table::new("open 10,000 roles and 100,000 users");
    let directory = directory(10_000, 100_000);
    let texts = texts(directory.path());
    let bytes: usize = texts.iter().map(String::len).sum();
    let plain = once(3, || texts.iter().map(|text| plain_parse(text)).sum::<usize>());
    let (measured, memory) = opened(directory.path());
    println!("{} bytes; plain parse {:.0} ms, {:.0} MB/s", bytes, plain / 1e6, bytes as f64 / plain * 1e3);
    println!("to the first frame {:.2}x the plain parse (budget 2x)", measured / plain);
    println!("peak memory {:.0} MB, {:.2}x the bytes (budget 8x)", memory / 1e6, memory / bytes as f64);
    table.row(Row { what: "to the first frame".to_owned(), measured, reference: Some((plain, "plain parse")), budget: Some(1e9) });
    table.row(Row { what: "the same against 2x the plain parse".to_owned(), measured, reference: None, budget: Some(2.0 * plain) });
}

/// Another pattern for a role, each time another one.
/// Elasticsearch's roles as its API prints them, two entries of six names each: with `?pretty` 48 MB, without 25.
fn export() {
    let role = |number: usize| {
        let names: Vec<String> = (0..6).map(|at| format!("logs-{number}-{at}-*")).collect();
        let entry = serde_json::json!({
            "names": names, "privileges": ["read", "view_index_metadata"], "allow_restricted_indices": false,
            "field_security": { "grant": ["*"], "except": ["secret.*"] },
        });
        let space = format!("space:s{number}");
        let body = serde_json::json!({
            "cluster": ["monitor"], "indices": [entry, entry], "run_as": [], "metadata": {}, "transient_metadata": { "enabled": true },
            "applications": [{ "application": "kibana-.kibana", "privileges": ["feature_discover.read"], "resources": [space] }],
        });
        (format!("role_{number}"), body)
    };
    let roles = serde_json::Value::Object((0..35_500).map(role).collect());
    let mut table = Table::new("open 35,500 roles of Elasticsearch");
    for (what, text) in [("with ?pretty", format!("{roles:#}")), ("as it comes", roles.to_string())] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("security_role.json"), &text).unwrap();
        let plain = once(3, || plain_parse(&text));
        let (measured, memory) = opened(directory.path());
        println!("{what}: {} bytes; peak memory {:.0} MB, {:.2}x the bytes", text.len(), memory / 1e6, memory / text.len() as f64);
        table.row(Row { what: what.to_owned(), measured, reference: Some((plain, "plain parse")), budget: None });
    }
}

fn change(number: usize) -> Change {
    RuleChange::AddIndexPattern { role: "role_5000".to_owned(), rule: RuleNumber(1), pattern: format!("new-{number}-*") }.into()
}

fn edit() {
    let mut table = Table::new("edit and save in files of 10,000 roles and 100,000 users");
    let directory = directory(10_000, 100_000);
    let [people, roles, _] = texts(directory.path()).try_into().unwrap();
    let plain = once(5, || plain_parse(&roles));
    let mut workspace = workspace(directory.path());
    let mut number = 0;
    let mut edit = || {
        number += 1;
        workspace.apply(change(number)).unwrap();
    };
    let measured = once(10, &mut edit);
    table.row(Row { what: "edit one role".to_owned(), measured, reference: Some((plain, "plain parse of roles.yml")), budget: None });
    let mut saves = Vec::new();
    for at in 0..7 {
        workspace.apply(change(1000 + at)).unwrap();
        let start = Instant::now();
        workspace.save(SaveOptions::default()).unwrap();
        saves.push(start.elapsed().as_nanos() as f64);
    }
    let measured = saves.iter().copied().fold(f64::INFINITY, f64::min);
    let reference = Some((plain, "plain parse of roles.yml"));
    table.row(Row { what: "save after one edit, check on".to_owned(), measured, reference, budget: Some(1.5 * plain) });
    let measured = once(5, || workspace.undo());
    table.row(Row { what: "undo".to_owned(), measured, reference, budget: None });
    let plain = once(3, || plain_parse(&people));
    let mut number = 0;
    let measured = once(5, || {
        number += 1;
        let change = UserChange::AddBackendRole { user: "user050000".to_owned(), backend_role: format!("new-{number}") };
        workspace.apply(Change::from(change)).unwrap();
    });
    table.row(Row {
        what: "edit one user".to_owned(),
        measured,
        reference: Some((plain, "plain parse of internal_users.yml")),
        budget: None,
    });
}

/// The table of the guide: what each costs at which size.
fn growth() {
    println!("\nroles     bytes       open        edit       save      compile    decide    lint");
    let cluster = cluster();
    for roles in [100, 1000, 10_000, 100_000] {
        let directory = directory(roles, roles * 10);
        let bytes: usize = texts(directory.path()).iter().map(String::len).sum();
        let (open, _) = opened(directory.path());
        let mut workspace = workspace(directory.path());
        let mut number = 0;
        let mut change = || {
            number += 1;
            let role = format!("role_{}", roles / 2);
            Change::from(RuleChange::AddIndexPattern { role, rule: RuleNumber(1), pattern: format!("new-{number}-*") })
        };
        let edit = once(3, || workspace.apply(change()).unwrap());
        let start = Instant::now();
        workspace.save(SaveOptions::default()).unwrap();
        let save = start.elapsed().as_nanos() as f64;
        let configuration = workspace.configuration().clone();
        let compile = once(3, || Legacy::new(Product::OpenSearch3_4, &configuration, &cluster));
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &cluster);
        let mut subject = user("user000007");
        subject.backend_roles.push("team-7".to_owned());
        let privileges = legacy.privileges(&subject);
        let random = exact_random();
        let decide = support::best(|at| privileges.has_index_privilege("indices:data/read/search", &random[at % random.len()]));
        let lint = once(1, || workspace.lint(None));
        let ms = |time: f64| format!("{:.1} ms", time / 1e6);
        println!(
            "{roles:>7}  {bytes:>10}  {:>9}  {:>9}  {:>9}  {:>9}  {:>6.0} ns  {:>9}",
            ms(open),
            ms(edit),
            ms(save),
            ms(compile),
            decide,
            ms(lint)
        );
    }
}

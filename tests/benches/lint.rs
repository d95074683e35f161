//! The linter on 10,000 roles, as many mappings and 100,000 users, about 25 MB.
//!
//! Budget: below 1 s, opening included. Printed: a plain parse of the same bytes (the reference of the ratios), opening,
//! linting, each with the processor's time (which other work on the machine does not touch), the rules that cost
//! most, and how many findings of which rule there are, so that a faster run that finds less is seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rolesmith::engine::evaluate::elasticsearch::Refusals;
use rolesmith::engine::lint;
use rolesmith::engine::model::Product;
use rolesmith::source::FileId;
use rolesmith::workspace::{self, Options, Workspace};
use rolesmith::yaml::Document;

const ROLES: usize = 10_000;
const USERS: usize = 100_000;
const RUNS: usize = 5;

fn files() -> [(&'static str, String); 3] {
    let head = |kind: &str| format!("_meta:\n  type: \"{kind}\"\n  config_version: 2\n");
    let (mut roles, mut mappings, mut users) = (head("roles"), head("rolesmapping"), head("internalusers"));
    for role in 0..ROLES {
        // every tenth role has a mistyped group, every hundredth a filter
        let write = if role % 10 == 0 { "wriet" } else { "write" };
        let dls = if role % 100 == 0 { "{\"term\": {\"team\": 1}}" } else { "" };
        let _ = write!(
            roles,
            "role_{role}:\n  cluster_permissions:\n    - cluster_monitor\n    - cluster_composite_ops\n  index_permissions:\n    - index_patterns:\n        - 'team-{role}-*'\n        - 'logs-{}-*'\n      dls: '{dls}'\n      fls: []\n      allowed_actions:\n        - read\n        - indices:monitor/stats\n        - {write}\n    - index_patterns: ['shared-{role}']\n      allowed_actions: [crud, create_index]\n  tenant_permissions:\n    - tenant_patterns: ['team_{role}']\n      allowed_actions: [kibana_all_write]\n",
            role % 97
        );
        let _ = write!(
            mappings,
            "role_{role}:\n  backend_roles: [group_{role}, group_{}]\n  users: [user_{role}, nobody_{role}]\n",
            role + ROLES
        );
    }
    for user in 0..USERS {
        let _ = write!(
            users,
            "user_{user}:\n  hash: '$2y$12${user:0>53}'\n  backend_roles: ['group_{}', 'group_{}']\n  attributes: {{ dept: d{} }}\n",
            user % ROLES,
            (user * 7) % ROLES,
            user % 50
        );
    }
    [("roles.yml", roles), ("roles_mapping.yml", mappings), ("internal_users.yml", users)]
}

/// Time on the clock and time of all processors.
#[derive(Clone, Copy)]
struct Took {
    clock: Duration,
    processor: Duration,
}

/// What this process has used so far, in the kernel's hundredths; nothing where `/proc` is not.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect::<Vec<_>>()).unwrap_or_default();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

fn fastest<T>(mut run: impl FnMut() -> T) -> (Took, T) {
    let mut best: Option<(Took, T)> = None;
    for _ in 0..RUNS {
        let (start, used) = (Instant::now(), processor());
        let out = run();
        let took = Took { clock: start.elapsed(), processor: processor() - used };
        if best.as_ref().is_none_or(|(least, _)| took.processor < least.processor) {
            best = Some((took, out));
        }
    }
    best.expect("there is a run")
}

/// The rules that cost most, each run alone, beside running none.
fn by_rule(workspace: &Workspace) -> Vec<(&'static str, Duration)> {
    let kind = |kind| match kind {
        workspace::FileKind::Security(kind) => lint::FileKind::Security(kind),
        _ => lint::FileKind::Beside,
    };
    let names: Vec<String> = workspace.files().iter().map(|file| file.name().into_owned()).collect();
    let files: Vec<lint::File<'_>> = workspace
        .files()
        .iter()
        .zip(&names)
        .map(|(file, name)| lint::File {
            id: file.id(),
            name,
            kind: kind(file.kind()),
            document: file.document(),
            problems: file.problems(),
        })
        .collect();
    let input = lint::Input {
        product: workspace.product(),
        files: &files,
        notes: &[],
        configuration: workspace.configuration(),
        elasticsearch: None,
        refusals: &Refusals::default(),
        cluster: None,
        scenario: None,
        engine: None,
    };
    let only = |rule: Option<&'static str>| {
        let mut settings = lint::Settings::default();
        settings.rules.insert("all".to_owned(), lint::Level::Off);
        settings.rules.extend(rule.map(|rule| (rule.to_owned(), lint::Level::Warning)));
        let start = Instant::now();
        lint::lint(&input, &settings);
        start.elapsed()
    };
    let none = only(None);
    let mut costs: Vec<(&'static str, Duration)> = vec![("(none)", none)];
    costs.extend(lint::RULES.iter().map(|rule| (rule.about().id, only(Some(rule.about().id)).saturating_sub(none))));
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    costs.truncate(8);
    costs
}

fn main() {
    let directory = tempfile::tempdir().expect("a directory");
    let files = files();
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    for (name, text) in &files {
        std::fs::write(directory.path().join(name), text).expect("a file");
    }
    let (parse, _) = fastest(|| files.iter().map(|(_, text)| Document::parse(FileId(0), text.as_bytes().to_vec())).collect::<Vec<_>>());
    let options = || Options { product: Some(Product::OpenSearch3_4), ..Options::default() };
    let (open, workspace) = fastest(|| Workspace::open(directory.path(), options()).expect("it opens"));
    let (linting, report) = fastest(|| workspace.lint(None));
    let ratio = |took: Took| took.processor.as_secs_f64() / parse.processor.as_secs_f64();
    println!("{bytes} bytes, {ROLES} roles, {USERS} users; the cheapest of {RUNS}; clock, processors, processors in plain parses");
    for (what, took) in [("plain parse", parse), ("opening", open), ("lint", linting)] {
        println!("{what:<12} {:>10.1?} {:>10.1?} {:>6.2}", took.clock, took.processor, ratio(took));
    }
    println!("rules alone: {:.1?}", by_rule(&workspace));
    let counts = report.findings.iter().fold(BTreeMap::<&str, usize>::new(), |mut counts, finding| {
        *counts.entry(finding.rule).or_default() += 1;
        counts
    });
    println!("{} findings: {counts:?}", report.findings.len());
}

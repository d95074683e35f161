//! One edit of one role among 10,000, until the screen shows what it did to a grid of 1,000 requests by 20 users:
//! the change in model and text, the new evaluator, the verdicts, the frame. And the proof that two configurations of
//! 1,000 roles open the same, or the request that shows the difference.
//!
//! Budgets: the edit one frame, below 16 ms; the difference below 2 s.

mod support;

use std::fmt::Write as _;
use std::time::Instant;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rolesmith::engine::change::{Change, RuleChange, RuleNumber};
use rolesmith::engine::compare::{Holding, gained, is_cluster};
use rolesmith::engine::model::opensearch::Configuration;
use rolesmith::engine::model::{Evaluator, Product};
use rolesmith::source::Located;
use rolesmith::tui::event::{Effect, Event};
use rolesmith::tui::options::{Options, first};
use rolesmith::tui::progress::Progress;
use rolesmith::tui::state::State;
use rolesmith::tui::update::update;
use rolesmith::tui::view::view;
use rolesmith::tui::worker::Memory;
use rolesmith::workspace::Workspace;
use support::{Row, SplitMix, Table, configuration, idx, once, wanted};

fn main() {
    if wanted("edit") {
        edit();
    }
    if wanted("difference") {
        difference();
    }
}

const USERS: usize = 20;
const REQUESTS: usize = 1000;

/// The workload as files: roles, 20 users with 10 of them each, a cluster of 10,000 indices, 1,000 requests.
fn workspace(roles: usize) -> (tempfile::TempDir, Workspace) {
    let directory = tempfile::tempdir().unwrap();
    let configuration = configuration(roles, &[]);
    let head = |kind: &str| format!("---\n_meta:\n  type: \"{kind}\"\n  config_version: 2\n");
    let (mut all, mut people) = (head("roles"), head("internalusers"));
    for (name, role) in &configuration.roles {
        let list = |texts: &[Located<String>]| texts.iter().fold(String::new(), |out, text| format!("{out}    - '{}'\n", text.value));
        let rule = &role.index_permissions[0];
        let _ = write!(
            all,
            "{name}:\n  reserved: false\n  hidden: false\n  cluster_permissions:\n  - \"cluster_composite_ops\"\n  index_permissions:\n  - \
             index_patterns:\n{}    allowed_actions:\n{}  tenant_permissions: []\n  static: false\n",
            list(&rule.index_patterns),
            list(&rule.allowed_actions)
        );
    }
    for user in 0..USERS {
        let _ = write!(people, "user{user}:\n  hash: \"\"\n  opendistro_security_roles:\n");
        for role in 0..10 {
            let _ = writeln!(people, "  - \"role_{}\"", (role * 7919 + user) % roles);
        }
    }
    let indices: Vec<String> = (0..10_000).map(|number| format!("{{\"index\": \"{}\", \"status\": \"open\"}}", idx(number))).collect();
    let mut random = SplitMix(7);
    let names: Vec<String> = (0..USERS).map(|user| format!("user{user}")).collect();
    let mut requests = String::from("requests:\n");
    for number in 0..REQUESTS {
        let (one, two) = (random.below(100), random.below(10_000));
        let line = match number % 4 {
            0 => format!("GET team{one:02}-*/_search"),
            1 => format!("GET {}/_count", idx(two)),
            2 => format!("PUT {}/_doc/1", idx(two)),
            _ => format!("GET {}/_search", idx(two)),
        };
        let _ = write!(requests, "  - request: {line}\n    as: [{}]\n", names.join(", "));
    }
    for (name, text) in [
        ("roles.yml", all),
        ("internal_users.yml", people),
        ("indices.json", format!("[{}]", indices.join(","))),
        ("scenarios.yml", requests),
    ] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
    (directory, workspace)
}

/// Milliseconds of the parts of one edit.
#[derive(Debug, Default, Clone, Copy)]
struct Parts {
    change: f64,
    update: f64,
    answer: f64,
    take: f64,
    draw: f64,
}

impl Parts {
    fn sum(&self) -> f64 {
        self.change + self.update + self.answer + self.take + self.draw
    }
}

fn timed<T>(into: &mut f64, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = run();
    *into += start.elapsed().as_secs_f64() * 1e3;
    value
}

fn answered(state: &mut State, memory: &mut Memory, effects: Vec<Effect>, parts: &mut Parts) {
    for effect in effects {
        if let Effect::Ask(question) = &effect {
            let progress = Progress::new("", "", 0, |_| {});
            let answer = timed(&mut parts.answer, || memory.answer(question, &progress));
            timed(&mut parts.take, || update(state, Event::Answer(answer)));
        }
    }
}

fn edit() {
    let mut table = Table::new("edit one of 10,000 roles, answer 1,000 requests by 20 users anew, draw");
    let (_directory, workspace) = workspace(10_000);
    let mut state = first(workspace, &Options::default());
    let mut memory = Memory::default();
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).unwrap();
    let mut whole = Parts::default();
    let effects = timed(&mut whole.update, || update(&mut state, Event::Resize(160, 50)));
    answered(&mut state, &mut memory, effects, &mut whole);
    println!("the whole grid the first time: {:.1} ms", whole.answer);
    for (role, what) in [("role_0", "a role that one of the users holds"), ("role_4999", "a role that none of the users holds")] {
        let mut best = Parts { change: f64::INFINITY, ..Parts::default() };
        for number in 0..10 {
            let pattern = format!("new-{number}-*");
            let change = RuleChange::AddIndexPattern { role: role.to_owned(), rule: RuleNumber(1), pattern };
            let mut parts = Parts::default();
            timed(&mut parts.change, || state.open.apply(vec![Change::from(change).into()])).unwrap();
            let effects = timed(&mut parts.update, || update(&mut state, Event::Resize(160, 50)));
            assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask(_))), "the edit asks for the grid again");
            answered(&mut state, &mut memory, effects, &mut parts);
            timed(&mut parts.draw, || terminal.draw(|frame| view(&state, frame)).map(|_| ())).unwrap();
            if parts.sum() < best.sum() {
                best = parts;
            }
        }
        table.row(Row { what: what.to_owned(), measured: best.sum() * 1e6, reference: None, budget: Some(16e6) });
        println!("  ms: {best:.1?}");
    }
}

fn difference() {
    let mut table = Table::new("access difference of two configurations of 1,000 roles");
    let before = configuration(1000, &[]);
    let mut more: Configuration = before.clone();
    more.roles["role_500"].index_permissions[0].index_patterns.push(Located::from("secret-*"));
    let roles: Vec<String> = before.roles.keys().cloned().collect();
    let product = Product::OpenSearch3_4;
    let rule = is_cluster(product, Evaluator::Legacy);
    let holding = |configuration| Holding { configuration, product, roles: &roles, subject: None };
    let mut row = |what: &str, measured: f64| table.row(Row { what: what.to_owned(), measured, reference: None, budget: Some(2e9) });
    assert!(gained(holding(&before), holding(&before), rule).is_empty());
    let found = gained(holding(&before), holding(&more), rule);
    assert!(found.iter().any(|gain| gain.index.as_deref().is_some_and(|index| index.starts_with("secret-"))), "{found:?}");
    row("all 1,000 at once, the same: proof", once(3, || gained(holding(&before), holding(&before), rule)));
    row("all 1,000 at once, one pattern more: counterexample", once(3, || gained(holding(&before), holding(&more), rule)));
    row(
        "role by role, one pattern more",
        once(3, || {
            let one = |role| {
                let roles = std::slice::from_ref(role);
                let holding = |configuration| Holding { configuration, product, roles, subject: None };
                gained(holding(&before), holding(&more), rule).len()
            };
            roles.iter().map(one).sum::<usize>()
        }),
    );
}

//! From a key to the drawn frame, through the production `update` and `view`.
//!
//! Budget: below 4 ms at 100,000 users and 10,000 roles. The reference in the same run is a frame without
//! a key (`draw`), so that what a key costs beside drawing shows as a ratio.

use std::fmt::Write as _;

use divan::Bencher;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rolesmith::tui::event::Event;
use rolesmith::tui::options::{Options, first};
use rolesmith::tui::state::State;
use rolesmith::tui::update::update;
use rolesmith::tui::view::view;
use rolesmith::workspace::Workspace;

fn main() {
    divan::main();
}

/// A directory with as many users, and a tenth of them roles and mappings.
fn state(users: usize) -> State {
    let directory = tempfile::tempdir().unwrap();
    let head = |kind: &str| format!("_meta:\n  type: \"{kind}\"\n  config_version: 2\n");
    let (mut people, mut roles, mut mappings) = (head("internalusers"), head("roles"), head("rolesmapping"));
    for number in 0..users {
        let _ = write!(people, "user{number:06}:\n  hash: \"\"\n  backend_roles:\n  - \"team{}\"\n", number % 1000);
    }
    for number in 0..users / 10 {
        let _ = write!(
            roles,
            "role{number:05}:\n  index_permissions:\n  - index_patterns:\n    - \"logs-{number}-*\"\n    allowed_actions:\n    - \"read\"\n"
        );
        let _ = write!(mappings, "role{number:05}:\n  backend_roles:\n  - \"team{}\"\n", number % 1000);
    }
    for (name, text) in [("internal_users.yml", people), ("roles.yml", roles), ("roles_mapping.yml", mappings)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
    let mut state = first(workspace, &Options::default());
    update(&mut state, Event::Resize(160, 50));
    state
}

fn press(state: &mut State, terminal: &mut Terminal<TestBackend>, key: &str) {
    update(state, Event::Key(key.parse().unwrap()));
    terminal.draw(|frame| view(state, frame)).unwrap();
}

const USERS: [usize; 2] = [1_000, 100_000];

#[divan::bench(args = USERS)]
fn draw(bencher: Bencher, users: usize) {
    let state = state(users);
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).unwrap();
    bencher.bench_local(|| terminal.draw(|frame| view(&state, frame)).map(|_| ()).unwrap());
}

#[divan::bench(args = USERS)]
fn down_in_users(bencher: Bencher, users: usize) {
    let mut state = state(users);
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).unwrap();
    bencher.bench_local(|| press(&mut state, &mut terminal, "j"));
}

#[divan::bench(args = USERS)]
fn down_in_roles(bencher: Bencher, users: usize) {
    let mut state = state(users);
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).unwrap();
    press(&mut state, &mut terminal, "2");
    bencher.bench_local(|| press(&mut state, &mut terminal, "j"));
}

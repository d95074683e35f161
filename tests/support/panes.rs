//! Keys in, whole screen out, through the production keymap and `update`. Effects that are pure work are
//! answered in place, so that a screen is what an operator would see once it is still.

#![allow(dead_code)] // each test binary uses its part

use std::sync::Mutex;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rolesmith::tui::event::{Effect, Event};
use rolesmith::tui::key::Key;
use rolesmith::tui::options::{Options, first};
use rolesmith::tui::progress::Progress;
use rolesmith::tui::state::State;
use rolesmith::tui::update::update;
use rolesmith::tui::view::view;
use rolesmith::tui::worker;
use rolesmith::workspace::Workspace;

pub const SMALL: (u16, u16) = (40, 12);
pub const USUAL: (u16, u16) = (80, 24);
pub const LARGE: (u16, u16) = (200, 60);

/// The state over the sample after keys: names between `<` and `>`, everything else a character a key.
pub fn after(size: (u16, u16), keys: &str) -> State {
    static SAMPLE: Mutex<Option<State>> = Mutex::new(None);
    let mut sample = SAMPLE.lock().unwrap();
    let state = sample.get_or_insert_with(|| after_with(Workspace::sample(), &Options::default(), USUAL, "")).clone();
    drop(sample);
    press(state, size, keys)
}

pub fn press(mut state: State, size: (u16, u16), keys: &str) -> State {
    settle(&mut state, Event::Resize(size.0, size.1));
    for key in keys_of(keys) {
        settle(&mut state, Event::Key(key));
    }
    state
}

pub fn after_with(workspace: Workspace, options: &Options, size: (u16, u16), keys: &str) -> State {
    press(first(workspace, options), size, keys)
}

pub fn keys_of(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = match rest.find('>') {
            Some(end) if c == '<' && end > 1 => &rest[1..end],
            _ => &rest[..c.len_utf8()],
        };
        let key = if name == " " { "space" } else { name };
        keys.push(key.parse().unwrap_or_else(|error| panic!("{error}")));
        rest =
            if name.len() == rest.len() || !rest.starts_with('<') || name == "<" { &rest[name.len()..] } else { &rest[name.len() + 2..] };
    }
    keys
}

/// Take an event and every answer to what it asks; what was to be copied, saved or edited comes back.
pub fn settle(state: &mut State, event: Event) -> Vec<Effect> {
    let mut outside = Vec::new();
    let mut events = vec![event];
    while let Some(event) = events.pop() {
        for effect in update(state, event) {
            match worker::perform(&effect, &Progress::silent()) {
                Some(answer) => events.push(Event::Answer(answer)),
                None => outside.push(effect),
            }
        }
    }
    outside
}

/// The drawn state.
pub fn terminal(state: &State) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| view(state, frame)).unwrap();
    terminal
}

/// The drawn screen without trailing blanks.
pub fn screen(state: &State) -> String {
    let text = terminal(state).backend().to_string();
    text.lines().map(|line| line.trim_matches('"').trim_end().to_owned() + "\n").collect()
}

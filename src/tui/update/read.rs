//! What is only looked at or copied: help, raw text, log, graph, matrix, tour, differences.

use super::{edit, elasticsearch, matrix, raw, text, tour};
use crate::engine::compare::AccessDifference;
use crate::engine::request::write_curl;
use crate::guide::{TOPICS, Topic};
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::choice::{Choice, Options};
use crate::tui::dialog::help;
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::dialog::question::{Question, Then};
use crate::tui::dialog::reader::{Kind, Reader};
use crate::tui::dialog::save::Save;
use crate::tui::event::Effect;
use crate::tui::line::Line;
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;
use crate::tui::{difference, graph};

/// Rows inside a dialog that fills the screen.
pub fn reader_height(size: (u16, u16)) -> usize {
    usize::from(size.1).saturating_sub(6).max(1)
}

/// Do the action if it only looks or copies.
pub fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) -> bool {
    match action {
        Action::Help => {
            let reader = Reader::new("help", help::lines(&state.keymap, &state.contexts())).kind(Kind::Help);
            state.dialogs.push(Dialog::Reader(reader));
        }
        Action::Tour => {
            let first = tour::dialog(state, 0, false);
            state.dialogs.push(first);
        }
        Action::Guide => {
            let names = TOPICS.iter().map(|topic| topic.title().to_owned()).collect();
            let notes = TOPICS.iter().map(|topic| topic.name.to_owned()).collect();
            state.dialogs.push(Dialog::Choice(Choice::new("guide", Options::Pages, names, notes)));
        }
        Action::CommandLog => {
            let mut lines = state.log.lines();
            if lines.is_empty() {
                lines.push(Line::new(Tone::Dim, "nothing was changed in this sitting; `w` writes what was, for `rolesmith apply`"));
            }
            state.dialogs.push(Dialog::Reader(Reader::new("done in this sitting", lines).kind(Kind::Log)));
        }
        Action::RawYaml => raw::toggle(state),
        Action::Graph => {
            let lines = graph::lines(state);
            state.dialogs.push(Dialog::Reader(Reader::new("how access flows", lines).kind(Kind::Links)));
        }
        Action::Matrix => matrix::open(state),
        Action::Save => {
            start_save(state, false, effects);
        }
        Action::Yank => match (state.pane, state.list().row()) {
            (Pane::Simulator, Some(row)) => {
                effects.extend(state.simulation.requests.get(row).map(|asked| Effect::Copy(asked.label().to_owned())))
            }
            _ => match entry_text(state) {
                Some(text) => effects.push(Effect::Copy(text)),
                None => state.tell(Tone::Dim, "this entry stands in no file"),
            },
        },
        Action::YankExplanation => effects.push(Effect::Copy(state.detail.text())),
        Action::YankCurl => match state.list().row().filter(|_| state.pane == Pane::Simulator) {
            Some(row) => effects.extend(curl(state, row).map(Effect::Copy)),
            None => state.tell(Tone::Dim, "only requests are copied as curl lines"),
        },
        Action::Editor if state.read_only => state.tell(Tone::Warn, "read-only: `R` allows edits"),
        Action::Editor => match (state.list().name().map(str::to_owned), entry_text(state)) {
            (Some(name), Some(text)) if !matches!(state.pane, Pane::Settings | Pane::Findings) => {
                effects.push(Effect::Edit { pane: state.pane, name, text });
            }
            _ => state.tell(Tone::Dim, "only entries that stand in a file are edited as text"),
        },
        _ => return false,
    }
    true
}

/// The current entry's text in its file, secrets masked.
fn entry_text(state: &State) -> Option<String> {
    let place = state.entry_place()?;
    let lines = state.open.data().excerpt(place, 0);
    Some(lines.iter().map(|line| line.spans.iter().skip(1).map(|(_, text)| text.as_str()).collect::<String>() + "\n").collect())
}

fn curl(state: &State, row: usize) -> Option<String> {
    let asked = state.simulation.requests.get(row)?;
    let user = state.simulation.subjects.get(state.simulation.column).map_or("USER", |subject| subject.user.as_str());
    Some(write_curl(asked.request(), user))
}

/// A page of the guide.
pub fn page(topic: &Topic) -> Dialog {
    let lines = topic.text.lines().map(|line| match line.strip_prefix('#') {
        Some(heading) => Line::heading(heading.trim_start_matches(['#', ' '])),
        None if line.starts_with("    ") => Line::new(Tone::Value, line),
        None => Line::new(Tone::Plain, line),
    });
    Dialog::Reader(Reader::new(topic.name, lines.collect()))
}

/// Show what saving would write, and have compared whose access it changes.
pub fn start_save(state: &mut State, then_quit: bool, effects: &mut Vec<Effect>) {
    if !state.open.is_dirty() {
        return state.tell(Tone::Dim, "nothing to save");
    }
    let text = state.open.difference();
    state.dialogs.push(Dialog::Save(Save { then_quit, text, ..Save::default() }));
    follow_save(state);
    effects.extend(difference::question(state));
}

/// Bring the dialog of a save up to date with what was answered since.
pub fn follow_save(state: &mut State) {
    if !matches!(state.dialogs.last(), Some(Dialog::Save(_))) {
        return;
    }
    let mut lines = difference::requests(state);
    let Some(Dialog::Save(save)) = state.dialogs.last_mut() else { return };
    lines.push(Line::blank());
    if !save.people.is_empty() {
        lines.extend_from_slice(&save.people);
        lines.push(Line::blank());
    }
    lines.push(Line::heading("text"));
    lines.extend_from_slice(&save.text);
    save.scroll.set(lines);
}

/// Ask where the log is to be written.
pub fn start_save_log() -> Dialog {
    Dialog::Prompt(Prompt::new(
        "write the log",
        "a new file; `rolesmith apply --changes FILE DIR` replays it",
        "changes.yml",
        Purpose::LogFile,
    ))
}

/// The edits were compared while the save is looked at.
pub fn compared(state: &mut State, revision: u64, found: &[AccessDifference]) {
    if revision != state.open.revision() {
        return;
    }
    let lines = difference::people(state, found);
    if let Some(Dialog::Save(save)) = state.dialogs.last_mut() {
        save.people = lines;
    }
    follow_save(state);
}

/// The editor returned: what differs becomes changes, after the same checks as a file.
pub fn edited(state: &mut State, pane: Pane, name: &str, edited: Option<String>) {
    let Some(edited) = edited else { return state.tell(Tone::Dim, "left as it was") };
    let data = state.open.data();
    let changes = match data.elasticsearch() {
        Some(all) => elasticsearch::text::changes(pane, name, all, &edited),
        None => text::changes(pane, name, data.configuration(), &edited),
    };
    match changes {
        Ok(changes) if changes.is_empty() => state.tell(Tone::Dim, "nothing that decides was changed"),
        Ok(changes) => drop(edit::apply(state, changes)),
        Err(problem) => {
            let lines = vec![
                Line::new(Tone::Bad, &problem),
                Line::new(Tone::Dim, "yes opens the editor again with the text as you left it; no copies the text and drops it"),
            ];
            let then = Then::Editor { pane, name: name.to_owned(), text: edited };
            state.dialogs.push(Dialog::Question(Question::new("not taken; edit again?", lines, then)));
        }
    }
}

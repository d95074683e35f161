//! Keys and text while a dialog is open.

use super::answers::{accept_area, accept_prompt, agree, chose};
use super::{edit, fix, grid, jump, matrix, movement, read, tour};
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::question::Then;
use crate::tui::dialog::reader::Kind;
use crate::tui::event::Effect;
use crate::tui::key::Key;
use crate::tui::state::State;

/// Text was pasted: into what is being typed, else into the grid.
pub fn paste(state: &mut State, text: &str) {
    match state.dialogs.last_mut() {
        Some(Dialog::Filter(input)) => {
            input.insert(text);
            let text = input.text();
            state.list_mut().narrow(&text);
        }
        Some(Dialog::Prompt(prompt)) => {
            prompt.input.insert(text);
            prompt.narrow();
        }
        Some(Dialog::Choice(choice)) => {
            choice.input.insert(text);
            choice.narrow();
        }
        Some(Dialog::Area(area)) => {
            area.text.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        Some(_) => {}
        None => grid::start_paste(state, text),
    }
}

/// A key while a dialog is open.
pub fn key(state: &mut State, key: Key, action: Option<Action>, effects: &mut Vec<Effect>) {
    let Some(mut dialog) = state.dialogs.pop() else { return };
    let height = state.size.1 as usize;
    let keep = match &mut dialog {
        Dialog::Filter(input) => match action {
            Some(Action::Accept) => false,
            Some(Action::Cancel) => {
                state.list_mut().narrow("");
                false
            }
            Some(Action::NextCompletion) => {
                state.list_mut().step(1);
                true
            }
            Some(Action::PreviousCompletion) => {
                state.list_mut().step(-1);
                true
            }
            _ => {
                if input.key(key) {
                    let text = input.text();
                    state.list_mut().narrow(&text);
                }
                true
            }
        },
        Dialog::Reader(reader) => match (action, reader.kind) {
            (Some(Action::Tour), Kind::Help) => {
                state.dialogs.push(tour::dialog(state, 0, false));
                return;
            }
            (Some(Action::Accept), Kind::Tour(step, granted)) => {
                let next = tour::after(state, step, granted);
                state.dialogs.extend(next);
                return;
            }
            (Some(Action::Cancel), Kind::Tour(_, granted)) => {
                tour::end(state, granted);
                return;
            }
            (Some(Action::Accept), Kind::Links) => {
                match reader.scroll.line().and_then(|line| line.target.clone()) {
                    Some(target) => jump::jump(state, &target),
                    None => state.dialogs.push(dialog),
                }
                return;
            }
            (Some(Action::SaveLog), Kind::Log) => {
                state.dialogs.push(read::start_save_log());
                return;
            }
            (Some(Action::Cancel | Action::Accept), _) => false,
            (Some(Action::Yank), _) => {
                effects.push(Effect::Copy(reader.scroll.text()));
                true
            }
            (Some(action), kind) => {
                match movement::steps(action, height.saturating_sub(6)) {
                    Some(by) if kind == Kind::Links => reader.scroll.step(by),
                    Some(by) => reader.scroll.roll(by),
                    None => {}
                }
                true
            }
            (None, _) => true,
        },
        Dialog::Matrix(view) => match matrix::key(state, view, action, effects) {
            matrix::Next::Stay => true,
            matrix::Next::Close => false,
            matrix::Next::Go(target) => {
                jump::jump(state, &target);
                return;
            }
        },
        Dialog::Choice(choice) => match action {
            Some(Action::Accept) => {
                let row = choice.row();
                let chosen = row.map(|row| (row, choice.options.clone()));
                chose(state, chosen, effects);
                return;
            }
            Some(Action::Cancel) => false,
            Some(action) if movement::steps(action, 10).is_some() => {
                choice.step(movement::steps(action, 10).unwrap_or_default());
                true
            }
            _ => {
                if choice.input.key(key) {
                    choice.narrow();
                }
                true
            }
        },
        Dialog::Prompt(prompt) => match action {
            Some(Action::Accept) => {
                accept_prompt(state, prompt.clone(), effects);
                return;
            }
            Some(Action::Cancel) => false,
            Some(Action::Complete) => {
                if prompt.complete() {
                    prompt.narrow();
                }
                true
            }
            Some(Action::NextCompletion) => {
                prompt.step(1);
                true
            }
            Some(Action::PreviousCompletion) => {
                prompt.step(-1);
                true
            }
            _ => {
                if prompt.input.key(key) {
                    prompt.narrow();
                }
                true
            }
        },
        Dialog::Area(area) => match action {
            Some(Action::Accept) if area.problem().is_none() => {
                accept_area(state, area, effects);
                return;
            }
            Some(Action::Cancel) => false,
            Some(Action::Accept) => true,
            _ => {
                area.text.input(crossterm::event::KeyEvent::from(key));
                true
            }
        },
        Dialog::Question(question) => match action {
            Some(Action::Accept) => {
                match question.then.clone() {
                    Then::Changes(changes) => {
                        agree(state, &changes);
                        edit::now(state, changes);
                    }
                    Then::Fix(fix) => fix::now(state, &fix),
                    Then::Editor { pane, name, text } => effects.push(Effect::Edit { pane, name, text }),
                }
                return;
            }
            Some(Action::Cancel) => {
                // Nothing typed is lost: what the editor left goes where copies go.
                if let Then::Editor { text, .. } = &question.then {
                    effects.push(Effect::Copy(text.clone()));
                }
                false
            }
            Some(action) => {
                question.scroll.roll(movement::steps(action, height / 2).unwrap_or_default());
                true
            }
            None => true,
        },
        Dialog::Save(save) => match action {
            Some(Action::Accept) => {
                effects.push(Effect::Save { force: false });
                state.leaving = save.then_quit;
                false
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                let inner = read::reader_height(state.size);
                save.scroll.roll(movement::steps(action, inner).unwrap_or_default());
                true
            }
            None => true,
        },
        Dialog::Conflict(conflict) => match action {
            Some(Action::Reload) => {
                effects.push(Effect::Reload);
                false
            }
            Some(Action::Merge) => {
                effects.push(Effect::Merge);
                false
            }
            Some(Action::KeepMine) => {
                effects.push(Effect::Save { force: true });
                false
            }
            Some(Action::Compare) => {
                effects.push(Effect::Compare);
                true
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                let inner = read::reader_height(state.size);
                conflict.scroll.roll(movement::steps(action, inner).unwrap_or_default());
                true
            }
            None => true,
        },
        Dialog::Recovery(offer) => match action {
            Some(Action::Recover) => {
                effects.push(Effect::Recover(Box::new(offer.recovery.clone())));
                false
            }
            Some(Action::Forget) => {
                effects.push(Effect::Forget(Box::new(offer.recovery.clone())));
                false
            }
            Some(Action::Cancel) => false,
            Some(action) => {
                let inner = read::reader_height(state.size);
                offer.scroll.roll(movement::steps(action, inner).unwrap_or_default());
                true
            }
            None => true,
        },
        Dialog::Merge(merge) => match action {
            Some(Action::Accept) => {
                effects.push(Effect::MergeWithout(merge.given_up()));
                false
            }
            Some(Action::Cancel) => false,
            Some(Action::Turn) => {
                merge.turn();
                true
            }
            Some(action) => {
                let by = movement::steps(action, 2).unwrap_or_default();
                merge.cursor = merge.cursor.saturating_add_signed(by).min(merge.rows.len().saturating_sub(1));
                true
            }
            None => true,
        },
        Dialog::Leave => match action {
            Some(Action::SaveAndQuit) => {
                read::start_save(state, true, effects);
                return;
            }
            Some(Action::Discard) => {
                state.quit = true;
                false
            }
            Some(Action::Cancel) => false,
            _ => true,
        },
    };
    if keep {
        state.dialogs.push(dialog);
    }
}

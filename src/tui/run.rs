//! The runtime: events in, effects out. It blocks while nothing happens.

use std::io::{self, IsTerminal, stdin, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use std::thread;

use anyhow::Context as _;
use crossterm::event;
use ratatui::backend::CrosstermBackend;

use super::dialog::Dialog;
use super::dialog::recovery::Recovery;
use super::disk::{compare, forget, look, merge, merge_without, recover, reload, save, write};
use super::event::{Answer, Effect, Event, Question};
use super::key::Key;
use super::options::{Options, first};
use super::pane::Pane;
use super::progress::Progress;
use super::session::Session;
use super::signals::{listen, stop};
use super::state::State;
use super::terminal::{self, Screen};
use super::theme::Tone;
use super::update::update;
use super::view::view;
use super::worker;
use crate::workspace::Workspace;

/// Open the panes until the operator leaves.
///
/// # Errors
/// When input or output is no terminal, or the terminal cannot be used.
pub fn run(workspace: Workspace, options: Options) -> anyhow::Result<()> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        anyhow::bail!("the panes need a terminal; `rolesmith check`, `explain` and the other commands work without one");
    }
    let mut workspace = workspace;
    let left = workspace.recovery();
    let journal = workspace.keep_journal();
    let remembered = if options.fresh { None } else { workspace.remembered() };
    let mut state = first(workspace, &options);
    if let Some(text) = remembered {
        Session::restore(&mut state, &text);
    }
    if let Err(error) = journal {
        state.tell(Tone::Warn, format!("unsaved edits would not survive a crash: {error}"));
    }
    state.dialogs.extend(left.map(|left| Dialog::Recovery(Box::new(Recovery::new(left)))));
    terminal::restore_on_panic();
    terminal::take(options.enhanced).context("the terminal cannot be used")?;
    let outcome = Runtime::new(options).and_then(|mut runtime| {
        let sender = runtime.sender.clone();
        let _watch = state.open.data().workspace().watch(move || drop(sender.send(Event::FilesChanged)));
        runtime.work(&mut state)
    });
    terminal::give_back();
    // What cannot be remembered is no reason to end badly.
    let _ = state.open.data().workspace().remember(&Session::of(&state));
    if outcome.is_ok() && !state.ended {
        state.open.close();
    }
    outcome
}

/// A question of the grid, waiting, with how far it is.
type Newest = Arc<Mutex<Option<(Effect, Arc<Progress>)>>>;

/// What the panes need from outside.
struct Runtime {
    options: Options,
    screen: Screen,
    events: Receiver<Event>,
    sender: Sender<Event>,
    /// The newest question of the grid that no worker has taken yet.
    newest: Newest,
    /// The question of the grid that was asked last.
    running: Mutex<Option<Arc<Progress>>>,
    asking: Arc<AtomicBool>,
    /// What is under way and may be given up.
    working: Arc<Mutex<Vec<Weak<Progress>>>>,
    /// What the worker of the grid keeps from one question to the next.
    memory: Arc<Mutex<worker::Memory>>,
    /// Lets the reader of the terminal read once more. It never reads ahead, so that an editor or the
    /// shell gets the keys that are meant for it.
    go: Sender<()>,
}

impl Runtime {
    fn new(options: Options) -> anyhow::Result<Self> {
        let screen = Screen::new(CrosstermBackend::new(stdout()))?;
        let (sender, events) = channel();
        let go = read_terminal(sender.clone());
        listen(sender.clone())?;
        Ok(Runtime {
            options,
            screen,
            events,
            sender,
            newest: Arc::default(),
            running: Mutex::default(),
            asking: Arc::default(),
            working: Arc::default(),
            memory: Arc::default(),
            go,
        })
    }

    fn work(&mut self, state: &mut State) -> anyhow::Result<()> {
        let size = self.screen.size()?;
        let mut waiting = vec![Event::Resize(size.width, size.height)];
        let mut typed = true;
        loop {
            for event in waiting.drain(..) {
                for effect in update(state, event) {
                    self.start(state, effect)?;
                }
            }
            if state.quit {
                break;
            }
            self.screen.draw(|frame| view(state, frame))?;
            if typed {
                let _ = self.go.send(());
            }
            let Ok(next) = self.events.recv() else { break };
            waiting.push(next);
            waiting.extend(self.events.try_iter().take(256));
            typed = waiting.iter().any(|event| match event {
                Event::Key(_) | Event::Paste(_) | Event::Mouse(_) => true,
                Event::Resize(..) => cfg!(not(unix)),
                _ => false,
            });
        }
        Ok(())
    }

    fn start(&mut self, state: &mut State, effect: Effect) -> anyhow::Result<()> {
        match effect {
            Effect::Ask(question) => self.ask(question),
            Effect::Mend(_)
            | Effect::CompareSettings(_)
            | Effect::Study(_)
            | Effect::Hash { .. }
            | Effect::Lint { .. }
            | Effect::AskRoles { .. }
            | Effect::CompareRoles { .. } => {
                let progress = self.progress(&effect);
                let sender = self.sender.clone();
                thread::spawn(move || {
                    if let Some(answer) = worker::survive(|| worker::perform(&effect, &progress)) {
                        let _ = sender.send(Event::Answer(answer));
                    }
                });
            }
            Effect::Stop => {
                lock(&self.newest).take();
                lock(&self.working).drain(..).filter_map(|progress| progress.upgrade()).for_each(|progress| progress.stop());
            }
            Effect::Write { path, text } => write(state, &path, &text),
            Effect::Copy(text) => self.copy(state, &text),
            Effect::Save { force } => save(state, force),
            Effect::Reload => reload(state),
            Effect::Merge => merge(state),
            Effect::MergeWithout(given_up) => merge_without(state, &given_up),
            Effect::Recover(recovery) => recover(state, *recovery),
            Effect::Forget(recovery) => forget(state, *recovery),
            Effect::Look => look(state),
            Effect::Compare => compare(state),
            Effect::Edit { pane, name, text } => self.edit(state, pane, name, &text)?,
            Effect::Suspend => self.suspend(state)?,
        }
        self.answer_now(state)
    }

    /// Effects that were done in place may have changed what the screen shows.
    fn answer_now(&mut self, state: &mut State) -> anyhow::Result<()> {
        state.refresh();
        super::update::follow(state);
        if state.take_ask() {
            for effect in super::update::ask(state) {
                if let Effect::Ask(question) = effect {
                    self.ask(question);
                }
            }
        }
        Ok(())
    }

    /// How far an effect is; the screen hears of it while it takes long.
    fn progress(&self, effect: &Effect) -> Arc<Progress> {
        let sender = self.sender.clone();
        let progress = Arc::new(worker::progress(effect, move |work| drop(sender.send(Event::Progress(work)))));
        let mut working = lock(&self.working);
        working.retain(|held| held.strong_count() > 0);
        working.push(Arc::downgrade(&progress));
        progress
    }

    /// One worker at a time; it takes the newest question until there is none.
    fn ask(&self, question: Question) {
        let effect = Effect::Ask(question);
        let progress = self.progress(&effect);
        // The newest question wins: the one that is being answered need not be answered to its end.
        if let Some((_, older)) = lock(&self.newest).replace((effect, progress.clone())) {
            older.stop();
        }
        if let Some(running) = lock(&self.running).replace(progress) {
            running.stop();
        }
        if self.asking.swap(true, Ordering::SeqCst) {
            return;
        }
        let (slot, asking, sender, memory) = (self.newest.clone(), self.asking.clone(), self.sender.clone(), self.memory.clone());
        thread::spawn(move || {
            loop {
                while let Some((effect, progress)) = { lock(&slot).take() } {
                    let answer = worker::survive(|| match &effect {
                        Effect::Ask(question) => Some(lock(&memory).answer(question, &progress)),
                        effect => worker::perform(effect, &progress),
                    });
                    let newer = lock(&slot).is_some();
                    if let Some(answer) = answer.filter(|answer| !(newer && matches!(answer, Answer::Stopped))) {
                        let _ = sender.send(Event::Answer(answer));
                    }
                }
                asking.store(false, Ordering::SeqCst);
                // A question that came between the last look and the store is nobody's: take it up again.
                if lock(&slot).is_none() || asking.swap(true, Ordering::SeqCst) {
                    return;
                }
            }
        });
    }

    fn copy(&self, state: &mut State, text: &str) {
        let lines = text.lines().count();
        let what = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
        let kept = crate::workspace::keep_copy(text);
        match (terminal::copy(text, self.options.multiplexer.as_deref()), kept) {
            (Ok(()), Ok(path)) => state.tell(Tone::Good, format!("{what} copied (OSC 52), also in {}", path.display())),
            (Ok(()), Err(_)) => state.tell(Tone::Good, format!("{what} copied (OSC 52)")),
            (Err(_), Ok(path)) => state.tell(Tone::Warn, format!("{what} in {}", path.display())),
            (Err(error), Err(_)) => state.tell(Tone::Bad, format!("not copied: {error}")),
        }
    }

    /// Give the terminal away while `work` has it.
    fn aside<T>(&mut self, work: impl FnOnce() -> T) -> anyhow::Result<T> {
        terminal::give_back();
        let done = work();
        terminal::take(self.options.enhanced)?;
        // A new one draws everything again without asking the terminal where its cursor is.
        self.screen = Screen::new(CrosstermBackend::new(stdout()))?;
        Ok(done)
    }

    fn suspend(&mut self, state: &mut State) -> anyhow::Result<()> {
        self.aside(stop)?.context("the program cannot be stopped")?;
        let size = self.screen.size()?;
        state.size = (size.width, size.height);
        Ok(())
    }

    fn edit(&mut self, state: &mut State, pane: Pane, name: String, text: &str) -> anyhow::Result<()> {
        let Some(editor) = self.options.editor.clone() else {
            state.tell(Tone::Warn, "set EDITOR or VISUAL to edit an entry as text");
            return Ok(());
        };
        let edited = self.aside(|| crate::workspace::edit_text(&editor, &format!("{name}.yml"), text))?;
        let answer = match edited {
            Ok(edited) if edited == text => Answer::Edited { pane, name, text: None },
            Ok(edited) => Answer::Edited { pane, name, text: Some(edited) },
            Err(error) => Answer::Failed(format!("{editor}: {error}")),
        };
        let _ = self.sender.send(Event::Answer(answer));
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Read the terminal on a thread of its own, one event each time that it is let.
fn read_terminal(sender: Sender<Event>) -> Sender<()> {
    let (go, wait) = channel();
    thread::spawn(move || {
        while wait.recv().is_ok() {
            let event = loop {
                break match event::read() {
                    Ok(event::Event::Key(key)) if key.kind != event::KeyEventKind::Release => Event::Key(Key::from(key)),
                    Ok(event::Event::Paste(text)) => Event::Paste(text),
                    Ok(event::Event::Mouse(mouse)) if mouse.kind != event::MouseEventKind::Moved => Event::Mouse(mouse),
                    // On Unix the signal says so, also while nothing is read.
                    Ok(event::Event::Resize(columns, rows)) if cfg!(not(unix)) => Event::Resize(columns, rows),
                    Ok(_) => continue,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(_) => Event::Terminate,
                };
            };
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    go
}

//! The runtime: events in, effects out. It blocks while nothing happens.

use std::io::{self, IsTerminal, stdin, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::Context as _;
use crossterm::event;
use ratatui::backend::CrosstermBackend;

use super::dialog::Dialog;
use super::dialog::conflict::Conflict;
use super::dialog::help;
use super::event::{Answer, Effect, Event, Question};
use super::key::Key;
use super::keymap::Keymap;
use super::line::Line;
use super::open::Open;
use super::pane::Pane;
use super::scroll::Scroll;
use super::session::Session;
use super::state::State;
use super::symbols::Symbols;
use super::terminal::{self, Screen};
use super::theme::{Theme, Tone};
use super::update::update;
use super::view::view;
use super::worker;
use crate::workspace::{SaveError, Workspace};

/// How the panes start.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Refuse edits until the operator allows them.
    pub read_only: bool,
    /// A theme by name; else what the terminal can show.
    pub theme: Option<String>,
    /// No colours, as `NO_COLOR` asks.
    pub no_colour: bool,
    /// Signs in ASCII only.
    pub ascii: bool,
    /// `tmux` or `screen`, when the program runs inside one.
    pub multiplexer: Option<String>,
    /// The operator's editor.
    pub editor: Option<String>,
    /// Forget how the panes were left.
    pub fresh: bool,
    /// The operator's keymap: its file and text.
    pub keymap: Option<(String, String)>,
    /// The operator's own theme: its name and text.
    pub own_theme: Option<(String, String)>,
}

impl Options {
    /// What the environment asks for; `get` looks a variable up.
    pub fn from_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_lowercase();
        let unicode = locale.contains("utf-8") || locale.contains("utf8");
        let terminal = set("TERM").unwrap_or_default();
        let multiplexer = match () {
            () if get("TMUX").is_some() => Some("tmux".to_owned()),
            () if terminal.starts_with("screen") => Some("screen".to_owned()),
            () => None,
        };
        let true_colour = set("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit");
        let few = !true_colour && !terminal.contains("256color") && !terminal.contains("direct") && !terminal.contains("kitty");
        Options {
            no_colour: set("NO_COLOR").is_some() || terminal == "dumb",
            ascii: !unicode || terminal == "linux",
            theme: few.then(|| "16-colour".to_owned()),
            multiplexer,
            editor: set("VISUAL").or_else(|| set("EDITOR")),
            ..Options::default()
        }
    }

    /// The same with the operator's own keymap and theme (`keys.toml`, `theme.toml`).
    pub fn with_own_files(mut self) -> Self {
        let own = |name: &str| crate::workspace::own_file(name).ok().flatten();
        self.keymap = own("keys.toml").map(|(path, text)| (path.display().to_string(), text));
        self.own_theme = own("theme.toml").map(|(path, text)| (path.display().to_string(), text));
        self
    }
}

/// The live keymap as TOML, and what is wrong with the operator's own.
pub fn keys(options: &Options) -> (String, Vec<String>) {
    let (keymap, problems) = match &options.keymap {
        Some((_, text)) => Keymap::read(text),
        None => (Keymap::default(), Vec::new()),
    };
    let file = options.keymap.as_ref().map_or("", |(file, _)| file.as_str());
    (help::table(&keymap), problems.iter().map(|problem| format!("{file}:{}: {}", problem.at, problem.message)).collect())
}

/// The first state over a workspace.
pub fn first(workspace: Workspace, options: &Options) -> State {
    let title = match workspace.root() {
        Some(root) => root.display().to_string(),
        None => "sample".to_owned(),
    };
    let mut state = State::new(title, Open::new(workspace));
    state.read_only = options.read_only;
    if options.ascii {
        state.symbols = Symbols::ASCII;
    }
    let mut told = Vec::new();
    if let Some((file, text)) = &options.keymap {
        let (keymap, problems) = Keymap::read(text);
        state.keymap = keymap;
        told.extend(problems.into_iter().map(|problem| format!("{file}:{}: {}", problem.at, problem.message)));
    }
    if let Some((name, text)) = &options.own_theme {
        let (theme, problems) = Theme::read(name, text);
        state.themes.insert(0, theme);
        told.extend(problems.into_iter().map(|(at, message)| format!("{name}:{at}: {message}")));
    }
    let wanted = if options.no_colour { Some("no-colour") } else { options.theme.as_deref() };
    if let Some(wanted) = wanted {
        match state.themes.iter().position(|theme| theme.name == wanted) {
            Some(at) => state.themes.rotate_left(at),
            None => told.push(format!("no theme `{wanted}`")),
        }
    }
    if !told.is_empty() {
        state.tell(Tone::Warn, format!("{}; the defaults hold", told.join("; ")));
    }
    if state.open.data().findings().iter().any(|problem| problem.severity == crate::source::Severity::Error) && state.notice.is_none() {
        let count = state.open.data().findings().len();
        state.tell(Tone::Warn, format!("{count} problems in the files: 6 shows them"));
    }
    state
}

/// Open the panes until the operator leaves.
///
/// # Errors
/// When input or output is no terminal, or the terminal cannot be used.
pub fn run(workspace: Workspace, options: Options) -> anyhow::Result<()> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        anyhow::bail!("the panes need a terminal; `rolesmith check`, `explain` and the other commands work without one");
    }
    let mut workspace = workspace;
    let lost = workspace.recovery().map(|recovery| workspace.recover(recovery));
    let journal = workspace.keep_journal();
    let remembered = if options.fresh { None } else { workspace.remembered() };
    let mut state = first(workspace, &options);
    if let Some(text) = remembered {
        Session::restore(&mut state, &text);
    }
    match (lost, journal) {
        (Some(lost), _) => {
            let text = format!(
                "{} unsaved edits of an earlier sitting are back, {} no longer fit; `u` takes them back",
                state.open.edits(),
                lost.len()
            );
            state.tell(Tone::Changed, text);
        }
        (None, Err(error)) => state.tell(Tone::Warn, format!("unsaved edits would not survive a crash: {error}")),
        (None, Ok(())) => {}
    }
    terminal::restore_on_panic();
    terminal::take().context("the terminal cannot be used")?;
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

/// What the panes need from outside.
struct Runtime {
    options: Options,
    screen: Screen,
    events: Receiver<Event>,
    sender: Sender<Event>,
    /// The newest question of the grid that no worker has taken yet.
    question: Arc<Mutex<Option<Question>>>,
    asking: Arc<AtomicBool>,
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
        Ok(Runtime { options, screen, events, sender, question: Arc::default(), asking: Arc::default(), go })
    }

    fn work(&mut self, state: &mut State) -> anyhow::Result<()> {
        let size = self.screen.size()?;
        let mut waiting = vec![Event::Resize(size.width, size.height)];
        let mut typed = true;
        while !state.quit {
            for event in waiting.drain(..) {
                for effect in update(state, event) {
                    self.start(state, effect)?;
                }
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
            Effect::Mend(_) | Effect::Hash { .. } | Effect::Lint { .. } => {
                let sender = self.sender.clone();
                thread::spawn(move || {
                    if let Some(answer) = worker::perform(&effect) {
                        let _ = sender.send(Event::Answer(answer));
                    }
                });
            }
            Effect::Copy(text) => self.copy(state, &text),
            Effect::Save { force } => save(state, force),
            Effect::Reload => reload(state),
            Effect::Merge => merge(state),
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
        if state.take_ask() {
            for effect in super::update::ask(state) {
                if let Effect::Ask(question) = effect {
                    self.ask(question);
                }
            }
        }
        Ok(())
    }

    /// One worker at a time; it takes the newest question until there is none.
    fn ask(&self, question: Question) {
        *lock(&self.question) = Some(question);
        if self.asking.swap(true, Ordering::SeqCst) {
            return;
        }
        let (slot, asking, sender) = (self.question.clone(), self.asking.clone(), self.sender.clone());
        thread::spawn(move || {
            loop {
                while let Some(question) = { lock(&slot).take() } {
                    if let Some(answer) = worker::perform(&Effect::Ask(question)) {
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
        terminal::take()?;
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

/// Stop this process until its shell continues it.
#[cfg(unix)]
fn stop() -> io::Result<()> {
    signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)
}

#[cfg(not(unix))]
fn stop() -> io::Result<()> {
    Ok(())
}

/// Turn the system's wish to end or to stop into events, so that the terminal is given back first.
#[cfg(unix)]
fn listen(sender: Sender<Event>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGWINCH])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let event = match signal {
                SIGTSTP => Event::Suspend,
                SIGWINCH => match crossterm::terminal::size() {
                    Ok((columns, rows)) => Event::Resize(columns, rows),
                    Err(_) => continue,
                },
                _ => Event::Terminate,
            };
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn listen(_: Sender<Event>) -> io::Result<()> {
    Ok(())
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

/// Write the files; a conflict opens its dialog.
pub fn save(state: &mut State, force: bool) {
    match state.open.save(force) {
        Ok(saved) => {
            state.simulation.settle();
            let names: Vec<String> =
                saved.files.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
            state.tell(Tone::Good, format!("saved {}", names.join(", ")));
            state.quit = state.quit || state.leaving;
        }
        Err(error @ SaveError::Conflict(_)) => conflict(state, error.to_string(), error.help()),
        Err(error) => state.tell(Tone::Bad, format!("{error}; {}", error.help())),
    }
    state.leaving = false;
}

/// The files may have changed on disk. Without edits they are read again; with edits the operator decides.
pub fn look(state: &mut State) {
    let changed = state.open.data().workspace().changed_on_disk();
    if changed.is_empty() || state.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Conflict(_))) {
        return;
    }
    if !state.open.is_dirty() {
        return reload(state);
    }
    let names: Vec<String> = changed.iter().map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
    conflict(state, format!("{} changed on disk", names.join(", ")), SaveError::Conflict(changed).help());
}

fn conflict(state: &mut State, message: String, help: &str) {
    let lines = vec![
        Line::new(Tone::Plain, help),
        Line::new(Tone::Dim, "`r` reloads, `c` compares, `g` merges, `m` keeps mine; esc decides later"),
    ];
    state.dialogs.push(Dialog::Conflict(Conflict { message, scroll: Scroll::new(lines), compared: false }));
}

/// Read the files again.
pub fn reload(state: &mut State) {
    match state.open.reload() {
        Ok(()) => state.tell(Tone::Good, "read again from disk"),
        Err(error) => state.tell(Tone::Bad, error),
    }
}

/// Read the files again and do the edits on top.
pub fn merge(state: &mut State) {
    match state.open.merge() {
        Ok(lost) if lost.is_empty() => state.tell(Tone::Good, "merged: the edits stand on top of what is on disk; `s` saves"),
        Ok(lost) => state.tell(Tone::Warn, format!("merged but for {}: {}", lost.len(), lost.join("; "))),
        Err(error) => state.tell(Tone::Bad, error),
    }
}

/// Show in the conflict what differs.
pub fn compare(state: &mut State) {
    let lines = state.open.disk_difference();
    if let Some(Dialog::Conflict(conflict)) = state.dialogs.last_mut() {
        conflict.scroll = Scroll::new(lines);
        conflict.compared = true;
    }
}

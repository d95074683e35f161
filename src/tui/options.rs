//! How the panes start: what the environment, the operator's own files and the command line ask for.

use super::dialog::help;
use super::keymap::Keymap;
use super::open::Open;
use super::state::State;
use super::symbols::Symbols;
use super::theme::{Theme, Tone};
use crate::workspace::{Workspace, own_file, own_files};

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
    /// The terminal tells keys apart as kitty does.
    pub enhanced: bool,
    /// The operator's editor.
    pub editor: Option<String>,
    /// Forget how the panes were left.
    pub fresh: bool,
    /// The operator's keymap: its file and text.
    pub keymap: Option<(String, String)>,
    /// The operator's own themes: their names and texts.
    pub own_themes: Vec<(String, String)>,
    /// What of the operator's own files could not be read.
    pub unread: Vec<String>,
}

impl Options {
    /// What the environment asks for; `get` looks a variable up.
    pub fn from_environment(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_lowercase();
        let unicode = locale.contains("utf-8") || locale.contains("utf8");
        let terminal = set("TERM").unwrap_or_default();
        let multiplexer = match () {
            () if set("TMUX").is_some() => Some("tmux".to_owned()),
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
            enhanced: multiplexer_free(&terminal, set("TMUX").is_some()) && tells_keys_apart(&terminal, get("KITTY_WINDOW_ID").is_some()),
            editor: set("VISUAL").or_else(|| set("EDITOR")),
            ..Options::default()
        }
    }

    /// The same with the operator's own keymap and themes (`keys.toml`, `theme.toml`, `themes/NAME.toml`).
    pub fn with_own_files(mut self) -> Self {
        let mut unread = Vec::new();
        let mut own = |name: &str| match own_file(name) {
            Ok(found) => found,
            Err(error) => {
                unread.push(format!("{name} cannot be read: {error}"));
                None
            }
        };
        self.keymap = own("keys.toml").map(|(path, text)| (path.display().to_string(), text));
        let first = own("theme.toml").map(|(path, text)| (path.display().to_string(), text));
        self.own_themes = first.into_iter().collect();
        match own_files("themes", "toml") {
            Ok(found) => self.own_themes.extend(found.into_iter().map(|(path, text)| (path.display().to_string(), text))),
            Err(error) => unread.push(format!("themes cannot be read: {error}")),
        }
        self.unread = unread;
        self
    }
}

/// Terminals known to speak the kitty keyboard protocol. They are known by their names, since a terminal that
/// is asked and does not answer holds up the start.
fn tells_keys_apart(terminal: &str, kitty: bool) -> bool {
    kitty || ["kitty", "ghostty", "foot", "alacritty", "wezterm"].iter().any(|name| terminal.contains(name))
}

/// tmux and screen stand between the program and such a terminal.
fn multiplexer_free(terminal: &str, tmux: bool) -> bool {
    !tmux && !terminal.starts_with("screen") && !terminal.starts_with("tmux")
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
    let mut told = options.unread.clone();
    if let Some((file, text)) = &options.keymap {
        let (keymap, problems) = Keymap::read(text);
        state.keymap = keymap;
        told.extend(problems.into_iter().map(|problem| format!("{file}:{}: {}", problem.at, problem.message)));
    }
    for (file, text) in options.own_themes.iter().rev() {
        let name = std::path::Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let (theme, problems) = Theme::read(&name, text);
        told.extend(problems.into_iter().map(|(at, message)| format!("{file}:{at}: {message}")));
        // `theme.toml` is what the operator wants at once; the others are chosen by name or key.
        let at = if name == "theme" { 0 } else { state.themes.len() };
        state.themes.insert(at, theme);
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

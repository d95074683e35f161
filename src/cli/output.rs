//! What goes to the terminal: escaped, and quiet when the reader has gone.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::report::{Table, escape, escape_json};
use crate::source::Problem;
use crate::workspace::Workspace;

/// Whether to print for a screen reader.
static PLAIN: AtomicBool = AtomicBool::new(false);

/// Print for a screen reader from now on, or not.
pub fn set_plain(plain: bool) {
    PLAIN.store(plain, Ordering::Relaxed);
}

/// A table as the reader wants it: aligned columns, or a sentence for each cell.
pub fn table(table: &Table) -> String {
    if PLAIN.load(Ordering::Relaxed) { table.plain() } else { table.text() }
}

/// Why a command cannot do its work: what to print, and advice.
#[derive(Debug)]
pub struct Failure {
    /// The message, in full.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Failure {
    /// With advice.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self { message: error.to_string(), help: None }
    }
}

/// Print text. A reader that has gone (`| head`) ends the program quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let text = escape(text);
    // An arrow is read aloud as what it looks like.
    if PLAIN.load(Ordering::Relaxed) { write(&text.replace(" → ", ", then ").replace('…', "...")) } else { write(&text) }
}

/// Print a JSON value.
pub fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)?;
    write(&format!("{}\n", escape_json(&text)))
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => Ok(other?),
    }
}

/// Say on standard error why nothing was done.
pub fn complain(failure: &Failure) {
    let mut text = format!("error: {}\n", failure.message);
    if let Some(help) = &failure.help {
        text.push_str(&format!("  = help: {help}\n"));
    }
    note(&text);
}

/// Print to standard error.
pub fn note(text: &str) {
    let _ = io::stderr().lock().write_all(escape(text).as_bytes());
}

/// Print problems to standard error, each with its place.
pub fn note_problems<'p>(workspace: &Workspace, problems: impl IntoIterator<Item = &'p Problem>) {
    let locate = super::source::locate(workspace);
    for problem in problems {
        note(&crate::report::problem_text(problem, &locate));
    }
}

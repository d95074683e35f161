//! How far long work is, on standard error where that is a terminal, and a way out of it.

use std::io::{self, IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use signal_hook::consts::SIGINT;

use super::output::Failure;

/// What is done sooner shows nothing of it, and then the line changes only so often.
const EVERY: Duration = Duration::from_millis(200);

/// A line that says how far it is, until it is dropped. Ctrl-c asks the work to stop; a second one ends the program.
#[derive(Debug)]
pub struct Progress {
    stop: Arc<AtomicBool>,
    shown: bool,
    /// When the line was last written, and how wide it is.
    line: Mutex<(Instant, usize)>,
}

impl Progress {
    /// # Errors
    /// When ctrl-c cannot be heard.
    pub fn new() -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register_conditional_shutdown(SIGINT, 2, stop.clone())?;
        signal_hook::flag::register(SIGINT, stop.clone())?;
        Ok(Progress { stop, shown: stderr().is_terminal(), line: Mutex::new((Instant::now(), 0)) })
    }

    /// Say how far it is, when that is due; whether to go on.
    pub fn tell(&self, words: impl FnOnce() -> String) -> bool {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if self.shown && line.0.elapsed() >= EVERY {
            let text = words() + "; ctrl-c stops";
            let _ = write!(stderr().lock(), "\r{text:width$}", width = line.1);
            *line = (Instant::now(), text.len());
        }
        !self.stop.load(Ordering::Relaxed)
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// When ctrl-c was pressed.
    pub fn check(&self) -> Result<(), Failure> {
        if self.stop.load(Ordering::Relaxed) { Err(cancelled()) } else { Ok(()) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let (_, width) = *self.line.get_mut().unwrap_or_else(PoisonError::into_inner);
        if width > 0 {
            let _ = write!(stderr().lock(), "\r{:width$}\r", "");
        }
    }
}

/// What a command says that ctrl-c ended.
pub fn cancelled() -> Failure {
    Failure { message: "cancelled; nothing was done".to_owned(), help: None }
}

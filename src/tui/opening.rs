//! Opening big files: how far it is, and a way out.

use std::io::{IsTerminal, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use crossterm::event::{self, KeyCode, KeyModifiers};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::options::Options;
use super::terminal::{self, Screen};
use crate::report::Work;
use crate::workspace::{Told, Workspace};

/// What opens faster than this shows nothing of it.
const AFTER: Duration = Duration::from_millis(300);
const EVERY: Duration = Duration::from_millis(100);

/// Open on another thread. While it takes long the screen says how far it is; `q`, esc and ctrl-c give it up.
///
/// # Errors
/// When the operator gives it up, or the terminal cannot be used. What `open` answers comes back as it is.
pub fn open<E: Send + 'static>(
    open: impl FnOnce(Told) -> Result<Workspace, E> + Send + 'static,
    options: &Options,
) -> anyhow::Result<Result<Workspace, E>> {
    let (answer, answered) = channel();
    let (work, stopped) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
    let told = {
        let (work, stopped, started) = (work.clone(), stopped.clone(), Instant::now());
        Told::new(move |done, total| {
            let so_far = Work { what: "opening", unit: "KiB", done: done >> 10, total: total >> 10, elapsed: started.elapsed() };
            *work.lock().unwrap_or_else(PoisonError::into_inner) = Some(so_far);
            !stopped.load(Ordering::Relaxed)
        })
    };
    thread::spawn(move || drop(answer.send(open(told))));
    match answered.recv_timeout(AFTER) {
        Ok(opened) => return Ok(opened),
        Err(RecvTimeoutError::Timeout) if stdout().is_terminal() => {}
        Err(_) => return answered.recv().context("opening ended without an answer"),
    }
    terminal::restore_on_panic();
    terminal::take(options.enhanced).context("the terminal cannot be used")?;
    let opened = Screen::new(CrosstermBackend::new(stdout())).map_err(anyhow::Error::from).and_then(|mut screen| {
        loop {
            match answered.try_recv() {
                Ok(opened) => return Ok(opened),
                Err(TryRecvError::Empty) => {}
                Err(error) => bail!("opening ended without an answer: {error}"),
            }
            let so_far = *work.lock().unwrap_or_else(PoisonError::into_inner);
            screen.draw(|frame| draw(frame.buffer_mut(), so_far))?;
            if event::poll(EVERY)?
                && let event::Event::Key(key) = event::read()?
            {
                let control_c = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
                if control_c || matches!(key.code, KeyCode::Char('q') | KeyCode::Esc) {
                    stopped.store(true, Ordering::Relaxed);
                    bail!("opening was given up");
                }
            }
        }
    });
    terminal::give_back();
    opened
}

/// Draw how far opening is. No theme is known yet: it has no colours.
pub fn draw(buffer: &mut Buffer, so_far: Option<Work>) {
    let words = so_far.map_or_else(|| "opening".to_owned(), |work| work.words());
    let width = buffer.area.width.saturating_sub(1) as usize;
    for (y, text) in (0..buffer.area.height).zip([words.as_str(), "q gives it up"]) {
        buffer.set_stringn(1, y, text, width, Style::new());
    }
}

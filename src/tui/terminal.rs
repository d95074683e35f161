//! The terminal: taken at the start, given back at the end, on a panic, and while suspended.

use std::io::{self, Write, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, KeyboardEnhancementFlags,
    PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

/// The terminal that frames are drawn to.
pub type Screen = Terminal<CrosstermBackend<io::Stdout>>;

/// Whether the terminal was asked to tell keys apart, so that it is asked to stop.
static ENHANCED: AtomicBool = AtomicBool::new(false);

/// Take the terminal: raw mode, its second screen, mouse and bracketed paste; with `enhanced` it tells keys
/// apart that older terminals send alike (`esc`, `ctrl-i`), as the kitty keyboard protocol has it.
pub fn take(enhanced: bool) -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste)?;
    if enhanced {
        ENHANCED.store(true, Ordering::SeqCst);
        execute!(stdout(), PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
    }
    Ok(())
}

/// Give the terminal back; what fails here cannot be helped.
pub fn give_back() {
    if ENHANCED.swap(false, Ordering::SeqCst) {
        let _ = execute!(stdout(), PopKeyboardEnhancementFlags);
    }
    let _ = execute!(stdout(), DisableBracketedPaste, DisableMouseCapture, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

/// Give the terminal back before a panic of this thread is reported, so that the report can be read. A
/// panic of a worker says nothing here, since the screen goes on: whoever waits for the worker tells.
pub fn restore_on_panic() {
    let report = std::panic::take_hook();
    let screen = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == screen {
            give_back();
            report(panic);
        }
    }));
}

/// Put text on the clipboard of the terminal that is looked at, also over ssh: OSC 52. Within tmux or
/// screen the sequence is wrapped, so that it reaches the terminal outside.
pub fn copy(text: &str, multiplexer: Option<&str>) -> io::Result<()> {
    let code = base64::engine::general_purpose::STANDARD.encode(text);
    let osc = format!("\x1b]52;c;{code}\x07");
    let wrapped = match multiplexer {
        Some("tmux") => format!("\x1bPtmux;{}\x1b\\", osc.replace('\x1b', "\x1b\x1b")),
        Some("screen") => format!("\x1bP{osc}\x1b\\"),
        _ => osc,
    };
    let mut out = stdout();
    out.write_all(wrapped.as_bytes())?;
    out.flush()
}

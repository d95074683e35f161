//! Signals of the system: to end, to stop and go on, that the terminal has another size.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

use super::event::Event;

/// Stop this process until its shell continues it.
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn stop() -> io::Result<()> {
    signal_hook::low_level::raise(signal_hook::consts::SIGSTOP)
}

/// Nothing stops a program here.
#[cfg(not(unix))]
pub fn stop() -> io::Result<()> {
    Ok(())
}

/// Turn the system's wish to end or to stop into events, so that the terminal is given back first.
///
/// # Errors
/// When the signals cannot be listened to.
#[cfg(unix)]
pub fn listen(sender: Sender<Event>) -> io::Result<()> {
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

/// There are no such signals here.
#[cfg(not(unix))]
pub fn listen(_: Sender<Event>) -> io::Result<()> {
    Ok(())
}

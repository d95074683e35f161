//! The built program in a pseudo-terminal. Every wait is for a condition, with one deadline.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long any wait may take.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A program and the screen that it draws on.
pub struct Session {
    pub writer: Box<dyn Write + Send>,
    bytes: mpsc::Receiver<Vec<u8>>,
    /// Everything that the program wrote, as far as it was waited for.
    pub seen: Vec<u8>,
    pub screen: vt100::Parser,
    pub child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

impl Session {
    pub fn start(arguments: &[&str], state: &Path) -> Self {
        Self::start_with(arguments, state, &[])
    }

    pub fn start_with(arguments: &[&str], state: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_program(env!("CARGO_BIN_EXE_rolesmith"), arguments, state, variables)
    }

    /// Another program than rolesmith itself.
    pub fn start_program(program: &str, arguments: &[&str], state: &Path, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("XDG_STATE_HOME", state);
        command.env("XDG_CONFIG_HOME", state);
        command.env_remove("NO_COLOR");
        command.env_remove("VISUAL");
        variables.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = mpsc::channel();
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count) = reader.read(&mut chunk) {
                if count == 0 || sender.send(chunk[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        Session { writer: pair.master.take_writer().unwrap(), bytes, seen: Vec::new(), screen, child, master: pair.master }
    }

    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Save this file, and leave.
    pub fn save_and_leave(mut self, file: &str) {
        self.press("s");
        self.wait_for("save?");
        self.press("\r");
        self.wait_for(&format!("saved {file}"));
        self.press("q");
        self.ended();
    }

    pub fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Wait until the screen fulfils a condition.
    pub fn wait(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !holds(self.screen.screen()) {
            match self.bytes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(chunk) => self.take(&chunk),
                Err(_) => panic!("never saw {what} in\n{}", self.contents()),
            }
        }
    }

    pub fn wait_for(&mut self, text: &str) {
        self.wait(&format!("`{text}`"), |screen| screen.contents().contains(text));
    }

    pub fn wait_without(&mut self, text: &str) {
        self.wait(&format!("no `{text}`"), |screen| !screen.contents().contains(text));
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.resize_program(columns, rows);
        self.screen.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
    }

    /// Tell the program of another size, and nobody else.
    pub fn resize_program(&mut self, columns: u16, rows: u16) {
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Close the terminal; the program is left to itself.
    pub fn hang_up(self) -> Box<dyn portable_pty::Child + Send + Sync> {
        let Session { writer, master, child, .. } = self;
        drop((writer, master));
        child
    }

    /// Wait for the end: the screen that is left, and every byte that was ever written.
    pub fn into_end(mut self) -> (vt100::Screen, Vec<u8>) {
        self.drain();
        self.child.wait().unwrap();
        (self.screen.screen().clone(), self.seen)
    }

    /// Wait for the end; every byte that was ever written.
    pub fn end(self) -> Vec<u8> {
        self.into_end().1
    }

    /// The program has ended well and the terminal is as it was.
    pub fn ended(mut self) {
        self.drain();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status:?}\n{}", self.contents());
        assert!(!self.screen.screen().alternate_screen(), "the second screen was left on");
        assert!(!self.screen.screen().hide_cursor(), "the cursor was left hidden");
        assert!(!self.screen.screen().bracketed_paste(), "bracketed paste was left on");
        assert_eq!(self.screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// Take what was written until the program closed its end.
    pub fn drain(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        drop(std::mem::replace(&mut self.writer, Box::new(std::io::sink())));
        loop {
            match self.bytes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(chunk) => self.take(&chunk),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("it never ended:\n{}", self.contents()),
            }
        }
    }

    fn take(&mut self, chunk: &[u8]) {
        self.screen.process(chunk);
        self.seen.extend_from_slice(chunk);
    }
}

//! The built program: from its start to the first frame on the sample, its size, and what it does while nobody
//! does anything.
//!
//! Budgets: to the first frame below 50 ms; the release binary below 15 MB; idle 0 % CPU.

mod support;

use std::io::Read;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use support::{Row, Table};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolesmith");

fn main() {
    let size = std::fs::metadata(PROGRAM).unwrap().len() as f64 / 1e6;
    println!("binary {size:.1} MB (budget 15 MB{})", if size <= 15.0 { ", holds" } else { ", MISSED" });
    let mut table = Table::new("start to the first frame, the sample, 80x24");
    let plain = (0..10).map(|_| version()).fold(f64::INFINITY, f64::min);
    let runs: Vec<(f64, f64)> = (0..10).map(|at| first_frame(at == 9)).collect();
    let measured = runs.iter().map(|(time, _)| *time).fold(f64::INFINITY, f64::min);
    table.row(Row {
        what: "first frame".to_owned(),
        measured,
        reference: Some((plain, "`rolesmith --version`, start and end")),
        budget: Some(50e6),
    });
    let ticks = runs.last().map_or(0.0, |(_, ticks)| *ticks);
    println!("idle: {ticks} ticks of CPU in 5 s (budget 0{})", if ticks == 0.0 { ", holds" } else { ", MISSED" });
}

fn version() -> f64 {
    let start = Instant::now();
    std::process::Command::new(PROGRAM).arg("--version").output().unwrap();
    start.elapsed().as_nanos() as f64
}

/// Nanoseconds until the frame is there, and the CPU ticks of five idle seconds behind it.
fn first_frame(idle: bool) -> (f64, f64) {
    let state = tempfile::tempdir().unwrap();
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(PROGRAM);
    command.env("XDG_STATE_HOME", state.path());
    command.env("TERM", "xterm-256color");
    let mut reader = pair.master.try_clone_reader().unwrap();
    let start = Instant::now();
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    let mut buffer = [0; 65_536];
    while !screen.screen().contents().contains("Who may do what") {
        let count = reader.read(&mut buffer).unwrap();
        screen.process(&buffer[..count]);
    }
    let time = start.elapsed().as_nanos() as f64;
    let mut ticks = 0.0;
    if idle {
        // what follows the first frame (findings of the rules) comes to its end first
        std::thread::sleep(Duration::from_secs(2));
        let before = cpu(child.process_id());
        std::thread::sleep(Duration::from_secs(5));
        ticks = cpu(child.process_id()) - before;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    (time, ticks)
}

/// User and system time of a process so far, in clock ticks.
fn cpu(process: Option<u32>) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.unwrap())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

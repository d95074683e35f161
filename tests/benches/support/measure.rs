//! The clock, and a table with each figure beside the recorded one.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Whether the command line asks for this section: no word asks for all.
pub fn wanted(section: &str) -> bool {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--")).peekable();
    words.peek().is_none() || words.any(|word| section.starts_with(&word))
}

/// Nanoseconds of one call, the best of five rounds after a warm-up. A round is about 100 ms.
pub fn best<T>(mut run: impl FnMut(usize) -> T) -> f64 {
    let mut done = 0;
    let mut round = |count: usize| {
        let start = Instant::now();
        for _ in 0..count {
            black_box(run(black_box(done)));
            done += 1;
        }
        start.elapsed()
    };
    let mut count = 1;
    while round(count) < Duration::from_millis(20) {
        count *= 2;
    }
    let count = count * 5;
    (0..5).map(|_| round(count).as_nanos() as f64 / count as f64).fold(f64::INFINITY, f64::min)
}

/// Nanoseconds of one call that is too long to be repeated often: the best of some.
pub fn once<T>(rounds: usize, mut run: impl FnMut() -> T) -> f64 {
    let mut one = || {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_nanos() as f64
    };
    (0..rounds).map(|_| one()).fold(f64::INFINITY, f64::min)
}

/// The highest resident set of the process so far, in bytes; none where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// One line of a table.
pub struct Row {
    /// What was measured.
    pub what: String,
    /// Nanoseconds.
    pub measured: f64,
    /// What the reference takes, nanoseconds, and which it is.
    pub reference: Option<(f64, &'static str)>,
    /// What it may take, nanoseconds.
    pub budget: Option<f64>,
}

/// Prints rows as they come, and counts the budgets that do not hold.
pub struct Table {
    missed: usize,
}

impl Table {
    /// Begin a table.
    pub fn new(title: &str) -> Self {
        println!("\n{title}");
        println!("{:<58} {:>10} {:>10} {:>9}  {:>10}", "", "measured", "reference", "ratio", "budget");
        Self { missed: 0 }
    }

    /// One more row.
    pub fn row(&mut self, row: Row) {
        let Row { what, measured, reference, budget } = row;
        let reference_text = reference.map_or(String::new(), |(time, _)| show(time));
        let ratio = reference.map_or(String::new(), |(time, _)| format!("{:.2}x", time / measured));
        let holds = budget.is_none_or(|budget| measured <= budget);
        let verdict = budget.map_or(String::new(), |budget| format!("{} {}", show(budget), if holds { "holds" } else { "MISSED" }));
        let name = reference.map_or("", |(_, name)| name);
        println!("{what:<58} {:>10} {reference_text:>10} {ratio:>9}  {verdict:>10}  {name}", show(measured));
        self.missed += usize::from(!holds);
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if self.missed > 0 {
            println!("{} budgets MISSED", self.missed);
        }
    }
}

fn show(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.2} µs", n / 1e3),
        n if n < 1e9 => format!("{:.2} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}

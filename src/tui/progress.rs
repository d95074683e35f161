//! Long work tells how far it is, and can be given up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::report::Work;

/// Work shorter than this is not told about, and then only so often.
const EVERY: Duration = Duration::from_millis(200);

/// How far a piece of work is. Shared by the threads that do it and by whoever may give it up.
pub struct Progress {
    what: &'static str,
    unit: &'static str,
    /// 0 until it is known.
    total: AtomicU64,
    done: AtomicU64,
    started: Instant,
    /// Milliseconds after the start when it was last told.
    told: AtomicU64,
    stopped: AtomicBool,
    tell: Box<dyn Fn(Work) + Send + Sync>,
}

impl Progress {
    /// `total` of `unit` are to be done; `tell` hears about it while it takes long.
    pub fn new(what: &'static str, unit: &'static str, total: u64, tell: impl Fn(Work) + Send + Sync + 'static) -> Self {
        let (done, told) = (AtomicU64::new(0), AtomicU64::new(0));
        Progress {
            what,
            unit,
            total: AtomicU64::new(total),
            done,
            started: Instant::now(),
            told,
            stopped: AtomicBool::new(false),
            tell: Box::new(tell),
        }
    }

    /// Nobody listens.
    pub fn silent() -> Self {
        Progress::new("", "", 0, |_| {})
    }

    /// So much more is done; whether to go on.
    pub fn step(&self, more: u64) -> bool {
        self.say(self.done.fetch_add(more, Ordering::Relaxed) + more)
    }

    /// So much of so much is done; whether to go on.
    pub fn reach(&self, done: u64, total: u64) -> bool {
        self.total.store(total, Ordering::Relaxed);
        self.done.store(done, Ordering::Relaxed);
        self.say(done)
    }

    fn say(&self, done: u64) -> bool {
        let elapsed = self.started.elapsed();
        let now = elapsed.as_millis() as u64;
        let last = self.told.load(Ordering::Relaxed);
        let due = now >= last + EVERY.as_millis() as u64;
        if due && self.told.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let total = self.total.load(Ordering::Relaxed);
            (self.tell)(Work { what: self.what, unit: self.unit, done, total, elapsed });
        }
        !self.is_stopped()
    }

    /// Give it up.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it was given up.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

//! How far long work is, in words.

use std::time::Duration;

/// How far a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// What is done, such as `asking`.
    pub what: &'static str,
    /// What is counted, such as `verdicts`.
    pub unit: &'static str,
    /// So much of it is done.
    pub done: u64,
    /// So much there is to do; 0 where nobody knows.
    pub total: u64,
    /// Since it began.
    pub elapsed: Duration,
}

impl Work {
    /// How far, how fast, and how long yet: `asking 1200/4000 verdicts, 950/s, 3 s left`. What is not known yet is left out.
    pub fn words(&self) -> String {
        let Work { what, unit, done, total, elapsed } = *self;
        let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
        let mut words = if total > 0 { format!("{what} {done}/{total} {unit}") } else { format!("{what} {done} {unit}") };
        if done > 0 {
            words.push_str(&if rate >= 10.0 { format!(", {rate:.0}/s") } else { format!(", {rate:.1}/s") });
            if total > 0 {
                words.push_str(&format!(", {} s left", (total.saturating_sub(done) as f64 / rate).ceil() as u64));
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let words = |done, total| Work { what: "opening", unit: "KiB", done, total, elapsed: Duration::from_secs(2) }.words();
        assert_eq!(words(0, 100), "opening 0/100 KiB");
        assert_eq!(words(50, 100), "opening 50/100 KiB, 25/s, 2 s left");
        assert_eq!(words(3, 0), "opening 3 KiB, 1.5/s");
    }
}

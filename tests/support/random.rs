//! Random inputs for a reader: the same ones in each run of the tests, or new ones for as long as one asks.

use std::fmt::Debug;
use std::panic::RefUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bolero::TypeGenerator;
use proptest::arbitrary::{Arbitrary, any};
use proptest::test_runner::{Config, TestRunner};

/// Check this many values, which follow from `PROPTEST_RNG_SEED`; or with `ROLESMITH_FUZZ_SECONDS` as many as there is
/// time for, other ones each time. Says how many there were.
///
/// # Panics
///
/// Where a check panics; what was given to it is shown.
pub fn each<T>(target: &str, values: u32, check: impl Fn(&T) + RefUnwindSafe)
where
    T: Arbitrary + TypeGenerator + Clone + Debug + 'static,
{
    let count = AtomicU64::new(0);
    let counted = |value: &T| {
        check(value);
        count.fetch_add(1, Ordering::Relaxed);
    };
    match std::env::var("ROLESMITH_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()) {
        Some(seconds) => bolero::check!().with_type::<T>().with_test_time(Duration::from_secs(seconds)).for_each(counted),
        None => {
            let mut runner = TestRunner::new(Config { cases: values, failure_persistence: None, ..Config::default() });
            let ran = runner.run(&any::<T>(), |value| {
                counted(&value);
                Ok(())
            });
            ran.unwrap_or_else(|error| panic!("{error}"));
        }
    }
    println!("{target}: {} inputs", count.into_inner());
}

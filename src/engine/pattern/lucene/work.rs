//! How much work is put into automata, so that whoever compiles many patterns can tell what they take and stop in time.

use std::cell::Cell;

thread_local! {
    static DONE: Cell<u64> = const { Cell::new(0) };
}

/// So many states and transitions were looked at.
pub(super) fn add(parts: usize) {
    DONE.with(|done| done.set(done.get().wrapping_add(parts as u64)));
}

/// What `compile` gives, and how many states and transitions were looked at for it; it must not leave the thread. A
/// million are some hundredths of a second.
pub fn measured<T>(compile: impl FnOnce() -> T) -> (T, u64) {
    let before = DONE.with(Cell::get);
    let made = compile();
    (made, DONE.with(Cell::get).wrapping_sub(before))
}

//! An entry of a file as copies of a configuration share it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// An entry that stands so many bytes further on in its file than where it was read; the number wraps.
pub(super) type Shift<T> = fn(&T, u32) -> T;

/// An entry, and a number that it shares with those copies that say the same, wherever they stand.
pub(super) struct Slot<T> {
    /// As it was read.
    read: Arc<T>,
    kin: u64,
    /// How far it has moved since.
    by: u32,
    /// Where it has moved, with its new places; made when it is first looked at.
    moved: OnceLock<Arc<T>>,
}

/// A number that no entry has had.
fn stranger() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T> Slot<T> {
    pub(super) fn new(entry: T) -> Self {
        Self { read: Arc::new(entry), kin: stranger(), by: 0, moved: OnceLock::new() }
    }

    /// The entry, with the places where it stands now.
    pub(super) fn get(&self, shift: Option<Shift<T>>) -> &T {
        match shift.filter(|_| self.by != 0) {
            Some(shift) => self.moved.get_or_init(|| Arc::new(shift(&self.read, self.by))),
            None => &self.read,
        }
    }

    /// What the entry says, whatever its places.
    pub(super) fn says(&self) -> &T {
        &self.read
    }

    pub(super) fn is_kin(&self, other: &Self) -> bool {
        self.kin == other.kin
    }

    /// Whether both are one entry at one place.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.read, &other.read) && self.by == other.by
    }

    /// Move it by so many bytes; it says what it said and stays kin.
    pub(super) fn shift(&mut self, by: u32) {
        self.by = self.by.wrapping_add(by);
        self.moved = OnceLock::new();
    }

    /// The entry itself, with the places where it stands now.
    pub(super) fn take(self, shift: Option<Shift<T>>) -> Arc<T> {
        match shift.filter(|_| self.by != 0) {
            Some(shift) => self.moved.into_inner().unwrap_or_else(|| Arc::new(shift(&self.read, self.by))),
            None => self.read,
        }
    }
}

impl<T: Clone> Slot<T> {
    /// The entry, to be changed.
    pub(super) fn own(&mut self, shift: Option<Shift<T>>) -> &mut T {
        if self.by != 0 {
            self.read = self.clone().take(shift);
            self.by = 0;
            self.moved = OnceLock::new();
        }
        self.kin = stranger();
        Arc::make_mut(&mut self.read)
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self { read: Arc::clone(&self.read), kin: self.kin, by: self.by, moved: self.moved.clone() }
    }
}

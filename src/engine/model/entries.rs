//! Named entries in file order, whose copies share what is the same: a configuration of 100,000 users is copied for
//! every edit, and only the edited entry is new.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::ops::{Index, IndexMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indexmap::IndexMap;
use rayon::prelude::*;

/// Entries by name, in the order of the file. A copy costs nothing until it is written to; then the names are copied,
/// and of the entries those that are written to.
#[derive(Debug, Clone)]
pub struct Entries<T>(Arc<IndexMap<String, Slot<T>>>);

/// An entry, and a number that it shares with those copies that say the same, wherever they stand.
pub struct Slot<T> {
    entry: Arc<T>,
    kin: u64,
}

impl<T> Slot<T> {
    fn new(entry: T) -> Self {
        Self { entry: Arc::new(entry), kin: stranger() }
    }
}

impl<T: Clone> Slot<T> {
    /// The entry, to be changed.
    fn own(&mut self) -> &mut T {
        self.kin = stranger();
        Arc::make_mut(&mut self.entry)
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self { entry: Arc::clone(&self.entry), kin: self.kin }
    }
}

impl<T: fmt::Debug> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Slot<T> {
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
    }
}

/// A number that no entry has had.
fn stranger() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Entries<T> {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entry of a name.
    pub fn get<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> Option<&T>
    where
        String: Borrow<Q>,
    {
        self.0.get(name).map(|slot| &*slot.entry)
    }

    /// The entry of a name, with the name.
    pub fn get_key_value<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> Option<(&String, &T)>
    where
        String: Borrow<Q>,
    {
        self.0.get_key_value(name).map(|(name, slot)| (name, &*slot.entry))
    }

    /// The entry at a place in the order, with its name.
    pub fn get_index(&self, at: usize) -> Option<(&String, &T)> {
        self.0.get_index(at).map(|(name, slot)| (name, &*slot.entry))
    }

    /// The place of a name in the order.
    pub fn get_index_of(&self, name: &str) -> Option<usize> {
        self.0.get_index_of(name)
    }

    /// Whether the name is there.
    pub fn contains_key<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> bool
    where
        String: Borrow<Q>,
    {
        self.0.contains_key(name)
    }

    /// Names and entries.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.0.iter())
    }

    /// The names.
    pub fn keys(&self) -> indexmap::map::Keys<'_, String, Slot<T>> {
        self.0.keys()
    }

    /// The entries.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.0.values().map(|slot| &*slot.entry)
    }

    /// Whether the entry of this name certainly says the same in both, without a look at it; it may have moved.
    pub fn alike(&self, other: &Self, name: &str) -> bool {
        self.is(other) || self.0.get(name).zip(other.0.get(name)).is_some_and(|(a, b)| a.kin == b.kin)
    }

    /// Whether the entry at a place in the order has the same name in both, and certainly says the same.
    pub fn alike_at(&self, at: usize, other: &Self, there: usize) -> bool {
        let pair = self.0.get_index(at).zip(other.0.get_index(there));
        pair.is_some_and(|((name, a), (other, b))| a.kin == b.kin && name == other)
    }

    /// Whether both share an entry and its name, at a place in the order of each.
    pub fn shares_at(&self, at: usize, other: &Self, there: usize) -> bool {
        let pair = self.0.get_index(at).zip(other.0.get_index(there));
        pair.is_some_and(|((name, a), (other, b))| Arc::ptr_eq(&a.entry, &b.entry) && name == other)
    }

    /// How many of the first entries pass a test that those behind them fail.
    pub fn partition_point(&self, pass: impl Fn(&T) -> bool) -> usize {
        self.0.as_slice().partition_point(|_, slot| pass(&slot.entry))
    }

    /// Whether both are one, so that they are the same without a look at them.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn own(&mut self) -> &mut IndexMap<String, Slot<T>> {
        Arc::make_mut(&mut self.0)
    }

    /// Put an entry behind the others, or in the place of the one of its name; that one, if there was one.
    pub fn insert(&mut self, name: String, entry: T) -> Option<Arc<T>> {
        self.own().insert(name, Slot::new(entry)).map(|slot| slot.entry)
    }

    /// Put the entries of another behind, or in the places of those of their names.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
        } else {
            self.own().extend(other.0.iter().map(|(name, slot)| (name.clone(), slot.clone())));
        }
    }

    /// Keep the entries that the test passes.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &T) -> bool) {
        self.own().retain(|name, slot| keep(name, &slot.entry));
    }

    /// Bring the entries into the order of their names.
    pub fn sort_unstable_keys(&mut self) {
        self.own().sort_unstable_keys();
    }

    /// Take everything out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Turn the order round.
    pub fn reverse(&mut self) {
        self.own().reverse();
    }
}

impl<T: Clone + Send + Sync> Entries<T> {
    /// The same with other entries from a place in the order on; those behind them are moved, and say what they said.
    pub fn replaced(&self, at: usize, fresh: impl ExactSizeIterator<Item = T>, moved: Option<&(dyn Fn(&mut T) + Sync)>) -> Self {
        let mut map = IndexMap::clone(&self.0);
        let behind = at + fresh.len();
        for (at, entry) in (at..).zip(fresh) {
            if let Some((_, slot)) = map.get_index_mut(at) {
                *slot = Slot::new(entry);
            }
        }
        if let Some(moved) = moved {
            // what moves says the same and stays kin
            let mut slots: Vec<&mut Slot<T>> = map.values_mut().skip(behind).collect();
            slots.par_iter_mut().with_min_len(256).for_each(|slot| moved(Arc::make_mut(&mut slot.entry)));
        }
        Self(Arc::new(map))
    }
}

impl<T: Clone> Entries<T> {
    /// Put an entry at a place in the order.
    pub fn shift_insert(&mut self, at: usize, name: String, entry: T) {
        self.own().shift_insert(at, name, Slot::new(entry));
    }

    /// Take an entry out; the others keep their order.
    pub fn shift_remove(&mut self, name: &str) -> Option<T> {
        self.own().shift_remove(name).map(|slot| Arc::unwrap_or_clone(slot.entry))
    }

    /// Take an entry out; its place in the order and itself.
    pub fn shift_remove_full(&mut self, name: &str) -> Option<(usize, String, T)> {
        self.own().shift_remove_full(name).map(|(at, name, slot)| (at, name, Arc::unwrap_or_clone(slot.entry)))
    }

    /// The entry of a name, to be changed.
    pub fn get_mut<Q: ?Sized + Hash + Eq>(&mut self, name: &Q) -> Option<&mut T>
    where
        String: Borrow<Q>,
    {
        if !self.contains_key(name) {
            return None;
        }
        self.own().get_mut(name).map(Slot::own)
    }

    /// Names and entries, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut T)> {
        self.own().iter_mut().map(|(name, slot)| (name, slot.own()))
    }

    /// The entries, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.own().values_mut().map(Slot::own)
    }

    /// The entry of a name, made where it is not there.
    pub fn or_insert_with(&mut self, name: impl Into<String>, make: impl FnOnce() -> T) -> &mut T {
        self.own().entry(name.into()).or_insert_with(|| Slot::new(make())).own()
    }

    /// The entry of a name, made by default where it is not there.
    pub fn or_default(&mut self, name: impl Into<String>) -> &mut T
    where
        T: Default,
    {
        self.or_insert_with(name, T::default)
    }
}

/// Names and entries in order.
#[derive(Debug)]
pub struct Iter<'a, T>(indexmap::map::Iter<'a, String, Slot<T>>);

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (&'a String, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, slot)| (name, &*slot.entry))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(name, slot)| (name, &*slot.entry))
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T> IntoIterator for &'a Entries<T> {
    type Item = (&'a String, &'a T);
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Clone> IntoIterator for Entries<T> {
    type Item = (String, T);
    type IntoIter = std::iter::Map<indexmap::map::IntoIter<String, Slot<T>>, fn((String, Slot<T>)) -> (String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter().map(|(name, slot)| (name, Arc::unwrap_or_clone(slot.entry)))
    }
}

impl<T> Extend<(String, T)> for Entries<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, entries: I) {
        self.own().extend(entries.into_iter().map(|(name, entry)| (name, Slot::new(entry))));
    }
}

impl<T> FromIterator<(String, T)> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self(Arc::new(entries.into_iter().map(|(name, entry)| (name, Slot::new(entry))).collect()))
    }
}

impl<T> Index<&str> for Entries<T> {
    type Output = T;

    fn index(&self, name: &str) -> &T {
        &self.0[name].entry
    }
}

impl<T: Clone> IndexMut<&str> for Entries<T> {
    fn index_mut(&mut self, name: &str) -> &mut T {
        self.own()[name].own()
    }
}

impl<T: PartialEq> PartialEq for Entries<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || self.0 == other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_all_but_what_is_written_to() {
        let mut one: Entries<u8> = [("a".to_owned(), 1), ("b".to_owned(), 2)].into_iter().collect();
        let before = one.clone();
        assert!(one.is(&before));
        assert!(one.get_mut("c").is_none() && one.is(&before), "looking for what is not there copies nothing");
        *one.get_mut("a").unwrap() = 3;
        assert_eq!((one["a"], before["a"]), (3, 1));
        assert!(!one.alike(&before, "a") && one.alike(&before, "b") && one.shares_at(1, &before, 1));
        let moved = before.replaced(0, [5].into_iter(), Some(&|entry| *entry += 10));
        assert_eq!((moved["a"], moved["b"]), (5, 12));
        assert!(!moved.alike(&before, "a") && moved.alike_at(1, &before, 1) && !moved.shares_at(1, &before, 1));
        one.shift_remove("a");
        one.insert("a".to_owned(), 4);
        assert_eq!(one.keys().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(before.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
    }
}

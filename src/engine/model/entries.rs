//! Named entries in file order, whose copies share what is the same: a configuration of 100,000 users is copied for
//! every edit, and only the edited entry is new.

use std::borrow::Borrow;
use std::hash::Hash;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

/// Entries by name, in the order of the file. A copy costs nothing until it is written to; then the names are copied,
/// and of the entries those that are written to.
#[derive(Debug, Clone)]
pub struct Entries<T>(Arc<IndexMap<String, Arc<T>>>);

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
        self.0.get(name).map(|entry| &**entry)
    }

    /// The entry of a name, with the name.
    pub fn get_key_value<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> Option<(&String, &T)>
    where
        String: Borrow<Q>,
    {
        self.0.get_key_value(name).map(|(name, entry)| (name, &**entry))
    }

    /// The entry at a place in the order, with its name.
    pub fn get_index(&self, at: usize) -> Option<(&String, &T)> {
        self.0.get_index(at).map(|(name, entry)| (name, &**entry))
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
    pub fn keys(&self) -> indexmap::map::Keys<'_, String, Arc<T>> {
        self.0.keys()
    }

    /// The entries.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.0.values().map(|entry| &**entry)
    }

    /// Whether both share the entry of this name, so that it is the same without a look at it.
    pub fn shares(&self, other: &Self, name: &str) -> bool {
        self.is(other) || self.0.get(name).zip(other.0.get(name)).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// Whether both share an entry and its name, at a place in the order of each.
    pub fn shares_at(&self, at: usize, other: &Self, there: usize) -> bool {
        let pair = self.0.get_index(at).zip(other.0.get_index(there));
        pair.is_some_and(|((name, a), (other, b))| Arc::ptr_eq(a, b) && name == other)
    }

    /// How many of the first entries pass a test that those behind them fail.
    pub fn partition_point(&self, pass: impl Fn(&T) -> bool) -> usize {
        self.0.as_slice().partition_point(|_, entry| pass(entry))
    }

    /// Whether both are one, so that they are the same without a look at them.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn own(&mut self) -> &mut IndexMap<String, Arc<T>> {
        Arc::make_mut(&mut self.0)
    }

    /// Put an entry behind the others, or in the place of the one of its name; that one, if there was one.
    pub fn insert(&mut self, name: String, entry: T) -> Option<Arc<T>> {
        self.own().insert(name, Arc::new(entry))
    }

    /// Keep the entries that the test passes.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &T) -> bool) {
        self.own().retain(|name, entry| keep(name, entry));
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
    /// The same with other entries from a place in the order on; what stands behind them is changed by `moved`.
    pub fn replaced(&self, at: usize, fresh: impl ExactSizeIterator<Item = T>, moved: Option<&(dyn Fn(&mut T) + Sync)>) -> Self {
        let mut map = IndexMap::clone(&self.0);
        let behind = at + fresh.len();
        for (at, entry) in (at..).zip(fresh) {
            if let Some((_, slot)) = map.get_index_mut(at) {
                *slot = Arc::new(entry);
            }
        }
        if let Some(moved) = moved {
            let mut slots: Vec<&mut Arc<T>> = map.values_mut().skip(behind).collect();
            slots.par_iter_mut().with_min_len(256).for_each(|slot| moved(Arc::make_mut(slot)));
        }
        Self(Arc::new(map))
    }
}

impl<T: Clone> Entries<T> {
    /// Put an entry at a place in the order.
    pub fn shift_insert(&mut self, at: usize, name: String, entry: T) {
        self.own().shift_insert(at, name, Arc::new(entry));
    }

    /// Take an entry out; the others keep their order.
    pub fn shift_remove(&mut self, name: &str) -> Option<T> {
        self.own().shift_remove(name).map(Arc::unwrap_or_clone)
    }

    /// Take an entry out; its place in the order and itself.
    pub fn shift_remove_full(&mut self, name: &str) -> Option<(usize, String, T)> {
        self.own().shift_remove_full(name).map(|(at, name, entry)| (at, name, Arc::unwrap_or_clone(entry)))
    }

    /// The entry of a name, to be changed.
    pub fn get_mut<Q: ?Sized + Hash + Eq>(&mut self, name: &Q) -> Option<&mut T>
    where
        String: Borrow<Q>,
    {
        if !self.contains_key(name) {
            return None;
        }
        self.own().get_mut(name).map(Arc::make_mut)
    }

    /// Names and entries, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut T)> {
        self.own().iter_mut().map(|(name, entry)| (name, Arc::make_mut(entry)))
    }

    /// The entries, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.own().values_mut().map(Arc::make_mut)
    }

    /// The entry of a name, made where it is not there.
    pub fn or_insert_with(&mut self, name: impl Into<String>, make: impl FnOnce() -> T) -> &mut T {
        Arc::make_mut(self.own().entry(name.into()).or_insert_with(|| Arc::new(make())))
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
pub struct Iter<'a, T>(indexmap::map::Iter<'a, String, Arc<T>>);

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (&'a String, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, entry)| (name, &**entry))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(name, entry)| (name, &**entry))
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
    type IntoIter = std::iter::Map<indexmap::map::IntoIter<String, Arc<T>>, fn((String, Arc<T>)) -> (String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter().map(|(name, entry)| (name, Arc::unwrap_or_clone(entry)))
    }
}

impl<T> Extend<(String, T)> for Entries<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, entries: I) {
        self.own().extend(entries.into_iter().map(|(name, entry)| (name, Arc::new(entry))));
    }
}

impl<T> FromIterator<(String, T)> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self(Arc::new(entries.into_iter().map(|(name, entry)| (name, Arc::new(entry))).collect()))
    }
}

impl<T> Index<&str> for Entries<T> {
    type Output = T;

    fn index(&self, name: &str) -> &T {
        &self.0[name]
    }
}

impl<T: Clone> IndexMut<&str> for Entries<T> {
    fn index_mut(&mut self, name: &str) -> &mut T {
        Arc::make_mut(&mut self.own()[name])
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
        assert!(!one.shares(&before, "a") && one.shares(&before, "b"));
        one.shift_remove("a");
        one.insert("a".to_owned(), 4);
        assert_eq!(one.keys().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(before.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
    }
}

//! Named entries in file order, whose copies share what is the same: a configuration of 100,000 users is copied for
//! every edit, and only the edited entry is new.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::{Equivalent, IndexSet};

use super::slot::{Shift, Slot};

type Names = IndexSet<String, RandomState>;

/// Entries by name, in the order of the file. A copy costs nothing until it is written to; then a pointer to each entry
/// is copied, of the entries those that are written to, and the names only where one comes or goes.
pub struct Entries<T> {
    names: Arc<Names>,
    /// In the order of the names.
    slots: Arc<Vec<Slot<T>>>,
    /// How entries that have moved get their new places.
    shift: Option<Shift<T>>,
}

impl<T> Clone for Entries<T> {
    fn clone(&self) -> Self {
        Self { names: Arc::clone(&self.names), slots: Arc::clone(&self.slots), shift: self.shift }
    }
}

impl<T: fmt::Debug> fmt::Debug for Entries<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self { names: Arc::default(), slots: Arc::default(), shift: None }
    }
}

impl<T> Entries<T> {
    /// How many.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    fn slot<Q: ?Sized + Hash + Equivalent<String>>(&self, name: &Q) -> Option<&Slot<T>> {
        self.slots.get(self.names.get_index_of(name)?)
    }

    /// The entry of a name.
    pub fn get<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> Option<&T>
    where
        String: Borrow<Q>,
    {
        self.slot(name).map(|slot| slot.get(self.shift))
    }

    /// The entry of a name, with the name.
    pub fn get_key_value<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> Option<(&String, &T)>
    where
        String: Borrow<Q>,
    {
        self.get_index(self.names.get_index_of(name)?)
    }

    /// The entry at a place in the order, with its name.
    pub fn get_index(&self, at: usize) -> Option<(&String, &T)> {
        self.names.get_index(at).zip(self.slots.get(at).map(|slot| slot.get(self.shift)))
    }

    /// The place of a name in the order.
    pub fn get_index_of(&self, name: &str) -> Option<usize> {
        self.names.get_index_of(name)
    }

    /// Whether the name is there.
    pub fn contains_key<Q: ?Sized + Hash + Eq>(&self, name: &Q) -> bool
    where
        String: Borrow<Q>,
    {
        self.names.contains(name)
    }

    /// Names and entries.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { names: self.names.iter(), slots: self.slots.iter(), shift: self.shift }
    }

    /// The names.
    pub fn keys(&self) -> indexmap::set::Iter<'_, String> {
        self.names.iter()
    }

    /// The entries.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.slots.iter().map(|slot| slot.get(self.shift))
    }

    /// What the entries say, by name: their places may be those of an earlier text, so that looking at all of them
    /// after an edit moves none.
    pub fn sayings(&self) -> impl DoubleEndedIterator<Item = (&String, &T)> + ExactSizeIterator + Clone {
        self.names.iter().zip(self.slots.iter().map(Slot::says))
    }

    /// Whether both have the same names in the same order and share them, so that nothing needs to be compared.
    pub fn shares_names(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.names, &other.names)
    }

    /// Whether the entry of this name certainly says the same in both, without a look at it; it may have moved.
    pub fn alike(&self, other: &Self, name: &str) -> bool {
        self.is(other) || self.slot(name).zip(other.slot(name)).is_some_and(|(a, b)| a.is_kin(b))
    }

    /// Whether the name at a place in the order is that at a place of the other.
    fn same_name(&self, at: usize, other: &Self, there: usize) -> bool {
        (at == there && self.shares_names(other)) || self.names.get_index(at) == other.names.get_index(there)
    }

    /// Whether the entry at a place in the order has the same name in both, and certainly says the same.
    pub fn alike_at(&self, at: usize, other: &Self, there: usize) -> bool {
        let pair = self.slots.get(at).zip(other.slots.get(there));
        pair.is_some_and(|(a, b)| a.is_kin(b)) && self.same_name(at, other, there)
    }

    /// Whether both share an entry and its name, at a place in the order of each.
    pub fn shares_at(&self, at: usize, other: &Self, there: usize) -> bool {
        let pair = self.slots.get(at).zip(other.slots.get(there));
        pair.is_some_and(|(a, b)| a.is(b)) && self.same_name(at, other, there)
    }

    /// How many of the first entries pass a test that those behind them fail.
    pub fn partition_point(&self, pass: impl Fn(&T) -> bool) -> usize {
        self.slots.partition_point(|slot| pass(slot.get(self.shift)))
    }

    /// Whether both are one, so that they are the same without a look at them.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.slots, &other.slots) && self.shares_names(other)
    }

    fn own(&mut self) -> &mut Vec<Slot<T>> {
        Arc::make_mut(&mut self.slots)
    }

    fn put(&mut self, name: String, slot: Slot<T>) -> Option<Slot<T>> {
        if let Some(at) = self.names.get_index_of(&name) {
            return self.own().get_mut(at).map(|there| std::mem::replace(there, slot));
        }
        Arc::make_mut(&mut self.names).insert(name);
        self.own().push(slot);
        None
    }

    /// Put an entry behind the others, or in the place of the one of its name; that one, if there was one.
    pub fn insert(&mut self, name: String, entry: T) -> Option<Arc<T>> {
        let shift = self.shift;
        self.put(name, Slot::new(entry)).map(|slot| slot.take(shift))
    }

    /// Put the entries of another behind, or in the places of those of their names.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
        } else {
            self.shift = self.shift.or(other.shift);
            for (name, slot) in other.names.iter().zip(&*other.slots) {
                self.put(name.clone(), slot.clone());
            }
        }
    }

    /// Keep the entries that the test passes.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &T) -> bool) {
        let kept: Vec<bool> = self.iter().map(|(name, entry)| keep(name, entry)).collect();
        let (mut by_name, mut by_slot) = (kept.iter(), kept.iter());
        Arc::make_mut(&mut self.names).retain(|_| by_name.next() == Some(&true));
        self.own().retain(|_| by_slot.next() == Some(&true));
    }

    /// Bring the entries into another order, that of the places where they were.
    fn arrange(&mut self, order: impl Iterator<Item = usize> + Clone) {
        let names = order.clone().filter_map(|at| self.names.get_index(at).cloned()).collect();
        let slots = order.filter_map(|at| self.slots.get(at).cloned()).collect();
        (self.names, self.slots) = (Arc::new(names), Arc::new(slots));
    }

    /// Bring the entries into the order of their names.
    pub fn sort_unstable_keys(&mut self) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_unstable_by_key(|&at| self.names.get_index(at));
        self.arrange(order.into_iter());
    }

    /// Take everything out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Turn the order round.
    pub fn reverse(&mut self) {
        self.arrange((0..self.len()).rev());
    }

    /// The same with other entries from a place in the order on; those behind them have moved by so many bytes
    /// (wrapping), and say what they said. They get their new places when somebody looks.
    pub fn replaced(mut self, at: usize, fresh: impl ExactSizeIterator<Item = T>, by: u32, shift: fn(&T, u32) -> T) -> Self {
        let behind = at + fresh.len();
        self.shift = Some(shift);
        let slots = self.own();
        slots.iter_mut().skip(at).zip(fresh).for_each(|(slot, entry)| *slot = Slot::new(entry));
        if by != 0 {
            slots.iter_mut().skip(behind).for_each(|slot| slot.shift(by));
        }
        self
    }

    fn take_out(&mut self, name: &str) -> Option<(usize, String, Slot<T>)> {
        self.names.get_index_of(name)?;
        let (at, name) = Arc::make_mut(&mut self.names).shift_remove_full(name)?;
        Some((at, name, self.own().remove(at)))
    }
}

impl<T: Clone> Entries<T> {
    /// Put an entry at a place in the order.
    pub fn shift_insert(&mut self, at: usize, name: String, entry: T) {
        self.take_out(&name);
        Arc::make_mut(&mut self.names).shift_insert(at, name);
        self.own().insert(at, Slot::new(entry));
    }

    /// Take an entry out; the others keep their order.
    pub fn shift_remove(&mut self, name: &str) -> Option<T> {
        self.shift_remove_full(name).map(|(_, _, entry)| entry)
    }

    /// Take an entry out; its place in the order and itself.
    pub fn shift_remove_full(&mut self, name: &str) -> Option<(usize, String, T)> {
        let shift = self.shift;
        self.take_out(name).map(|(at, name, slot)| (at, name, Arc::unwrap_or_clone(slot.take(shift))))
    }

    /// The entry of a name, to be changed.
    pub fn get_mut<Q: ?Sized + Hash + Eq>(&mut self, name: &Q) -> Option<&mut T>
    where
        String: Borrow<Q>,
    {
        let (at, shift) = (self.names.get_index_of(name)?, self.shift);
        self.own().get_mut(at).map(|slot| slot.own(shift))
    }

    /// Names and entries, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&String, &mut T)> {
        let shift = self.shift;
        self.names.iter().zip(Arc::make_mut(&mut self.slots).iter_mut().map(move |slot| slot.own(shift)))
    }

    /// The entries, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.iter_mut().map(|(_, entry)| entry)
    }

    /// The entry of a name, made where it is not there.
    pub fn or_insert_with(&mut self, name: impl Into<String>, make: impl FnOnce() -> T) -> &mut T {
        let name = name.into();
        let (at, shift) = (self.names.get_index_of(&name).unwrap_or(self.len()), self.shift);
        if at == self.len() {
            self.put(name, Slot::new(make()));
        }
        self.own()[at].own(shift)
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
pub struct Iter<'a, T> {
    names: indexmap::set::Iter<'a, String>,
    slots: std::slice::Iter<'a, Slot<T>>,
    shift: Option<Shift<T>>,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self { names: self.names.clone(), slots: self.slots.clone(), shift: self.shift }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (&'a String, &'a T);

    fn next(&mut self) -> Option<Self::Item> {
        self.names.next().zip(self.slots.next().map(|slot| slot.get(self.shift)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.names.next_back().zip(self.slots.next_back().map(|slot| slot.get(self.shift)))
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
    type IntoIter = std::iter::Zip<indexmap::set::IntoIter<String>, std::vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        let shift = self.shift;
        let slots = Arc::unwrap_or_clone(self.slots).into_iter().map(|slot| Arc::unwrap_or_clone(slot.take(shift)));
        Arc::unwrap_or_clone(self.names).into_iter().zip(slots.collect::<Vec<T>>())
    }
}

impl<T> Extend<(String, T)> for Entries<T> {
    fn extend<I: IntoIterator<Item = (String, T)>>(&mut self, entries: I) {
        for (name, entry) in entries {
            self.put(name, Slot::new(entry));
        }
    }
}

impl<T> FromIterator<(String, T)> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut names = Names::with_capacity_and_hasher(entries.size_hint().0, RandomState::default());
        let mut slots = Vec::with_capacity(entries.size_hint().0);
        for (name, entry) in entries {
            match names.insert_full(name) {
                (_, true) => slots.push(Slot::new(entry)),
                (at, false) => slots[at] = Slot::new(entry),
            }
        }
        Self { names: Arc::new(names), slots: Arc::new(slots), shift: None }
    }
}

impl<T> Index<&str> for Entries<T> {
    type Output = T;

    fn index(&self, name: &str) -> &T {
        self.slot(name).map(|slot| slot.get(self.shift)).expect("an entry of this name")
    }
}

impl<T: Clone> IndexMut<&str> for Entries<T> {
    fn index_mut(&mut self, name: &str) -> &mut T {
        self.get_mut(name).expect("an entry of this name")
    }
}

impl<T: PartialEq> PartialEq for Entries<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
            || (self.len() == other.len() && self.iter().all(|(name, entry)| other.get(name).is_some_and(|there| entry == there)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_all_but_what_is_written_to() {
        let mut one: Entries<u32> = [("a".to_owned(), 1), ("b".to_owned(), 2)].into_iter().collect();
        let before = one.clone();
        assert!(one.is(&before));
        assert!(one.get_mut("c").is_none() && one.is(&before), "looking for what is not there copies nothing");
        *one.get_mut("a").unwrap() = 3;
        assert_eq!((one["a"], before["a"]), (3, 1));
        assert!(!one.alike(&before, "a") && one.alike(&before, "b") && one.shares_at(1, &before, 1) && one.shares_names(&before));
        one.shift_remove("a");
        one.insert("a".to_owned(), 4);
        assert_eq!(one.keys().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(before.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
    }

    #[test]
    fn what_moves_gets_its_places_when_it_is_looked_at_and_says_the_same() {
        let before: Entries<u32> = [("a".to_owned(), 1), ("b".to_owned(), 2), ("c".to_owned(), 3)].into_iter().collect();
        let add = |entry: &u32, by: u32| entry.wrapping_add(by);
        let mut moved = before.clone().replaced(0, [5].into_iter(), 10, add).replaced(1, std::iter::empty(), 1, add);
        assert_eq!(moved.iter().map(|(_, entry)| *entry).collect::<Vec<_>>(), [5, 13, 14]);
        assert_eq!(moved.sayings().map(|(_, entry)| *entry).collect::<Vec<_>>(), [5, 2, 3]);
        assert!(!moved.alike(&before, "a") && moved.alike_at(1, &before, 1) && !moved.shares_at(1, &before, 1));
        *moved.get_mut("b").unwrap() += 100;
        assert!((moved["b"], moved["c"]) == (113, 14) && !moved.alike(&before, "b"));
        let back = moved.replaced(2, std::iter::empty(), 11_u32.wrapping_neg(), add);
        assert!(back.shares_at(2, &before, 2), "what came back to its place is as it was");
        let mut all: Entries<u32> = [("z".to_owned(), 0)].into_iter().collect();
        all.append(before.clone().replaced(0, std::iter::empty(), 7, add));
        all.sort_unstable_keys();
        all.retain(|name, _| name != "b");
        assert_eq!(all.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 8), ("c".to_owned(), 10), ("z".to_owned(), 0)]);
    }
}

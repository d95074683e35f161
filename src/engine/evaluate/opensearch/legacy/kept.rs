//! What was worked out before, up to a number of entries.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// How many entries are kept at once.
const KEPT: usize = 1024;

/// Values by what they were worked out from; with one too many all are forgotten.
#[derive(Debug)]
pub(super) struct Kept<K, V>(RwLock<HashMap<K, Arc<V>>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Hash + Eq, V> FromIterator<(K, Arc<V>)> for Kept<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, Arc<V>)>>(entries: I) -> Self {
        Self(RwLock::new(entries.into_iter().collect()))
    }
}

impl<K: Hash + Eq + Clone, V> Kept<K, V> {
    pub(super) fn all(&self) -> RwLockReadGuard<'_, HashMap<K, Arc<V>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn find(&self, key: &K) -> Option<Arc<V>> {
        self.all().get(key).map(Arc::clone)
    }

    /// Keep a value; the one that is kept then, which may be another's.
    pub(super) fn put(&self, key: K, made: V) -> Arc<V> {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        Arc::clone(kept.entry(key).or_insert_with(|| Arc::new(made)))
    }

    pub(super) fn get(&self, key: &K, make: impl FnOnce() -> V) -> Arc<V> {
        self.find(key).unwrap_or_else(|| self.put(key.clone(), make()))
    }
}

//! The order in which Java's hash sets and maps give their strings. The engine prints names in that
//! order, and so must we.

use std::collections::BTreeSet;

/// A key of a map.
pub(super) trait Key: PartialEq + Copy {
    /// `hashCode`.
    fn hash(self) -> u32;
}

impl Key for &str {
    fn hash(self) -> u32 {
        self.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
    }
}

/// A set's is the sum of its strings'.
impl Key for &BTreeSet<String> {
    fn hash(self) -> u32 {
        self.iter().fold(0u32, |sum, text| sum.wrapping_add(text.as_str().hash()))
    }
}

/// The hash, spread as `HashMap` does.
fn spread(key: impl Key) -> usize {
    let hash = key.hash();
    (hash ^ (hash >> 16)) as usize
}

/// `java.util.HashMap`, as far as its order goes: buckets of a power of two, doubled above three quarters.
pub(super) struct JavaMap<K> {
    /// The first entry of each bucket.
    buckets: Vec<Option<u32>>,
    entries: Vec<Entry<K>>,
}

struct Entry<K> {
    key: K,
    hash: usize,
    /// The next of its bucket.
    next: Option<u32>,
}

impl<K: Key> JavaMap<K> {
    /// `new HashMap<>(capacity)`.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { buckets: vec![None; capacity.max(1).next_power_of_two()], entries: Vec::new() }
    }

    fn threshold(&self) -> usize {
        self.buckets.len() * 3 / 4
    }

    fn grow(&mut self) {
        let order: Vec<u32> = self.order().collect();
        let mut buckets = vec![None; self.buckets.len() * 2];
        let mut last: Vec<Option<u32>> = buckets.clone();
        for at in order {
            let entry = &mut self.entries[at as usize];
            entry.next = None;
            let bucket = entry.hash & (buckets.len() - 1);
            match last[bucket].replace(at) {
                Some(before) => self.entries[before as usize].next = Some(at),
                None => buckets[bucket] = Some(at),
            }
        }
        self.buckets = buckets;
    }

    /// The places of a bucket's entries, in its order.
    fn chain(&self, first: Option<u32>) -> impl Iterator<Item = u32> {
        std::iter::successors(first, |&at| self.entries[at as usize].next)
    }

    fn order(&self) -> impl Iterator<Item = u32> {
        self.buckets.iter().flat_map(|&first| self.chain(first))
    }

    /// Where a key goes: its hash, its bucket, the last entry there; none when the map has it.
    fn vacancy(&self, key: K) -> Option<(usize, usize, Option<u32>)> {
        let hash = spread(key);
        let bucket = hash & (self.buckets.len() - 1);
        let mut last = None;
        for at in self.chain(self.buckets[bucket]) {
            let entry = &self.entries[at as usize];
            if entry.hash == hash && entry.key == key {
                return None;
            }
            last = Some(at);
        }
        Some((hash, bucket, last))
    }

    /// `put`: a new name goes to the end of its bucket, and the map grows afterwards.
    pub(super) fn put(&mut self, key: K) {
        let Some((hash, bucket, last)) = self.vacancy(key) else { return };
        let at = Some(self.entries.len() as u32);
        self.entries.push(Entry { key, hash, next: None });
        match last {
            Some(last) => self.entries[last as usize].next = at,
            None => self.buckets[bucket] = at,
        }
        if self.entries.len() > self.threshold() {
            self.grow();
        }
    }

    /// `merge`: a new name goes to the front of its bucket, and the map grows before.
    pub(super) fn merge(&mut self, key: K) {
        if self.entries.len() > self.threshold() {
            self.grow();
        }
        let Some((hash, bucket, _)) = self.vacancy(key) else { return };
        let next = self.buckets[bucket].replace(self.entries.len() as u32);
        self.entries.push(Entry { key, hash, next });
    }

    /// The names in the map's order.
    pub(super) fn names(&self) -> impl Iterator<Item = K> {
        self.order().map(|at| self.entries[at as usize].key)
    }
}

/// Strings put one after the other into a set that starts with Java's default capacity.
pub(super) fn grown<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    with_capacity(names, 16)
}

/// Strings put into a set or map that was made with a capacity.
pub(super) fn with_capacity<'a>(names: impl IntoIterator<Item = &'a str>, capacity: usize) -> Vec<&'a str> {
    let mut map = JavaMap::with_capacity(capacity);
    for name in names {
        map.put(name);
    }
    map.names().collect()
}

/// A list made into a set: `new HashSet<>(list)`.
pub(super) fn collected<'a>(list: &[&'a str]) -> Vec<&'a str> {
    let capacity = (list.len() as f32 / 0.75) as usize + 1;
    with_capacity(list.iter().copied(), capacity.max(16))
}

/// Elasticsearch's `Maps.newMapWithExpectedSize`.
pub(super) fn expected<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let size = names.len();
    let capacity = if size < 2 { size + 1 } else { (size as f32 / 0.75 + 1.0) as usize };
    with_capacity(names.iter().copied(), capacity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_in_bucket_order() {
        // recorded: `on indices [current_year,2015]`, `[orders-all,orders-archive,orders]` (7.17.28)
        assert_eq!(grown(["2015", "current_year"]), ["current_year", "2015"]);
        assert_eq!(grown(["orders", "orders-archive", "orders-all"]), ["orders-all", "orders-archive", "orders"]);
    }

    #[test]
    fn merged_names_go_in_front_of_those_in_their_bucket() {
        // recorded: `on indices [logs-2025,logs-current]`, asked for the alias logs-current (7.17.28)
        let mut map = JavaMap::with_capacity(2);
        map.put("logs-current");
        map.merge("logs-2025");
        assert_eq!(map.names().collect::<Vec<_>>(), ["logs-2025", "logs-current"]);
    }

    #[test]
    fn a_set_of_names_hashes_as_their_sum() {
        // by hand: `a` is 97, `b` 98, both 195; in sixteen buckets 1, 2 and 3
        let sets = [["a", "b"].as_slice(), &["b"], &["a"]].map(|names| names.iter().map(|&name| name.to_owned()).collect());
        let [both, b, a]: [BTreeSet<String>; 3] = sets;
        let mut map = JavaMap::with_capacity(16);
        for set in [&both, &b, &a] {
            map.merge(set);
        }
        assert_eq!(map.names().collect::<Vec<_>>(), [&a, &b, &both]);
    }
}

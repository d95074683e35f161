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
    buckets: Vec<Vec<K>>,
    size: usize,
}

impl<K: Key> JavaMap<K> {
    /// `new HashMap<>(capacity)`.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { buckets: vec![Vec::new(); capacity.max(1).next_power_of_two()], size: 0 }
    }

    fn threshold(&self) -> usize {
        self.buckets.len() * 3 / 4
    }

    fn grow(&mut self) {
        let mut buckets = vec![Vec::new(); self.buckets.len() * 2];
        let mask = buckets.len() - 1;
        for name in self.buckets.drain(..).flatten() {
            buckets[spread(name) & mask].push(name);
        }
        self.buckets = buckets;
    }

    fn bucket(&mut self, name: K) -> &mut Vec<K> {
        let at = spread(name) & (self.buckets.len() - 1);
        &mut self.buckets[at]
    }

    /// `put`: a new name goes to the end of its bucket, and the map grows afterwards.
    pub(super) fn put(&mut self, name: K) {
        let bucket = self.bucket(name);
        if !bucket.contains(&name) {
            bucket.push(name);
            self.size += 1;
            if self.size > self.threshold() {
                self.grow();
            }
        }
    }

    /// `merge`: a new name goes to the front of its bucket, and the map grows before.
    pub(super) fn merge(&mut self, name: K) {
        if self.size > self.threshold() {
            self.grow();
        }
        let bucket = self.bucket(name);
        if !bucket.contains(&name) {
            bucket.insert(0, name);
            self.size += 1;
        }
    }

    /// The names in the map's order.
    pub(super) fn names(&self) -> impl Iterator<Item = K> {
        self.buckets.iter().flatten().copied()
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

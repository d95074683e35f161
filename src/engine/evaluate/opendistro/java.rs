//! The order in which Java's `HashSet<String>` gives its items back: the engine's messages list
//! privileges, backend roles and role names in it.

/// Java's `String.hashCode`, over UTF-16 units.
pub(super) fn hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// Distinct items in the order of a `HashSet` that they were put into one by one.
pub(super) fn hash_set_order<'a>(items: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut out: Vec<&str> = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    let mut buckets = 16usize;
    while out.len() > buckets / 4 * 3 {
        buckets *= 2;
    }
    out.sort_by_key(|item| {
        let hash = hash(item) as u32;
        (hash ^ (hash >> 16)) as usize & (buckets - 1)
    });
    out.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_come_in_the_recorded_order() {
        // vector write-paths-dnfof-off: the text of a denied bulk shard with one index item
        let order = hash_set_order(["indices:data/write/bulk[s]", "indices:data/write/index"]);
        assert_eq!(order, ["indices:data/write/index", "indices:data/write/bulk[s]"]);
        // vector generated-001: index and delete items on one shard
        let order = hash_set_order(["indices:data/write/bulk[s]", "indices:data/write/index", "indices:data/write/delete"]);
        assert_eq!(order, ["indices:data/write/index", "indices:data/write/delete", "indices:data/write/bulk[s]"]);
    }

    #[test]
    fn the_hash_is_javas() {
        // `.kibana_3580535_uta`: tenant `u_ta` (vector multitenancy-on)
        assert_eq!(hash("u_ta"), 3580535);
    }
}

//! The order in which Java's hash sets and maps give their strings: by bucket, then by insertion. The
//! engine prints names in that order, and so must we.

/// `String.hashCode`, spread as `HashMap` does.
fn spread(text: &str) -> u32 {
    let hash = text.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    hash ^ (hash >> 16)
}

/// Strings put one after the other into a set that starts with Java's default capacity and grows.
pub(super) fn grown<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    order(names, 16)
}

/// Strings put into a set or map that was made for `expected` of them, by `HashMap(capacity)`.
pub(super) fn with_capacity<'a>(names: impl IntoIterator<Item = &'a str>, capacity: usize) -> Vec<&'a str> {
    order(names, capacity.max(1).next_power_of_two())
}

/// Elasticsearch's `Maps.newMapWithExpectedSize`.
pub(super) fn expected<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let size = names.len();
    let capacity = if size < 2 { size + 1 } else { (size as f32 / 0.75 + 1.0) as usize };
    with_capacity(names.iter().copied(), capacity)
}

fn order<'a>(names: impl IntoIterator<Item = &'a str>, mut capacity: usize) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if seen.insert(name) {
            kept.push(name);
        }
    }
    while kept.len() * 4 > capacity * 3 {
        capacity *= 2;
    }
    let mask = capacity as u32 - 1;
    kept.sort_by_key(|name| spread(name) & mask);
    kept
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
}

//! The text of a denial.

use crate::engine::evaluate::Subject;

/// `no permissions for [a, b] and User [name=u, backend_roles=[r], requestedTenant=null]`.
pub(super) fn denial(missing: &[String], subject: &Subject, hash_order: bool) -> String {
    format!("no permissions for [{}] and {}", missing.join(", "), user(subject, hash_order))
}

fn user(subject: &Subject, hash_order: bool) -> String {
    let roles = if hash_order { java_hash_order(&subject.backend_roles) } else { distinct(&subject.backend_roles) };
    let tenant = subject.requested_tenant.as_deref().unwrap_or("null");
    format!("User [name={}, backend_roles=[{}], requestedTenant={tenant}]", subject.user, roles.join(", "))
}

fn distinct(names: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !out.contains(name) {
            out.push(name.clone());
        }
    }
    out
}

/// The order in which a `java.util.HashSet` of these texts iterates (2.19 prints one).
pub(super) fn java_hash_order(names: &[String]) -> Vec<String> {
    let names = distinct(names);
    let mut buckets = 16usize;
    while names.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let mut placed: Vec<(usize, usize, String)> =
        names.into_iter().enumerate().map(|(order, name)| (java_bucket(&name, buckets), order, name)).collect();
    placed.sort();
    placed.into_iter().map(|(_, _, name)| name).collect()
}

fn java_bucket(name: &str, buckets: usize) -> usize {
    let hash = java_hash(name);
    let spread = hash ^ (hash >> 16);
    usize::try_from(spread).unwrap_or(0) & (buckets - 1)
}

/// `String.hashCode()`, as unsigned bits.
pub(super) fn java_hash(text: &str) -> u32 {
    text.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backend_roles_come_in_the_order_of_a_java_hash_set() {
        // recorded from 2.19.3
        for (given, printed) in [
            ("team-x,ops", "ops, team-x"),
            ("dev,ops", "ops, dev"),
            ("team-x,dev", "dev, team-x"),
            ("logs-2025-01,logs-2025-02", "logs-2025-02, logs-2025-01"),
        ] {
            let names: Vec<String> = given.split(',').map(str::to_owned).collect();
            assert_eq!(java_hash_order(&names).join(", "), printed);
        }
    }
}

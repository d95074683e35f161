//! How much work may be put into the patterns of many roles together. The engine bounds it by the list of patterns;
//! lists that multiply each other, in file after file, would still take hours.

use crate::engine::model::elasticsearch::Role;
use crate::source::Located;

/// The work that is spent besides what grows with the length of the patterns; some seconds.
const WORK: u64 = 300_000_000;
/// The work that is spent for each byte of the patterns.
const PER_BYTE: u64 = 100;

/// What is left of it.
pub(super) struct Allowance(u64);

impl Allowance {
    /// For all of these roles.
    pub fn of<'r>(roles: impl Iterator<Item = &'r Role>) -> Self {
        Self(WORK + PER_BYTE * roles.flat_map(patterns).map(|text| text.len() as u64).sum::<u64>())
    }

    pub fn spend(&mut self, work: u64) {
        self.0 = self.0.saturating_sub(work);
    }

    pub fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// The patterns of a role: of indices, users and resources.
pub(super) fn patterns(role: &Role) -> impl Iterator<Item = &Located<String>> {
    let names = role.indices.iter().flat_map(|entry| &entry.names);
    names.chain(&role.run_as).chain(role.applications.iter().flat_map(|entry| &entry.resources))
}

/// The roles that it was not enough for, by the first and the number of the others.
pub(super) fn named<'r>(mut roles: impl Iterator<Item = &'r str>) -> Option<String> {
    let first = roles.next()?;
    Some(match roles.count() {
        0 => format!("role `{first}`"),
        more => format!("role `{first}` and {more} more"),
    })
}

#[cfg(test)]
impl Allowance {
    /// Enough for what is small.
    pub fn small() -> Self {
        Self(2_000)
    }
}

/// Roles whose patterns multiply each other, so that each takes more work than is small.
#[cfg(test)]
pub(super) fn multiplying_roles(count: usize) -> crate::engine::model::Entries<Role> {
    use std::fmt::Write as _;
    let mut text = String::new();
    for role in 0..count {
        let names: Vec<String> = (0..20).map(|at| format!("'*a{role}b{at}??'")).collect();
        let _ = writeln!(text, "r{role}:\n  indices:\n  - names: [{}]\n    privileges: [read]", names.join(", "));
    }
    let document = crate::yaml::Document::parse(crate::source::FileId(0), text.into_bytes());
    crate::engine::model::elasticsearch::read_roles(document.root().expect("a document"), &mut Vec::new())
}

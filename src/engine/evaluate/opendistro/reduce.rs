//! `do_not_fail_on_forbidden`: the requested indices that one rule alone permits all required actions
//! on; with a request for all indices, every open index, hidden ones too.

use indexmap::IndexSet;

use super::compile::Role;
use super::matcher::{Matcher, any};
use super::resolve::{ALL, Resolved};
use super::role_pattern::{Covered, Failure};
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::Subject;

/// The permitted part of the request, in no particular order.
pub(super) fn reduce(
    roles: &[&Role],
    subject: &Subject,
    cluster: &Cluster,
    resolved: &Resolved,
    required: &[String],
) -> Result<IndexSet<String>, Failure> {
    let every = resolved.local_all || resolved.indices.contains(ALL) || resolved.indices.contains("_all");
    let candidates: Vec<&String> = if every {
        cluster.indices.iter().filter(|(_, index)| !index.closed).map(|(name, _)| name).collect()
    } else {
        resolved.indices.iter().collect()
    };
    let mut out = IndexSet::new();
    for rule in roles.iter().flat_map(|role| &role.rules) {
        if rule.reducible.iter().any(Matcher::is_broken) {
            return Err(Failure::BrokenRegex);
        }
        if required.iter().all(|action| any(&rule.reducible, action)) {
            let covered = Covered::new(rule, subject, cluster)?;
            out.extend(candidates.iter().filter(|name| covered.covers(name)).map(|name| (*name).clone()));
        }
    }
    Ok(out)
}

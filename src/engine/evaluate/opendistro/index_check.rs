//! The full check: every required action on every requested index, from any rule of any role (or, with
//! `multi_rolespan_enabled` off, of one single role).

use super::compile::{Role, Rule};
use super::matcher::{Matcher, any};
use super::role_pattern::{Covered, Failure};
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::Subject;

/// Whether the roles grant all required actions on all indices.
pub(super) fn granted(
    roles: &[&Role],
    rolespan: bool,
    subject: &Subject,
    cluster: &Cluster,
    indices: &[String],
    required: &[String],
) -> Result<bool, Failure> {
    if rolespan {
        return by_rules(roles.iter().flat_map(|role| &role.rules), subject, cluster, indices, required);
    }
    for role in roles {
        if by_rules(role.rules.iter(), subject, cluster, indices, required)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn by_rules<'a>(
    rules: impl Iterator<Item = &'a Rule>,
    subject: &Subject,
    cluster: &Cluster,
    indices: &[String],
    required: &[String],
) -> Result<bool, Failure> {
    let mut covered = Vec::new();
    for rule in rules {
        if rule.actions.iter().any(Matcher::is_broken) {
            return Err(Failure::BrokenRegex);
        }
        covered.push((Covered::new(rule, subject, cluster)?, rule));
    }
    Ok(indices.iter().all(|index| {
        let covering: Vec<&Rule> = covered.iter().filter(|(covered, _)| covered.covers(index)).map(|(_, rule)| *rule).collect();
        required.iter().all(|action| covering.iter().any(|rule| any(&rule.actions, action)))
    }))
}

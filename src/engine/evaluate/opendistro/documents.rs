//! Document- and field-level security and masking: what applies to whom, and the requests that the
//! plugin refuses while they do.

use indexmap::{IndexMap, IndexSet};

use super::ask::{Ask, Kind};
use super::compile::{Role, Rule};
use super::matcher::Matcher;
use super::resolve::Resolved;
use super::role_pattern::{Covered, Failure};
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::Subject;

/// Queries, fields and masked fields by index pattern and by the indices that it resolves to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Restrictions {
    /// Document queries; several are alternatives.
    pub queries: IndexMap<String, IndexSet<String>>,
    /// Fields, excluded ones with `~` or `!`.
    pub fields: IndexMap<String, IndexSet<String>>,
    /// Masked fields.
    pub masked: IndexMap<String, IndexSet<String>>,
}

/// All restrictions of the roles. A pattern is resolved only where it restricts something, so a broken
/// one elsewhere does no harm here.
pub(super) fn restrictions(roles: &[&Role], subject: &Subject, cluster: &Cluster) -> Result<Restrictions, Failure> {
    let mut out = Restrictions::default();
    for rule in roles.iter().flat_map(|role| &role.rules) {
        add(rule, subject, cluster, &mut out)?;
    }
    Ok(out)
}

fn add(rule: &Rule, subject: &Subject, cluster: &Cluster, out: &mut Restrictions) -> Result<(), Failure> {
    let query = rule.dls.as_deref().map(|dls| super::substitute::substitute(dls, subject)).filter(|query| !query.is_empty());
    if query.is_none() && rule.fls.is_empty() && rule.masked.is_empty() {
        return Ok(());
    }
    let covered = Covered::new(rule, subject, cluster)?;
    for name in covered.names() {
        if let Some(query) = &query {
            out.queries.entry(name.to_owned()).or_default().insert(query.clone());
        }
        if !rule.fls.is_empty() {
            out.fields.entry(name.to_owned()).or_default().extend(rule.fls.iter().cloned());
        }
        if !rule.masked.is_empty() {
            out.masked.entry(name.to_owned()).or_default().extend(rule.masked.iter().cloned());
        }
    }
    Ok(())
}

fn applies(map: &IndexMap<String, IndexSet<String>>, resolved: &Resolved) -> bool {
    map.keys().any(|key| {
        let key = Matcher::new(key);
        resolved.indices.is_empty() || resolved.indices.iter().any(|index| key.test(index))
    })
}

/// The text with which a call is refused (500) while restrictions apply to its indices.
pub(super) fn refusal(restrictions: &Restrictions, ask: &Ask, resolved: &Resolved) -> Option<&'static str> {
    let queries = applies(&restrictions.queries, resolved);
    if queries || applies(&restrictions.fields, resolved) || applies(&restrictions.masked, resolved) {
        match ask.kind {
            Kind::Update | Kind::Bulk { updates: true } | Kind::BulkShard { updates: true } => {
                return Some("Update is not supported when FLS or DLS or Fieldmasking is activated");
            }
            Kind::Resize => return Some("Resize is not supported when FLS or DLS or Fieldmasking is activated"),
            _ => {}
        }
    }
    match ask.kind {
        Kind::Search { profile: true, .. } if queries => Some("Profiling is not supported when DLS is activated"),
        _ => None,
    }
}

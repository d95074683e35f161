//! How 2.19 restricts documents: each pattern of each rule is made names first, and an index looks itself up
//! among them (`ConfigModelV7.getDlsFls`, `SecurityUtils.evalMap`). So of several names that match an index
//! one counts alone, in the order of a Java hash map, and a pattern that comes to other indices does not
//! reach a hidden one.

use std::collections::{BTreeMap, BTreeSet};

use super::Compiled;
use super::evaluate::Asking;
use super::message::java_hash_order;
use crate::engine::cluster::{IndicesOptions, ResolveError};
use crate::engine::evaluate::View as Shown;
use crate::engine::pattern::{Attributes, DateMathError, Matcher};

const EXPANDED: IndicesOptions = IndicesOptions { closed: true, ..IndicesOptions::LENIENT_EXPAND_OPEN };

type ByName = BTreeMap<String, Vec<String>>;

/// Restrictions by the names that patterns come to.
#[derive(Debug, Default)]
pub(super) struct Restrictions {
    pub(super) queries: ByName,
    pub(super) fields: ByName,
    pub(super) masked: ByName,
}

/// A pattern could not be made names: every allowed call of the user ends with an error.
#[derive(Debug)]
pub(super) struct Unusable;

impl Restrictions {
    /// What the roles restrict; nothing is looked at when none of them restricts anything.
    pub(super) fn of(compiled: &Compiled<'_>, asking: &Asking<'_>) -> Result<Self, Unusable> {
        let mut out = Self::default();
        if !asking.roles.iter().any(|role| compiled.roles.restricts(role)) {
            return Ok(out);
        }
        let subject = asking.subject;
        let attributes =
            Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: asking.roles, attributes: &subject.attributes };
        let role = |name: &String| compiled.built_in.roles.get(name).or_else(|| compiled.configuration.roles.get(name));
        let mut free: [BTreeSet<String>; 3] = Default::default();
        for rule in asking.roles.iter().filter_map(role).flat_map(|role| &role.index_permissions) {
            let query = rule.dls.as_ref().map(|query| attributes.substitute(&query.value)).filter(|query| !query.is_empty());
            let texts = |list: &[crate::source::Located<String>]| list.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
            let values = [query.into_iter().collect(), texts(&rule.fls), texts(&rule.masked_fields)];
            for pattern in &rule.index_patterns {
                let names = names(compiled, &attributes.substitute(pattern))?;
                for ((map, values), free) in [&mut out.queries, &mut out.fields, &mut out.masked].into_iter().zip(&values).zip(&mut free) {
                    for name in &names {
                        if values.is_empty() {
                            free.insert(name.clone());
                        } else {
                            map.entry(name.clone()).or_default().extend(values.iter().cloned());
                        }
                    }
                }
            }
        }
        if compiled.settings.empty_dls_overrides {
            for (map, free) in [&mut out.queries, &mut out.fields, &mut out.masked].into_iter().zip(&free) {
                map.retain(|name, _| !free.contains(name));
            }
        }
        Ok(out)
    }

    /// What is seen of an index.
    pub(super) fn shown(&self, index: &str) -> Shown {
        Shown::new(index, looked_up(&self.queries, index), looked_up(&self.fields, index), looked_up(&self.masked, index))
    }

    /// The queries of names that match one of the indices (all of them for none), and whether anything
    /// restricts these.
    pub(super) fn touching(&self, indices: Option<&BTreeSet<String>>) -> (Vec<String>, bool) {
        let touches = |name: &str| {
            let Some(indices) = indices else { return true };
            // case does not count here
            Matcher::new(&name.to_lowercase()).is_ok_and(|matcher| indices.iter().any(|index| matcher.matches(&index.to_lowercase())))
        };
        let queries: Vec<String> =
            self.queries.iter().filter(|(name, _)| touches(name)).flat_map(|(_, queries)| queries.iter().cloned()).collect();
        let others = self.fields.keys().chain(self.masked.keys()).any(|name| touches(name));
        let restricted = !queries.is_empty() || others;
        (queries, restricted)
    }
}

fn looked_up(map: &ByName, index: &str) -> Vec<String> {
    let names: Vec<String> = map.keys().cloned().collect();
    let found = java_hash_order(&names).into_iter().find(|name| Matcher::once(name, index));
    found.and_then(|name| map.get(&name)).cloned().unwrap_or_default()
}

/// The names that a pattern comes to: members of the aliases and data streams that it matches, and what the
/// engine itself makes of it as an expression; the pattern where that is nothing.
fn names(compiled: &Compiled<'_>, pattern: &str) -> Result<BTreeSet<String>, Unusable> {
    let matcher = Matcher::new(pattern).map_err(|_| Unusable)?;
    let resolver = &compiled.resolver;
    let mut names = BTreeSet::new();
    let mut add = |expressions: &[String]| match resolver.concrete(expressions, EXPANDED, true) {
        Ok(found) => {
            names.extend(found);
            Ok(())
        }
        Err(ResolveError::Missing(_) | ResolveError::DateMath(DateMathError::NeedsNow(_) | DateMathError::Unsupported(_))) => Ok(()),
        Err(_) => Err(Unusable),
    };
    if !matches!(matcher, Matcher::Exact(_)) {
        let cluster = resolver.cluster();
        let together: Vec<String> =
            cluster.aliases.keys().chain(cluster.data_streams.keys()).filter(|name| matcher.matches(name)).cloned().collect();
        if !together.is_empty() {
            add(&together)?;
        }
    }
    if !pattern.trim().is_empty() {
        add(&[pattern.to_owned()])?;
    }
    if names.is_empty() {
        names.insert(pattern.to_owned());
    }
    Ok(names)
}

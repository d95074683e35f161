//! Two configurations of different product families: what both know, on one name for each sort of names.

use std::collections::BTreeSet;

use super::access::{Comparable, Gain, Holding, IsCluster, Opens};
use super::language::cells;
use super::permit::Permit;
use crate::engine::pattern::Matcher;

/// More sorts of names than this are not asked one by one.
const MAX_SORTS: usize = 4096;

/// One name for each set of the patterns of both sides, and of the exceptions, that a name can match: what holds on
/// these holds on all names as patterns see them.
///
/// # Errors
/// Why the names cannot be sorted, in words.
pub fn sorted_names<A: Comparable, B: Comparable>(
    before: Holding<'_, A>,
    after: Holding<'_, B>,
    permits: &[&Permit],
) -> Result<Vec<String>, String> {
    let mut patterns: BTreeSet<String> = A::opened(before).patterns().into_iter().chain(B::opened(after).patterns()).collect();
    patterns.extend(permits.iter().filter_map(|permit| permit.index.clone()));
    // other expressions are read by each family in its own way
    if let Some(other) = patterns.iter().find(|pattern| pattern.starts_with(['/', '<', '-']) || pattern.contains(['\\', '$'])) {
        return Err(format!("`{other}` is more than wildcards"));
    }
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let sorts = cells(&patterns)?;
    if sorts.len() > MAX_SORTS {
        return Err("the patterns sort names into too many sorts".to_owned());
    }
    Ok(sorts.into_iter().map(|(name, _)| name).collect())
}

/// Actions that both families know, and how many each knows alone.
pub fn known_to_both<A: Comparable, B: Comparable>(before: Holding<'_, A>, after: Holding<'_, B>) -> (usize, [usize; 2]) {
    let (before, after) = (A::opened(before), B::opened(after));
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.known().into_iter().collect(), after.known().into_iter().collect());
    let both = old.intersection(&new).count();
    (both, [old.len() - both, new.len() - both])
}

/// What `after` opens beyond `before` on some names: each side decides by its own stages, and only actions that both
/// know are asked. One name is shown for an action. Beside it, which exceptions took something away.
pub fn gained_on<A: Comparable, B: Comparable>(
    before: (Holding<'_, A>, IsCluster),
    after: (Holding<'_, B>, IsCluster),
    names: &[&str],
    permits: &[&Permit],
) -> (Vec<Gain>, Vec<bool>) {
    let ((before, was_cluster), (after, is_cluster)) = (before, after);
    let (before, after) = (A::opened(before), B::opened(after));
    let known: BTreeSet<&str> = before.known().into_iter().collect();
    let mut used = vec![false; permits.len()];
    let mut is_permitted = |action: &str, name: Option<&str>| {
        let on = |permit: &Permit| match (&permit.index, name) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(pattern), Some(name)) => Matcher::once(pattern, name),
        };
        let at = permits.iter().position(|permit| permit.covers(action) && on(permit));
        at.inspect(|at| used[*at] = true).is_some()
    };
    let mut gains = Vec::new();
    for action in after.known().into_iter().filter(|action| known.contains(action)) {
        let had = |name: Option<&str>| match name {
            Some(name) if !was_cluster(action) => before.count(action, &[name]) > 0,
            // a batch that the cluster stage decided on one side is decided on indices on the other
            None if !was_cluster(action) => names.iter().any(|name| before.count(action, &[name]) > 0),
            _ => before.cluster(action),
        };
        if is_cluster(action) {
            if after.cluster(action) && !had(None) && !is_permitted(action, None) {
                gains.push(Gain { action: action.to_owned(), index: None, unknown: None });
            }
            continue;
        }
        let mut gained = names.iter().filter(|name| after.count(action, &[name]) > 0 && !had(Some(name)));
        let shown = gained.find(|name| !is_permitted(action, Some(name)));
        gains.extend(shown.map(|name| Gain { action: action.to_owned(), index: Some((*name).to_owned()), unknown: None }));
    }
    (gains, used)
}

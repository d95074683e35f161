//! `filtered_alias_mode: disallow`: no search on an index with more than one filtered alias (rule 26).

use super::{Compiled, resolved::Resolved};
use crate::engine::pattern::wildcard;

/// Why the search is refused.
pub(super) fn refused(compiled: &Compiled<'_>, action: &str, resolved: &Resolved) -> Option<String> {
    if !compiled.settings.disallow_filtered_aliases || !wildcard("indices:data/read/*search*", action) {
        return None;
    }
    let cluster = compiled.resolver.cluster();
    let filtered = |index: &str| {
        let has =
            |members: &[crate::engine::cluster::AliasMember]| members.iter().any(|member| member.index == index && member.filter.is_some());
        cluster.aliases.values().filter(|members| has(members)).count()
    };
    let mut names = cluster.indices.keys().filter(|index| resolved.local_all || resolved.all.contains(*index));
    names.find(|index| filtered(index) > 1).map(|index| format!("`{index}` has more than one filtered alias"))
}

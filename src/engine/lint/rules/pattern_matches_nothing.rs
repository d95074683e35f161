//! A pattern without an index in the cluster model.

use std::collections::HashSet;

use super::prelude::*;
use crate::engine::lint::glob::covers;
use crate::engine::lint::suggest::Suggest;

/// How many comparisons of names the rule may spend on patterns that start with a wildcard.
const BUDGET: usize = 20_000_000;

/// A pattern that takes in nothing of the cluster.
pub(super) struct PatternMatchesNothing;

impl Rule for PatternMatchesNothing {
    fn about(&self) -> About {
        About {
            id: "pattern-matches-nothing",
            title: "an index pattern that matches no index, alias or data stream of the cluster model",
            severity: Note,
            confidence: Possible,
            products: EVERY,
            why: "The index may be made tomorrow. More often the name is misspelt, or the index is long gone.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns:
        - 'lgos-*'  # finds
        - hr
      allowed_actions: [read]
# cluster
logs-2025
hr
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns:
        - 'logs-*'
        - '*-2025'
        - '${user.name}'
        - 'remote:*'
      allowed_actions: [read]
# cluster
logs-2025
hr
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(cluster) = view.input.cluster.filter(|cluster| cluster.known) else { return };
        let mut names: Vec<&str> =
            cluster.indices.keys().chain(cluster.aliases.keys()).chain(cluster.data_streams.keys()).map(String::as_str).collect();
        names.sort_unstable();
        let suggest = Suggest::new(names.iter().copied());
        let mut empty: HashSet<&str> = HashSet::new();
        let mut full: HashSet<&str> = HashSet::new();
        let mut spent = 0;
        for (role, pattern) in super::empty_index_name::each_pattern(view) {
            if view.input.configuration.roles.get(role).is_some_and(|role| role.flags.reserved) {
                continue;
            }
            let text = pattern.value.as_str();
            let skip = text.starts_with('/')
                || text.contains("${")
                || text.contains("{{")
                || text.contains(':')
                || text.is_empty()
                || text.starts_with(['<', '-', '!'])
                || text.contains(',');
            if skip || full.contains(text) || spent > BUDGET {
                continue;
            }
            if !empty.contains(text) {
                let literal = text.split(['*', '?']).next().unwrap_or_default();
                let from = names.partition_point(|name| *name < literal);
                let candidates = names[from..].iter().take_while(|name| name.starts_with(literal));
                let hit = candidates.inspect(|_| spent += 1).any(|name| covers(text, name));
                if hit {
                    full.insert(text);
                    continue;
                }
                empty.insert(text);
            }
            let finding = found.add(pattern.place, format!("role `{role}`: `{text}` matches nothing in the cluster"));
            if let Some(near) = suggest.nearest(text.trim_end_matches(['*', '-'])) {
                finding.help(format!("there is `{near}`"));
            }
        }
    }
}

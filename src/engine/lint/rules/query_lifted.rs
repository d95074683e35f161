//! A second Elasticsearch role that lifts a filter.

use std::collections::{BTreeSet, HashSet};

use super::prelude::*;
use crate::engine::model::elasticsearch::IndexPrivileges;

/// The same names in two roles of a user, once without a query.
pub(super) struct QueryLifted;

impl Rule for QueryLifted {
    fn about(&self) -> About {
        About {
            id: "query-lifted",
            title: "a document filter that another role of the same user lifts",
            severity: Warning,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "A role that reads the same index without a query shows every document of it. Entries with the same set of names are even \
                  merged: when one of them has no query, the filter is dropped, also if that one only grants `write`.",
            wrong: "# roles.yml
clerk:
  indices:
    - names: ['orders']
      privileges: [read]
      query: '{\"term\": {\"country\": \"de\"}}'  # finds
writer:
  indices:
    - names: ['orders']
      privileges: [write]
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# users_roles
clerk:kim
writer:kim
",
            right: "# roles.yml
clerk:
  indices:
    - names: ['orders']
      privileges: [read]
      query: '{\"term\": {\"country\": \"de\"}}'
writer:
  indices:
    - names: ['orders-in']
      privileges: [write]
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
# users_roles
clerk:kim
writer:kim
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(configuration) = view.input.elasticsearch else { return };
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        for holder in privileges::holders(view).iter().filter(|holder| holder.roles.len() > 1) {
            let held: Vec<(&str, &IndexPrivileges)> = holder
                .roles
                .iter()
                .take(64)
                .filter_map(|(role, _)| configuration.roles.get_key_value(*role))
                .flat_map(|(name, role)| role.indices.iter().map(move |entry| (name.as_str(), entry)))
                .collect();
            let reads = |entry: &IndexPrivileges| privileges::grants(view.input.product, entry, "indices:data/read/search");
            for (filtered, entry) in held.iter().filter(|(_, entry)| entry.query.is_some()) {
                for (open, other) in held.iter().filter(|(name, other)| name != filtered && other.query.is_none()) {
                    let lifts = is_merged(entry, other) || (reads(other) && privileges::meet(&entry.names, &other.names));
                    if lifts && seen.insert((filtered, open)) {
                        found
                            .add(
                                entry.query.as_ref().and_then(|query| query.place),
                                format!(
                                    "the query of role `{filtered}` is lifted for those who also have `{open}`, such as {}",
                                    holder.what
                                ),
                            )
                            .help("give both the same query, or name the indices differently");
                    }
                }
            }
        }
    }
}

fn is_merged(one: &IndexPrivileges, other: &IndexPrivileges) -> bool {
    let names = |entry: &IndexPrivileges| entry.names.iter().map(|name| name.value.clone()).collect::<BTreeSet<_>>();
    let flag = |entry: &IndexPrivileges| entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
    flag(one) == flag(other) && names(one) == names(other)
}

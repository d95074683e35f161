//! A filter of an alias taken for security.

use super::prelude::*;

/// Reading granted on an alias with a filter.
pub(super) struct FilteredAlias;

impl Rule for FilteredAlias {
    fn about(&self) -> About {
        About {
            id: "filtered-alias",
            title: "reading granted on an alias whose filter looks like document-level security",
            severity: Warning,
            confidence: Likely,
            products: ELASTICSEARCH,
            why: "The filters of aliases are not always applied and should not be used in place of document-level security (the vendor's page \
                  on privileges for aliases): the alias's holders may see the other documents too.",
            wrong: "# roles.yml
clerk:
  indices:
    - names: ['orders-de']  # finds
      privileges: [read]
# cluster
orders
orders-de -> orders filtered
",
            right: "# roles.yml
clerk:
  indices:
    - names: ['orders-de']
      privileges: [read]
      query: '{\"term\": {\"country\": \"de\"}}'
    - names: ['orders-all']
      privileges: [read]
# cluster
orders
orders-de -> orders filtered
orders-all -> orders
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(cluster) = view.input.cluster.filter(|cluster| cluster.known) else { return };
        for (role, entry) in view.index_privileges().filter(|(_, entry)| entry.query.is_none()) {
            if !privileges::grants(view.input.product, entry, "indices:data/read/search") {
                continue;
            }
            for name in &entry.names {
                let filtered = cluster.aliases.get(&name.value).is_some_and(|alias| alias.iter().any(|member| member.filter.is_some()));
                if filtered {
                    found
                        .add(
                            name.place,
                            format!("role `{role}`: the filter of alias `{}` keeps no document from the holders for sure", name.value),
                        )
                        .help("give the entry a `query` of its own");
                }
            }
        }
    }
}

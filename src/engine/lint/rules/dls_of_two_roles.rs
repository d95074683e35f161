//! What a second role does to a filter.

use std::collections::HashSet;

use super::prelude::*;
use crate::engine::lint::glob::covers;
use crate::engine::model::opensearch::{IndexPermission, Role};

/// A filter that a second role lifts, or does not.
pub(super) struct DlsOfTwoRoles;

impl Rule for DlsOfTwoRoles {
    fn about(&self) -> About {
        About {
            id: "dls-of-two-roles",
            title: "a user with a filtered role and an unfiltered one on the same indices",
            severity: Note,
            confidence: Possible,
            products: OPENSEARCH,
            why: "By default the filter stays, although the second role reads as if it opened everything. With \
                  `dfm_empty_overrides_all: true` the second role lifts it. Either is a surprise to somebody.",
            wrong: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"term\": {\"country\": \"de\"}}'  # finds
      allowed_actions: [read]
reader:
  index_permissions:
    - index_patterns: ['*']
      allowed_actions: [read]
# roles_mapping.yml
clerk:
  backend_roles: [sales]
reader:
  backend_roles: [staff]
# internal_users.yml
kim:
  hash: ''
  backend_roles: [sales, staff]
",
            right: "# roles.yml
clerk:
  index_permissions:
    - index_patterns: ['orders']
      dls: '{\"term\": {\"country\": \"de\"}}'
      allowed_actions: [read]
reader:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# roles_mapping.yml
clerk:
  backend_roles: [sales]
reader:
  backend_roles: [staff]
# internal_users.yml
kim:
  hash: ''
  backend_roles: [sales, staff]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let configuration = view.input.configuration;
        if !configuration.roles.values().any(|role| role.index_permissions.iter().any(is_filtered)) {
            return;
        }
        let by_user: std::collections::HashMap<&str, Vec<&str>> = {
            let mut by_user = std::collections::HashMap::<&str, Vec<&str>>::new();
            for (role, mapping) in &configuration.roles_mapping {
                for user in &mapping.users {
                    by_user.entry(user).or_default().push(role);
                }
            }
            by_user
        };
        let lifts = configuration
            .node
            .flag("plugins.security.dfm_empty_overrides_all")
            .or_else(|| configuration.node.flag("opendistro_security.dfm_empty_overrides_all"))
            == Some(true);
        let mut seen_sets: HashSet<Vec<&str>> = HashSet::new();
        let mut seen_pairs: HashSet<(&str, &str)> = HashSet::new();
        for (user, body) in &configuration.internal_users {
            let mut roles: Vec<&str> = body.backend_roles.iter().flat_map(|backend| view.roles_of_backend_role(backend)).copied().collect();
            roles.extend(body.security_roles.iter().map(|role| role.value.as_str()));
            roles.extend(by_user.get(user.as_str()).into_iter().flatten());
            roles.sort_unstable();
            roles.dedup();
            if roles.len() < 2 || !seen_sets.insert(roles.clone()) {
                continue;
            }
            let held = || roles.iter().take(64).filter_map(|name| Some((*name, view.role(name)?)));
            for (filtered, dls) in
                held().flat_map(|(name, role)| role.index_permissions.iter().filter(|rule| is_filtered(rule)).map(move |rule| (name, rule)))
            {
                for (open, _) in held().filter(|(name, role)| *name != filtered && opens(view, role, dls)) {
                    if !seen_pairs.insert((filtered, open)) {
                        continue;
                    }
                    let place = dls.dls.as_ref().and_then(|dls| dls.place);
                    if lifts {
                        found
                            .add(
                                place,
                                format!("the DLS of role `{filtered}` is lifted for those who also have `{open}`, such as user `{user}`"),
                            )
                            .help("`dfm_empty_overrides_all` is on; give `open` the same filter, or do not give both roles")
                            .severity(Warning)
                            .confidence(Certain);
                    } else {
                        found
                            .add(place, format!("the DLS of role `{filtered}` stays for those who also have `{open}` without one, such as user `{user}`"))
                            .help("if they should see all, take the filtered role away; `dfm_empty_overrides_all` would lift the filter for everybody");
                    }
                }
            }
        }
    }
}

fn is_filtered(rule: &IndexPermission) -> bool {
    rule.dls.as_ref().is_some_and(|dls| !dls.trim().is_empty())
}

/// Whether a role reads what a filtered rule reads, without a filter.
fn opens(view: &View<'_>, role: &Role, filtered: &IndexPermission) -> bool {
    role.index_permissions.iter().filter(|rule| !is_filtered(rule)).any(|rule| {
        view.grants(&rule.allowed_actions, "indices:data/read/search").is_some()
            && filtered
                .index_patterns
                .iter()
                .any(|narrow| rule.index_patterns.iter().any(|wide| covers(wide, narrow) || covers(narrow, wide)))
    })
}

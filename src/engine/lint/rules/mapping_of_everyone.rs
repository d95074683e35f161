//! A role for everybody.

use super::prelude::*;
use crate::engine::model::elasticsearch::Rule as MappingRule;
use crate::engine::model::opensearch::Role;

/// A mapping of `*`.
pub(super) struct MappingOfEveryone;

impl Rule for MappingOfEveryone {
    fn about(&self) -> About {
        About {
            id: "mapping-of-everyone",
            title: "a role that every user has",
            severity: Warning,
            confidence: Likely,
            products: EVERY,
            why: "`*` takes in every user, those of tomorrow and of every backend included. \
                  A role that is only about the user's own name (`${user.name}`) is what this is for.",
            wrong: "# roles.yml
writer:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [crud]
# roles_mapping.yml
writer:
  users: ['*']  # finds
readall:
  backend_roles: ['*']  # finds
",
            right: "# roles.yml
home:
  index_permissions:
    - index_patterns: ['home-${user.name}']
      allowed_actions: [crud]
# roles_mapping.yml
home:
  users: ['*']
own_index:
  users: ['*']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        everyone_of_elasticsearch(view, found);
        for (name, mapping) in &view.input.configuration.roles_mapping {
            let Some(role) = view.role(name) else { continue };
            if is_about_oneself(role) {
                continue;
            }
            for (what, list) in [("user", &mapping.users), ("backend role", &mapping.backend_roles), ("host", &mapping.hosts)] {
                for everyone in list.iter().filter(|item| super::wildcard_grant::is_everything(item)) {
                    let finding = found.add(everyone.place, format!("every {what} has role `{name}`"));
                    finding.help("name who is meant");
                    if super::everyday_all_access::grants_everything(view, role) {
                        finding.severity(Error);
                    }
                }
            }
        }
    }
}

/// Whether every pattern of a role carries the user's name or attributes.
fn is_about_oneself(role: &Role) -> bool {
    role.index_permissions.iter().flat_map(|rule| &rule.index_patterns).all(|pattern| pattern.contains("${"))
        && role.tenant_permissions.iter().flat_map(|rule| &rule.tenant_patterns).all(|pattern| pattern.contains("${"))
        && role.cluster_permissions.iter().all(|permission| permission.starts_with("cluster_composite_ops"))
}

fn everyone_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    let mappings = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.role_mappings);
    for (name, mapping) in mappings.filter(|(_, mapping)| mapping.enabled.as_ref().is_none_or(|enabled| enabled.value)) {
        let Some(place) = mapping.rules.as_ref().and_then(everyone) else { continue };
        let roles: Vec<&str> = mapping.roles.iter().map(|role| role.value.as_str()).collect();
        let finding = found.add(place, format!("mapping `{name}` gives every user {}", roles.join(", ")));
        finding.help("name who is meant");
        if roles.iter().any(|role| privileges::role(view, role).is_some_and(|role| privileges::is_powerful(view, role))) {
            finding.severity(Error);
        }
    }
}

/// Whether a rule means everybody who can log in, with the place that says so.
fn everyone(rule: &MappingRule) -> Option<Option<Place>> {
    match rule {
        MappingRule::Field(field, values) if matches!(field.as_str(), "username" | "dn" | "groups") => {
            values.iter().find(|value| value.value.as_str().is_some_and(super::is_everything)).map(|value| value.place)
        }
        MappingRule::Any(rules) => rules.iter().find_map(everyone),
        MappingRule::All(rules) => {
            let all: Option<Vec<_>> = rules.iter().map(everyone).collect();
            all.map(|places| places.into_iter().flatten().next())
        }
        MappingRule::Field(..) | MappingRule::Except(_) => None,
    }
}

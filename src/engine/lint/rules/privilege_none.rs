//! `none` beside other privileges.

use super::prelude::*;

/// A `none` that drops the whole entry, or does nothing.
pub(super) struct PrivilegeNone;

impl Rule for PrivilegeNone {
    fn about(&self) -> About {
        About {
            id: "privilege-none",
            title: "`none` beside other privileges",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "In a role with one entry a `none` in the first place drops the whole entry, whatever follows; anywhere else it does \
                  nothing. It never takes away what another role grants.",
            wrong: "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [none, read]  # finds
",
            right: "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [none]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, body) in roles {
            for entry in body.indices.iter().filter(|entry| entry.privileges.len() > 1) {
                for (at, none) in entry.privileges.iter().enumerate().filter(|(_, name)| name.eq_ignore_ascii_case("none")) {
                    let drops = at == 0 && body.indices.len() == 1;
                    let effect = if drops { "drops the whole entry" } else { "has no effect here" };
                    let finding = found.add(none.place, format!("role `{role}`: `none` beside other privileges {effect}"));
                    finding.help("remove it");
                    if !drops {
                        finding.severity(Warning);
                    }
                }
            }
        }
    }
}

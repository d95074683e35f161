//! Every index, with more than reading, in Elasticsearch.

use super::prelude::*;

/// `*` with more than read, or with the system indices.
pub(super) struct WildcardPrivilege;

impl Rule for WildcardPrivilege {
    fn about(&self) -> About {
        About {
            id: "wildcard-privilege",
            title: "more than reading on every index, or reading the restricted ones",
            severity: Warning,
            confidence: Possible,
            products: ELASTICSEARCH,
            why: "`*` takes in every index that will ever be made. With `allow_restricted_indices` it takes in `.security` too: \
                  who writes there makes itself an administrator.",
            wrong: "# roles.yml
shipper:
  indices:
    - names: ['*']  # finds
      privileges: [write]
reader:
  indices:
    - names: ['*']  # finds
      privileges: [read]
      allow_restricted_indices: true
",
            right: "# roles.yml
shipper:
  indices:
    - names: ['logs-*']
      privileges: [write]
reader:
  indices:
    - names: ['*']
      privileges: [read, view_index_metadata, monitor]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        const RANKED: [(&str, &str); 9] = [
            ("all", "do everything"),
            ("manage", "delete, close and change indices"),
            ("delete_index", "delete indices"),
            ("write", "write and delete documents"),
            ("delete", "delete documents"),
            ("index", "write documents"),
            ("create", "add documents"),
            ("create_doc", "add documents"),
            ("create_index", "create indices"),
        ];
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, entry) in roles.flat_map(|(role, body)| body.indices.iter().map(move |entry| (role, entry))) {
            let restricted = entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
            let Some(name) = entry.names.iter().find(|name| super::wildcard_grant::is_everything(name)) else { continue };
            let may = RANKED.iter().find(|(privilege, _)| entry.privileges.iter().any(|name| name.eq_ignore_ascii_case(privilege)));
            let message = match (may, restricted) {
                (Some((_, may)), true) => format!("role `{role}` may {may} on every index, the restricted ones included"),
                (Some((_, may)), false) => format!("role `{role}` may {may} on every index"),
                (None, true) => format!("role `{role}` reaches every index, the restricted ones included"),
                (None, false) => continue,
            };
            let finding = found.add(name.place, message);
            finding.help("name the indices that the work needs");
            if restricted && may.is_some() {
                finding.severity(Error).confidence(Certain);
            }
        }
    }
}

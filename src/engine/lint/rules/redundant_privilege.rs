//! Privileges beside `all`.

use super::prelude::*;
use crate::engine::lint::fix::remove_item;

/// A privilege that another of the list holds.
pub(super) struct RedundantPrivilege;

impl Rule for RedundantPrivilege {
    fn about(&self) -> About {
        About {
            id: "redundant-privilege",
            title: "a privilege beside `all`",
            severity: Note,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "`all` holds every privilege of its section; the others show a limit that is not there.",
            wrong: "# roles.yml
owner:
  cluster:
    - all
    - monitor  # finds
  indices:
    - names: ['logs-*']
      privileges:
        - all
        - read  # finds
",
            right: "# roles.yml
owner:
  cluster: [monitor]
  indices:
    - names: ['logs-*']
      privileges: [all]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| configuration.roles.values());
        for body in roles {
            for list in std::iter::once(&body.cluster).chain(body.indices.iter().map(|entry| &entry.privileges)) {
                if !list.iter().any(|name| name.value == "all") {
                    continue;
                }
                for name in list.iter().filter(|name| !matches!(name.to_lowercase().as_str(), "all" | "none")) {
                    let splice = name.place.and_then(|place| remove_item(view.file(place.file)?.document, place));
                    found.add(name.place, format!("`{}` is held by `all` in the same list", name.value)).fix(splice.map(|splice| Fix {
                        title: format!("remove `{}`", name.value),
                        safety: Safety::Safe,
                        splices: vec![splice],
                    }));
                }
            }
        }
    }
}

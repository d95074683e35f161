//! Privileges beside `all`.

use super::prelude::*;
use crate::engine::lint::privileges::Holdings;

/// A privilege that another of the list holds.
pub(super) struct RedundantPrivilege;

impl Rule for RedundantPrivilege {
    fn about(&self) -> About {
        About {
            id: "redundant-privilege",
            title: "a privilege beside a wider one that holds it",
            severity: Note,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "What is really granted is the widest privilege of the list; the others show a limit that is not there.",
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
    - names: ['metrics-*']
      privileges:
        - write
        - create_doc  # finds
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
        for (_, body) in view.elasticsearch_roles() {
            list(view, &body.cluster, true, found);
            body.indices.iter().for_each(|entry| list(view, &entry.privileges, false, found));
        }
    }
}

fn list(view: &View<'_>, names: &[Located<String>], cluster: bool, found: &mut Found) {
    if names.len() < 2 || names.len() > 200 {
        return;
    }
    let holdings = Holdings::of(view.input.product, cluster);
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    for (at, name) in names.iter().enumerate() {
        if let Some(wider) = lower.iter().position(|wide| holdings.is_wider(wide, &lower[at])) {
            found.add(name.place, format!("`{}` is held by `{}` in the same list", name.value, names[wider].value)).fix(remedy::remove(
                view,
                name,
                Safety::Safe,
            ));
        }
    }
}

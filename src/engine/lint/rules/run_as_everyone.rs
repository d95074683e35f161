//! `run_as: ['*']`.

use super::prelude::*;

/// The right to be anybody.
pub(super) struct RunAsEveryone;

impl Rule for RunAsEveryone {
    fn about(&self) -> About {
        About {
            id: "run-as-everyone",
            title: "the right to run requests as any user",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "`*` takes in `elastic` and every administrator: the holder is all of them.",
            wrong: "# roles.yml
proxy:
  run_as: ['*']  # finds
",
            right: "# roles.yml
proxy:
  run_as: ['app-*', kim]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, name) in roles.flat_map(|(role, body)| body.run_as.iter().map(move |name| (role, name))) {
            if super::wildcard_grant::is_everything(name) {
                found
                    .add(name.place, format!("role `{role}` may act as any user, administrators included"))
                    .help("name the users or their prefix");
            }
        }
    }
}

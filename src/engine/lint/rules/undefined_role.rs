//! Elasticsearch users and mappings with a role that no file defines.

use super::prelude::*;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::lint::given::given;
use crate::engine::lint::suggest::Suggest;

/// A role that is neither in roles.yml nor built in.
pub(super) struct UndefinedRole;

impl Rule for UndefinedRole {
    fn about(&self) -> About {
        About {
            id: "undefined-role",
            title: "a role that roles.yml does not define and the product does not bring",
            severity: Warning,
            confidence: Likely,
            products: ELASTICSEARCH,
            why: "A role that exists nowhere gives nothing, and the engine says so only in a denial (`assigned roles … were not found`). \
                  It may have been made by the API, which no file shows.",
            wrong: "# roles.yml
log_reader:
  cluster: [monitor]
# users_roles
# finds below
log_raeder:kim
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
",
            right: "# roles.yml
log_reader:
  cluster: [monitor]
# users_roles
log_reader:kim
superuser:lee
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
lee:$2a$10$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(configuration) = view.input.elasticsearch.filter(|configuration| !configuration.roles.is_empty()) else { return };
        let reserved = Catalog::of(view.input.product).reserved_roles();
        let known = |name: &str| configuration.roles.contains_key(name) || reserved.contains_key(name);
        let names = Suggest::new(configuration.roles.keys().chain(reserved.keys()).map(String::as_str));
        for given in given(view).into_iter().filter(|given| !known(given.role)) {
            let finding = found.add(given.role.place, format!("{}: there is no role `{}`", given.what, given.role.value));
            match names.nearest(given.role) {
                Some(near) => finding.help(format!("did you mean `{near}`?")).fix(given.instead(configuration, near)),
                None => finding.help("define it in roles.yml; fine if it was made by the API").confidence(Possible),
            };
        }
    }
}

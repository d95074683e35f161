//! A reserved role that is on its way out.

use super::prelude::*;
use crate::engine::catalog::elasticsearch::Catalog;

/// Somebody with a deprecated reserved role.
pub(super) struct DeprecatedRole;

impl Rule for DeprecatedRole {
    fn about(&self) -> About {
        About {
            id: "deprecated-role",
            title: "somebody with a reserved role that is deprecated",
            severity: Note,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "The product itself marks the role; the next major version does not have it, and whoever has nothing else can do nothing then.",
            wrong: "# product: elasticsearch-7.17
# users_roles
# finds below
kibana_user:kim
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
",
            right: "# product: elasticsearch-7.17
# users_roles
kibana_admin:kim
# users
kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let reserved = Catalog::of(view.input.product).reserved_roles();
        for holder in privileges::holders(view) {
            for (name, place) in holder.roles {
                let Some(metadata) = reserved.get(name).and_then(|role| role.metadata.as_ref()) else { continue };
                if metadata.value["_deprecated"] != serde_json::Value::Bool(true) {
                    continue;
                }
                let finding = found.add(place, format!("{}: role `{name}` is deprecated", holder.what));
                if let Some(reason) = metadata.value["_deprecated_reason"].as_str() {
                    finding.help(reason);
                }
            }
        }
    }
}

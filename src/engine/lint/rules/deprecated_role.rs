//! A reserved role that is on its way out.

use super::prelude::*;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::lint::given::given;

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
        let Some(configuration) = view.input.elasticsearch else { return };
        for given in given(view) {
            let Some(metadata) = reserved.get(given.role.value.as_str()).and_then(|role| role.metadata.as_ref()) else { continue };
            if metadata.value["_deprecated"] != serde_json::Value::Bool(true) {
                continue;
            }
            let finding = found.add(given.role.place, format!("{}: role `{}` is deprecated", given.what, given.role.value));
            if let Some(reason) = metadata.value["_deprecated_reason"].as_str() {
                finding.help(reason);
                // the product names the one role that takes its place as `[kibana_admin]`
                let instead = reason.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(name, _)| name);
                if let Some(name) = instead.filter(|name| reserved.contains_key(*name)) {
                    finding.fix(given.instead(configuration, name));
                }
            }
        }
    }
}

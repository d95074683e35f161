//! `${…}` that nothing replaces.

use super::prelude::*;
use crate::engine::lint::suggest::Suggest;

/// A variable that stays as it is written.
pub(super) struct UnknownVariable;

const KNOWN: [&str; 6] = ["user.name", "user_name", "user.roles", "user_roles", "user.securityRoles", "user_securityRoles"];
const ATTRIBUTES: [&str; 5] = ["attr.internal.", "attr.ldap.", "attr.jwt.", "attr.proxy.", "attr.saml."];

impl Rule for UnknownVariable {
    fn about(&self) -> About {
        About {
            id: "unknown-variable",
            title: "a `${…}` that the engine does not replace",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "An unknown variable stays in the pattern or query as it is written, `$` and braces included, and matches nothing.",
            wrong: "# roles.yml
own:
  index_permissions:
    - index_patterns: ['home-${username}']  # finds
      dls: '{\"term\": {\"dept\": \"${attr.internal.dept}\"}}'  # finds
      allowed_actions: [read]
# internal_users.yml
kim:
  hash: ''
  attributes: { department: sales }
",
            right: "# roles.yml
own:
  index_permissions:
    - index_patterns: ['home-${user.name}', 'home-${user_name}', 'x-${attr.ldap.uid}']
      dls: '{\"term\": {\"dept\": \"${attr.internal.department}\"}}'
      allowed_actions: [read]
# internal_users.yml
kim:
  hash: ''
  attributes: { department: sales }
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        variables_of_elasticsearch(view, found);
        let users = &view.input.configuration.internal_users;
        let attributes: std::collections::HashSet<&str> =
            users.values().flat_map(|user| user.attributes.keys()).map(String::as_str).collect();
        let names = Suggest::new(KNOWN.into_iter().chain(attributes.iter().copied()));
        for (role, rule) in view.index_rules() {
            for text in rule.index_patterns.iter().chain(&rule.dls) {
                for variable in text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name) {
                    let message = if let Some(attribute) = variable.strip_prefix("attr.internal.") {
                        if attributes.contains(attribute) || !view.has(DocumentKind::InternalUsers) {
                            continue;
                        }
                        format!("role `{role}`: no internal user has the attribute `{attribute}`")
                    } else if KNOWN.contains(&variable)
                        || ATTRIBUTES.iter().any(|start| variable.starts_with(start))
                        || variable.starts_with("env.")
                    {
                        continue;
                    } else {
                        format!("role `{role}`: the engine does not know `${{{variable}}}` and leaves it as it is")
                    };
                    let bare = variable.strip_prefix("attr.internal.").unwrap_or(variable);
                    let finding = found.add(text.place, message);
                    match names.nearest(bare) {
                        Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
                        None => finding
                            .help("known are `${user.name}`, `${user.roles}` and attributes (`${attr.internal.…}`, `${attr.ldap.…}`)"),
                    };
                }
            }
        }
    }
}

/// Elasticsearch fills in templates of queries alone: names stay as they are, and so does a query that is
/// no template.
fn variables_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    for (role, entry) in view.index_privileges() {
        for name in entry.names.iter().filter(|name| name.contains("${") || name.contains("{{")) {
            found
                .add(name.place, format!("role `{role}`: nothing is replaced in an index name; `{}` is taken as it is", name.value))
                .help("name the index; a role for each user, or a `query` template, does what is meant");
        }
        let Some(query) = &entry.query else { continue };
        if query.contains("${user") || query.contains("${attr") {
            found
                .add(query.place, format!("role `{role}`: Elasticsearch does not know `${{…}}` and leaves it as it is"))
                .help("write a template: `{\"template\": {\"source\": …{{_user.username}}…}}`");
        } else if query.contains("{{_user") && !query.contains("\"template\"") {
            found
                .add(query.place, format!("role `{role}`: `{{{{_user…}}}}` is only filled in inside of a `template`"))
                .help("wrap the query: `{\"template\": {\"source\": …}}`");
        }
    }
}

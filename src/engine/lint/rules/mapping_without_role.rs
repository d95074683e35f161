//! A mapping for a role that is not defined.

use super::prelude::*;
use crate::engine::lint::suggest::Suggest;

/// A mapping that gives nothing.
pub(super) struct MappingWithoutRole;

impl Rule for MappingWithoutRole {
    fn about(&self) -> About {
        About {
            id: "mapping-without-role",
            title: "a mapping for a role that is not defined",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The mapped users get a role that does not exist: they log in and may do nothing. \
                  Often the role is defined under one name and mapped under another.",
            wrong: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
# roles_mapping.yml
log-reader:  # finds
  backend_roles: [readers]
",
            right: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
# roles_mapping.yml
log_reader:
  backend_roles: [readers]
all_access:
  backend_roles: [admin]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        if !view.has(DocumentKind::Roles) {
            return;
        }
        let mappings = &view.input.configuration.roles_mapping;
        let names = Suggest::new(view.role_names());
        for (name, mapping) in mappings.iter().filter(|(name, _)| !view.is_role(name)) {
            let place =
                mapping.place.map(|place| Place { span: Span { end: place.span.start + name.len() as u32, ..place.span }, ..place });
            let finding = found.add(place, format!("there is no role `{name}`, so this mapping gives nothing"));
            match names.nearest(name) {
                Some(near) if !mappings.contains_key(near) => {
                    finding.help(format!("did you mean `{near}`? It is defined and nothing maps it"))
                }
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("define the role in roles.yml, or remove the mapping"),
            };
        }
    }
}

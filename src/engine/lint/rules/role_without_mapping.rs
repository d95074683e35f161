//! A role that nobody can have.

use super::prelude::*;

/// A role without a mapping and without a user who has it directly.
pub(super) struct RoleWithoutMapping;

impl Rule for RoleWithoutMapping {
    fn about(&self) -> About {
        About {
            id: "role-without-mapping",
            title: "a role that no mapping and no user gives",
            severity: Note,
            confidence: Certain,
            products: EVERY,
            why: "Nobody has the role. It is either left over, or its mapping is missing or misspelt.",
            wrong: "# roles.yml
log_reader:  # finds
  cluster_permissions: [cluster_monitor]
# roles_mapping.yml
all_access:
  backend_roles: [admin]
# internal_users.yml
kim:
  hash: ''
",
            right: "# roles.yml
log_reader:
  cluster_permissions: [cluster_monitor]
writer:
  cluster_permissions: [cluster_monitor]
kibana_read_only:
  reserved: true
# roles_mapping.yml
log_reader:
  backend_roles: [readers]
# internal_users.yml
kim:
  hash: ''
  opendistro_security_roles: [writer]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        orphans_of_elasticsearch(view, found);
        if !view.has(DocumentKind::RolesMapping) {
            return;
        }
        let mappings = &view.input.configuration.roles_mapping;
        let users_known = view.has(DocumentKind::InternalUsers);
        for (name, role) in view.roles() {
            // reserved roles come with the product and wait to be mapped
            let shipped = role.flags.reserved || role.flags.is_static || view.built_in.roles.contains_key(name);
            let mapping = mappings.get(name);
            let is_mapped = mapping.is_some_and(|mapping| {
                [&mapping.users, &mapping.backend_roles, &mapping.and_backend_roles, &mapping.hosts].iter().any(|list| !list.is_empty())
            });
            if shipped || is_mapped || view.is_given_directly(name) {
                continue;
            }
            let place = role.place.map(|place| Place { span: Span { end: place.span.start + name.len() as u32, ..place.span }, ..place });
            let message = match mapping {
                Some(_) => format!("the mapping of role `{name}` names nobody"),
                None => format!("nothing maps role `{name}`"),
            };
            let finding = found.add(place, message);
            match users_known {
                true => finding.help("map it in roles_mapping.yml, or remove it"),
                false => {
                    finding.help("map it, or remove it; internal_users.yml was not opened and may give it directly").confidence(Possible)
                }
            };
        }
    }
}

/// Only where both users_roles (or the users' export) and the mappings were opened; even then the API may
/// give the role to somebody whom no file shows.
fn orphans_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    let Some(configuration) = view.input.elasticsearch else { return };
    let opened = |kinds: &[FileKind]| view.input.files.iter().any(|file| kinds.contains(&file.kind));
    let templates = configuration.role_mappings.values().any(|mapping| !mapping.role_templates.is_empty());
    if templates
        || !opened(&[FileKind::ElasticsearchUsersRoles, FileKind::ElasticsearchExport])
        || !opened(&[FileKind::ElasticsearchRoleMapping])
    {
        return;
    }
    let held: std::collections::HashSet<&str> =
        privileges::holders(view).into_iter().flat_map(|holder| holder.roles).map(|(role, _)| role).collect();
    let reserved = crate::engine::catalog::elasticsearch::Catalog::of(view.input.product).reserved_roles();
    for (name, role) in view.elasticsearch_roles().filter(|(name, _)| !held.contains(name) && !reserved.contains_key(*name)) {
        let place = role.place.map(|place| Place { span: Span { end: place.span.start + name.len() as u32, ..place.span }, ..place });
        found
            .add(place, format!("no user and no mapping of these files has role `{name}`"))
            .help("fine if the API gives it to somebody; else map it, or remove it")
            .confidence(Possible);
    }
}

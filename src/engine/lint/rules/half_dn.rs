//! Half a distinguished name in role_mapping.yml.

use super::prelude::*;
use crate::engine::model::elasticsearch::Rule as MappingRule;

/// A name that is no full distinguished name.
pub(super) struct HalfDn;

impl Rule for HalfDn {
    fn about(&self) -> About {
        About {
            id: "half-dn",
            title: "a part of a distinguished name in role_mapping.yml",
            severity: Error,
            confidence: Likely,
            products: ELASTICSEARCH,
            why: "role_mapping.yml compares whole distinguished names. `admins` or `cn=admins` alone equals none; the role is given to nobody.",
            wrong: "# role_mapping.yml
superuser:
  - admins  # finds
  - 'cn=admins'  # finds
",
            right: "# role_mapping.yml
superuser:
  - 'cn=admins,ou=groups,dc=example,dc=com'
  - 'cn=Doe\\, Jane,dc=example,dc=com'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let Some(configuration) = view.input.elasticsearch else { return };
        let in_file = |place: Option<Place>| {
            place
                .and_then(|place| view.file(place.file))
                .is_some_and(|file| file.kind == FileKind::ElasticsearchRoleMapping && !file.name.ends_with(".json"))
        };
        for (role, mapping) in configuration.role_mappings.iter().filter(|(_, mapping)| in_file(mapping.place)) {
            let Some(MappingRule::Any(fields)) = &mapping.rules else { continue };
            // the file's names stand in both fields, user and group
            let Some(MappingRule::Field(_, names)) = fields.first() else { continue };
            for name in names {
                let Some(text) = name.value.as_str() else { continue };
                let plain = text.replace("\\,", " ");
                let whole = plain.contains(',') && plain.split(',').all(|part| part.contains('='));
                if !whole {
                    found
                        .add(name.place, format!("role `{role}`: `{text}` is not a whole distinguished name"))
                        .help("write it out: `cn=admins,ou=groups,dc=example,dc=com`");
                }
            }
        }
    }
}

//! `grant: [all]`.

use super::prelude::*;

/// A field named like a privilege.
pub(super) struct FieldCalledAll;

impl Rule for FieldCalledAll {
    fn about(&self) -> About {
        About {
            id: "field-called-all",
            title: "`field_security.grant` with `all`, which is the name of a field",
            severity: Error,
            confidence: Likely,
            products: ELASTICSEARCH,
            why: "`grant` lists fields. `all` is a field of that name; every other field stays hidden.",
            wrong: "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [read]
      field_security:
        grant: [all]  # finds
",
            right: "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [read]
      field_security:
        grant: ['*']
        except: [secret]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, entry) in roles.flat_map(|(role, body)| body.indices.iter().map(move |entry| (role, entry))) {
            let grant = entry.field_security.iter().flat_map(|fields| fields.grant.iter().flatten());
            for field in grant.filter(|field| matches!(field.to_lowercase().as_str(), "all" | "_all" | "any")) {
                found
                    .add(field.place, format!("role `{role}`: `{}` is the name of a field here; all others are hidden", field.value))
                    .help("write `*` for every field")
                    .fix(remedy::rename(view, field, "*", Safety::Confirm));
            }
        }
    }
}

//! Fields taken out that were never granted.

use super::prelude::*;
use crate::engine::lint::glob::covers;

/// `except` that is no part of `grant`.
pub(super) struct ExceptBeyondGrant;

impl Rule for ExceptBeyondGrant {
    fn about(&self) -> About {
        About {
            id: "except-beyond-grant",
            title: "`field_security.except` without a `grant` that holds it",
            severity: Error,
            confidence: Certain,
            products: ELASTICSEARCH,
            why: "Excepted fields must be a part of the granted ones; the engine refuses the role.",
            wrong: "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [read]
      field_security:
        grant: ['public.*']
        except: ['private.*']  # finds
other:
  indices:
    - names: ['logs-*']
      privileges: [read]
      field_security:
        except: [secret]  # finds
",
            right: "# roles.yml
analyst:
  indices:
    - names: ['logs-*']
      privileges: [read]
      field_security:
        grant: ['*']
        except: ['private.*']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let roles = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        for (role, entry) in roles.flat_map(|(role, body)| body.indices.iter().map(move |entry| (role, entry))) {
            let Some(fields) = &entry.field_security else { continue };
            for except in fields.except.iter().flatten() {
                let granted =
                    fields.grant.iter().flatten().any(|grant| covers(grant, except) || grant.starts_with('/') || except.starts_with('/'));
                if !granted {
                    found
                        .add(except.place, format!("role `{role}`: `{}` is excepted, but not granted", except.value))
                        .help("grant what it is taken out of, for instance `grant: ['*']`");
                }
            }
        }
    }
}

//! Tenants that are opened now and were not before: their patterns over all names, to read and to write.

use super::access::Holding;
use super::documents::{Kept, Lift, Looking};
use super::language::{Difference, Names, witness};
use super::opensearch::leaves;
use super::permit::Permit;
use crate::engine::catalog::opensearch::built_in;
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::{Attributes, Matcher, has_placeholder};

/// The action that makes a tenant rule one for writing, word for word; any other rule reads.
const WRITE: &str = "kibana:saved_objects/*/write";
const RW: &str = "kibana_all_write";
const GLOBAL: &str = "global_tenant";

/// What `after` opens of tenants beyond `before`. An empty answer holds for all names, of tenants that are defined and
/// of others. Whether multi-tenancy is switched on is left aside.
pub fn lifted_tenants(before: Looking<'_, Configuration>, after: Looking<'_, Configuration>, permits: &[&Permit]) -> Vec<Lift> {
    let permitted: Vec<&str> =
        permits.iter().filter(|permit| permit.covers(Kept::Tenant.word())).map(|permit| permit.index.as_deref().unwrap_or("*")).collect();
    let mut out = Vec::new();
    for (what, write) in [("read", false), ("write", true)] {
        let (old, new) = (patterns(before.holding, write), patterns(after.holding, write));
        let others: Vec<&str> = old.iter().map(String::as_str).chain(permitted.iter().copied()).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).filter(|pattern| !others.contains(pattern)).collect();
        if new.is_empty() {
            continue;
        }
        let matches = |patterns: &[&str], name: &str| patterns.iter().any(|pattern| Matcher::once(pattern, name));
        // a tenant that is defined shows it best
        let defined = after.holding.configuration.tenants.keys().find(|name| matches(&new, name) && !matches(&others, name));
        let found = match defined {
            Some(name) => Difference::Example(name.clone()),
            None => witness(&new, &["*"], &others, Names::Fields),
        };
        match found {
            Difference::Nothing => {}
            Difference::Example(index) => out.push(Lift { kept: Kept::Tenant, index, what: what.to_owned(), unknown: false }),
            Difference::Unknown(why) => {
                out.push(Lift { kept: Kept::Tenant, index: "*".to_owned(), what: format!("{what}: {why}"), unknown: true });
            }
        }
    }
    out
}

/// The patterns of tenants that roles open, those alone that may be written or all.
fn patterns(holding: Holding<'_, Configuration>, write: bool) -> Vec<String> {
    let Holding { configuration, product, roles, subject } = holding;
    let mut out = Vec::new();
    for name in roles {
        // without a word of any role these open the global tenant, to write
        if name == "kibana_user" || (name == "all_access" && matches!(product, Product::OpenDistro1_13 | Product::OpenSearch2_19)) {
            out.push(GLOBAL.to_owned());
        }
        let Some(role) = built_in(product).roles.get(name).or_else(|| configuration.roles.get(name)) else { continue };
        for rule in &role.tenant_permissions {
            // the form before 1.0 knows no groups, and its `RW` is read as the group that came after it
            let old = configuration.is_before_1_0();
            let writes = || {
                let write = |action: &str| (old && action == RW) || leaves(action, configuration, product).contains(&WRITE);
                rule.allowed_actions.iter().any(|action| write(action))
            };
            if write && !writes() {
                continue;
            }
            out.extend(rule.tenant_patterns.iter().map(|pattern| match subject.filter(|_| has_placeholder(pattern)) {
                None => pattern.value.clone(),
                Some(subject) => {
                    let (user, backend_roles) = (&subject.user, &subject.backend_roles);
                    Attributes { user, backend_roles, roles, attributes: &subject.attributes }.substitute(pattern)
                }
            }));
        }
    }
    out
}

//! Everything that one user may do, by all roles together.

use super::{Step, way};
use crate::engine::catalog::opensearch::built_in;
use crate::engine::cluster::Cluster;
use crate::engine::compare::leaves;
use crate::engine::evaluate::{Decide, Sight, Subject};
use crate::engine::model::Product;
use crate::engine::model::opensearch::{Configuration, Role};
use crate::engine::pattern::{Attributes, Matcher};
use crate::engine::request::Request;
use crate::source::Place;

/// The most indices whose documents are looked at.
const MAX_INDICES: usize = 1000;

/// A role and how it comes to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// Its name.
    pub role: String,
    /// From the user to it; empty when the files do not say.
    pub way: Vec<Step>,
    /// Where it stands; none when it is built in.
    pub place: Option<Place>,
}

/// An index rule of one of the roles, patterns read with the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRule {
    /// The role.
    pub role: String,
    /// Patterns.
    pub patterns: Vec<String>,
    /// Actions and groups as written.
    pub actions: Vec<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What a user may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Union {
    /// Roles, in the evaluator's order.
    pub roles: Vec<HeldRole>,
    /// Cluster permissions as written, each with the roles that give it.
    pub cluster: Vec<(String, Vec<String>)>,
    /// Index rules.
    pub rules: Vec<HeldRule>,
    /// Indices of the cluster model whose documents are seen in part, and what of them is.
    pub restricted: Vec<(String, Sight)>,
    /// Tenants, or patterns of tenants that the files do not have, and whether they may be written.
    pub tenants: Vec<(String, bool)>,
}

/// Unite what the roles of a subject give. What of documents is seen comes from the evaluator, since products differ
/// in how several roles' filters count together.
pub fn union(configuration: &Configuration, product: Product, cluster: &Cluster, engine: &dyn Decide, subject: &Subject) -> Union {
    let probe = Request { method: "GET".to_owned(), path: "/".to_owned(), ..Request::default() };
    let names = engine.decide(subject, &probe).roles;
    let (user, backend_roles) = (&subject.user, &subject.backend_roles);
    let attributes = Attributes { user, backend_roles, roles: &names, attributes: &subject.attributes };
    let mut out = Union::default();
    for name in &names {
        let own = configuration.roles.get(name);
        out.roles.push(HeldRole { role: name.clone(), way: way(configuration, subject, name), place: own.and_then(|role| role.place) });
        let Some(role) = built_in(product).roles.get(name).or(own) else { continue };
        for permission in &role.cluster_permissions {
            match out.cluster.iter_mut().find(|(known, _)| *known == permission.value) {
                Some((_, roles)) => roles.push(name.clone()),
                None => out.cluster.push((permission.value.clone(), vec![name.clone()])),
            }
        }
        out.rules.extend(role.index_permissions.iter().map(|rule| HeldRule {
            role: name.clone(),
            patterns: rule.index_patterns.iter().map(|pattern| attributes.substitute(pattern)).collect(),
            actions: rule.allowed_actions.iter().map(|action| action.value.clone()).collect(),
            place: rule.place,
        }));
        tenants(role, configuration, product, &attributes, &mut out.tenants);
    }
    for index in cluster.indices.keys().take(MAX_INDICES) {
        let readable = out.rules.iter().any(|rule| rule.patterns.iter().any(|pattern| Matcher::once(pattern, index)));
        match engine.sight(subject, index) {
            Sight::Through { queries, fields, masked } if queries.is_empty() && fields.is_empty() && masked.is_empty() => {}
            Sight::Unknown => {}
            sight if readable => out.restricted.push((index.clone(), sight)),
            _ => {}
        }
    }
    out
}

fn tenants(role: &Role, configuration: &Configuration, product: Product, attributes: &Attributes<'_>, out: &mut Vec<(String, bool)>) {
    for rule in &role.tenant_permissions {
        let writes = rule.allowed_actions.iter().any(|action| {
            leaves(action, configuration, product)
                .iter()
                .any(|leaf| Matcher::once(leaf, "kibana:saved_objects/x/write") || *leaf == "kibana_all_write")
        });
        for pattern in &rule.tenant_patterns {
            let pattern = attributes.substitute(pattern);
            let known = configuration.tenants.keys().filter(|tenant| Matcher::once(&pattern, tenant)).cloned();
            let mut named: Vec<String> = known.collect();
            if named.is_empty() {
                named.push(pattern);
            }
            for tenant in named {
                match out.iter_mut().find(|(known, _)| *known == tenant) {
                    Some((_, write)) => *write |= writes,
                    None => out.push((tenant, writes)),
                }
            }
        }
    }
}

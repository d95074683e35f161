//! What Elasticsearch's privileges hold, and who holds which roles: what its rules ask again and again.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::View;
use super::glob::covers;
use crate::engine::catalog::elasticsearch::{Catalog, Privilege};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{IndexPrivileges, Role, Rule};
use crate::source::{Located, Place};

/// Whether one of the named privileges or raw patterns of an entry grants an action on its indices.
pub(super) fn grants(product: Product, entry: &IndexPrivileges, action: &str) -> bool {
    let catalog = Catalog::of(product);
    entry.privileges.iter().any(|name| match catalog.index_privilege(&name.to_lowercase()) {
        Some(privilege) => holds(privilege, action),
        None => raw(name, action),
    })
}

/// Whether one of a role's cluster privileges grants an action.
pub(super) fn grants_in_cluster(product: Product, role: &Role, action: &str) -> bool {
    let catalog = Catalog::of(product);
    role.cluster.iter().any(|name| match catalog.cluster_privilege(&name.to_lowercase()) {
        Some(privilege) => holds(privilege, action),
        None => raw(name, action),
    })
}

fn holds(privilege: &Privilege, action: &str) -> bool {
    privilege.allow.iter().any(|pattern| covers(pattern, action)) && !privilege.except.iter().any(|pattern| covers(pattern, action))
}

/// The engine puts a `*` behind a raw action.
pub(super) fn raw(name: &str, action: &str) -> bool {
    name.contains(':') && covers(&format!("{name}*"), action)
}

/// The privileges of one section by what they hold of the known actions.
pub(super) struct Holdings {
    sets: HashMap<&'static str, HashSet<&'static str>>,
}

impl Holdings {
    /// Those of the `cluster` section or of the `indices`.
    pub fn of(product: Product, cluster: bool) -> &'static Holdings {
        static ALL: OnceLock<HashMap<(Product, bool), Holdings>> = OnceLock::new();
        let all = ALL.get_or_init(|| {
            let products = super::ELASTICSEARCH.iter().flat_map(|product| [(*product, true), (*product, false)]);
            products.map(|(product, cluster)| ((product, cluster), Holdings::compute(product, cluster))).collect()
        });
        static NONE: OnceLock<Holdings> = OnceLock::new();
        all.get(&(product, cluster)).unwrap_or_else(|| NONE.get_or_init(|| Holdings { sets: HashMap::new() }))
    }

    fn compute(product: Product, cluster: bool) -> Self {
        let catalog = Catalog::of(product);
        let section = if cluster { &catalog.cluster } else { &catalog.index };
        // what depends on more than the action's name is compared with nothing
        let plain = section.iter().filter(|privilege| !privilege.own_api_keys && !privilege.name.ends_with("failure_store"));
        let set = |privilege: &'static Privilege| {
            let held = catalog.actions.iter().filter(|action| holds(privilege, action)).map(String::as_str);
            (privilege.name.as_str(), held.collect::<HashSet<_>>())
        };
        Self { sets: plain.map(set).filter(|(_, held)| !held.is_empty()).collect() }
    }

    /// Whether a privilege holds all that another does, and more.
    pub fn is_wider(&self, wide: &str, narrow: &str) -> bool {
        match (self.sets.get(wide), self.sets.get(narrow)) {
            (Some(wide), Some(narrow)) => narrow.len() < wide.len() && narrow.is_subset(wide),
            _ => false,
        }
    }
}

/// Somebody with roles: a user, the holders of a distinguished name, those whom a mapping means.
pub(super) struct Holder<'a> {
    /// ``user `kim` ``
    pub what: String,
    /// The roles, each with the place that gives it.
    pub roles: Vec<(&'a str, Option<Place>)>,
}

/// Everybody who has roles by the opened files.
pub(super) fn holders<'a>(view: &View<'a>) -> Vec<Holder<'a>> {
    let Some(configuration) = view.input.elasticsearch else { return Vec::new() };
    let given = |roles: &'a [Located<String>]| roles.iter().map(|role| (role.value.as_str(), role.place)).collect::<Vec<_>>();
    let users = configuration.users.iter().map(|(name, user)| Holder { what: format!("user `{name}`"), roles: given(&user.roles) });
    let mut by_name: indexmap::IndexMap<&'a str, Vec<(&'a str, Option<Place>)>> = indexmap::IndexMap::new();
    let mut out: Vec<Holder<'a>> = users.collect();
    for (name, mapping) in &configuration.role_mappings {
        // role_mapping.yml names a role and who has it; the API names a mapping and what it gives
        match (&mapping.rules, mapping.roles.as_slice()) {
            (Some(Rule::Any(fields)), [role]) if role.value == *name && mapping.enabled.is_none() => {
                let Some(Rule::Field(_, names)) = fields.first() else { continue };
                for dn in names {
                    let Some(text) = dn.value.as_str() else { continue };
                    by_name.entry(text).or_default().push((name, dn.place));
                }
            }
            _ => out.push(Holder { what: format!("mapping `{name}`"), roles: given(&mapping.roles) }),
        }
    }
    out.extend(by_name.into_iter().map(|(name, roles)| Holder { what: format!("`{name}`"), roles }));
    out
}

/// The body of a role, defined or reserved.
pub(super) fn role<'a>(view: &View<'a>, name: &str) -> Option<&'a Role> {
    let defined = view.input.elasticsearch.and_then(|configuration| configuration.roles.get(name));
    defined.or_else(|| Catalog::of(view.input.product).reserved_roles().get(name))
}

/// Whether a role may write to and administer every index.
pub(super) fn is_powerful(view: &View<'_>, role: &Role) -> bool {
    role.indices.iter().any(|entry| {
        entry.names.iter().any(|name| super::rules::is_everything(name))
            && ["indices:admin/delete", "indices:data/write/index", "indices:data/read/search"]
                .iter()
                .all(|action| grants(view.input.product, entry, action))
    })
}

/// Whether two sets of names may meet, as far as patterns say it.
pub(super) fn meet(one: &[Located<String>], other: &[Located<String>]) -> bool {
    one.iter().take(64).any(|one| other.iter().take(64).any(|other| covers(one, other) || covers(other, one)))
}

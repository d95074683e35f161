//! OpenSearch 3.7 and later with `config.dynamic.privileges_evaluation_type: v4`.
//!
//! A call goes through these steps: the action's name is mapped ([`actions`]), the names that it is about
//! are read with the request's own options (`read`, [`resolve`]), each cell of names and actions is
//! granted by a rule ([`privileges`]) or taken away by a protection ([`protect`]), and what is missing is
//! cut off the request where it can be rewritten ([`check`]). Requests on the Dashboards index are decided
//! by tenant permissions before that ([`tenants`]).

pub mod actions;
mod cells;
pub mod check;
mod decide;
pub mod documents;
pub mod evidence;
mod gate;
pub mod groups;
pub mod names;
mod notes;
pub mod privileges;
pub mod protect;
mod read;
pub mod resolve;
pub mod table;
pub mod tenants;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use documents::EmptyQuery;
use groups::Groups;
use names::Names;
use privileges::CompiledRole;
use protect::Protection;
use tenants::{Dashboards, TenantRules};

use crate::engine::catalog::opensearch::built_in;
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::Subject;
use crate::engine::evaluate::opensearch::RolesMapping;
use crate::engine::model::opensearch::{ActionGroup, Configuration, Role};
use crate::engine::model::{Entries, Product};
use crate::engine::request::opensearch::Fanout;

/// A configuration compiled for v4.
pub struct V4 {
    configuration: Configuration,
    cluster: Arc<Cluster>,
    names: Names,
    protection: Protection,
    groups: Groups,
    roles: HashMap<String, CompiledRole>,
    tenant_rules: HashMap<String, TenantRules>,
    tenants: HashSet<String>,
    dashboards: Dashboards,
    fanout: Fanout,
    /// `privileges_evaluation_ignore_unauthorized_indices`
    reduction: bool,
    /// `plugins.security.restapi.roles_enabled`
    rest_roles: Vec<String>,
    mapping: RolesMapping,
    /// `plugins.security.dfm_empty_overrides_all`
    empty_query: EmptyQuery,
}

/// Entries of the configuration with the built-in ones; a built-in entry wins over one of the same name
/// (recorded in `static-override-breaks-config`).
fn merged<'a, T>(own: &'a Entries<T>, built_in: &'a Entries<T>) -> impl Iterator<Item = (&'a str, &'a T)> {
    let own = own.iter().filter(|(name, _)| !built_in.contains_key(*name));
    built_in.iter().chain(own).map(|(name, entry)| (name.as_str(), entry))
}

impl V4 {
    /// Compile.
    pub fn new(configuration: Configuration, cluster: impl Into<Arc<Cluster>>) -> Self {
        let cluster = cluster.into();
        let base = built_in(Product::OpenSearch3_8);
        let groups = Groups::new(merged(&configuration.action_groups, &base.action_groups));
        let mut roles = HashMap::new();
        let mut tenant_rules = HashMap::new();
        for (name, role) in merged(&configuration.roles, &base.roles) {
            if let Some(compiled) = CompiledRole::new(name, role, &groups) {
                roles.insert(name.to_owned(), compiled);
            }
            tenant_rules.insert(name.to_owned(), TenantRules::new(role, &groups));
        }
        let tenants = merged(&configuration.tenants, &base.tenants).map(|(name, _)| name.to_owned()).collect();
        Self {
            names: Names::new(&cluster),
            fanout: Fanout::opensearch_3(),
            protection: Protection::new(&configuration.node),
            dashboards: Dashboards::new(&configuration.dynamic),
            reduction: configuration.dynamic.flag("privileges_evaluation_ignore_unauthorized_indices").unwrap_or(true),
            mapping: RolesMapping::new(&configuration),
            rest_roles: configuration
                .node
                .list("plugins.security.restapi.roles_enabled")
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            empty_query: if configuration.node.flag("plugins.security.dfm_empty_overrides_all").unwrap_or(false) {
                EmptyQuery::OverridesAll
            } else {
                EmptyQuery::Nothing
            },
            groups,
            roles,
            tenant_rules,
            tenants,
            configuration,
            cluster,
        }
    }

    fn role(&self, name: &str) -> Option<&Role> {
        built_in(Product::OpenSearch3_8).roles.get(name).or_else(|| self.configuration.roles.get(name))
    }

    fn group(&self, name: &str) -> Option<&ActionGroup> {
        built_in(Product::OpenSearch3_8).action_groups.get(name).or_else(|| self.configuration.action_groups.get(name))
    }
}

/// The text of a denial.
fn denial(subject: &Subject, tenant: Option<&str>, missing: &[String]) -> String {
    format!(
        "no permissions for [{}] and User [name={}, backend_roles=[{}], requestedTenant={}]",
        missing.join(", "),
        subject.user,
        subject.backend_roles.join(", "),
        tenant.unwrap_or("null")
    )
}

//! From a configuration to what answers: anew, or from what was compiled before.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::{document_rules, mapping::RolesMapping};
use super::Legacy;
use super::groups::Groups;
use super::names::Names;
use super::roles::{CompiledRole, Compiler};
use super::settings::Settings;
use super::variant::Variant;
use crate::engine::catalog::opensearch::{BuiltIn, built_in};
use crate::engine::cluster::{Cluster, SortedIndices};
use crate::engine::evaluate::Subject;
use crate::engine::model::Product;
use crate::engine::model::opensearch::{self, Configuration, DocumentKind, Role, same_role};
use crate::engine::request::opensearch::Fanout;

impl Legacy {
    /// Compile a configuration against a cluster.
    pub fn new(product: Product, configuration: &Configuration, cluster: &Arc<Cluster>) -> Self {
        Self::build(product, configuration, cluster, None)
    }

    /// Compile a configuration, taking from this compilation whatever has stayed the same.
    pub fn after(&self, product: Product, configuration: &Configuration, cluster: &Arc<Cluster>) -> Self {
        let same = product == self.product && Arc::ptr_eq(cluster, &self.cluster);
        let same = same && opensearch::same(DocumentKind::ActionGroups, configuration, &self.configuration);
        Self::build(product, configuration, cluster, Some(self).filter(|_| same))
    }

    fn build(product: Product, configuration: &Configuration, cluster: &Arc<Cluster>, before: Option<&Self>) -> Self {
        let variant = Variant::of(product);
        let built_in = built_in(product);
        let refused = variant.refuses_static_overrides.then(|| overridden(configuration, built_in)).flatten();
        let own_groups = configuration.action_groups.iter().filter(|(name, _)| !built_in.action_groups.contains_key(*name));
        let groups = Groups::new(built_in.action_groups.iter().chain(own_groups).map(|(name, group)| (name.as_str(), group)));
        let names = before.map_or_else(|| Arc::new(Names::new(cluster, variant)), |before| Arc::clone(&before.names));
        let (roles, sessions) = {
            // where both define a name, the built-in one wins (3.x)
            let own = configuration.roles.iter().filter(|(name, _)| !built_in.roles.contains_key(*name));
            let mut compiler = Compiler::new(&groups, &names, cluster.now);
            let compile = || {
                let mut compiled = HashMap::with_capacity(configuration.roles.len() + built_in.roles.len());
                for (name, role) in built_in.roles.iter().chain(own) {
                    let kept = before.and_then(|before| before.unchanged_role(name, role));
                    compiled.insert(name.clone(), kept.unwrap_or_else(|| Arc::new(compiler.role(role))));
                }
                compiled
            };
            let same_roles = before.filter(|before| before.configuration.roles.is(&configuration.roles));
            let roles: Arc<HashMap<String, Arc<CompiledRole>>> = match same_roles {
                Some(before) => Arc::clone(&before.roles),
                None => Arc::new(compile()),
            };
            let subjects = |before: &Self| before.has_subjects_of(configuration);
            let current = |name: &str, role: &Arc<CompiledRole>| roles.get(name).is_some_and(|now| Arc::ptr_eq(now, role));
            let sessions = before.map(|before| before.sessions.surviving(current, subjects(before))).unwrap_or_default();
            (roles, sessions)
        };
        let all = built_in.roles.iter().chain(configuration.roles.iter().filter(|(name, _)| !built_in.roles.contains_key(*name)));
        let restricting = all.filter(|(_, role)| role.index_permissions.iter().any(document_rules::restricts));
        let restricting = restricting.map(|(name, _)| name.clone()).collect();
        let mapping = before.filter(|before| before.has_subjects_of(configuration)).map(|before| Arc::clone(&before.mapping));
        Self {
            product,
            built_in,
            fanout: if product <= Product::OpenSearch2_19 { Fanout::opensearch_2() } else { Fanout::opensearch_3() },
            variant,
            settings: Settings::new(configuration),
            mapping: mapping.unwrap_or_else(|| Arc::new(RolesMapping::new(configuration))),
            roles,
            names,
            sorted: before.map_or_else(|| Arc::new(SortedIndices::new(cluster)), |before| Arc::clone(&before.sorted)),
            sessions,
            restricting,
            refused,
            configuration: configuration.clone(),
            cluster: Arc::clone(cluster),
        }
    }

    /// The role as it was compiled, if it says the same.
    fn unchanged_role(&self, name: &str, role: &Role) -> Option<Arc<CompiledRole>> {
        let is_built_in = || self.built_in.roles.get(name).is_some_and(|built_in| std::ptr::eq(built_in, role));
        let same = self.configuration.roles.get(name).is_some_and(|before| std::ptr::eq(before, role) || same_role(before, role));
        if same || is_built_in() { self.roles.get(name).cloned() } else { None }
    }

    /// Whether subjects come to the same roles and tenants under both configurations.
    fn has_subjects_of(&self, configuration: &Configuration) -> bool {
        let before = &self.configuration;
        before.roles_mapping.is(&configuration.roles_mapping)
            && before.internal_users.is(&configuration.internal_users)
            && before.tenants.is(&configuration.tenants)
            && before.node == configuration.node
    }

    /// Whether every verdict of a subject is the same under both: the same roles, compiled to the same, under the
    /// same settings. The security API looks at the configuration itself and is not meant.
    pub fn decides_alike(&self, other: &Self, subject: &Subject) -> bool {
        let settings = self.product == other.product
            && Arc::ptr_eq(&self.cluster, &other.cluster)
            && self.configuration.dynamic == other.configuration.dynamic
            && self.configuration.node == other.configuration.node
            && self.refused == other.refused;
        settings && {
            let (one, two) = (self.session(subject), other.session(subject));
            one.roles == two.roles
                && one.tenants == two.tenants
                && one.view.roles.len() == two.view.roles.len()
                && one.view.roles.iter().zip(&two.view.roles).all(|(one, two)| Arc::ptr_eq(one, two))
        }
    }
}

fn overridden(configuration: &Configuration, built_in: &BuiltIn) -> Option<String> {
    let roles =
        configuration.roles.iter().filter(|(name, role)| built_in.roles.contains_key(*name) && !role.flags.is_static).map(|(name, _)| name);
    let groups = configuration
        .action_groups
        .iter()
        .filter(|(name, group)| built_in.action_groups.contains_key(*name) && !group.flags.is_static)
        .map(|(name, _)| name);
    roles.chain(groups).next().cloned()
}

//! From a configuration to what answers: anew, or from what was compiled before.

use std::sync::Arc;

use super::super::mapping::RolesMapping;
use super::Legacy;
use super::groups::Groups;
use super::names::Names;
use super::roles::{CompiledRole, Compiler, Roles};
use super::settings::Settings;
use super::variant::Variant;
use crate::engine::catalog::opensearch::{BuiltIn, built_in};
use crate::engine::cluster::{Cluster, SortedIndices};
use crate::engine::evaluate::Subject;
use crate::engine::model::Product;
use crate::engine::model::opensearch::{self, Configuration, DocumentKind};
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
        let roles = {
            let mut compiler = Compiler::new(&groups, &names, cluster.now);
            Roles::new(&configuration.roles, built_in, before.map(|before| &before.roles), &mut compiler)
        };
        let sessions = before.map(|before| {
            let current = |name: &str, role: &Arc<CompiledRole>| roles.get(name).is_some_and(|now| Arc::ptr_eq(now, role));
            before.sessions.surviving(current, before.has_subjects_of(configuration))
        });
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
            resolutions: before.map_or_else(Arc::default, |before| Arc::clone(&before.resolutions)),
            sessions: sessions.unwrap_or_default(),
            refused,
            configuration: configuration.clone(),
            cluster: Arc::clone(cluster),
        }
    }

    /// The configuration that was compiled.
    pub(in crate::engine::evaluate) fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Whether it was compiled against this very cluster.
    pub(in crate::engine::evaluate) fn is_in(&self, cluster: &Arc<Cluster>) -> bool {
        Arc::ptr_eq(&self.cluster, cluster)
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

/// The first name of the configuration that the product brings along and that is not marked as that.
fn overridden(configuration: &Configuration, built_in: &BuiltIn) -> Option<String> {
    let role = |name: &&String| configuration.roles.get(*name).is_some_and(|role| !role.flags.is_static);
    let group = |name: &&String| configuration.action_groups.get(*name).is_some_and(|group| !group.flags.is_static);
    let roles = built_in.roles.keys().filter(role).min_by_key(|name| configuration.roles.get_index_of(name));
    let groups = || built_in.action_groups.keys().filter(group).min_by_key(|name| configuration.action_groups.get_index_of(name));
    roles.or_else(groups).cloned()
}

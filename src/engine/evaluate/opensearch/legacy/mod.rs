//! The evaluator of OpenSearch 2.19, 3.4 and (by default) 3.8.
//!
//! A call goes through the plugin's stages in its order ([`evaluate`]): the bulk short cut, refused restores,
//! system and protected indices, points in time, cluster permissions, Dashboards' index discovery, tenants,
//! index permissions, narrowing, filtered aliases, and document restrictions at the end.

mod actions;
mod documents;
mod evaluate;
mod evidence;
mod filtered_aliases;
mod gate;
mod groups;
mod message;
mod protection;
mod reduce;
mod resolved;
mod restore;
mod roles;
mod settings;
mod table;
mod tenants;
mod variant;

use std::collections::HashMap;
use std::sync::Arc;

use super::mapping::RolesMapping;
use crate::engine::catalog::opensearch::{BuiltIn, built_in};
use crate::engine::cluster::{AliasMember, Cluster, Index, Resolver};
use crate::engine::evaluate::opendistro::View as DocumentView;
use crate::engine::evaluate::{Call, Decide, Outcome, Subject, Verdict};
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::Attributes;
use crate::engine::request::Request;
use crate::engine::request::opensearch::{Fanout, Played, play};

use evaluate::Asking;
use gate::{Clerk, TenantIndex};
use groups::Groups;
use roles::{CompiledRole, Named, Shared, View};
use settings::Settings;
use tenants::Tenants;
use variant::Variant;

/// A compiled configuration of the legacy evaluator.
pub struct Legacy {
    configuration: Arc<Configuration>,
    cluster: Arc<Cluster>,
    built_in: &'static BuiltIn,
    fanout: Fanout,
    variant: Variant,
    settings: Settings,
    mapping: RolesMapping,
    roles: HashMap<String, CompiledRole>,
    tenants: Tenants,
    relatives: Relatives,
    /// A built-in name that the configuration defines again, where that is refused.
    refused: Option<String>,
}

/// What the stages look at.
struct Compiled<'a> {
    configuration: &'a Configuration,
    built_in: &'static BuiltIn,
    resolver: Resolver<'a>,
    settings: &'a Settings,
    variant: Variant,
    relatives: &'a Relatives,
    roles: &'a HashMap<String, CompiledRole>,
}

impl Compiled<'_> {
    fn named<'a>(&'a self, name: &'a str) -> Named<'a> {
        Named {
            name,
            parents: self.relatives.parents.get(name).map_or(&[], Vec::as_slice),
            members: self.relatives.members.get(name).map_or(&[], Vec::as_slice),
        }
    }
}

impl Legacy {
    /// Compile a configuration against a cluster.
    pub fn new(product: Product, configuration: &Configuration, cluster: &Cluster) -> Self {
        let variant = Variant::of(product);
        let built_in = built_in(product);
        let refused = variant.refuses_static_overrides.then(|| overridden(configuration, built_in)).flatten();
        // where both define a name, the built-in one wins (3.x)
        let roles = || {
            let own = configuration.roles.iter().filter(|(name, _)| !built_in.roles.contains_key(*name));
            built_in.roles.iter().chain(own).map(|(name, role)| (name.as_str(), role))
        };
        let own_groups = configuration.action_groups.iter().filter(|(name, _)| !built_in.action_groups.contains_key(*name));
        let groups = Groups::new(built_in.action_groups.iter().chain(own_groups).map(|(name, group)| (name.as_str(), group)));
        let tenants = built_in.tenants.iter().chain(&configuration.tenants).map(|(name, tenant)| (name.as_str(), tenant));
        let mut shared = Shared::default();
        let compiled = roles().map(|(name, role)| (name.to_owned(), CompiledRole::new(role, &groups, &mut shared, cluster.now))).collect();
        Self {
            built_in,
            fanout: if product <= Product::OpenSearch2_19 { Fanout::opensearch_2() } else { Fanout::opensearch_3() },
            variant,
            settings: Settings::new(configuration),
            mapping: RolesMapping::new(configuration),
            roles: compiled,
            tenants: Tenants::new(roles(), tenants, &groups),
            relatives: Relatives::new(cluster, variant),
            refused,
            configuration: Arc::new(configuration.clone()),
            cluster: Arc::new(cluster.clone()),
        }
    }

    /// What a subject sees of an index; none when none of its documents are seen.
    pub fn view(&self, subject: &Subject, index: &str) -> Option<DocumentView> {
        self.with_asking(subject, &self.cluster, &self.relatives, |compiled, asking| documents::view(compiled, &asking, index))
    }

    fn with_asking<T>(
        &self,
        subject: &Subject,
        cluster: &Cluster,
        relatives: &Relatives,
        run: impl FnOnce(&Compiled<'_>, Asking<'_>) -> T,
    ) -> T {
        let roles = self.mapping.map(subject);
        let attributes =
            Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: &roles, attributes: &subject.attributes };
        let view = View::new(roles.iter().filter_map(|name| self.roles.get(name)).collect(), &attributes);
        let tenants = self.tenants.of(&roles, &attributes, &self.variant);
        let compiled = Compiled {
            configuration: &self.configuration,
            built_in: self.built_in,
            resolver: Resolver::new(cluster),
            settings: &self.settings,
            variant: self.variant,
            relatives,
            roles: &self.roles,
        };
        run(&compiled, Asking { subject, roles: &roles, view: &view, tenants: &tenants })
    }

    /// The same play in a cluster where the tenant's index has been made.
    fn run_with(&self, subject: &Subject, request: &Request, explain: bool, made: TenantIndex) -> (Played, Vec<Call>) {
        let mut cluster = Cluster::clone(&self.cluster);
        cluster
            .indices
            .insert(made.index.clone(), Index { fields: Some(Default::default()), documents: Some(Vec::new()), ..Index::default() });
        let member = AliasMember { index: made.index.clone(), ..AliasMember::default() };
        cluster.aliases.insert(made.alias.clone(), vec![member]);
        let relatives = Relatives::new(&cluster, self.variant);
        self.with_asking(subject, &cluster, &relatives, |compiled, asking| {
            let mut clerk = Clerk { compiled, asking, calls: Vec::new(), explain, wanted: None, made: Some(made) };
            let played = play(&self.fanout, &cluster, request, &mut clerk);
            (played, clerk.calls)
        })
    }

    fn run(&self, subject: &Subject, request: &Request, explain: bool) -> Verdict {
        if subject.user.is_empty() || self.refused.is_some() {
            let mut verdict = unauthorized();
            verdict.notes.extend(
                self.refused
                    .as_ref()
                    .map(|name| format!("the whole configuration is refused: `{name}` is built in and cannot be defined again")),
            );
            return verdict;
        }
        let subject = with_tenant(subject, request);
        let (played, calls, roles, wanted) = self.with_asking(&subject, &self.cluster, &self.relatives, |compiled, asking| {
            let roles = asking.roles.to_vec();
            let mut clerk = Clerk { compiled, asking, calls: Vec::new(), explain, wanted: None, made: None };
            let played = play(&self.fanout, &self.cluster, request, &mut clerk);
            (played, clerk.calls, roles, clerk.wanted)
        });
        let (played, calls) = match wanted {
            // the tenant's index is made on the way: again, with it in place
            Some(made) => self.run_with(&subject, request, explain, made),
            None => (played, calls),
        };
        let mut verdict = verdict(played);
        verdict.calls = calls;
        verdict.roles = roles;
        if !self.cluster.known {
            verdict.notes.push("no cluster model: names are taken to exist, wildcards are judged as written".to_owned());
        }
        verdict
    }
}

impl Decide for Legacy {
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, false)
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, true)
    }
}

/// What came of a play, as a verdict without roles and calls.
fn verdict(played: Played) -> Verdict {
    let refused_items = played.items.iter().filter(|item| item.reason.is_some()).count();
    let whole = played.refusal.is_some();
    let refusal = played.refusal.or(played.failure);
    let outcome = if whole {
        Outcome::Denied
    } else if !played.unknown.is_empty() {
        Outcome::Unknown
    } else if refusal.is_some() || refused_items > 0 {
        if refused_items == played.items.len() && refused_items > 0 { Outcome::Denied } else { Outcome::Partial }
    } else {
        Outcome::Allowed
    };
    let mut notes = played.notes;
    notes.extend(played.error.map(|error| format!("security lets it pass; the engine answers: {error}")));
    Verdict {
        outcome,
        status: refusal.as_ref().map(|refusal| refusal.status),
        reason: refusal.map(|refusal| refusal.reason),
        roles: Vec::new(),
        calls: Vec::new(),
        items: played.items,
        unknown: played.unknown,
        notes,
    }
}

fn unauthorized() -> Verdict {
    Verdict {
        outcome: Outcome::Denied,
        status: Some(401),
        reason: Some("Unauthorized".to_owned()),
        roles: Vec::new(),
        calls: Vec::new(),
        items: Vec::new(),
        unknown: Vec::new(),
        notes: Vec::new(),
    }
}

fn with_tenant(subject: &Subject, request: &Request) -> Subject {
    let mut subject = subject.clone();
    let header = request.headers.iter().find(|(name, _)| name == "securitytenant" || name == "security_tenant");
    if let Some((_, tenant)) = header {
        subject.requested_tenant = Some(tenant.clone());
    }
    subject
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

/// What belongs together: a rule on an alias or a data stream covers its indices.
#[derive(Debug, Default)]
struct Relatives {
    /// The aliases and the data stream of each index.
    parents: HashMap<String, Vec<String>>,
    /// The indices of each alias and data stream, where rules on all of them cover it (3.8).
    members: HashMap<String, Vec<String>>,
}

impl Relatives {
    fn new(cluster: &Cluster, variant: Variant) -> Self {
        let mut relatives = Self::default();
        let streams = cluster.data_streams.iter().map(|(name, stream)| (name, stream.backing.clone()));
        let members = |members: &Vec<AliasMember>| members.iter().map(|member| member.index.clone()).collect();
        let aliases = cluster.aliases.iter().map(|(name, all)| (name, members(all)));
        for (name, indices) in streams.chain(aliases) {
            for index in &indices {
                relatives.parents.entry(index.clone()).or_default().push(name.clone());
            }
            if variant.breaks_down {
                relatives.members.insert(name.clone(), indices);
            }
        }
        relatives
    }
}

//! A whole request: who asks, as whom, and what its plan comes to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::allowance::named;
use super::applications::Stored;
use super::build::Permissions;
use super::evidence::{Held, Seeker};
use super::limited::Holder;
use super::names::Names;
use super::plan::{Plan, plan};
use super::rules::Rules;
use super::session::Session;
use super::subject::{Assigned, assigned, role};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::{ApiKey, Decide, Outcome, Subject, Unsecured, Verdict};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, Zentity, read_roles};
use crate::engine::request::Request;
use crate::source::FileId;
use crate::yaml::Document;

/// Compile a configuration for an Elasticsearch product.
pub fn compile(product: Product, configuration: &Configuration, cluster: &Cluster) -> Arc<dyn Decide> {
    if configuration.switched_off {
        return Arc::new(Unsecured::SWITCHED_OFF);
    }
    let rules = Rules::of(product);
    let zentity = configuration.zentity.unwrap_or(match product {
        Product::XPack5_1 | Product::Elasticsearch6_8 => Zentity::V0,
        Product::Elasticsearch7_17 => Zentity::V1_6,
        _ => Zentity::Current,
    });
    Arc::new(Elasticsearch {
        rules,
        catalog: Catalog::of(product),
        stored: Stored::new(&configuration.privileges),
        names: Names::new(cluster, rules),
        configuration: configuration.clone(),
        zentity,
        holders: Mutex::default(),
    })
}

/// What some roles give, and why that may not be all.
type Looked<T> = (T, Option<String>);

/// That roles were not looked at.
fn left_out(roles: &[&str]) -> Option<String> {
    let role = named(roles.iter().copied())?;
    Some(format!(
        "what {role} grants is not known: the patterns of the roles before multiply each other and took all the work that is spent on a user"
    ))
}

pub(super) struct Elasticsearch {
    pub rules: &'static Rules,
    pub catalog: &'static Catalog,
    configuration: Configuration,
    pub names: Names,
    stored: Stored,
    zentity: Zentity,
    /// By the names of the roles, in order.
    holders: Mutex<HashMap<Vec<String>, Looked<Arc<Holder>>>>,
}

impl Decide for Elasticsearch {
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict {
        self.answer(subject, request, false)
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.answer(subject, request, true)
    }
}

impl Elasticsearch {
    /// Permissions of some roles; refused roles are left out, as the engine leaves them out.
    fn holder(&self, roles: &[String]) -> Looked<Arc<Holder>> {
        let mut holders = self.holders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(holder) = holders.get(roles) {
            return holder.clone();
        }
        let (permissions, unknown) = self.permissions(roles);
        let holder = (Arc::new(Holder::from(permissions)), unknown);
        holders.insert(roles.to_vec(), holder.clone());
        holder
    }

    fn permissions(&self, roles: &[String]) -> Looked<Permissions> {
        let role = |name: &String| role(&self.configuration, self.catalog, name).map(|(role, _)| role);
        let bodies: Vec<_> = roles.iter().filter_map(|name| Some((name.as_str(), role(name)?))).collect();
        let (permissions, unknown) = Permissions::of_sound_soon(self.rules, &bodies, &self.stored);
        (permissions, left_out(&unknown))
    }

    /// An API key: what it was made with, limited to what its owner may do.
    fn answer_key(&self, subject: &Subject, key: &ApiKey, own: &[Assigned], plan: Plan, unknown: Vec<String>, explain: bool) -> Verdict {
        let document = Document::parse(FileId::default(), key.role_descriptors.to_string().into_bytes());
        let read = |root| read_roles(root, &mut Vec::new());
        let descriptors = document.root().filter(|root| !root.is_null()).map(read).unwrap_or_default();
        let through = ("API key", key.id.clone(), None);
        let assigned: Vec<Assigned> = descriptors.keys().map(|name| Assigned { name: name.clone(), through: through.clone() }).collect();
        let mut session = self.session(own, format!("API key id [{}] of user [{}]", key.id, subject.user), &subject.user, explain);
        session.api_key = true;
        if !descriptors.is_empty() {
            let roles: Vec<_> = descriptors.iter().map(|(name, role)| (name.as_str(), role)).collect();
            let (base, unknown) = Permissions::of_sound_soon(self.rules, &roles, &self.stored);
            session.unknown_roles.extend(left_out(&unknown));
            // what is not known of the owner's the session says already
            let (owners, _) = self.permissions(&session.verdict.roles);
            session.holder = Arc::new(Holder { base, limited_by: Some(owners) });
            let held = assigned.iter().zip(descriptors.values());
            // the key's roles stand in no file
            session.seeker.held = held.map(|(assigned, role)| Held { assigned, role, reserved: true }).collect();
        }
        let mut plan = plan;
        plan.notes.push("a key's privileges count as far as its owner has them too".to_owned());
        session.unknown_roles.extend(unknown);
        session.run(plan)
    }

    fn session<'e>(&'e self, assigned: &'e [Assigned], who: String, user: &'e str, explain: bool) -> Session<'e> {
        let names: Vec<String> = assigned.iter().map(|role| role.name.clone()).collect();
        let (known, missing_roles): (Vec<String>, Vec<String>) =
            names.into_iter().partition(|name| role(&self.configuration, self.catalog, name).is_some());
        let held = assigned.iter().filter_map(|assigned| {
            let (role, reserved) = role(&self.configuration, self.catalog, &assigned.name)?;
            Some(Held { assigned, role, reserved })
        });
        let seeker = Seeker { rules: self.rules, catalog: self.catalog, names: &self.names, user, held: held.collect() };
        let (holder, unknown_roles) = self.holder(&known);
        let verdict = Verdict {
            outcome: Outcome::Allowed,
            status: None,
            reason: None,
            roles: known.clone(),
            calls: Vec::new(),
            items: Vec::new(),
            unknown: Vec::new(),
            notes: Vec::new(),
        };
        Session {
            engine: self,
            holder,
            unknown_roles: unknown_roles.into_iter().collect(),
            who,
            seeker,
            missing_roles,
            api_key: false,
            explain,
            words: Vec::new(),
            verdict,
        }
    }

    fn answer(&self, subject: &Subject, request: &Request, explain: bool) -> Verdict {
        let mut unknown = Vec::new();
        let own = assigned(&self.configuration, subject, &mut unknown);
        let target = request.header("es-security-runas-user").map(str::to_owned);
        let asks = |user: &str| plan(self.rules, &self.names, request, self.zentity, self.configuration.zentity_models.as_ref(), user);
        if let Some(key) = &subject.api_key {
            return self.answer_key(subject, key, &own, asks(&subject.user), unknown, explain);
        }
        let Some(target) = target else {
            let mut session = self.session(&own, format!("user [{}]", subject.user), &subject.user, explain);
            session.unknown_roles.extend(unknown);
            return session.run(asks(&subject.user));
        };
        let mut session = self.session(&own, format!("user [{}]", subject.user), &subject.user, explain);
        session.unknown_roles.extend(unknown);
        let plan = asks(&target);
        if !session.holder.may_run_as(&target) {
            return session.refuse_run_as(&plan, &subject.user, &target);
        }
        let other =
            super::subject::subject(&self.configuration, &target).unwrap_or_else(|| Subject { user: target.clone(), ..Subject::default() });
        let mut unknown = Vec::new();
        let roles = assigned(&self.configuration, &other, &mut unknown);
        let who = format!("user [{}] run as [{target}]", subject.user);
        let mut session = self.session(&roles, who, &target, explain);
        session.unknown_roles.extend(unknown);
        session.run(plan)
    }
}

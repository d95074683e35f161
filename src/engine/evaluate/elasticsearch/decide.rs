//! A whole request: who asks, as whom, and what its plan comes to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::applications::Stored;
use super::build::Permissions;
use super::evidence::{Held, Seeker};
use super::limited::Holder;
use super::names::Names;
use super::plan::plan;
use super::rules::Rules;
use super::session::Session;
use super::subject::{Assigned, assigned, role};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::{Decide, Outcome, Subject, Verdict};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, Zentity};
use crate::engine::request::Request;

/// Compile a configuration for an Elasticsearch product.
pub fn compile(product: Product, configuration: &Configuration, cluster: &Cluster) -> Arc<dyn Decide> {
    let rules = Rules::of(product);
    let zentity = configuration.zentity.unwrap_or(match product {
        Product::XPack5_1 | Product::Elasticsearch6_8 => Zentity::V0,
        Product::Elasticsearch7_17 => Zentity::V1,
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

pub(super) struct Elasticsearch {
    pub rules: &'static Rules,
    pub catalog: &'static Catalog,
    configuration: Configuration,
    pub names: Names,
    stored: Stored,
    zentity: Zentity,
    /// By the names of the roles, in order.
    holders: Mutex<HashMap<Vec<String>, Arc<Holder>>>,
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
    fn holder(&self, roles: &[String]) -> Arc<Holder> {
        let mut holders = self.holders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(holder) = holders.get(roles) {
            return holder.clone();
        }
        let bodies: Vec<_> =
            roles.iter().filter_map(|name| role(&self.configuration, self.catalog, name).map(|(role, _)| (name.as_str(), role))).collect();
        let holder = Arc::new(Holder::from(Permissions::of_sound(self.rules, &bodies, &self.stored)));
        holders.insert(roles.to_vec(), holder.clone());
        holder
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
        Session { engine: self, holder: self.holder(&known), who, seeker, missing_roles, explain, words: Vec::new(), verdict }
    }

    fn answer(&self, subject: &Subject, request: &Request, explain: bool) -> Verdict {
        let mut unknown = Vec::new();
        let own = assigned(&self.configuration, subject, &mut unknown);
        let target = request.header("es-security-runas-user").map(str::to_owned);
        let asks = |user: &str| plan(self.rules, &self.names, request, self.zentity, self.configuration.zentity_models.as_ref(), user);
        let Some(target) = target else {
            let session = self.session(&own, format!("user [{}]", subject.user), &subject.user, explain);
            return session.run(asks(&subject.user), unknown);
        };
        let mut session = self.session(&own, format!("user [{}]", subject.user), &subject.user, explain);
        let plan = asks(&target);
        if !session.holder.may_run_as(&target) {
            session.refuse_run_as(&plan, &subject.user, &target);
            session.verdict.unknown = unknown;
            return session.verdict;
        }
        let other =
            super::subject::subject(&self.configuration, &target).unwrap_or_else(|| Subject { user: target.clone(), ..Subject::default() });
        let mut unknown_target = Vec::new();
        let roles = assigned(&self.configuration, &other, &mut unknown_target);
        unknown.extend(unknown_target);
        let who = format!("user [{}] run as [{target}]", subject.user);
        let session = self.session(&roles, who, &target, explain);
        session.run(plan, unknown)
    }
}

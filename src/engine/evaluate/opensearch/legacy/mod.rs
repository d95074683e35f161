//! The evaluator of OpenSearch 2.19, 3.4 and (by default) 3.8.
//!
//! A call goes through the plugin's stages in its order (`evaluate`): the bulk short cut, refused restores,
//! system and protected indices, points in time, cluster permissions, Dashboards' index discovery, tenants,
//! index permissions, narrowing, filtered aliases, and document restrictions at the end.

mod actions;
mod build;
mod by_name;
mod documents;
mod evaluate;
mod evidence;
mod filtered_aliases;
mod gate;
mod groups;
mod holes;
mod kept;
mod message;
mod names;
mod privileges;
mod protection;
mod reduce;
mod resolved;
mod restore;
mod roles;
mod session;
mod settings;
mod table;
mod tenants;
mod variant;
mod view;

use std::sync::Arc;

use super::mapping::RolesMapping;
use crate::engine::catalog::opensearch::BuiltIn;
use crate::engine::cluster::{AliasMember, Cluster, Index, Resolver, SortedIndices};
use crate::engine::evaluate::View as DocumentView;
use crate::engine::evaluate::{Call, Decide, Outcome, Sight, Subject, Verdict};
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::request::opensearch::{Fanout, Played, play};
use crate::engine::request::{Body, Request};

pub(crate) use evaluate::is_cluster_action;
pub use privileges::{Granted, IndexNames, Privileges};

use evaluate::Asking;
use gate::{Clerk, TenantIndex};
use kept::Kept;
use names::{Known, Named, Names};
use resolved::{Expressions, Resolved};
use roles::Roles;
use session::Sessions;
use settings::Settings;
use variant::Variant;

/// A compiled configuration of the legacy evaluator.
pub struct Legacy {
    product: Product,
    configuration: Configuration,
    cluster: Arc<Cluster>,
    built_in: &'static BuiltIn,
    fanout: Fanout,
    variant: Variant,
    settings: Settings,
    mapping: Arc<RolesMapping>,
    roles: Roles,
    names: Arc<Names>,
    sorted: Arc<SortedIndices>,
    /// What requests resolved to in the cluster, whoever asked.
    resolutions: Arc<Kept<Expressions, Resolved>>,
    sessions: Sessions,
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
    known: Known<'a>,
    roles: &'a Roles,
    /// Of the cluster that was compiled, none in one that is changed on the way.
    resolutions: Option<&'a Kept<Expressions, Resolved>>,
}

impl Compiled<'_> {
    fn named<'a>(&'a self, name: &'a str) -> Named<'a> {
        self.known.named(name)
    }
}

impl Legacy {
    /// What a subject sees of an index; none when none of its documents are seen.
    pub fn view(&self, subject: &Subject, index: &str) -> Option<DocumentView> {
        self.with_asking(subject, self.resolver(), Known::of(&self.names), |compiled, asking| documents::view(compiled, &asking, index))
    }

    fn resolver(&self) -> Resolver<'_> {
        Resolver::sorted(&self.cluster, &self.sorted)
    }

    fn with_asking<T>(
        &self,
        subject: &Subject,
        resolver: Resolver<'_>,
        known: Known<'_>,
        run: impl FnOnce(&Compiled<'_>, Asking<'_>) -> T,
    ) -> T {
        let session = self.session(subject);
        let compiled = Compiled {
            configuration: &self.configuration,
            built_in: self.built_in,
            resolver,
            settings: &self.settings,
            variant: self.variant,
            known,
            roles: &self.roles,
            resolutions: (!known.is_changed()).then_some(&*self.resolutions),
        };
        run(&compiled, Asking { subject, roles: &session.roles, view: &session.view, tenants: &session.tenants })
    }

    /// The same play in a cluster where the tenant's index has been made.
    fn run_with(&self, subject: &Subject, request: &Request, explain: bool, made: TenantIndex) -> (Played, Vec<Call>) {
        let mut cluster = Cluster::clone(&self.cluster);
        cluster
            .indices
            .insert(made.index.clone(), Index { fields: Some(Default::default()), documents: Some(Vec::new()), ..Index::default() });
        let member = AliasMember { index: made.index.clone(), ..AliasMember::default() };
        cluster.aliases.insert(made.alias.clone(), vec![member]);
        self.with_asking(subject, Resolver::new(&cluster), Known::with(&self.names, &made), |compiled, asking| {
            let mut clerk = Clerk { compiled, asking, calls: Vec::new(), explain, wanted: None, made: Some(made.clone()) };
            let played = play(&self.fanout, compiled.resolver, request, &mut clerk);
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
        let (played, calls, roles, wanted, dropped) =
            self.with_asking(&subject, self.resolver(), Known::of(&self.names), |compiled, asking| {
                let roles = asking.roles.to_vec();
                let mut clerk = Clerk { compiled, asking, calls: Vec::new(), explain, wanted: None, made: None };
                let played = play(&self.fanout, compiled.resolver, request, &mut clerk);
                let dropped = documents::dropped_query(compiled, &clerk.asking, &clerk.calls);
                (played, clerk.calls, roles, clerk.wanted, dropped)
            });
        let (played, calls) = match wanted {
            // the tenant's index is made on the way: again, with it in place
            Some(made) => self.run_with(&subject, request, explain, made),
            None => (played, calls),
        };
        let mut calls = calls;
        holes::leave_whole(&mut calls, has_pit(request), &self.variant);
        let mut verdict = verdict(played);
        verdict.notes.extend(holes::notes(&calls, has_pit(request), &self.variant));
        verdict.notes.extend(dropped);
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

    fn sight(&self, subject: &Subject, index: &str) -> Sight {
        self.view(subject, index).map_or(Sight::Nothing, |view| view.sight())
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

fn has_pit(request: &Request) -> bool {
    matches!(&request.body, Body::Json(body) if body.get("pit").is_some())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::evaluate::opensearch::subject;
    use crate::engine::evaluate::{Cell, Indices};
    use crate::engine::model::opensearch::{DocumentKind, read_document};
    use crate::source::FileId;
    use crate::yaml::Document;

    const ROLES: &str = "shipper:\n  cluster_permissions: [cluster_monitor]\n  index_permissions:\n    - index_patterns: ['logs-*', '${user.name}-*', '<day-{now/d}>']\n      allowed_actions: [read, 'indices:data/write/index']\n";
    const MAPPING: &str = "shipper:\n  users: [ann]\n  backend_roles: ['ops*']\n";
    const USERS: &str = "ann: {}\nbob:\n  backend_roles: [ops-1]\nnobody: {}\n";

    fn configuration() -> Configuration {
        let mut configuration = Configuration::default();
        for (kind, text) in [(DocumentKind::Roles, ROLES), (DocumentKind::RolesMapping, MAPPING), (DocumentKind::InternalUsers, USERS)] {
            let document = Document::parse(FileId(0), text.as_bytes().to_vec());
            if let Some(root) = document.root() {
                read_document(kind, root, &mut configuration, &mut Vec::new());
            }
        }
        configuration
    }

    fn request(line: &str, body: Option<serde_json::Value>) -> Request {
        let (method, path) = line.split_once(' ').unwrap();
        Request { method: method.to_owned(), path: path.to_owned(), body: body.map_or(Body::None, Body::Json), headers: Vec::new() }
    }

    fn ask(user: &str, line: &str, cluster: &Arc<Cluster>) -> Verdict {
        let configuration = configuration();
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, cluster);
        legacy.decide(&subject(&configuration, user).unwrap(), &request(line, None))
    }

    #[test]
    fn a_write_needs_the_cluster_permission_for_bulk_and_an_explanation_shows_all_that_is_missing() {
        // opensearch.md, rule 5
        let configuration = configuration();
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &Arc::default());
        let ann = subject(&configuration, "ann").unwrap();
        let write = request("PUT /logs-1/_doc/1", Some(serde_json::json!({"n": 1})));
        let verdict = legacy.decide(&ann, &write);
        assert_eq!((verdict.outcome, verdict.calls.len()), (Outcome::Denied, 2));
        let reason = "no permissions for [indices:data/write/bulk] and User [name=ann, backend_roles=[], requestedTenant=null]";
        assert_eq!(verdict.reason.as_deref(), Some(reason));
        let explained = legacy.explain(&ann, &write);
        assert_eq!(explained.reason.as_deref(), Some(reason));
        let missing: Vec<&str> = explained.calls.iter().flat_map(|call| call.missing.iter().map(String::as_str)).collect();
        assert_eq!(missing, ["indices:data/write/bulk", "indices:data/write/bulk[s]"]);
    }

    #[test]
    fn a_cell_leads_from_the_user_to_the_action_through_what_is_written() {
        let configuration = configuration();
        let legacy = Legacy::new(Product::OpenSearch3_4, &configuration, &Arc::default());
        let explained = legacy.explain(&subject(&configuration, "bob").unwrap(), &request("GET /logs-1,hr/_search", None));
        let kinds = |cell: &Cell| {
            let hops = cell.granted_by.as_ref().or(cell.nearest.as_ref()).map(|evidence| evidence.hops.as_slice()).unwrap_or_default();
            hops.iter().map(|hop| format!("{} {}", hop.kind, hop.name)).collect::<Vec<_>>()
        };
        let [hr, logs] = explained.calls[0].cells.as_slice() else { panic!("{:?}", explained.calls) };
        assert_eq!(
            kinds(logs),
            [
                "user bob",
                "backend role ops-1",
                "role mapping shipper",
                "role shipper",
                "index pattern logs-*",
                "action group read",
                "action indices:data/read*"
            ]
        );
        assert!(logs.granted_by.as_ref().unwrap().hops.iter().filter(|hop| hop.place.is_some()).count() >= 5);
        assert!(hr.granted_by.is_none() && hr.nearest.is_some());
    }

    #[test]
    fn without_a_cluster_names_exist_and_the_verdict_says_so() {
        let cluster = Arc::new(Cluster { now: Some(1_711_108_800), ..Cluster::default() });
        let verdict = ask("ann", "GET /logs-*/_search", &cluster);
        assert_eq!(verdict.outcome, Outcome::Allowed);
        assert_eq!(verdict.calls[0].indices, Indices::Names(vec!["logs-*".to_owned()]));
        assert!(verdict.notes.iter().any(|note| note.contains("no cluster model")));
        assert_eq!(ask("ann", "GET /_search", &cluster).outcome, Outcome::Denied);
        assert_eq!(ask("ann", "GET /ann-1/_search", &cluster).outcome, Outcome::Allowed);
        assert_eq!(ask("bob", "GET /ann-1/_search", &cluster).outcome, Outcome::Denied);
    }

    #[test]
    fn what_hangs_on_the_clock_is_unknown_without_one() {
        let path = "GET /%3Cday-%7Bnow%2Fd%7D%3E/_search";
        assert_eq!(ask("ann", path, &Arc::default()).outcome, Outcome::Unknown);
        let noon = Arc::new(Cluster { now: Some(1_711_108_800), ..Cluster::default() });
        let verdict = ask("ann", path, &noon);
        assert_eq!((verdict.outcome, &verdict.calls[0].indices), (Outcome::Allowed, &Indices::Names(vec!["day-2024.03.22".to_owned()])));
    }

    #[test]
    fn wildcards_that_match_nothing_are_granted_to_everyone_and_unknown_apis_are_unknown() {
        // opensearch.md, rule 3
        let known = Arc::new(Cluster { known: true, ..Cluster::default() });
        assert_eq!(ask("nobody", "GET /missing-*/_search", &known).outcome, Outcome::Allowed);
        assert_eq!(ask("nobody", "GET /missing-1/_search", &known).outcome, Outcome::Denied);
        assert_eq!(ask("nobody", "POST /_plugins/_ism/add/x", &known).outcome, Outcome::Unknown);
        let stranger = Legacy::new(Product::OpenSearch3_4, &configuration(), &known).decide(&Subject::default(), &request("GET /", None));
        assert_eq!((stranger.status, stranger.reason.as_deref()), (Some(401), Some("Unauthorized")));
    }
}

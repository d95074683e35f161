//! One request under way: each call is read, decided and recorded, and rewritten where v4 rewrites it.

use std::collections::BTreeSet;

use super::V4;
use super::actions;
use super::check::{self, Ask};
use super::documents::seen;
use super::evidence::Reader;
use super::names::Abstraction;
use super::notes::notes;
use super::privileges::Access;
use super::read::{Failure, Reading, Requests, invalid_name, reducible};
use super::tenants::{Tenancy, TenantUser, tenancy};
use crate::engine::catalog::opensearch::built_in;
use crate::engine::cluster::Document;
use crate::engine::evaluate::opensearch::security_api::{self, SecurityApi};
use crate::engine::evaluate::{Call, Indices, Reduction, Scope, SubAction, Subject};
use crate::engine::model::Product;
use crate::engine::pattern::Attributes;
use crate::engine::request::opensearch::{self as player, Details, Gate, Group, Op, Refusal, Rest, Shape, TransportRequest};

/// Asked call by call for one subject and one request.
pub struct Turn<'a> {
    v4: &'a V4,
    subject: &'a Subject,
    tenant: Option<&'a str>,
    mapped: &'a [String],
    attributes: Attributes<'a>,
    pub(super) access: Access<'a>,
    requests: Requests<'a>,
    pub(super) evidence: Option<Reader<'a>>,
    /// What was asked and answered so far.
    pub calls: Vec<Call>,
    /// What an operator should know beside the verdict.
    pub notes: Vec<String>,
    /// A request was cut down to what is permitted.
    pub narrowed: bool,
}

impl<'a> Turn<'a> {
    /// A turn; with `evidence` every cell is explained and a refusal does not end the chain.
    pub fn new(
        v4: &'a V4,
        subject: &'a Subject,
        tenant: Option<&'a str>,
        roles: &'a [String],
        attributes: Attributes<'a>,
        evidence: Option<Reader<'a>>,
    ) -> Self {
        let compiled = roles.iter().filter_map(|role| v4.roles.get(role)).collect();
        let access = Access::new(&v4.names, &v4.protection, roles, compiled, &attributes, v4.cluster.now);
        let requests = Requests::new(&v4.cluster, &v4.names);
        Self {
            v4,
            subject,
            tenant,
            mapped: roles,
            attributes,
            access,
            requests,
            evidence,
            calls: Vec::new(),
            notes: Vec::new(),
            narrowed: false,
        }
    }

    fn refusal(&self, missing: &[String]) -> Refusal {
        Refusal { status: 403, reason: super::denial(self.subject, self.tenant, missing) }
    }

    /// Decide a call that was read.
    fn decide(&self, action: &str, required: &[String], reading: &Reading, call: &TransportRequest) -> Decided {
        let is_cluster = actions::is_cluster(action);
        let bulk_shortcut = call.class == "BulkRequest" && self.tenant.is_none_or(str::is_empty);
        if is_cluster || bulk_shortcut {
            let is_service = self.attributes.attributes.get("attr.internal.service").is_some_and(|value| value == "true");
            let answer = if is_service && !bulk_shortcut {
                check::Answer::no(action, Some("User is a service account which does not have access to any cluster action"))
            } else {
                check::cluster_action(&self.access, action)
            };
            if !answer.allowed || bulk_shortcut {
                return Decided::plain(answer);
            }
        }
        let tenancy = match reading.names.iter().flatten().collect::<Vec<_>>().as_slice() {
            [name] => self.tenancy(&call.action, name),
            _ => Tenancy::NotConcerned,
        };
        match tenancy {
            Tenancy::NotConcerned => {}
            Tenancy::Refused(why) => return Decided::by_tenant(check::Answer::no(action, Some(why)), None),
            Tenancy::Allowed => return Decided::by_tenant(check::Answer::yes(), None),
            Tenancy::Redirected(alias) => return Decided::by_tenant(check::Answer::yes(), Some(alias)),
        }
        match &call.details {
            Details::Restore { global_state, sources, targets } => {
                Decided::plain(self.restore(action, *global_state, sources.is_some(), targets))
            }
            _ if is_cluster => Decided::plain(check::Answer::yes()),
            _ => {
                let ask = Ask {
                    required: required.to_vec(),
                    names: reading.names.clone(),
                    has_pattern: has_pattern(call),
                    options: call.group().options,
                    reducible: reducible(action, call.shape),
                    sub_actions: reading.sub_actions.clone(),
                };
                Decided::plain(match &reading.aliases {
                    Some((aliases, explicit)) => check::get_aliases(&self.access, &ask, aliases, *explicit),
                    None => check::index_action(&self.access, &ask, self.v4.reduction),
                })
            }
        }
    }

    fn tenancy(&self, action: &str, name: &str) -> Tenancy {
        let rules = self.access.roles().iter().filter_map(|role| self.v4.tenant_rules.get(&role.name)).collect();
        let user = TenantUser { name: &self.subject.user, requested: self.tenant, rules, attributes: self.attributes };
        tenancy(&self.v4.dashboards, &self.v4.tenants, &self.v4.names, &user, action, name)
    }

    /// A restore needs to create and to write what comes back, under the names that it gets.
    fn restore(&self, action: &str, global_state: bool, known: bool, targets: &[String]) -> check::Answer {
        if global_state {
            return check::Answer::no(action, Some("Restoring snapshot with 'include_global_state' enabled is not allowed"));
        }
        if !known {
            return check::Answer::no(action, Some("Could not retrieve information for snapshot"));
        }
        let ask = Ask {
            required: vec!["indices:data/write/index".to_owned(), "indices:admin/create".to_owned()],
            names: Some(targets.iter().cloned().collect()),
            has_pattern: false,
            options: crate::engine::cluster::IndicesOptions::SINGLE_INDEX,
            reducible: check::Reducible::No,
            sub_actions: Vec::new(),
        };
        check::index_action(&self.access, &ask, self.v4.reduction)
    }

    /// Send a request on to a tenant's index, creating it where a write finds none.
    fn redirect(&mut self, call: &mut TransportRequest, alias: &str) {
        for group in &mut call.groups {
            group.expressions = vec![alias.to_owned()];
        }
        let writes = matches!(call.class, "BulkRequest" | "IndexRequest" | "DeleteRequest" | "UpdateRequest");
        if writes && !self.requests.exists(alias) {
            let free = (1_u32..).map(|number| format!("{alias}_{number}")).find(|name| !self.requests.exists(name));
            let index = free.unwrap_or_else(|| alias.to_owned());
            let create =
                TransportRequest::new("indices:admin/create", "CreateIndexRequest", Shape::Fixed, vec![Group::single(index.clone())]);
            self.check(&mut create.with(Details::CreateIndex { aliases: vec![alias.to_owned()] }));
            self.requests.create(alias, &index);
        }
    }

    /// What the plugin refuses (500) while documents or fields are hidden on one of the names.
    fn unsupported(&self, call: &TransportRequest, rewritten: Option<&[String]>, reading: &Reading) -> Option<&'static str> {
        let only_documents = matches!(call.details, Details::Search { profile: true, .. });
        let names: Vec<&str> = match rewritten {
            Some(rewritten) => rewritten.iter().map(String::as_str).collect(),
            None => reading.names.iter().flatten().map(String::as_str).collect(),
        };
        let indices: Vec<&str> = names.into_iter().flat_map(|name| self.members(name)).collect();
        let seen = |index: &str| seen(&self.access, index, &self.attributes, self.v4.empty_query);
        if (reading.names.is_some()) && indices.iter().any(|index| seen(index).fails) {
            return Some("Error while evaluating DLS/FLS privileges");
        }
        let text = match &call.details {
            Details::BulkShard { ops } if ops.contains(&Op::Update) => {
                "Update is not supported when FLS or DLS or Fieldmasking is activated"
            }
            Details::Resize { .. } => "Resize is not supported when FLS or DLS or Fieldmasking is activated",
            Details::Search { profile: true, .. } => "Profiling is not supported when DLS is activated",
            _ if call.class == "UpdateRequest" => "Update is not supported when FLS or DLS or Fieldmasking is activated",
            _ => return None,
        };
        let restricted = indices.into_iter().any(|index| {
            let seen = seen(index);
            if only_documents { seen.hides_documents() } else { seen.is_restricted() }
        });
        restricted.then_some(text)
    }

    /// Indices that are read where a document query of the roles was dropped.
    fn dropped_queries(&self, action: &str, reading: &Reading) -> Option<String> {
        let reads = ["indices:data/read/search", "indices:data/read/get", "indices:data/read/mget[shard]"].contains(&action);
        let names = reading.names.iter().flatten().filter(|_| reads);
        let dropped = |index: &&str| seen(&self.access, index, &self.attributes, self.v4.empty_query).dropped_query;
        let index = names.flat_map(|name| self.members(name)).find(dropped)?;
        Some(format!(
            "a document query on `{index}` cannot be parsed and is dropped: the documents that it should hide are visible (recorded from 3.8.0)"
        ))
    }

    /// Why a refusal or a narrowing is not certain.
    fn doubt(&self, scope: Scope, required: &[String], reading: &Reading) -> Option<String> {
        let wildcard = reading.names.iter().flatten().find(|name| name.contains('*')).filter(|_| !self.v4.cluster.known);
        let unknown = wildcard.map(|name| format!("which of the indices behind `{name}` are permitted: there is no cluster model"));
        match scope {
            Scope::Cluster => self.access.doubt_of_cluster(),
            Scope::Index => unknown.or_else(|| self.access.doubt(required)),
        }
    }

    /// The indices behind a name.
    fn members<'n>(&'n self, name: &'n str) -> Vec<&'n str> {
        match self.v4.names.get(name) {
            Some(Abstraction::Alias { members }) => members.iter().map(String::as_str).collect(),
            Some(Abstraction::Stream { backing }) => backing.iter().map(String::as_str).collect(),
            Some(Abstraction::Index { .. }) => vec![name],
            None => Vec::new(),
        }
    }
}

/// An answer, and where multi-tenancy sends the request.
struct Decided {
    answer: check::Answer,
    redirect: Option<String>,
    by_tenant: bool,
}

impl Decided {
    fn plain(answer: check::Answer) -> Self {
        Self { answer, redirect: None, by_tenant: false }
    }

    fn by_tenant(answer: check::Answer, redirect: Option<String>) -> Self {
        Self { answer, redirect, by_tenant: true }
    }
}

/// Whether an expression is a wildcard, `_all`, or nothing at all.
fn has_pattern(call: &TransportRequest) -> bool {
    let group = call.group();
    match group.expressions.as_slice() {
        [] => true,
        [only] if only == "_all" => true,
        some => some.iter().any(|text| text.contains('*')),
    }
}

/// What is needed on every name; the order is the engine's.
fn required(action: &str, details: &Details) -> Vec<String> {
    let mut required = vec![action.to_owned()];
    match details {
        Details::BulkShard { ops } => {
            for op in ops {
                let needed = match op {
                    Op::Index | Op::Create => "indices:data/write/index",
                    Op::Delete => "indices:data/write/delete",
                    Op::Update => "indices:data/write/update",
                };
                if !required.iter().any(|held| held == needed) {
                    required.push(needed.to_owned());
                }
            }
        }
        _ if action == "indices:admin/shards/search_shards" => required.push("indices:data/read/search".to_owned()),
        _ => {}
    }
    required
}

/// The pseudo action behind `_cat/pit_segments/_all`.
const ALL_PIT_SEGMENTS: &str = "cluster:monitor/point_in_time/segments/_all";

impl Gate for Turn<'_> {
    fn check(&mut self, call: &mut TransportRequest) -> player::Answer {
        let action = actions::normalize(&call.action).to_owned();
        let all_pits = call.class == "PitSegmentsRequest" && matches!(&call.details, Details::Pits { indices: None, .. });
        let privilege = if all_pits { ALL_PIT_SEGMENTS.to_owned() } else { action.clone() };
        let scope = if actions::is_cluster(&action) { Scope::Cluster } else { Scope::Index };
        let required = required(&privilege, &call.details);
        let mut record = Call { action: action.clone(), required: required.clone(), scope, ..Call::default() };
        let reading = match self.requests.read(&action, call) {
            Ok(reading) => reading,
            Err(Failure::Exception(_)) if scope == Scope::Cluster && !call.groups.is_empty() => Reading::default(),
            Err(Failure::Invalid(_) | Failure::Unknown(_)) if scope == Scope::Cluster => Reading::default(),
            Err(Failure::Exception(why)) => {
                record.rule = Some(format!("the evaluation fails: {why}"));
                self.calls.push(record);
                return player::Answer::Refuse(Refusal { status: 500, reason: format!("Unexpected exception {action}") });
            }
            Err(Failure::Invalid(why)) => return player::Answer::Fail(why),
            Err(Failure::Unknown(why)) => return player::Answer::Unknown(why),
        };
        let reading = if !self.v4.cluster.known && scope == Scope::Index && reading.names.is_none() {
            Reading { names: Some(BTreeSet::from(["*".to_owned()])), ..reading }
        } else {
            reading
        };
        let Decided { answer, redirect, by_tenant } = self.decide(&privilege, &required, &reading, call);
        record.indices = match &reading.names {
            Some(names) => Indices::Names(names.iter().cloned().collect()),
            None => Indices::All,
        };
        record.sub_actions = reading
            .sub_actions
            .iter()
            .map(|(action, names)| SubAction { action: action.clone(), names: names.iter().cloned().collect() })
            .chain(reading.aliases.iter().map(|(aliases, _)| SubAction {
                action: "indices:admin/aliases/get[aliases]".to_owned(),
                names: aliases.iter().cloned().collect(),
            }))
            .collect();
        if !by_tenant {
            record.cells = self.cells(if all_pits { Scope::Cluster } else { scope }, &required, &reading, &call.details);
        }
        record.allowed = answer.allowed;
        record.missing.clone_from(&answer.missing);
        record.only_allowed_for.clone_from(&answer.only_allowed_for);
        record.rule = match &redirect {
            Some(alias) => Some(format!("Dashboards multi-tenancy sends the request on to `{alias}`")),
            None if by_tenant && answer.allowed => Some("the tenant's permission decides, not the index permissions".to_owned()),
            None => answer.why.map(str::to_owned),
        };
        self.narrowed |= answer.rewritten_to.is_some();
        let mut notes = if answer.allowed { notes(&action, call, &reading, &answer, &self.v4.cluster, &self.v4.names) } else { Vec::new() };
        if answer.allowed {
            notes.extend(self.dropped_queries(&action, &reading));
        }
        let in_full = answer.allowed && answer.rewritten_to.is_none();
        let doubt = if in_full || by_tenant { None } else { self.doubt(scope, &required, &reading) };
        let rewritten_to = redirect.clone().map(|alias| vec![alias]).or(answer.rewritten_to);
        // a request of several parts is rewritten part by part
        record.reduced = rewritten_to
            .as_ref()
            .filter(|_| call.shape != Shape::Parts)
            .map(|rewritten| Reduction { only_allowed_for: answer.only_allowed_for.clone(), rewritten_to: rewritten.clone() });
        self.calls.push(record);
        if let Some(why) = doubt {
            return player::Answer::Unknown(why);
        }
        if !answer.allowed {
            if let Some(name) = invalid_name(call) {
                return player::Answer::Fail(format!("Invalid index name [{name}], must not start with '_'."));
            }
            let refusal = self.refusal(&answer.missing);
            return if self.evidence.is_some() { player::Answer::RefuseAndGoOn(refusal) } else { player::Answer::Refuse(refusal) };
        }
        for note in notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        if redirect.is_none()
            && let Some(reason) = self.unsupported(call, rewritten_to.as_deref(), &reading)
        {
            return player::Answer::Refuse(Refusal { status: 500, reason: reason.to_owned() });
        }
        match (redirect, rewritten_to) {
            (Some(alias), _) => self.redirect(call, &alias),
            (None, Some(rewritten)) => {
                if let Some(group) = call.groups.first_mut() {
                    group.expressions = rewritten;
                }
            }
            (None, None) => {}
        }
        if let Some(name) = invalid_name(call) {
            return player::Answer::Fail(format!("Invalid index name [{name}], must not start with '_'."));
        }
        player::Answer::Pass
    }

    fn sees(&mut self, index: &str, document: &Document) -> bool {
        let seen = self.v4.seen_by(&self.access, &self.attributes, index);
        !seen.nothing && seen.view.sees(document).unwrap_or(true)
    }

    fn created(&mut self) -> Vec<(String, String)> {
        self.requests.take_created()
    }

    fn check_security_api(&mut self, request: &Rest) -> player::Answer {
        let api = SecurityApi {
            configuration: &self.v4.configuration,
            built_in: built_in(Product::OpenSearch3_8),
            dashboards_user: self.v4.dashboards.server_user(),
            rest_roles: &self.v4.rest_roles,
            is_new: true,
        };
        security_api::decide(&api, self.subject, self.mapped, request)
    }
}

//! The evaluator as the gate of the engine's chain of calls.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexSet;

use super::OpenDistro;
use super::ask::{Answer as Decided, Ask, Kind, Part, Rewrite};
use super::evaluate::{effective_action, is_cluster_action};
use super::message;
use crate::engine::cluster::{AliasMember, Cluster, Document, Index, IndicesOptions};
use crate::engine::evaluate::queries::Queries;
use crate::engine::evaluate::{Call, Indices, Reduction, Scope, Subject, View};
use crate::engine::request::opensearch::{Answer, Details, Gate, Op, Refusal, Rest, Shape, TransportRequest};

/// Asks one evaluator for one subject, and keeps the calls.
pub(super) struct Asking<'a> {
    pub engine: &'a OpenDistro,
    pub subject: &'a Subject,
    pub mapped: &'a IndexSet<String>,
    /// The cluster as the request has changed it so far (an index of a tenant is made on the way).
    pub cluster: Arc<Cluster>,
    /// Whether to fill the cells and to go on behind a refusal.
    pub explain: bool,
    pub calls: Vec<Call>,
    /// Names made since the player last asked, each with its index.
    pub created: Vec<(String, String)>,
    /// What of each index is seen, once asked.
    pub views: HashMap<String, View>,
}

/// Classes that this plugin cannot read, though later ones can: they are about all indices.
const UNREADABLE: [&str; 3] = ["SearchTemplateRequest", "RolloverRequest", "SimulateIndexTemplateRequest"];

/// The question that a call puts.
pub(super) fn ask(call: &TransportRequest, restore_writes: bool) -> Ask {
    let action = effective_action(&call.action).to_owned();
    let kind = kind(call);
    let single_parts = matches!(call.class, "MultiGetRequest" | "MultiTermVectorsRequest");
    let parts = call.groups.iter().map(|group| Part {
        names: group.expressions.clone(),
        single: single_parts || call.shape == Shape::One,
        options: Some(group.options),
    });
    let parts = match (&call.details, &kind) {
        (Details::Restore { sources: None, .. }, _) => vec![part("*")],
        (Details::Restore { targets, .. }, _) => vec![Part { names: targets.clone(), single: false, options: None }],
        _ => parts.collect(),
    };
    let mut also = Vec::new();
    match &call.details {
        Details::BulkShard { ops } => also.extend(ops.iter().map(|op| match op {
            Op::Index | Op::Create => "indices:data/write/index",
            Op::Update => "indices:data/write/update",
            Op::Delete => "indices:data/write/delete",
        })),
        Details::Aliases(actions) => {
            let removes = |action: &crate::engine::request::opensearch::AliasAction| {
                action.change == crate::engine::request::opensearch::AliasChange::RemoveIndex
            };
            also.extend(actions.iter().any(removes).then_some("indices:admin/delete"));
        }
        Details::CreateIndex { aliases } if !aliases.is_empty() => also.push("indices:admin/aliases"),
        Details::Restore { .. } if restore_writes => also.extend(["indices:data/write/index", "indices:admin/create"]),
        _ if kind == Kind::SearchShards => also.push("indices:data/read/search"),
        _ => {}
    }
    Ask { action, kind, parts, also }
}

fn part(name: &str) -> Part {
    Part { names: vec![name.to_owned()], single: false, options: None }
}

fn kind(call: &TransportRequest) -> Kind {
    match (&call.details, call.class) {
        (Details::BulkShard { ops }, _) => Kind::BulkShard { updates: ops.contains(&Op::Update) },
        (Details::Search { index_discovery, profile, .. }, _) => Kind::Search { discovers_indices: *index_discovery, profile: *profile },
        (Details::Restore { global_state, sources, .. }, _) => Kind::Restore { global_state: *global_state, sources: sources.clone() },
        (_, "BulkRequest") => Kind::Bulk { updates: false },
        (_, "ClusterSearchShardsRequest") => Kind::SearchShards,
        (_, "GetFieldMappingsRequest") => Kind::FieldMappings,
        (_, "UpdateRequest") => Kind::Update,
        (_, "ResizeRequest") => Kind::Resize,
        (_, "CreateIndexRequest") => Kind::CreateIndex,
        (_, class) if UNREADABLE.contains(&class) => Kind::Foreign,
        _ => match call.shape {
            Shape::Nodes => Kind::Nameless,
            Shape::Other => Kind::Foreign,
            _ => Kind::Other,
        },
    }
}

impl Gate for Asking<'_> {
    fn check(&mut self, call: &mut TransportRequest) -> Answer {
        let ask = ask(call, self.engine.compiled.switches.restore_writes);
        let decided = self.decided(&ask);
        let mut record = record(&ask, &decided);
        if self.explain {
            record.cells = self.engine.cells(self.subject, self.mapped, &self.cluster, &ask, &decided);
        }
        self.calls.push(record);
        if let Some(why) = decided.unknown {
            return Answer::Unknown(why);
        }
        if let Some((status, reason)) = decided.failure {
            return match status {
                400 | 404 => Answer::Fail(reason),
                _ => Answer::Refuse(Refusal { status, reason }),
            };
        }
        if !decided.allowed {
            let refusal = Refusal { status: 403, reason: message::denial(&decided.missing, self.subject) };
            return if self.explain { Answer::RefuseAndGoOn(refusal) } else { Answer::Refuse(refusal) };
        }
        if call.class == "SearchRequest"
            && decided.indices.iter().flatten().any(|index| self.view(index).is_broken(Queries::Elasticsearch7_10))
        {
            // the query of document-level security does not parse on the shards
            return Answer::Fail("all shards failed".to_owned());
        }
        if call.class == "CreateIndexRequest" && decided.rewrite.is_none() {
            self.count_created(call);
        }
        match decided.rewrite {
            Some(Rewrite::Tenant { alias }) => self.move_to_tenant(call, &alias),
            Some(rewrite) => {
                rewrite_call(call, rewrite);
                Answer::Pass
            }
            None => Answer::Pass,
        }
    }

    fn created(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.created)
    }

    fn sees(&mut self, index: &str, document: &Document) -> bool {
        if !self.engine.findable(self.mapped, index) {
            return false;
        }
        self.view(index).sees(document).unwrap_or(false)
    }

    fn check_security_api(&mut self, request: &Rest) -> Answer {
        match self.engine.security_api(self.subject, self.mapped, request) {
            Some(reason) => Answer::Refuse(Refusal { status: 403, reason }),
            None => Answer::Pass,
        }
    }
}

/// Write the permitted names into the request.
fn rewrite_call(call: &mut TransportRequest, rewrite: Rewrite) {
    match rewrite {
        Rewrite::Parts(parts) => {
            for (group, names) in call.groups.iter_mut().zip(parts) {
                if let Some(names) = names {
                    group.expressions = names;
                }
            }
        }
        Rewrite::Empty => {
            for group in &mut call.groups {
                group.expressions = vec!["*".to_owned()];
                let none = IndicesOptions { open: false, closed: false, hidden: false, ..IndicesOptions::LENIENT_EXPAND_OPEN };
                group.options = none;
            }
        }
        Rewrite::Tenant { alias } => {
            for group in &mut call.groups {
                group.expressions = vec![alias.clone()];
            }
        }
    }
}

impl Asking<'_> {
    fn view(&mut self, index: &str) -> &View {
        let (engine, subject) = (self.engine, self.subject);
        self.views.entry(index.to_owned()).or_insert_with(|| engine.view(subject, index))
    }

    fn decided(&self, ask: &Ask) -> Decided {
        self.engine.ask(self.subject, self.mapped, &self.cluster, ask)
    }

    /// An index that the request makes is among all indices, to which its later calls are reduced (vectors
    /// `system-indices-dnfof-on-sys-off`: the scroll of a reindex).
    fn count_created(&mut self, call: &TransportRequest) {
        let names = call.groups.iter().flat_map(|group| &group.expressions);
        let made: Vec<String> = names.filter(|name| !self.cluster.indices.contains_key(*name)).cloned().collect();
        if self.engine.compiled.switches.dnfof && !made.is_empty() {
            Arc::make_mut(&mut self.cluster).indices.extend(made.into_iter().map(|name| (name, empty_index())));
        }
    }

    /// Make the tenant's index behind its alias; that is asked about like any other creation.
    fn make_tenant_index(&mut self, alias: &str) -> Option<Answer> {
        let free = |name: &String| !self.cluster.indices.contains_key(name) && !self.cluster.aliases.contains_key(name);
        let concrete = (1u32..).map(|number| format!("{alias}_{number}")).find(free)?;
        let ask = Ask {
            action: "indices:admin/create".to_owned(),
            kind: Kind::CreateIndex,
            parts: vec![Part { names: vec![concrete.clone()], single: true, options: None }],
            also: vec!["indices:admin/aliases"],
        };
        let decided = self.decided(&ask);
        self.calls.push(record(&ask, &decided));
        if !decided.allowed {
            return Some(Answer::Refuse(Refusal { status: 403, reason: message::denial(&decided.missing, self.subject) }));
        }
        let cluster = Arc::make_mut(&mut self.cluster);
        cluster.indices.insert(concrete.clone(), empty_index());
        let member = AliasMember { index: concrete.clone(), ..AliasMember::default() };
        cluster.aliases.insert(alias.to_owned(), vec![member]);
        self.created.push((alias.to_owned(), concrete));
        None
    }

    /// Send the request to the tenant's own index, which a write makes first when it is not there.
    fn move_to_tenant(&mut self, call: &mut TransportRequest, alias: &str) -> Answer {
        let writes = matches!(call.class, "IndexRequest" | "UpdateRequest" | "DeleteRequest" | "BulkRequest");
        if writes
            && !self.cluster.aliases.contains_key(alias)
            && !self.cluster.indices.contains_key(alias)
            && let Some(refused) = self.make_tenant_index(alias)
        {
            return refused;
        }
        if call.class == "CreateIndexRequest" {
            for group in &mut call.groups {
                group.expressions = vec![format!("{alias}_1")];
            }
        } else if !matches!(call.class, "GetFieldMappingsRequest" | "IndicesAliasesRequest" | "ReindexRequest") {
            rewrite_call(call, Rewrite::Tenant { alias: alias.to_owned() });
        }
        Answer::Pass
    }
}

/// An index as it is made: without documents.
fn empty_index() -> Index {
    Index { fields: Some(Default::default()), documents: Some(Vec::new()), ..Index::default() }
}

/// The call as the verdict shows it.
fn record(ask: &Ask, decided: &Decided) -> Call {
    let indices = match &decided.indices {
        None => Indices::None,
        Some(names) if names.as_slice() == ["*"] => Indices::All,
        Some(names) => Indices::Names(names.clone()),
    };
    let required = if decided.required.is_empty() { vec![ask.action.clone()] } else { decided.required.clone() };
    let permitted = decided.only_allowed_for.clone().unwrap_or_default();
    Call {
        action: ask.action.clone(),
        required,
        scope: if is_cluster_action(&ask.action) && decided.required.is_empty() { Scope::Cluster } else { Scope::Index },
        indices,
        allowed: decided.allowed,
        missing: decided.missing.clone(),
        reduced: decided.reduced.then(|| Reduction { only_allowed_for: permitted.clone(), rewritten_to: Vec::new() }),
        only_allowed_for: permitted,
        rule: decided.rule.clone(),
        ..Call::default()
    }
}

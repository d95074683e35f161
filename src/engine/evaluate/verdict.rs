//! What an evaluation answers: the verdict, the calls behind it, and the evidence for each cell.

use std::collections::BTreeMap;

use crate::source::Place;

/// Who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Subject {
    /// User name; empty for a request without credentials.
    pub user: String,
    /// Backend roles; for internal users those of the database, for others as given.
    pub backend_roles: Vec<String>,
    /// Attributes (`attr.internal.dept` → value).
    pub attributes: BTreeMap<String, String>,
    /// The tenant of the `securitytenant` header.
    pub requested_tenant: Option<String>,
    /// Host name or address of the client, for mappings by host.
    pub host: Option<String>,
    /// The API key that the user's request comes with (Elasticsearch).
    pub api_key: Option<ApiKey>,
}

/// An API key: what its owner may do, limited to what the key says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ApiKey {
    /// Its id, as denials name it.
    pub id: String,
    /// `role_descriptors` as the key was made with; empty for all that the owner may.
    pub role_descriptors: serde_json::Value,
}

/// What of an index's documents a subject sees, its right to ask aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sight {
    /// The evaluator does not say.
    #[default]
    Unknown,
    /// No document.
    Nothing,
    /// What these leave.
    Through {
        /// Document queries, alternatives of each other; none when all documents are seen.
        queries: Vec<String>,
        /// Fields; when one is excluded (`~` or `!` before it) all but the excluded ones are seen. None when all are.
        fields: Vec<String>,
        /// Masked fields as written.
        masked: Vec<String>,
    },
}

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Security lets the whole request pass.
    Allowed,
    /// Some items, or some indices only.
    Partial,
    /// Security refuses.
    Denied,
    /// The model lacks a fact; the verdict says which.
    Unknown,
}

impl Outcome {
    /// The word that panes and reports show.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Allowed => "allowed",
            Outcome::Partial => "partial",
            Outcome::Denied => "denied",
            Outcome::Unknown => "unknown",
        }
    }
}

/// Everything that the engine was asked for one request, and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// Status that security answers with when it denies the whole request (401, 403; 404 and 500 where
    /// security causes them); none when the request passes.
    pub status: Option<u16>,
    /// The exact text of the denial, byte for byte what the product answers.
    pub reason: Option<String>,
    /// The mapped roles, in the order of the configuration.
    pub roles: Vec<String>,
    /// The questions that the engine's evaluator is asked, in order, up to the first denial.
    pub calls: Vec<Call>,
    /// The parts of a bulk, mget, msearch or reindex; empty for other requests.
    pub items: Vec<Item>,
    /// Why the verdict is unknown; empty otherwise.
    pub unknown: Vec<String>,
    /// What an operator should know beside the verdict (known holes of the engine, assumptions).
    pub notes: Vec<String>,
}

/// Which stage a call is decided in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// By cluster permissions alone.
    #[default]
    Cluster,
    /// By index permissions on each index.
    Index,
}

/// The names that a call is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Indices {
    /// The call names no indices (cluster stage).
    #[default]
    None,
    /// Every index of the cluster.
    All,
    /// These, sorted.
    Names(Vec<String>),
}

/// One question to the engine's evaluator.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Call {
    /// Transport action.
    pub action: String,
    /// What must be granted on each index (the action alone when nothing else is needed).
    pub required: Vec<String>,
    /// Cluster or index stage.
    pub scope: Scope,
    /// Resolved names.
    pub indices: Indices,
    /// The answer.
    pub allowed: bool,
    /// What goes into the denial's text, in the engine's order.
    pub missing: Vec<String>,
    /// Set when the request was allowed by narrowing it to what is permitted.
    pub reduced: Option<Reduction>,
    /// The names on which everything required is granted while others lack it, sorted; also when the
    /// call is denied because it cannot be narrowed (v4; the legacy evaluator does not say).
    pub only_allowed_for: Vec<String>,
    /// Actions checked besides, each on names of its own (v4: the alias of a new index, the target of a
    /// rollover, a removed index).
    pub sub_actions: Vec<SubAction>,
    /// The table of names and actions; filled by `explain`, empty in a plain `decide`.
    pub cells: Vec<Cell>,
    /// Why the engine decided beside the table (a protection rule, a short cut), in words.
    pub rule: Option<String>,
}

impl Call {
    /// What a cell of the call is about: its index, or in words what stands for none.
    pub fn on<'c>(&self, cell: &'c Cell) -> &'c str {
        match (cell.index.as_str(), self.scope) {
            ("", Scope::Cluster) => "cluster",
            ("", Scope::Index) => "any index",
            (index, _) => index,
        }
    }
}

/// An action that a call needs besides its own, all or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubAction {
    /// The action.
    pub action: String,
    /// The names that it is needed on, sorted.
    pub names: Vec<String>,
}

/// How a request was narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reduction {
    /// The names that are permitted, sorted.
    pub only_allowed_for: Vec<String>,
    /// What the engine writes into the request (v4), sorted.
    pub rewritten_to: Vec<String>,
}

/// One name and one action.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Index, alias or data stream; empty in the cluster stage.
    pub index: String,
    /// The action needed on it.
    pub action: String,
    /// What grants it; none is `MISSING`.
    pub granted_by: Option<Evidence>,
    /// For a missing cell, the rule that came nearest, when there is one.
    pub nearest: Option<Evidence>,
}

/// The chain that supplied (or nearly supplied) a permission, each hop with the bytes it stands in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// From the user to the action.
    pub hops: Vec<Hop>,
}

/// One link of an evidence chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// `backend role`, `role mapping`, `role`, `index pattern`, `action group`, `action`, …
    pub kind: &'static str,
    /// The name or pattern as written.
    pub name: String,
    /// Where it stands; none for what is built in.
    pub place: Option<Place>,
}

/// One item of a request that has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `index`, `create`, `update`, `delete`, `get`, `search`.
    pub op: String,
    /// The index, as the engine names it in its answer.
    pub index: String,
    /// The text of the denial, when it is denied.
    pub reason: Option<String>,
}

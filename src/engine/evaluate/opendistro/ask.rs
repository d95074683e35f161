//! One question to the evaluator, as the engine's chain of transport calls puts it, and the answer.

use crate::engine::cluster::IndicesOptions;

/// What a part of a request names: a whole search, one item of an mget, one alias action.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The expressions as written; empty for none.
    pub names: Vec<String>,
    /// The part takes exactly one name, so that a reduction to several cannot be written into it.
    pub single: bool,
    /// The request's own indices options, used only with `respect_request_indices_options`.
    pub options: Option<IndicesOptions>,
}

/// The kinds of request that the evaluator treats apart (the request's Java class, for the engine).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// `BulkRequest`: without a tenant the cluster permission alone decides.
    Bulk {
        /// Whether an item is an update.
        updates: bool,
    },
    /// `BulkShardRequest`; cannot be rewritten.
    BulkShard {
        /// Whether an item is an update.
        updates: bool,
    },
    /// `SearchRequest`.
    Search {
        /// A terms aggregation over `_index` named `indices` and nothing else: index discovery.
        discovers_indices: bool,
        /// `profile: true`.
        profile: bool,
    },
    /// `ClusterSearchShardsRequest`; needs the search permission too.
    SearchShards,
    /// `GetFieldMappingsRequest`.
    FieldMappings,
    /// `UpdateRequest`.
    Update,
    /// `ResizeRequest`; its targets are not seen.
    Resize,
    /// `CreateIndexRequest`.
    CreateIndex,
    /// `RestoreSnapshotRequest`.
    Restore {
        /// `include_global_state`.
        global_state: bool,
        /// The indices of the snapshot that are restored, before renaming; none when the snapshot is unknown.
        sources: Option<Vec<String>>,
    },
    /// A request that carries no names the evaluator would look at, such as a scroll; rewriting it
    /// changes nothing and counts as done.
    Nameless,
    /// A request class that the evaluator does not know: all indices, and cannot be rewritten.
    Foreign,
    /// Everything else that names indices.
    Other,
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ask {
    /// The transport action, as the evaluator sees it.
    pub action: String,
    /// What kind of request it is.
    pub kind: Kind,
    /// What its parts name; empty when the request names no indices.
    pub parts: Vec<Part>,
    /// Actions needed on each index besides the action itself, in the order that the engine adds them.
    pub also: Vec<&'static str>,
}

/// How the request was changed on its way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rewrite {
    /// New names for each part, in order; a part that could not be changed keeps its own (`None`).
    Parts(Vec<Option<Vec<String>>>),
    /// The tenant's index in place of the Kibana index, created with `concrete` behind the alias when
    /// the request writes and the alias does not exist.
    Tenant {
        /// The alias of the tenant's index.
        alias: String,
    },
    /// Nothing to search.
    Empty,
}

/// The answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answer {
    /// Whether the call may go on.
    pub allowed: bool,
    /// What the denial names, in its order.
    pub missing: Vec<String>,
    /// The names resolved; none for the bulk short cut.
    pub indices: Option<Vec<String>>,
    /// What was needed on each index.
    pub required: Vec<String>,
    /// Decided by cluster permissions.
    pub cluster: bool,
    /// The permitted names, where a reduction was tried.
    pub only_allowed_for: Option<Vec<String>>,
    /// Allowed without the full check.
    pub reduced: bool,
    /// The change to the request.
    pub rewrite: Option<Rewrite>,
    /// Why, beside the table.
    pub rule: Option<String>,
    /// The evaluation itself failed: status and text.
    pub failure: Option<(u16, String)>,
    /// A fact that the model lacks.
    pub unknown: Option<String>,
}

//! One call to the engine's security layer.

use std::borrow::Cow;

use crate::engine::cluster::IndicesOptions;

/// A transport request, as far as security looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct TransportRequest {
    /// The action as it goes over the wire (`indices:admin/auto_create`, before security maps it).
    pub action: Cow<'static, str>,
    /// Simple name of the request's Java class.
    pub class: &'static str,
    /// What security can do with its indices.
    pub shape: Shape,
    /// The index expressions, each group with options of its own; a request with several parts has
    /// several. Empty when the request names no indices at all.
    pub groups: Vec<Group>,
    /// What else decides.
    pub details: Details,
}

/// What the request's class offers for reading and writing its indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any number of indices, replaceable (`IndicesRequest.Replaceable`).
    Many,
    /// Exactly one index, replaceable by one.
    One,
    /// Indices that cannot be replaced.
    Fixed,
    /// Made of parts (bulk, mget, msearch, reindex, aliases).
    Parts,
    /// No indices, and known to have none (`BaseNodesRequest`, scroll, main).
    Nodes,
    /// A class that security does not know how to read.
    Other,
}

/// Index expressions as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The expressions; none means all indices.
    pub expressions: Vec<String>,
    /// The request's own indices options.
    pub options: IndicesOptions,
    /// Whether the request takes data streams (`includeDataStreams`).
    pub streams: bool,
}

impl Group {
    /// A group of expressions.
    pub fn new(expressions: Vec<String>, options: IndicesOptions) -> Self {
        Self { expressions, options, streams: false }
    }

    /// One name to write to or read from, without wildcards.
    pub fn single(name: impl Into<String>) -> Self {
        Self { expressions: vec![name.into()], options: IndicesOptions::SINGLE_INDEX, streams: true }
    }

    /// The same group, for a request that takes data streams.
    pub fn with_streams(self) -> Self {
        Self { streams: true, ..self }
    }
}

/// Kinds of bulk items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// `index`
    Index,
    /// `create`
    Create,
    /// `update`
    Update,
    /// `delete`
    Delete,
}

impl Op {
    /// The word in requests and answers.
    pub fn word(self) -> &'static str {
        match self {
            Op::Index => "index",
            Op::Create => "create",
            Op::Update => "update",
            Op::Delete => "delete",
        }
    }
}

/// What an action of `_aliases` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AliasChange {
    /// `add`
    Add,
    /// `remove`
    Remove,
    /// `remove_index`
    RemoveIndex,
}

/// One action of `_aliases`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasAction {
    /// What it does.
    pub change: AliasChange,
    /// Alias names as written.
    pub aliases: Vec<String>,
    /// Position of its indices in the request's groups.
    pub group: usize,
}

/// What decides beside action and indices.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Details {
    /// Nothing.
    #[default]
    Plain,
    /// A bulk request; its groups are its items, in order.
    Bulk {
        /// The items' kinds, in order.
        ops: Vec<Op>,
    },
    /// The items of one shard.
    BulkShard {
        /// The items' kinds, in order.
        ops: Vec<Op>,
    },
    /// The part of a multi get or of term vectors that goes to one shard; the groups keep the names as
    /// written.
    Shard {
        /// The shard's index.
        index: String,
    },
    /// A search.
    Search {
        /// Size 0, no query, one terms aggregation named `indices` on `_index` without sub-aggregations:
        /// how Dashboards discovers indices.
        index_discovery: bool,
        /// It goes to a point in time.
        pit: bool,
        /// `profile: true`.
        profile: bool,
    },
    /// Changes of aliases.
    Aliases(Vec<AliasAction>),
    /// A new index.
    CreateIndex {
        /// Aliases that it gets at once.
        aliases: Vec<String>,
    },
    /// Names of aliases or patterns that are asked for.
    GetAliases {
        /// As written.
        aliases: Vec<String>,
    },
    /// A rollover.
    Rollover {
        /// The alias or data stream.
        target: String,
        /// The explicit name of the new index.
        new_index: Option<String>,
    },
    /// Shrink, split or clone; the groups are source and target.
    Resize {
        /// Aliases of the target.
        aliases: Vec<String>,
    },
    /// Points in time that are deleted or looked into.
    Pits {
        /// Index names behind the ids; none for `_all`.
        indices: Option<Vec<String>>,
        /// Ids that could not be read.
        unreadable: bool,
    },
    /// A snapshot's restore.
    Restore {
        /// `include_global_state`
        global_state: bool,
        /// Names of the snapshot's indices that the request takes; none when the snapshot is not known.
        sources: Option<Vec<String>>,
        /// Names under which they come back, when the snapshot is known.
        targets: Vec<String>,
    },
}

impl TransportRequest {
    /// A request with indices.
    pub fn new(action: impl Into<Cow<'static, str>>, class: &'static str, shape: Shape, groups: Vec<Group>) -> Self {
        Self { action: action.into(), class, shape, groups, details: Details::Plain }
    }

    /// A request without indices that security knows how to read.
    pub fn nodes(action: impl Into<Cow<'static, str>>, class: &'static str) -> Self {
        Self::new(action, class, Shape::Nodes, Vec::new())
    }

    /// A request of a class that security cannot read.
    pub fn other(action: impl Into<Cow<'static, str>>, class: &'static str) -> Self {
        Self::new(action, class, Shape::Other, Vec::new())
    }

    /// The same with details.
    pub fn with(self, details: Details) -> Self {
        Self { details, ..self }
    }

    /// The only group, or an empty one over everything.
    pub fn group(&self) -> Group {
        self.groups.first().cloned().unwrap_or_else(|| Group::new(Vec::new(), IndicesOptions::STRICT_EXPAND_OPEN))
    }
}

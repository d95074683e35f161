//! The cluster model: which indices, aliases and data streams there are.

mod documents;
mod expression;
mod options;
mod query;
mod read;

pub use read::{ClusterFormat, read_cluster};

use std::collections::BTreeSet;

use indexmap::IndexMap;

pub use documents::Document;
pub use expression::{Kind, ResolveError, Resolver, SortedIndices};
pub use options::IndicesOptions;
pub use query::matches_query;

/// Indices, aliases and data streams. Without a cluster at hand nothing is known, and every name in a
/// request is taken to exist as an open index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cluster {
    /// By name.
    pub indices: IndexMap<String, Index>,
    /// Members by alias name.
    pub aliases: IndexMap<String, Vec<AliasMember>>,
    /// By name.
    pub data_streams: IndexMap<String, DataStream>,
    /// Names of index templates' patterns that make data streams (`index_patterns` of templates with
    /// `data_stream`), so that a write to a new name is known to make a stream.
    pub data_stream_patterns: Vec<String>,
    /// Whether the model was read from a cluster; when not, names in requests are assumed to exist.
    pub known: bool,
    /// The time of the request in seconds since 1970 (UTC), for date math; none when it is not known.
    pub now: Option<i64>,
    /// Index names in each snapshot, by `repository/snapshot`.
    pub snapshots: IndexMap<String, Vec<String>>,
}

/// One index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// `index.hidden`.
    pub hidden: bool,
    /// Closed indices hold no searchable shards.
    pub closed: bool,
    /// Number of primary shards, where known; one is assumed otherwise.
    pub shards: Option<u32>,
    /// Paths of the mapped fields, where the mapping is known.
    pub fields: Option<BTreeSet<String>>,
    /// The documents, where they are known.
    pub documents: Option<Vec<Document>>,
}

/// An alias's hold on one index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AliasMember {
    /// The index.
    pub index: String,
    /// The alias's filter on it.
    pub filter: Option<serde_json::Value>,
    /// `is_write_index` where it is set.
    pub is_write_index: Option<bool>,
}

/// A data stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataStream {
    /// Backing indices, oldest first; the last one is written to.
    pub backing: Vec<String>,
    /// Failure store indices (Elasticsearch 9).
    pub failure: Vec<String>,
    /// Aliases of the stream itself (Elasticsearch).
    pub aliases: Vec<String>,
}

//! What names stand for: indices, aliases, data streams, and the indices behind them.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::rules::Rules;
use crate::engine::cluster::Cluster;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abstraction {
    /// One index.
    Index {
        /// `index.hidden`.
        hidden: bool,
        /// Whether it is closed.
        closed: bool,
        /// The data stream that it backs.
        stream: Option<String>,
        /// Whether it is one of the stream's failure indices.
        failure: bool,
    },
    /// An alias.
    Alias {
        /// The indices behind it.
        members: Vec<String>,
        /// The failure indices behind it, for an alias of data streams.
        failures: Vec<String>,
        /// Whether it is an alias of data streams.
        of_streams: bool,
        /// Whether wildcards leave it out.
        hidden: bool,
    },
    /// A data stream.
    Stream {
        /// Its backing indices.
        backing: Vec<String>,
        /// Its failure indices.
        failures: Vec<String>,
    },
}

impl Abstraction {
    /// The indices behind an alias or data stream.
    pub fn behind(&self) -> &[String] {
        match self {
            Abstraction::Index { .. } => &[],
            Abstraction::Alias { members, .. } => members,
            Abstraction::Stream { backing, .. } => backing,
        }
    }

    /// The failure indices behind an alias or data stream.
    pub fn failures(&self) -> &[String] {
        match self {
            Abstraction::Index { .. } => &[],
            Abstraction::Alias { failures, .. } | Abstraction::Stream { failures, .. } => failures,
        }
    }

    /// Whether it has a failure store: a data stream, or an alias of some.
    pub fn has_failures(&self) -> bool {
        matches!(self, Abstraction::Stream { .. } | Abstraction::Alias { of_streams: true, .. })
    }

    /// The data stream that an index backs.
    pub fn stream(&self) -> Option<&str> {
        match self {
            Abstraction::Index { stream, .. } => stream.as_deref(),
            _ => None,
        }
    }

    /// Whether it is a data stream or one of its indices.
    pub fn is_part_of_stream(&self) -> bool {
        matches!(self, Abstraction::Stream { .. } | Abstraction::Index { stream: Some(_), .. })
    }
}

/// Every name of a cluster.
#[derive(Debug, Clone, Default)]
pub struct Names {
    all: IndexMap<String, Abstraction, RandomState>,
    /// Whether the model was read from a cluster; when not, a name that is not here is taken to exist.
    pub known: bool,
}

impl Names {
    /// The names of a cluster model. Aliases with a leading dot count as hidden, as the system's are.
    /// Before 9 a failure index is an ordinary hidden one, no part of its data stream.
    pub fn new(cluster: &Cluster, rules: &Rules) -> Self {
        let mut all = IndexMap::default();
        for (name, index) in &cluster.indices {
            all.insert(name.clone(), Abstraction::Index { hidden: index.hidden, closed: index.closed, stream: None, failure: false });
        }
        for (name, members) in &cluster.aliases {
            let members = members.iter().map(|member| member.index.clone()).collect();
            let hidden = name.starts_with('.');
            all.insert(name.clone(), Abstraction::Alias { members, failures: Vec::new(), of_streams: false, hidden });
        }
        for (name, stream) in &cluster.data_streams {
            let failures = if rules.selectors { stream.failure.clone() } else { Vec::new() };
            all.insert(name.clone(), Abstraction::Stream { backing: stream.backing.clone(), failures: failures.clone() });
            for (list, failure) in [(&stream.backing, false), (&failures, true)] {
                for index in list {
                    let known = cluster.indices.get(index);
                    let hidden = known.is_none_or(|index| index.hidden);
                    let closed = known.is_some_and(|index| index.closed);
                    all.insert(index.clone(), Abstraction::Index { hidden, closed, stream: Some(name.clone()), failure });
                }
            }
            for alias in &stream.aliases {
                let entry = all.entry(alias.clone()).or_insert_with(|| Abstraction::Alias {
                    members: Vec::new(),
                    failures: Vec::new(),
                    of_streams: true,
                    hidden: false,
                });
                if let Abstraction::Alias { members, failures: behind, .. } = entry {
                    members.extend(stream.backing.iter().cloned());
                    behind.extend(failures.iter().cloned());
                }
            }
        }
        all.sort_unstable_keys();
        Self { all, known: cluster.known }
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<&Abstraction> {
        self.all.get(name)
    }

    /// Every name, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Abstraction)> {
        self.all.iter().map(|(name, abstraction)| (name.as_str(), abstraction))
    }
}

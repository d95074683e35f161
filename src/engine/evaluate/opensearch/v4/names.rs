//! The names of the cluster as the evaluator looks them up: what a name is, and which alias or data
//! stream speaks for an index.

use std::collections::HashMap;

use crate::engine::cluster::Cluster;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Abstraction {
    /// An index with the names that also grant on it: its aliases, and the data stream that it backs.
    Index {
        /// Names of its aliases.
        aliases: Vec<String>,
        /// The data stream that it backs.
        stream: Option<String>,
        /// Not in the expansion of wildcards unless asked for.
        hidden: bool,
        /// Closed.
        closed: bool,
    },
    /// An alias with its members.
    Alias {
        /// Names of the indices.
        members: Vec<String>,
    },
    /// A data stream with its backing indices, the last one being written to.
    Stream {
        /// Names of the backing indices.
        backing: Vec<String>,
    },
}

/// The cluster's names, sorted.
#[derive(Debug, Clone, Default)]
pub struct Names {
    sorted: Vec<String>,
    by_name: HashMap<String, Abstraction>,
}

impl Names {
    /// Index the cluster model.
    pub fn new(cluster: &Cluster) -> Self {
        let mut by_name = HashMap::new();
        for (name, index) in &cluster.indices {
            let (hidden, closed) = (index.hidden, index.closed);
            by_name.insert(name.clone(), Abstraction::Index { aliases: Vec::new(), stream: None, hidden, closed });
        }
        for (name, members) in &cluster.aliases {
            for member in members {
                if let Some(Abstraction::Index { aliases, .. }) = by_name.get_mut(&member.index) {
                    aliases.push(name.clone());
                }
            }
            by_name.insert(name.clone(), Abstraction::Alias { members: members.iter().map(|member| member.index.clone()).collect() });
        }
        for (name, data_stream) in &cluster.data_streams {
            for backing in &data_stream.backing {
                if let Some(Abstraction::Index { stream, .. }) = by_name.get_mut(backing) {
                    *stream = Some(name.clone());
                }
            }
            by_name.insert(name.clone(), Abstraction::Stream { backing: data_stream.backing.clone() });
        }
        let mut sorted: Vec<String> = by_name.keys().cloned().collect();
        sorted.sort_unstable();
        Self { sorted, by_name }
    }

    /// What `name` stands for; none when the cluster does not know it.
    pub fn get(&self, name: &str) -> Option<&Abstraction> {
        self.by_name.get(name)
    }

    /// Every name, indices, aliases and data streams, sorted.
    pub fn all(&self) -> &[String] {
        &self.sorted
    }
}

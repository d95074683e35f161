//! What the evaluator says is missing, sorted for giving it.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::evaluate::elasticsearch::is_composite_action;
use crate::engine::evaluate::{Decide, Scope, Subject};
use crate::engine::request::Request;

/// Missing permissions of a set of requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Actions of the cluster stage.
    pub cluster: BTreeSet<String>,
    /// Index names by the set of actions that is missing on them.
    pub index: BTreeMap<BTreeSet<String>, BTreeSet<String>>,
    /// Users whom the asking one may not act for (Elasticsearch).
    pub run_as: BTreeSet<String>,
}

impl Missing {
    /// What the evaluator says is missing for all of the requests.
    pub fn of(decide: &dyn Decide, subject: &Subject, requests: &[Request]) -> Self {
        let (mut cluster, mut run_as) = (BTreeSet::new(), BTreeSet::new());
        let mut by_index: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for request in requests {
            for call in decide.explain(subject, request).calls {
                if call.missing == ["run_as"] {
                    run_as.extend(request.header("es-security-runas-user").map(str::to_owned));
                }
                for cell in call.cells {
                    // what passes by its name alone comes with what its parts need
                    let by_name = call.scope == Scope::Index && cell.index.is_empty() && is_composite_action(&cell.action);
                    if cell.granted_by.is_some() || by_name {
                        continue;
                    }
                    if cell.index.is_empty() {
                        cluster.insert(cell.action);
                    } else {
                        by_index.entry(cell.index).or_default().insert(cell.action);
                    }
                }
            }
        }
        let mut index: BTreeMap<BTreeSet<String>, BTreeSet<String>> = BTreeMap::new();
        for (name, actions) in by_index {
            index.entry(actions).or_default().insert(name);
        }
        Self { cluster, index, run_as }
    }

    /// How many (action, index) pairs are missing.
    pub(super) fn cells(&self) -> usize {
        self.cluster.len() + self.index.iter().map(|(actions, names)| actions.len() * names.len()).sum::<usize>()
    }

    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.cluster.is_empty() && self.index.is_empty() && self.run_as.is_empty()
    }
}

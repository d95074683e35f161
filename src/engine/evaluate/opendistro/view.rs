//! What applies to an index of a role's restrictions, and which documents are found at all.

use indexmap::{IndexMap, IndexSet};

use super::OpenDistro;
use super::compile::Role;
use super::documents::{Restrictions, restrictions};
use super::java::hash_set_order;
use super::matcher::Matcher;
use crate::engine::evaluate::{Subject, View};

impl OpenDistro {
    /// What the subject sees of an index; everything when nothing restricts it.
    pub fn view(&self, subject: &Subject, index: &str) -> View {
        let mapped = self.compiled.mapping.roles(subject);
        let roles: Vec<&Role> = self.compiled.roles.iter().filter(|role| mapped.contains(&role.name)).collect();
        restrictions(&roles, subject, &self.cluster).map(|found| view(&found, index)).unwrap_or_default()
    }

    /// Whether security lets the documents of an index be found at all: those of the security index and of
    /// system indices never are, those of protected indices only with one of the roles let in.
    pub(super) fn findable(&self, mapped: &IndexSet<String>, index: &str) -> bool {
        let switches = &self.compiled.switches;
        let let_in = |protected: &super::compile::Protected| mapped.iter().any(|role| super::matcher::any(&protected.roles, role));
        let protected = switches.protected.as_ref().filter(|protected| !let_in(protected));
        index != switches.security_index
            && !super::matcher::any(&switches.system_indices, index)
            && !protected.is_some_and(|protected| super::matcher::any(&protected.indices, index))
    }
}

/// What these restrictions leave of an index.
pub(super) fn view(restrictions: &Restrictions, index: &str) -> View {
    let values =
        |map: &IndexMap<String, IndexSet<String>>| applying(map, index).map(|set| set.iter().cloned().collect()).unwrap_or_default();
    View::new(index, values(&restrictions.queries), values(&restrictions.fields), values(&restrictions.masked))
}

/// The entry that applies to an index: of several keys that match, the first in the order of a hash map.
fn applying<'a>(map: &'a IndexMap<String, IndexSet<String>>, index: &str) -> Option<&'a IndexSet<String>> {
    let keys = hash_set_order(map.keys().map(String::as_str));
    keys.iter().find(|key| Matcher::new(key).test(index)).and_then(|key| map.get(key.as_str()))
}

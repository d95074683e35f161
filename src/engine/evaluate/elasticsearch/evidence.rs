//! What supplied a permission, or came nearest to it: user, role mapping, role, name pattern, privilege.

use super::actions::{Kind, privilege_grants};
use super::names::{Abstraction, Names};
use super::rules::Rules;
use super::selector::{Component, split_selector};
use super::subject::Assigned;
use crate::engine::catalog::elasticsearch::{Catalog, Selector};
use crate::engine::evaluate::{Evidence, Hop};
use crate::engine::model::elasticsearch::{IndexPrivileges, Role};
use crate::engine::pattern::lucene::NameMatcher;
use crate::source::{Located, Place};

/// A role of the user: how it came, its body, and whether it is built in.
pub(super) struct Held<'c> {
    pub assigned: &'c Assigned,
    pub role: &'c Role,
    pub reserved: bool,
}

/// Who looks for evidence.
pub(super) struct Seeker<'c> {
    pub rules: &'static Rules,
    pub catalog: &'static Catalog,
    pub names: &'c Names,
    pub user: &'c str,
    pub held: Vec<Held<'c>>,
}

impl Seeker<'_> {
    fn hop(held: &Held<'_>, kind: &'static str, name: &str, place: Option<Place>) -> Hop {
        // built-in roles stand in no file
        Hop { kind, name: name.to_owned(), place: place.filter(|_| !held.reserved) }
    }

    fn start(&self, held: &Held<'_>) -> Vec<Hop> {
        let mut hops = vec![Hop { kind: "user", name: self.user.to_owned(), place: None }];
        let (kind, name, place) = &held.assigned.through;
        if *kind == "role mapping" {
            hops.push(Hop { kind, name: name.clone(), place: *place });
        } else if let Some(first) = hops.first_mut() {
            first.place = *place;
        }
        hops.push(Self::hop(held, "role", &held.assigned.name, held.role.place));
        hops
    }

    /// The cluster privilege that grants an action.
    pub(super) fn cluster(&self, action: &str) -> Option<Evidence> {
        self.held.iter().find_map(|held| {
            let privilege = held.role.cluster.iter().find(|privilege| self.grants(Kind::Cluster, privilege, action))?;
            let mut hops = self.start(held);
            hops.push(Self::hop(held, "cluster privilege", privilege, privilege.place));
            hops.push(Hop { kind: "action", name: action.to_owned(), place: None });
            Some(Evidence { hops })
        })
    }

    /// The entry that grants an action on a name (none: on any name).
    pub(super) fn index(&self, action: &str, name: Option<&str>) -> Option<Evidence> {
        self.entries().find_map(|(held, entry)| {
            let pattern = match name {
                Some(name) => Some(self.pattern(entry, name)?),
                None => entry.names.first(),
            };
            let component = name.map(|name| split_selector(self.rules, name).1);
            let grants = |privilege: &&Located<String>| self.grants(Kind::Index, privilege, action) && self.is_on(privilege, component);
            Some(self.chain(held, pattern, Some(entry.privileges.iter().find(grants)?), action))
        })
    }

    /// The entry that came nearest: its names match and its privileges do not, or the other way round.
    pub(super) fn nearest(&self, action: &str, name: &str) -> Option<Evidence> {
        let by_name = self.entries().find_map(|(held, entry)| {
            let pattern = self.pattern(entry, name)?;
            Some(self.chain(held, Some(pattern), entry.privileges.first(), action))
        });
        by_name.or_else(|| self.index(action, None))
    }

    fn grants(&self, kind: Kind, privilege: &str, action: &str) -> bool {
        // what it grants of other requests on keys depends on whose they are: here it is known that something granted
        let own_keys = || {
            kind == Kind::Cluster
                && action.starts_with("cluster:admin/xpack/security/api_key/")
                && self.catalog.cluster_privilege(&privilege.to_lowercase()).is_some_and(|privilege| privilege.own_api_keys)
        };
        privilege_grants(self.rules, self.catalog, kind, privilege, action) || own_keys()
    }

    /// Whether a privilege is one on the component that is asked for; on an index of a failure store both may be.
    fn is_on(&self, privilege: &str, component: Option<Component>) -> bool {
        let named = self.catalog.index_privilege(&privilege.to_lowercase()).filter(|_| self.rules.selectors);
        match (named.map_or(Selector::Data, |named| named.selector), component) {
            (Selector::Both, _) | (_, None) | (Selector::Failures, Some(Component::Failures)) => true,
            (Selector::Data, component) => component == Some(Component::Data),
            (Selector::Failures, component) => component != Some(Component::Data),
        }
    }

    fn entries(&self) -> impl Iterator<Item = (&Held<'_>, &IndexPrivileges)> {
        self.held.iter().flat_map(|held| held.role.indices.iter().map(move |entry| (held, entry)))
    }

    /// The pattern of an entry that a name matches, by itself or through its data stream.
    fn pattern<'e>(&self, entry: &'e IndexPrivileges, name: &str) -> Option<&'e Located<String>> {
        let restricted = entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
        let (name, _) = split_selector(self.rules, name);
        let stream = self.names.get(name).and_then(Abstraction::stream);
        [Some(name), stream].into_iter().flatten().filter(|name| restricted || !self.rules.is_restricted(name)).find_map(|name| {
            entry
                .names
                .iter()
                .find(|pattern| NameMatcher::new(&[pattern.as_str()], self.rules.dialect).is_ok_and(|matcher| matcher.matches(name)))
        })
    }

    fn chain(&self, held: &Held<'_>, pattern: Option<&Located<String>>, privilege: Option<&Located<String>>, action: &str) -> Evidence {
        let mut hops = self.start(held);
        if let Some(pattern) = pattern {
            hops.push(Self::hop(held, "index pattern", pattern, pattern.place));
        }
        if let Some(privilege) = privilege {
            hops.push(Self::hop(held, "index privilege", privilege, privilege.place));
        }
        hops.push(Hop { kind: "action", name: action.to_owned(), place: None });
        Evidence { hops }
    }
}

//! What supplied a permission, and for a missing one the rule that came nearest.

use super::groups::Groups;
use super::names::{Abstraction, Names};
use super::privileges::Source;
use crate::engine::evaluate::{Evidence, Hop};
use crate::engine::model::opensearch::{ActionGroup, IndexPermission, Role};
use crate::engine::pattern::{Attributes, DateMath, Matcher, date_math};
use crate::source::{Located, Place};

/// What evidence is read from: the merged configuration and the subject's view of it.
pub struct Reader<'a> {
    /// Finds a role's entry.
    pub role: &'a dyn Fn(&str) -> Option<&'a Role>,
    /// Finds an action group's entry.
    pub group: &'a dyn Fn(&str) -> Option<&'a ActionGroup>,
    /// The hops from the user to a mapped role.
    pub mapping: &'a dyn Fn(&str) -> Vec<Hop>,
    /// The flattened groups.
    pub groups: &'a Groups,
    /// The cluster's names.
    pub names: &'a Names,
    /// The user, for patterns with `${…}`.
    pub attributes: Attributes<'a>,
    /// The time, for patterns with date math.
    pub now: Option<i64>,
}

impl Reader<'_> {
    /// Why a cluster action is granted by a role.
    pub fn cluster(&self, role_name: &str, action: &str) -> Option<Evidence> {
        let role = (self.role)(role_name)?;
        let mut hops = (self.mapping)(role_name);
        hops.push(hop("role", role_name, role.place));
        let way = role.cluster_permissions.iter().find_map(|permission| self.way(permission, action))?;
        hops.extend(way);
        Some(Evidence { hops })
    }

    /// Why an index action is granted on a name by a rule.
    pub fn index(&self, role_name: &str, source: Source, action: &str, name: &str) -> Option<Evidence> {
        let role = (self.role)(role_name)?;
        let permission = role.index_permissions.get(source.rule)?;
        let mut hops = (self.mapping)(role_name);
        hops.push(hop("role", role_name, role.place));
        hops.push(hop("index permission", &format!("index_permissions[{}]", source.rule), permission.place));
        hops.extend(self.covering(permission, name));
        hops.extend(permission.allowed_actions.iter().find_map(|written| self.way(written, action))?);
        Some(Evidence { hops })
    }

    /// Why an action is granted on some index.
    pub fn anywhere(&self, role_name: &str, source: Source, action: &str) -> Option<Evidence> {
        let role = (self.role)(role_name)?;
        let permission = role.index_permissions.get(source.rule)?;
        let mut hops = (self.mapping)(role_name);
        hops.push(hop("role", role_name, role.place));
        hops.push(hop("index permission", &format!("index_permissions[{}]", source.rule), permission.place));
        hops.extend(permission.index_patterns.first().map(|pattern| hop("index pattern", pattern, pattern.place)));
        hops.extend(permission.allowed_actions.iter().find_map(|written| self.way(written, action))?);
        Some(Evidence { hops })
    }

    /// The cluster permission that shares the longest beginning with the action.
    pub fn nearest_cluster(&self, roles: &[&str], action: &str) -> Option<Evidence> {
        let all = roles.iter().filter_map(|name| Some((*name, (self.role)(name)?)));
        let permissions = all.flat_map(|(name, role)| role.cluster_permissions.iter().map(move |permission| (name, role, permission)));
        let (name, role, permission) = permissions.max_by_key(|(_, _, permission)| shared(permission, action))?;
        if shared(permission, action) == 0 {
            return None;
        }
        let mut hops = (self.mapping)(name);
        hops.push(hop("role", name, role.place));
        hops.push(hop("action", permission, permission.place));
        Some(Evidence { hops })
    }

    /// The rule that came nearest to granting the action on the name: best one whose pattern covers the
    /// name and whose actions share the longest beginning with it, then one that grants the action elsewhere.
    pub fn nearest(&self, roles: &[&str], action: &str, name: &str) -> Option<Evidence> {
        let mut best: Option<((u8, usize), Evidence)> = None;
        for &role_name in roles {
            let Some(role) = (self.role)(role_name) else { continue };
            for (at, permission) in role.index_permissions.iter().enumerate() {
                let covering = self.covering(permission, name);
                let way = permission.allowed_actions.iter().find_map(|written| self.way(written, action));
                let (rank, tail) = match (covering.is_empty(), way) {
                    (false, None) => {
                        let closest = permission.allowed_actions.iter().max_by_key(|written| shared(written, action));
                        let close = closest.map_or(0, |written| shared(written, action));
                        let tail = covering.into_iter().chain(closest.map(|written| hop("action", written, written.place)));
                        ((1, close), tail.collect::<Vec<_>>())
                    }
                    (true, Some(way)) => {
                        let closest = permission.index_patterns.iter().max_by_key(|written| shared(written, name));
                        let close = closest.map_or(0, |written| shared(written, name));
                        let tail = closest.map(|written| hop("index pattern", written, written.place)).into_iter().chain(way);
                        ((2, close), tail.collect())
                    }
                    _ => continue,
                };
                if best.as_ref().is_none_or(|(held, _)| rank > *held) {
                    let mut hops = (self.mapping)(role_name);
                    hops.push(hop("role", role_name, role.place));
                    hops.push(hop("index permission", &format!("index_permissions[{at}]"), permission.place));
                    hops.extend(tail);
                    best = Some((rank, Evidence { hops }));
                }
            }
        }
        best.map(|(_, evidence)| evidence)
    }

    /// The pattern that covers the name, itself or through an alias or the data stream.
    fn covering(&self, permission: &IndexPermission, name: &str) -> Vec<Hop> {
        let find = |name: &str| permission.index_patterns.iter().find(|pattern| self.pattern_matches(&pattern.value, name));
        if let Some(pattern) = find(name) {
            return vec![hop("index pattern", pattern, pattern.place)];
        }
        let Some(Abstraction::Index { aliases, stream, .. }) = self.names.get(name) else { return Vec::new() };
        let parents = stream.iter().map(|parent| ("data stream", parent)).chain(aliases.iter().map(|parent| ("alias", parent)));
        for (kind, parent) in parents {
            if let Some(pattern) = find(parent) {
                return vec![hop("index pattern", pattern, pattern.place), hop(kind, parent, None)];
            }
        }
        Vec::new()
    }

    fn pattern_matches(&self, pattern: &str, name: &str) -> bool {
        let rendered = match date_math(pattern, self.now) {
            Ok(DateMath::Resolved(rendered)) => rendered,
            Ok(DateMath::Plain) => self.attributes.substitute(pattern),
            Err(_) => return false,
        };
        Matcher::once(&rendered, name)
    }

    /// From a written permission through groups to the pattern that matches the action.
    fn way(&self, written: &Located<String>, action: &str) -> Option<Vec<Hop>> {
        let way = self.groups.way(written, action)?;
        let last = way.len().saturating_sub(1);
        let mut place = written.place;
        let mut hops = Vec::new();
        for (at, step) in way.iter().enumerate() {
            hops.push(hop(if at == last { "action" } else { "action group" }, step, place));
            let next = way.get(at + 1);
            let entry = (self.group)(step);
            place = next.and_then(|next| entry?.allowed_actions.iter().find(|member| member.value == *next)?.place);
        }
        Some(hops)
    }
}

fn hop(kind: &'static str, name: &str, place: Option<Place>) -> Hop {
    Hop { kind, name: name.to_owned(), place }
}

/// How many characters the beginnings share.
fn shared(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}

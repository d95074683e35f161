//! How much of what a role grants the requests of the simulator use: what evidence named as the grant.

use std::collections::{HashMap, HashSet};

use super::line::Line;
use super::symbols::Symbols;
use super::theme::Tone;
use crate::engine::evaluate::Verdict;
use crate::engine::model::opensearch::Role;

/// What of a role a grant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A cluster permission.
    Cluster,
    /// An index pattern of a rule.
    Pattern,
    /// An action or group of a rule.
    Action,
}

/// The grants that evidence named, by role.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Used(HashMap<String, HashSet<(Kind, String)>>);

/// How many grants of a role are used, and which are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// So many are used.
    pub used: usize,
    /// The others, as written, each once.
    pub unused: Vec<String>,
}

impl Coverage {
    /// How many grants there are.
    pub fn total(&self) -> usize {
        self.used + self.unused.len()
    }

    /// A bar of so many cells and the numbers behind it.
    pub fn bar(&self, cells: usize, symbols: &Symbols) -> String {
        let full = if self.total() == 0 { 0 } else { (self.used * cells).div_ceil(self.total()) };
        format!("{}{} {}/{}", symbols.bar.0.repeat(full), symbols.bar.1.repeat(cells - full), self.used, self.total())
    }
}

impl Used {
    /// Read the evidence of a verdict.
    pub fn read(&mut self, verdict: &Verdict) {
        for cell in verdict.calls.iter().flat_map(|call| &call.cells) {
            let Some(evidence) = &cell.granted_by else { continue };
            let mut hops = evidence.hops.iter().skip_while(|hop| hop.kind != "role");
            let Some(role) = hops.next() else { continue };
            let mut on_index = false;
            for hop in hops {
                let kind = match hop.kind {
                    "index pattern" => Kind::Pattern,
                    "action" | "action group" if on_index => Kind::Action,
                    "action" | "action group" => Kind::Cluster,
                    _ => continue,
                };
                on_index |= kind == Kind::Pattern;
                let grants = match self.0.get_mut(&role.name) {
                    Some(grants) => grants,
                    None => self.0.entry(role.name.clone()).or_default(),
                };
                grants.insert((kind, hop.name.clone()));
                // What stands behind the written permission is inside a group, not in the role.
                if kind != Kind::Pattern {
                    break;
                }
            }
        }
    }

    /// The coverage of a role; none when it grants nothing, and when no evidence was ever read.
    pub fn of(&self, name: &str, role: &Role) -> Option<Coverage> {
        if self.0.is_empty() {
            return None;
        }
        let used = self.0.get(name);
        let mut coverage = Coverage::default();
        let mut count = |kind, text: &str| {
            if used.is_some_and(|used| used.contains(&(kind, text.to_owned()))) {
                coverage.used += 1;
            } else {
                coverage.unused.push(text.to_owned());
            }
        };
        role.cluster_permissions.iter().for_each(|item| count(Kind::Cluster, item));
        for rule in &role.index_permissions {
            rule.index_patterns.iter().for_each(|item| count(Kind::Pattern, item));
            rule.allowed_actions.iter().for_each(|item| count(Kind::Action, item));
        }
        (coverage.total() > 0).then_some(coverage)
    }
}

/// The coverage in the detail of a role.
pub fn line(coverage: &Coverage, symbols: &Symbols) -> Line {
    let line = Line::heading("used by the requests").and(Tone::Good, format!("  {}", coverage.bar(10, symbols)));
    match coverage.unused.as_slice() {
        [] => line.and(Tone::Dim, "  every grant"),
        unused => line.and(Tone::Dim, "  unused: ").and(Tone::Value, super::pane::detail::joined(unused.iter().map(String::as_str), 5)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::evaluate::{Call, Cell, Evidence, Hop, Indices, Outcome, Scope};
    use crate::engine::model::opensearch::IndexPermission;
    use crate::source::Located;

    fn verdict(hops: &[(&'static str, &str)]) -> Verdict {
        let hops = hops.iter().map(|(kind, name)| Hop { kind, name: (*name).to_owned(), place: None }).collect();
        let cell = Cell { index: "i".into(), action: "a".into(), granted_by: Some(Evidence { hops }), nearest: None };
        let call = Call {
            action: "a".into(),
            required: Vec::new(),
            scope: Scope::Index,
            indices: Indices::None,
            allowed: true,
            missing: Vec::new(),
            reduced: None,
            only_allowed_for: Vec::new(),
            sub_actions: Vec::new(),
            cells: vec![cell],
            rule: None,
        };
        Verdict {
            outcome: Outcome::Allowed,
            status: None,
            reason: None,
            roles: Vec::new(),
            calls: vec![call],
            items: Vec::new(),
            unknown: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_grant_counts_where_evidence_named_it() {
        let texts = |items: &[&str]| items.iter().map(|item| Located::from(*item)).collect::<Vec<_>>();
        let rule = IndexPermission {
            index_patterns: texts(&["logs-*", "old-*"]),
            allowed_actions: texts(&["read"]),
            ..IndexPermission::default()
        };
        let role = Role { cluster_permissions: texts(&["read", "*"]), index_permissions: vec![rule], ..Role::default() };
        let mut used = Used::default();
        assert_eq!(used.of("r", &role), None);
        used.read(&verdict(&[("user", "u"), ("role", "r"), ("index pattern", "logs-*"), ("action group", "read"), ("action", "x*")]));
        let coverage = used.of("r", &role).unwrap();
        assert_eq!((coverage.used, coverage.total()), (2, 5));
        assert_eq!(coverage.unused, ["read", "*", "old-*"]);
        assert_eq!(coverage.bar(5, &Symbols::ASCII), "##... 2/5");
        used.read(&verdict(&[("role", "r"), ("action", "*")]));
        assert_eq!(used.of("r", &role).unwrap().unused, ["read", "old-*"]);
    }
}

//! Every cell of a call, with what supplied it or came nearest.

use super::evidence::Reader;
use super::gate::Turn;
use super::read::Reading;
use crate::engine::evaluate::{Cell, Evidence, Hop, Scope};
use crate::engine::request::opensearch::Details;

impl Turn<'_> {
    /// The cells of a call; none in a plain decision, and none where tenants decide beside the table.
    pub(super) fn cells(&self, scope: Scope, required: &[String], reading: &Reading, details: &Details) -> Vec<Cell> {
        let Some(reader) = &self.evidence else { return Vec::new() };
        if scope == Scope::Cluster {
            let mut cells: Vec<Cell> = required.iter().map(|action| self.cluster_cell(reader, action)).collect();
            if let Details::Restore { targets, .. } = details {
                let needed = ["indices:data/write/index", "indices:admin/create"];
                cells.extend(targets.iter().flat_map(|name| needed.map(|action| self.cell(reader, name, action))));
            }
            return cells;
        }
        let names: Vec<&str> = match &reading.names {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => self.access.names().all().iter().map(String::as_str).collect(),
        };
        let mut cells: Vec<Cell> = names.iter().flat_map(|name| required.iter().map(|action| self.cell(reader, name, action))).collect();
        if names.is_empty() && reading.aliases.is_none() {
            cells.extend(required.iter().map(|action| self.cell_anywhere(reader, action)));
        }
        if let Some((aliases, true)) = &reading.aliases {
            for alias in aliases {
                cells.extend(required.iter().map(|action| self.cell(reader, alias, action)));
            }
        }
        for (action, names) in &reading.sub_actions {
            cells.extend(names.iter().map(|name| self.cell(reader, name, action)));
        }
        cells
    }

    /// A request on no index at all needs its action on any index.
    fn cell_anywhere(&self, reader: &Reader<'_>, action: &str) -> Cell {
        let source = self.access.anywhere(action);
        let role = source.and_then(|source| self.access.roles().get(source.role));
        let granted_by = source.zip(role).and_then(|(source, role)| reader.anywhere(&role.name, source, action));
        Cell { index: "*".to_owned(), action: action.to_owned(), granted_by, nearest: None }
    }

    fn cluster_cell(&self, reader: &Reader<'_>, action: &str) -> Cell {
        let roles = self.access.roles();
        let granting = self.access.cluster(action).and_then(|at| roles.get(at));
        let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        Cell {
            index: String::new(),
            action: action.to_owned(),
            granted_by: granting.and_then(|role| reader.cluster(&role.name, action)),
            nearest: if granting.is_none() { reader.nearest_cluster(&names, action) } else { None },
        }
    }

    fn cell(&self, reader: &Reader<'_>, name: &str, action: &str) -> Cell {
        let roles: Vec<&str> = self.access.roles().iter().map(|role| role.name.as_str()).collect();
        let source = self.access.index(action, name);
        let granting = source.and_then(|source| reader.index(roles.get(source.role)?, source, action, name));
        let (granted_by, nearest) = match (granting, self.access.taken_away(name)) {
            (Some(evidence), None) => (Some(evidence), None),
            (Some(mut evidence), Some(why)) => {
                evidence.hops.push(Hop { kind: "protection", name: why.to_owned(), place: None });
                (None, Some(evidence))
            }
            (None, protection) => {
                let protected =
                    || protection.map(|why| Evidence { hops: vec![Hop { kind: "protection", name: why.to_owned(), place: None }] });
                (None, reader.nearest(&roles, action, name).or_else(protected))
            }
        };
        Cell { index: name.to_owned(), action: action.to_owned(), granted_by, nearest }
    }
}

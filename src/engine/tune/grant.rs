//! The single grants that a role is made of, each with the change that takes it away.

use crate::engine::change::{Change, MappingChange, RoleChange, RuleChange, RuleNumber};
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::source::Place;

/// One thing that could be taken from a role, or one way to the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: String,
    /// What it is.
    pub kind: GrantKind,
    /// As written.
    pub text: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// What a grant is. Rules are counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantKind {
    /// A cluster permission.
    Cluster,
    /// An action of an index rule.
    Action(RuleNumber),
    /// A pattern of an index rule.
    Pattern(RuleNumber),
    /// A user of the role's mapping.
    User,
    /// A backend role of the role's mapping.
    BackendRole,
    /// A host of the role's mapping.
    Host,
    /// A user that may be acted for (Elasticsearch).
    RunAs,
    /// A role mapping that gives the role (Elasticsearch).
    Mapping,
}

impl Grant {
    /// Every grant of a role, the widest first: wildcards before names, so that what is pruned greedily is
    /// what opens most.
    pub fn of_role(configuration: &Configuration, name: &str) -> Vec<Grant> {
        let mut grants = Vec::new();
        let mut add = |kind, item: &crate::source::Located<String>| {
            grants.push(Grant { role: name.to_owned(), kind, text: item.value.clone(), place: item.place });
        };
        if let Some(role) = configuration.roles.get(name) {
            role.cluster_permissions.iter().for_each(|item| add(GrantKind::Cluster, item));
            for (at, rule) in role.index_permissions.iter().enumerate() {
                let number = RuleNumber::from_index(at);
                rule.allowed_actions.iter().for_each(|item| add(GrantKind::Action(number), item));
                rule.index_patterns.iter().for_each(|item| add(GrantKind::Pattern(number), item));
            }
        }
        grants.sort_by_key(|grant| width(&grant.text));
        grants
    }

    /// Every way to a role.
    pub fn of_mapping(configuration: &Configuration, name: &str) -> Vec<Grant> {
        let Some(mapping) = configuration.roles_mapping.get(name) else { return Vec::new() };
        let lists =
            [(GrantKind::User, &mapping.users), (GrantKind::BackendRole, &mapping.backend_roles), (GrantKind::Host, &mapping.hosts)];
        let grants = lists.into_iter().flat_map(|(kind, items)| {
            items.iter().map(move |item| Grant { role: name.to_owned(), kind, text: item.value.clone(), place: item.place })
        });
        grants.collect()
    }

    /// The change that takes it from an OpenSearch role; none for what only Elasticsearch has.
    pub fn removal(&self) -> Option<Change> {
        let (role, text) = (self.role.clone(), self.text.clone());
        Some(match self.kind {
            GrantKind::Cluster => RoleChange::RemoveClusterPermission { role, permission: text }.into(),
            GrantKind::Action(rule) => RuleChange::RemoveAllowedAction { role, rule, action: text }.into(),
            GrantKind::Pattern(rule) => RuleChange::RemoveIndexPattern { role, rule, pattern: text }.into(),
            GrantKind::User => MappingChange::UnmapUser { role, user: text }.into(),
            GrantKind::BackendRole => MappingChange::UnmapBackendRole { role, backend_role: text }.into(),
            GrantKind::Host => MappingChange::UnmapHost { role, host: text }.into(),
            GrantKind::RunAs | GrantKind::Mapping => return None,
        })
    }

    /// The change that puts `with` in its place; none for ways to a role.
    pub fn replacement(&self, with: String) -> Option<Change> {
        let (role, text) = (self.role.clone(), self.text.clone());
        Some(match self.kind {
            GrantKind::Cluster => RoleChange::ReplaceClusterPermission { role, permission: text, with }.into(),
            GrantKind::Action(rule) => RuleChange::ReplaceAllowedAction { role, rule, action: text, with }.into(),
            GrantKind::Pattern(rule) => RuleChange::ReplaceIndexPattern { role, rule, pattern: text, with }.into(),
            _ => return None,
        })
    }

    /// The change that adds `text` beside it.
    pub fn addition(&self, text: String) -> Option<Change> {
        let role = self.role.clone();
        Some(match self.kind {
            GrantKind::Cluster => RoleChange::AddClusterPermission { role, permission: text }.into(),
            GrantKind::Action(rule) => RuleChange::AddAllowedAction { role, rule, action: text }.into(),
            GrantKind::Pattern(rule) => RuleChange::AddIndexPattern { role, rule, pattern: text }.into(),
            _ => return None,
        })
    }
}

impl Grant {
    /// The grant in the words of a product.
    pub fn words(&self, product: Product) -> String {
        let Grant { role, text, .. } = self;
        let (permission, action, pattern, rule) = match product.is_elasticsearch() {
            true => ("cluster privilege", "privilege", "index name", "entry"),
            false => ("cluster permission", "action", "index pattern", "rule"),
        };
        match self.kind {
            GrantKind::Cluster => format!("role `{role}`: {permission} `{text}`"),
            GrantKind::Action(at) => format!("role `{role}`: {action} `{text}` of {rule} {}", at.0),
            GrantKind::Pattern(at) => format!("role `{role}`: {pattern} `{text}` of {rule} {}", at.0),
            GrantKind::RunAs => format!("role `{role}`: runs as `{text}`"),
            GrantKind::User => format!("mapping of `{role}`: user `{text}`"),
            GrantKind::BackendRole => format!("mapping of `{role}`: backend role `{text}`"),
            GrantKind::Host => format!("mapping of `{role}`: host `{text}`"),
            GrantKind::Mapping => format!("role mapping `{text}` of `{role}`"),
        }
    }
}

/// Sorts wide before narrow: `*`, then wildcards by how little they fix, then groups and names.
pub(super) fn width(text: &str) -> (u8, usize) {
    match text {
        "*" => (0, 0),
        _ if text.contains('*') => (1, text.len()),
        _ => (2, text.len()),
    }
}

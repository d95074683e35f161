//! The input with what the rules ask of it again and again: names, leaves of groups, who maps whom.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::facts::{actions, is_cluster_action};
use super::glob::{covers, is_regex};
use super::{File, FileKind, Input};
use crate::engine::catalog::opensearch::{BuiltIn, built_in};
use crate::engine::model::elasticsearch;
use crate::engine::model::opensearch::v6::Form;
use crate::engine::model::opensearch::{ActionGroup, Configuration, DocumentKind, IndexPermission, Role};
use crate::source::{FileId, Located, Place};
use crate::yaml::{Entry, Node};

/// What a name under `cluster_permissions` or `allowed_actions` stands for.
#[derive(Debug, Clone, Default)]
pub(super) struct Meaning {
    /// It is a group's name.
    pub group: bool,
    /// The actions and action patterns behind it.
    pub leaves: Vec<String>,
    /// Something of it is decided by cluster permissions.
    pub cluster: bool,
    /// Something of it is decided by index permissions.
    pub index: bool,
    /// It takes in a known action.
    pub known: bool,
}

/// The input and its indexes.
pub struct View<'a> {
    /// What was given.
    pub input: &'a Input<'a>,
    pub(super) built_in: &'static BuiltIn,
    meanings: HashMap<&'a str, Meaning>,
    entries: Vec<(FileId, u32, u32, &'a str)>,
    mapped_backend_roles: HashMap<&'a str, Vec<&'a str>>,
    user_roles: HashSet<&'a str>,
}

impl<'a> View<'a> {
    /// Index the input; linear.
    pub fn new(input: &'a Input<'a>) -> Self {
        /// Before 1.0 nothing is built in (engine notes of Open Distro).
        static NOTHING: LazyLock<BuiltIn> = LazyLock::new(BuiltIn::default);
        let configuration = input.configuration;
        let mut view = Self {
            input,
            built_in: if is_v6(configuration) { &NOTHING } else { built_in(input.product) },
            meanings: HashMap::new(),
            entries: entries(input.files),
            mapped_backend_roles: HashMap::new(),
            user_roles: HashSet::new(),
        };
        for (role, mapping) in &configuration.roles_mapping {
            for name in mapping.backend_roles.iter().chain(&mapping.and_backend_roles) {
                view.mapped_backend_roles.entry(name.value.as_str()).or_default().push(role);
            }
        }
        view.user_roles.extend(configuration.internal_users.values().flat_map(|user| &user.security_roles).map(|role| role.value.as_str()));
        let names: HashSet<&'a str> = configuration
            .roles
            .values()
            .chain(view.built_in.roles.values())
            .flat_map(|role| role.cluster_permissions.iter().chain(role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions)))
            .chain(configuration.roles.values().flat_map(|role| role.tenant_permissions.iter().flat_map(|rule| &rule.allowed_actions)))
            .chain(configuration.action_groups.values().flat_map(|group| &group.allowed_actions))
            .map(|name| name.value.as_str())
            .collect();
        view.meanings = names.into_iter().map(|name| (name, view.meaning_of(name))).collect();
        view
    }

    /// Whether the roles are in the form before 1.0.
    pub(super) fn is_v6(&self) -> bool {
        is_v6(self.input.configuration)
    }

    /// Elasticsearch's roles by name.
    pub(super) fn elasticsearch_roles(&self) -> impl Iterator<Item = (&'a str, &'a elasticsearch::Role)> {
        let roles = self.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.roles);
        roles.map(|(name, role)| (name.as_str(), role))
    }

    /// Every entry of `indices` of Elasticsearch's roles, with its role's name.
    pub(super) fn index_privileges(&self) -> impl Iterator<Item = (&'a str, &'a elasticsearch::IndexPrivileges)> {
        self.elasticsearch_roles().flat_map(|(name, role)| role.indices.iter().map(move |entry| (name, entry)))
    }

    /// The top-level entry that holds a place.
    pub(super) fn entry(&self, place: Place) -> Option<&'a str> {
        let at = self.entries.partition_point(|&(file, start, ..)| (file, start) <= (place.file, place.span.start));
        let &(file, _, end, name) = self.entries.get(at.checked_sub(1)?)?;
        (file == place.file && place.span.start < end.max(1)).then_some(name)
    }

    /// The file of an id.
    pub(super) fn file(&self, id: FileId) -> Option<&'a File<'a>> {
        self.input.files.iter().find(|file| file.id == id)
    }

    /// Files of a kind of OpenSearch Security's documents.
    pub(super) fn files(&self, kind: DocumentKind) -> impl Iterator<Item = &'a File<'a>> {
        self.input.files.iter().filter(move |file| file.kind == FileKind::Security(kind))
    }

    /// Whether a document of this kind opened, so that a name that it lacks is really missing.
    pub(super) fn has(&self, kind: DocumentKind) -> bool {
        self.files(kind).any(|file| file.document.problems().is_empty() && file.document.root().is_some())
    }

    /// Top-level entries of every document of a kind, `_meta` left out.
    pub(super) fn top(&self, kind: DocumentKind) -> impl Iterator<Item = Entry<'a>> {
        self.files(kind).flat_map(|file| file.document.root()).flat_map(Node::entries).filter(|entry| entry.key.text() != Some("_meta"))
    }

    /// The bytes of a place.
    pub(super) fn bytes(&self, place: Place) -> &'a [u8] {
        self.file(place.file).and_then(|file| file.document.bytes().get(place.span.range())).unwrap_or_default()
    }

    /// The configuration's roles by name.
    pub(super) fn roles(&self) -> impl Iterator<Item = (&'a str, &'a Role)> {
        self.input.configuration.roles.iter().map(|(name, role)| (name.as_str(), role))
    }

    /// Every rule on indices, with its role's name.
    pub(super) fn index_rules(&self) -> impl Iterator<Item = (&'a str, &'a IndexPermission)> {
        self.roles().flat_map(|(name, role)| role.index_permissions.iter().map(move |rule| (name, rule)))
    }

    /// Whether a role of this name is defined or built in.
    pub(super) fn is_role(&self, name: &str) -> bool {
        self.input.configuration.roles.contains_key(name) || self.built_in.roles.contains_key(name)
    }

    /// Names of all roles.
    pub(super) fn role_names(&self) -> impl Iterator<Item = &'a str> {
        self.input.configuration.roles.keys().map(String::as_str).chain(self.built_in.roles.keys().map(String::as_str))
    }

    /// Whether a group of this name is defined or built in.
    pub(super) fn is_group(&self, name: &str) -> bool {
        self.input.configuration.action_groups.contains_key(name) || self.built_in.action_groups.contains_key(name)
    }

    /// Names of all groups.
    pub(super) fn group_names(&self) -> impl Iterator<Item = &'a str> {
        self.input.configuration.action_groups.keys().map(String::as_str).chain(self.built_in.action_groups.keys().map(String::as_str))
    }

    /// Roles that a mapping gives to a backend role, by its exact name.
    pub(super) fn roles_of_backend_role(&self, name: &str) -> &[&'a str] {
        self.mapped_backend_roles.get(name).map_or(&[], Vec::as_slice)
    }

    /// Backend roles that mappings name.
    pub(super) fn mapped_backend_roles(&self) -> impl Iterator<Item = (&'a str, &[&'a str])> {
        self.mapped_backend_roles.iter().map(|(name, roles)| (*name, roles.as_slice()))
    }

    /// Whether a user has this role directly, by `opendistro_security_roles`.
    pub(super) fn is_given_directly(&self, role: &str) -> bool {
        self.user_roles.contains(role)
    }

    /// Whether users or backend roles may come from outside of internal_users (an enabled domain of
    /// config.yml that is not the internal database, or no config.yml at all).
    pub(super) fn has_external_users(&self) -> bool {
        let dynamic = &self.input.configuration.dynamic;
        if !self.has(DocumentKind::Config) {
            return true;
        }
        let enabled = |domain: &str| dynamic.flag(&format!("{domain}.http_enabled")).unwrap_or(true);
        let external = |key: &str, kinds: &[&str]| {
            let kind = dynamic.text(key).unwrap_or_default();
            !kinds.contains(&kind)
        };
        dynamic.keys().any(|key| {
            if let Some(domain) = key.strip_suffix(".authentication_backend.type") {
                domain.starts_with("authc.") && enabled(domain) && external(key, &["intern", "internal"])
            } else if let Some(domain) = key.strip_suffix(".authorization_backend.type") {
                domain.starts_with("authz.") && enabled(domain) && external(key, &["intern", "internal", "noop"])
            } else {
                false
            }
        })
    }

    /// What an action, pattern or group stands for.
    pub(super) fn meaning(&self, name: &str) -> Option<&Meaning> {
        self.meanings.get(name)
    }

    /// The same of a name that may not stand in any file yet.
    pub(super) fn meaning_if_written(&self, name: &str) -> Cow<'_, Meaning> {
        self.meaning(name).map_or_else(|| Cow::Owned(self.meaning_of(name)), Cow::Borrowed)
    }

    /// The first of `names` that grants `action`.
    pub(super) fn grants<'n>(&self, names: &'n [Located<String>], action: &str) -> Option<&'n Located<String>> {
        names.iter().find(|name| self.meaning(&name.value).is_some_and(|meaning| meaning.leaves.iter().any(|leaf| covers(leaf, action))))
    }

    /// A role by name, defined or built in.
    pub(super) fn role(&self, name: &str) -> Option<&'a Role> {
        self.input.configuration.roles.get(name).or_else(|| self.built_in.roles.get(name))
    }

    /// Whether any role, defined or built in, grants an action (on an index, unless that is empty)
    /// otherwise than by a bare `*`.
    pub(super) fn is_granted_by_a_named_role(&self, action: &str, index: &str) -> bool {
        let grants = |name: &Located<String>| {
            self.meaning(&name.value).is_some_and(|meaning| meaning.leaves.iter().any(|leaf| leaf != "*" && covers(leaf, action)))
        };
        let on_index = |rule: &IndexPermission| {
            let matches = |pattern: &Located<String>| is_regex(pattern) || covers(pattern, index);
            rule.index_patterns.iter().any(matches) && rule.allowed_actions.iter().any(grants)
        };
        self.roles().map(|(_, role)| role).chain(self.built_in.roles.values()).any(|role| match index.is_empty() {
            true => role.cluster_permissions.iter().any(grants),
            false => role.index_permissions.iter().any(on_index),
        })
    }

    fn meaning_of(&self, name: &str) -> Meaning {
        let mut meaning = Meaning { group: self.is_group(name), ..Meaning::default() };
        let mut seen: HashSet<&str> = HashSet::new();
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            let local = self.input.configuration.action_groups.get(name);
            if let Some(ActionGroup { allowed_actions, .. }) = local {
                open.extend(allowed_actions.iter().map(|action| action.value.as_str()));
            } else if let Some(actions) = self.built_in.action_groups.get(name) {
                open.extend(actions.allowed_actions.iter().map(|action| action.value.as_str()));
            } else {
                meaning.leaves.push(name.to_owned());
            }
        }
        let product = self.input.product;
        for leaf in &meaning.leaves {
            if leaf.contains(['*', '?']) {
                for action in actions().iter().filter(|action| covers(leaf, action)) {
                    meaning.known = true;
                    let cluster = is_cluster_action(product, action);
                    meaning.cluster |= cluster;
                    meaning.index |= !cluster;
                }
                // a plugin's actions are in no list; their name still says where they are decided
                let literal = leaf.split(['*', '?']).next().unwrap_or_default();
                meaning.cluster |= literal.contains(':') && !literal.starts_with("indices:") && !literal.starts_with("system:");
                meaning.index |= literal.starts_with("indices:") && !is_cluster_action(product, literal);
                meaning.index |= literal.starts_with("system:");
            } else if is_regex(leaf) {
                (meaning.cluster, meaning.index, meaning.known) = (true, true, true);
            } else if leaf.contains(':') {
                let cluster = is_cluster_action(product, leaf);
                meaning.cluster |= cluster;
                meaning.index |= !cluster;
                meaning.known |= actions().binary_search(&leaf.as_str()).is_ok();
            }
        }
        meaning
    }
}

fn is_v6(configuration: &Configuration) -> bool {
    configuration.forms.get(&DocumentKind::Roles) == Some(&Form::V6)
}

fn entries<'a>(files: &'a [File<'a>]) -> Vec<(FileId, u32, u32, &'a str)> {
    let mut entries: Vec<(FileId, u32, u32, &'a str)> = Vec::new();
    for file in files {
        let Some(root) = file.document.root() else { continue };
        for entry in root.entries() {
            if let Some(name) = entry.key.text() {
                let end = entry.value.span().end.max(entry.key.span().end);
                entries.push((file.id, entry.key.span().start, end, name));
            }
        }
    }
    entries.sort_by_key(|&(file, start, ..)| (file, start));
    entries
}

//! Security documents inside other files: Kubernetes Secrets and ConfigMaps, Helm values, and the custom
//! resources of the OpenSearch operator. Files with several YAML documents are read through.

mod resource;

pub use resource::Spelling;

use super::{Configuration, DocumentKind, read_document, shift};
use crate::source::{LineIndex, Problem, Span};
use crate::yaml::{Document, Entry, Kind, Nested, Node, NodeId, Refusal};

/// What holds a security document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// `kind: Secret`
    Secret,
    /// `kind: ConfigMap`
    ConfigMap,
    /// `securityConfig` of the chart's values.
    HelmValues,
    /// `OpensearchRole` and its kin.
    Resource,
}

/// How the outer tree holds a security document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// As the text of a scalar.
    Text,
    /// As the base64 of its text.
    Base64,
    /// As a part of the outer tree.
    Tree,
    /// One entry, in the operator's own words.
    Resource,
}

/// Where a security document, or one entry of one, stands inside a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What holds it.
    pub container: Container,
    /// How.
    pub holder: Holder,
    /// What it is.
    pub kind: DocumentKind,
    /// The key it stands under, or the resource's name.
    pub name: String,
    /// The value behind the key; of a resource its root.
    pub node: NodeId,
}

impl Section {
    /// The inner document of a text.
    ///
    /// # Errors
    /// A [`Refusal`] as of [`Nested::open`]; also for sections that are no text.
    pub fn open(&self, outer: &Document) -> Result<Nested, Refusal> {
        Nested::open(outer, self.node, self.holder == Holder::Base64)
    }
}

/// Whether a file holds anything of this kind.
pub fn is_container(document: &Document) -> bool {
    !sections(document).is_empty()
}

/// Every security document of a file, in the order of the text.
pub fn sections(document: &Document) -> Vec<Section> {
    let mut out = Vec::new();
    for root in document.root_nodes() {
        let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
        let apart = root.get("apiVersion").is_some();
        let (container, found): (_, Vec<Payload<'_>>) = match kind {
            "Secret" if apart => (Container::Secret, payloads(root, [("stringData", false), ("data", true)]).collect()),
            "ConfigMap" if apart => (Container::ConfigMap, payloads(root, [("data", false), ("binaryData", true)]).collect()),
            _ if apart => {
                out.extend(resource::section(kind, root));
                continue;
            }
            _ => {
                let entries = helm(root).into_iter().flat_map(Node::entries);
                (Container::HelmValues, entries.filter_map(|entry| Payload::of(entry, false)).collect())
            }
        };
        out.extend(found.into_iter().filter_map(|payload| payload.section(container)));
    }
    out
}

/// Read all security documents of a file into `configuration`; places are those of the outer file. What
/// cannot be read is a problem, and the others are read.
pub fn read_container(document: &Document, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    for section in sections(document) {
        let node = document.node(section.node);
        match section.holder {
            Holder::Resource => resource::read(&section, node, configuration, problems),
            Holder::Tree => read_document(section.kind, node, configuration, problems),
            Holder::Text | Holder::Base64 => read_text(document, &section, configuration, problems),
        }
    }
}

/// A key with its value, as a container holds it.
#[derive(Debug, Clone, Copy)]
struct Payload<'a> {
    key: Node<'a>,
    value: Node<'a>,
    base64: bool,
}

impl<'a> Payload<'a> {
    fn of(entry: Entry<'a>, base64: bool) -> Option<Self> {
        entry.key.text().map(|_| Payload { key: entry.key, value: entry.value, base64 })
    }

    fn section(self, container: Container) -> Option<Section> {
        let holder = match self.value.kind() {
            Kind::Mapping => Holder::Tree,
            _ if self.base64 => Holder::Base64,
            _ => Holder::Text,
        };
        let name = self.key.text()?.to_owned();
        Some(Section { container, holder, kind: kind_of(self.key)?, name, node: self.value.id() })
    }
}

fn payloads<'a>(root: Node<'a>, fields: [(&'static str, bool); 2]) -> impl Iterator<Item = Payload<'a>> {
    fields.into_iter().flat_map(move |(field, base64)| {
        root.get(field).into_iter().flat_map(Node::entries).filter_map(move |entry| Payload::of(entry, base64))
    })
}

/// The documents of Helm values: `securityConfig.config.data`, or files right below `securityConfig` or its
/// `config`; the chart may itself be a part of another one.
fn helm(root: Node<'_>) -> Option<Node<'_>> {
    let below = root.entries().filter_map(|entry| entry.value.get("securityConfig"));
    let found = root.get("securityConfig").into_iter().chain(below);
    found.into_iter().find_map(|config| {
        let places = [config.path(&["config", "data"]), config.get("config"), Some(config)];
        places.into_iter().flatten().find(|place| place.entries().any(|entry| kind_of(entry.key).is_some()))
    })
}

/// The kind of document that a key names, as the files of the plugin are named.
fn kind_of(key: Node<'_>) -> Option<DocumentKind> {
    let name = key.text()?;
    let stem = [".yml", ".yaml"].iter().find_map(|end| name.strip_suffix(end))?;
    Some(match stem.strip_prefix("sg_").unwrap_or(stem) {
        "roles" => DocumentKind::Roles,
        "roles_mapping" => DocumentKind::RolesMapping,
        "internal_users" => DocumentKind::InternalUsers,
        "action_groups" => DocumentKind::ActionGroups,
        "tenants" => DocumentKind::Tenants,
        "config" => DocumentKind::Config,
        "nodes_dn" => DocumentKind::NodesDn,
        "allowlist" => DocumentKind::Allowlist,
        "whitelist" => DocumentKind::Whitelist,
        "audit" => DocumentKind::Audit,
        _ => return None,
    })
}

fn read_text(outer: &Document, section: &Section, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    let (kind, name) = (section.kind, &section.name);
    let place = Some(outer.node(section.node).place());
    let nested = match section.open(outer) {
        Ok(nested) => nested,
        Err(refusal) => {
            let what = if section.holder == Holder::Base64 { "is not base64" } else { "cannot be opened" };
            let text = format!("`{name}` {what}: {refusal}");
            problems.push(Problem::error(place, text).help("the other documents of the file are read"));
            return;
        }
    };
    let mut inner = Configuration::default();
    let mut found: Vec<Problem> = nested.document.problems().to_vec();
    if let Some(root) = nested.document.root() {
        read_document(kind, root, &mut inner, &mut found);
    }
    let outwards = |span: Span| nested.outer_span(span);
    shift::configuration(&mut inner, &outwards);
    let lines = LineIndex::new(nested.document.bytes());
    for problem in &mut found {
        // where no byte outside stands for a byte inside, the message says where it is
        if let Some(place) = problem.place.filter(|_| section.holder == Holder::Base64) {
            let at = lines.line_col(nested.document.bytes(), place.span.start as usize);
            problem.message = format!("`{name}` at {at} of what the base64 stands for: {}", problem.message);
        }
        shift::place(&mut problem.place, &outwards);
    }
    problems.extend(found);
    merge(inner, configuration);
}

fn merge(inner: Configuration, configuration: &mut Configuration) {
    configuration.roles.extend(inner.roles);
    configuration.roles_mapping.extend(inner.roles_mapping);
    configuration.internal_users.extend(inner.internal_users);
    configuration.action_groups.extend(inner.action_groups);
    configuration.tenants.extend(inner.tenants);
    for key in inner.dynamic.keys() {
        if let Some(value) = inner.dynamic.get(key) {
            configuration.dynamic.set(key, value.clone());
        }
    }
    configuration.forms.extend(inner.forms);
    if let Some(old) = inner.before_1_0 {
        let all = configuration.before_1_0.get_or_insert_default();
        all.roles.extend(old.roles);
        all.roles_mapping.extend(old.roles_mapping);
        all.internal_users.extend(old.internal_users);
        all.action_groups.extend(old.action_groups);
        if old.dynamic.keys().next().is_some() {
            all.dynamic = old.dynamic;
        }
    }
}

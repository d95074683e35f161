//! Security documents inside other files: Kubernetes Secrets and ConfigMaps, Helm values, and the custom
//! resources of the OpenSearch operator. Files with several YAML documents are read through.

mod resource;
mod shift;

use super::{Configuration, DocumentKind, read_document};
use crate::source::{Problem, Span};
use crate::yaml::{Document, Entry, Kind, Nested, Node};

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

/// One security document, or one entry of one, found inside.
#[derive(Debug, Clone)]
pub struct Embedded {
    /// What holds it.
    pub container: Container,
    /// What it is.
    pub kind: DocumentKind,
    /// The key it stands under, or the resource's name.
    pub name: String,
    /// The document, where it is a text of its own; none where it is part of the outer tree.
    pub nested: Option<Nested>,
}

/// Whether a file holds anything of this kind.
pub fn is_container(document: &Document) -> bool {
    document.root_nodes().any(|root| {
        let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
        let apart = root.get("apiVersion").is_some();
        match kind {
            "Secret" | "ConfigMap" => apart && payloads(root, kind).any(|payload| kind_of(payload.key).is_some()),
            _ if resource::is_one(kind) => apart,
            _ => !apart && helm(root).is_some(),
        }
    })
}

/// Read all security documents of a file into `configuration`; places are those of the outer file. What
/// cannot be read is a problem, and the others are read.
pub fn read_container(document: &Document, configuration: &mut Configuration, problems: &mut Vec<Problem>) -> Vec<Embedded> {
    let mut out = Vec::new();
    for root in document.root_nodes() {
        let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
        if resource::is_one(kind) {
            out.extend(resource::read(kind, root, configuration, problems));
            continue;
        }
        let container = match kind {
            "Secret" => Container::Secret,
            "ConfigMap" => Container::ConfigMap,
            _ => Container::HelmValues,
        };
        let found: Vec<Payload<'_>> = match container {
            Container::HelmValues => helm(root).into_iter().flat_map(Node::entries).filter_map(|entry| Payload::of(entry, false)).collect(),
            _ => payloads(root, kind).collect(),
        };
        for payload in found {
            out.extend(read_payload(document, container, payload, configuration, problems));
        }
    }
    out
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
}

fn payloads<'a>(root: Node<'a>, kind: &str) -> impl Iterator<Item = Payload<'a>> {
    let fields: [(&str, bool); 2] =
        if kind == "Secret" { [("stringData", false), ("data", true)] } else { [("data", false), ("binaryData", true)] };
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

fn read_payload(
    outer: &Document,
    container: Container,
    payload: Payload<'_>,
    configuration: &mut Configuration,
    problems: &mut Vec<Problem>,
) -> Option<Embedded> {
    let kind = kind_of(payload.key)?;
    let name = payload.key.text().unwrap_or_default().to_owned();
    if payload.value.kind() == Kind::Mapping {
        read_document(kind, payload.value, configuration, problems);
        return Some(Embedded { container, kind, name, nested: None });
    }
    let nested = match Nested::open(outer, payload.value.id(), payload.base64) {
        Ok(nested) => nested,
        Err(refusal) => {
            let what = if payload.base64 { "is not base64" } else { "cannot be opened" };
            let text = format!("`{name}` {what}: {refusal}");
            problems.push(Problem::error(Some(payload.value.place()), text).help("the other documents of the file are read"));
            return None;
        }
    };
    let text = String::from_utf8_lossy(nested.document.bytes());
    if text.contains("{{") && nested.document.root().is_none() {
        let place = Some(payload.value.place());
        problems.push(Problem::error(place, format!("`{name}` is a template, not YAML")).help("render it first (`helm template`)"));
        return Some(Embedded { container, kind, name, nested: Some(nested) });
    }
    let mut inner = Configuration::default();
    let mut found: Vec<Problem> = nested.document.problems().to_vec();
    if let Some(root) = nested.document.root() {
        read_document(kind, root, &mut inner, &mut found);
    }
    let outwards = |span: Span| nested.outer_span(span);
    shift::configuration(&mut inner, &outwards);
    for problem in &mut found {
        shift::place(&mut problem.place, &outwards);
    }
    problems.extend(found);
    merge(inner, configuration);
    Some(Embedded { container, kind, name, nested: Some(nested) })
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

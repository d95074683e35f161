//! A change of the operator's custom resources: one entry a document of the stream, keys in camelCase; a
//! binding gives several roles to several users, where a mapping is one role's.

use serde_json::{Value as Json, json};

use super::text::{Act, Op, Step, key, yaml};
use crate::engine::model::opensearch::DocumentKind;
use crate::engine::model::opensearch::container::{Holder, Section, Spelling};
use crate::yaml::{Document, Edit, Node, Reason, Refusal};

/// Whether a section is one, of the kind that mappings are read from.
pub(super) fn is_binding(section: &Section) -> bool {
    section.holder == Holder::Resource && section.kind == DocumentKind::RolesMapping
}

/// Whether the resource is, or has a part in, the entry `name` that `op` is about.
pub(super) fn concerns(op: &Op, name: &str, document: &Document, section: &Section) -> bool {
    if !is_binding(section) {
        return section.name == name;
    }
    let root = document.node(section.node);
    let roles: Vec<&str> = root.path(&["spec", "roles"]).into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    let listed = |text: &str| {
        let list = listing(op).and_then(|field| root.path(&["spec", field]));
        list.is_some_and(|list| list.items().any(|item| item.text() == Some(text)))
    };
    roles.contains(&name)
        && match &op.act {
            Act::Put(_) | Act::Push(_) => roles == [name],
            Act::Remove(text) | Act::Replace(text, _) => listed(text),
            Act::Cut | Act::CutIfThere | Act::Rename(_) => true,
        }
}

/// The field of a binding that the operation's list is.
fn listing(op: &Op) -> Option<&'static str> {
    match op.path.get(1) {
        Some(Step::Key(list)) => Spelling::of(DocumentKind::RolesMapping)?.field(list),
        _ => None,
    }
}

/// Do an operation on a resource.
pub(super) fn edit(op: &Op, document: &Document, section: &Section) -> Result<Edit, Refusal> {
    let root = document.node(section.node);
    let whole = op.path.len() == 1;
    if is_binding(section) {
        let roles = root.path(&["spec", "roles"]).map_or(0, |roles| roles.items().len());
        let Some(Step::Key(role)) = op.path.first() else { return Err(wordless(root)) };
        let on_roles = |act: Act| Op { kind: op.kind, path: vec![key("spec"), key("roles")], act };
        match &op.act {
            Act::Cut if whole && roles > 1 => return on_roles(Act::Remove(role.clone())).edit_below(document, root),
            Act::Rename(to) if whole => return on_roles(Act::Replace(role.clone(), to.clone())).edit_below(document, root),
            Act::Remove(_) if roles > 1 => return Err(refuse("a binding that gives several roles", root)),
            _ => {}
        }
    }
    match &op.act {
        Act::Cut if whole => document.remove_document(section.node),
        Act::Rename(to) if whole => {
            let path = vec![key("metadata"), key("name")];
            Op { kind: op.kind, path, act: Act::Put(json!(allowed(to, root)?)) }.edit_below(document, root)
        }
        _ => spelled(op, root)?.edit_below(document, root),
    }
}

/// A new resource like another one: of the same cluster and namespace.
pub(super) fn create(op: &Op, document: &Document, like: Node<'_>) -> Result<Edit, Refusal> {
    let (Some(Step::Key(name)), Some(spelling)) = (op.path.first(), Spelling::of(op.kind)) else { return Err(wordless(like)) };
    let value = match (&op.act, &op.path[1..]) {
        (Act::Put(value), []) => value.clone(),
        (Act::Put(value), [Step::Key(list)]) => json!({ list: value }),
        (Act::Push(value), [Step::Key(list)]) => json!({ list: [value] }),
        _ => return Err(wordless(like)),
    };
    let mut spec = json!({});
    if let Some(cluster) = like.path(&["spec", "opensearchCluster", "name"]).and_then(Node::text) {
        spec["opensearchCluster"] = json!({ "name": cluster });
    }
    let mut called = name.clone();
    if op.kind == DocumentKind::RolesMapping {
        // its own name says nothing; the role's may not be one
        called = name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        called = format!("{}-binding", called.trim_matches('-'));
        let taken = |called: &str| document.root_nodes().any(|root| root.path(&["metadata", "name"]).and_then(Node::text) == Some(called));
        let numbers = (2..).map(|number| format!("{called}-{number}"));
        called = std::iter::once(called.clone()).chain(numbers).find(|called| !taken(called)).unwrap_or_default();
        spec["roles"] = json!([name]);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let field = spelling.field(key).ok_or_else(|| wordless(like))?;
        spec[field] = if key == "attributes" { value.clone() } else { respelled(value).ok_or_else(|| wordless(like))? };
    }
    let mut metadata = json!({ "name": allowed(&called, like)? });
    if let Some(namespace) = like.path(&["metadata", "namespace"]).and_then(Node::text) {
        metadata["namespace"] = json!(namespace);
    }
    let version = like.get("apiVersion").and_then(Node::text).unwrap_or_default();
    let resource = json!({ "apiVersion": version, "kind": spelling.resource, "metadata": metadata, "spec": spec });
    document.add_document(&yaml(&resource))
}

/// The same operation in the resource's own words.
fn spelled(op: &Op, root: Node<'_>) -> Result<Op, Refusal> {
    let spelling = Spelling::of(op.kind).ok_or_else(|| wordless(root))?;
    let Some(Step::Key(first)) = op.path.get(1) else { return Err(wordless(root)) };
    let mut path = vec![key("spec"), key(spelling.field(first).ok_or_else(|| wordless(root))?)];
    for step in &op.path[2..] {
        path.push(match step {
            Step::Key(name) if first != "attributes" => key(Spelling::rule_field(name).ok_or_else(|| wordless(root))?),
            step => step.clone(),
        });
    }
    let act = match &op.act {
        Act::Put(value) if first != "attributes" => Act::Put(respelled(value).ok_or_else(|| wordless(root))?),
        Act::Push(value) => Act::Push(respelled(value).ok_or_else(|| wordless(root))?),
        act => act.clone(),
    };
    Ok(Op { kind: op.kind, path, act })
}

/// Rules with their keys in camelCase; none where a key has no counterpart.
fn respelled(value: &Json) -> Option<Json> {
    Some(match value {
        Json::Array(items) => items.iter().map(respelled).collect::<Option<_>>()?,
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| Some((Spelling::rule_field(key)?.to_owned(), respelled(value)?)));
            Json::Object(entries.collect::<Option<_>>()?)
        }
        value => value.clone(),
    })
}

/// A resource's name, where Kubernetes takes it.
fn allowed<'n>(name: &'n str, at: Node<'_>) -> Result<&'n str, Refusal> {
    let letters = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    let edges = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.ends_with(|c: char| c.is_ascii_alphanumeric());
    if letters && edges && name.len() <= 253 {
        Ok(name)
    } else {
        Err(refuse("a name that Kubernetes does not take (lower-case letters, digits, `-` and `.` only)", at))
    }
}

fn wordless(at: Node<'_>) -> Refusal {
    refuse("a key that the operator's resource has no field for", at)
}

fn refuse(what: &'static str, at: Node<'_>) -> Refusal {
    Refusal { reason: Reason::Unsupported(what), place: Some(at.place()) }
}

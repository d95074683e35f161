//! Finding an entry's parts in a document, in whichever spelling they are written, and editing them there.

use serde_json::{Value as Json, json};

use super::super::text::{nest, yaml};
use super::role::own_metadata;
use crate::engine::change::RuleNumber;
use crate::engine::model::elasticsearch::DocumentKind;
use crate::engine::model::opensearch;
use crate::yaml::{At, Document, Editor, Kind, Node, Reason, Refusal, Value};

/// One step down a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// The entry of a name: a key of the root, or an item of Kibana's list.
    Entry(String),
    /// From an entry to the role itself.
    Body,
    /// A key, under any of its spellings.
    Key(&'static str),
    /// An item of a list, from zero; of Shield's mapping of patterns, an entry.
    Item(usize),
}

impl Step {
    pub(super) fn item(rule: RuleNumber) -> Self {
        Step::Item(rule.0.saturating_sub(1))
    }
}

/// What is done at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    Create(Json),
    Copy(String),
    Rename(String),
    Cut,
    CutIfThere,
    Put(Json),
    Query(String),
    PushValue(Json),
    Push(String),
    Remove(String),
    Replace(String, String),
    ReplaceInRules(&'static str, String, String),
}

/// Where a path leads.
enum End<'d> {
    /// To a node, and the key that it stands behind.
    Node(Node<'d>, Option<Node<'d>>),
    /// To a node that lacks the rest of the path.
    Gap(Node<'d>, Vec<String>),
}

/// The spellings of a key; the first is the one that is written.
fn spellings(key: &'static str) -> &'static [&'static str] {
    match key {
        "indices" => &["indices", "index"],
        "run_as" => &["run_as", "runAs"],
        "names" => &["names", "name"],
        "cluster" => &["cluster"],
        "applications" => &["applications"],
        "application" => &["application"],
        "privileges" => &["privileges"],
        "resources" => &["resources"],
        "actions" => &["actions"],
        "query" => &["query"],
        "field_security" => &["field_security"],
        "grant" => &["grant"],
        "except" => &["except"],
        "allow_restricted_indices" => &["allow_restricted_indices"],
        "roles" => &["roles"],
        "rules" => &["rules"],
        "enabled" => &["enabled"],
        "description" => &["description"],
        "elasticsearch" => &["elasticsearch"],
        _ => &[],
    }
}

/// Whether a lone text of a role is a list with commas (the reader's old spelling) at the end of this path.
fn has_commas(path: &[Step]) -> bool {
    let in_applications = path.contains(&Step::Key("applications"));
    match path.last() {
        Some(Step::Key("cluster" | "run_as" | "grant" | "except")) => true,
        Some(Step::Key("privileges")) => !in_applications,
        _ => false,
    }
}

/// Do one operation.
pub(super) fn edit<'d>(
    kind: DocumentKind,
    path: &[Step],
    act: &Act,
    document: &'d Document,
    editor: &mut Editor<'d>,
) -> Result<(), Refusal> {
    let lost = || Refusal { reason: Reason::NoSuchKey(words(path)), place: document.root().map(Node::place) };
    let Some(root) = document.root() else {
        return match (act, path) {
            (Act::Create(value), [Step::Entry(name)]) if kind != DocumentKind::KibanaRoles => {
                editor.set_root(&Value::Map(vec![(name.clone(), yaml(value))]))
            }
            (Act::Push(text), [Step::Entry(name)]) => editor.set_root(&Value::Map(vec![(name.clone(), Value::texts([text.clone()]))])),
            _ => Err(lost()),
        };
    };
    // Kibana keeps them in a list of its own, which says features and spaces
    if kind == DocumentKind::KibanaRoles && path.contains(&Step::Key("applications")) {
        return Err(lost());
    }
    let end = walk(kind, root, path).ok_or_else(lost)?;
    match (act, end) {
        (Act::Create(value), End::Gap(root, rest)) if path.len() == 1 => create(kind, editor, root, &rest.concat(), value),
        (Act::Copy(to), End::Node(node, _)) => {
            let mut copy = opensearch::json(node);
            if let Some(metadata) = copy.get_mut("metadata") {
                *metadata = own_metadata(metadata);
            }
            for name in inner_names(kind) {
                if copy.get(name).is_some() {
                    copy[name] = json!(to);
                }
            }
            let root = if kind == DocumentKind::KibanaRoles { node.parent().unwrap_or(root) } else { root };
            match kind {
                DocumentKind::KibanaRoles => editor.add_item(root.id(), At::End, &yaml(&copy)),
                _ => editor.add_entry(root.id(), At::End, to, &yaml(&copy)),
            }
        }
        (Act::Rename(to), End::Node(node, key)) => {
            for name in inner_names(kind) {
                if let Some(inner) = node.get(name) {
                    editor.set_value(inner.id(), &Value::Text(to.clone()))?;
                }
            }
            key.map_or(Ok(()), |key| editor.rename_key(key.id(), to))
        }
        (Act::Cut | Act::CutIfThere, End::Node(_, Some(key))) => editor.remove_entry(key.id()),
        (Act::Cut | Act::CutIfThere, End::Node(node, None)) => editor.remove_item(node.id()),
        (Act::CutIfThere, End::Gap(..)) => Ok(()),
        (Act::Put(value), End::Node(node, _)) => editor.set_value(node.id(), &yaml(value)),
        (Act::Put(value), End::Gap(parent, rest)) => fill(editor, parent, &rest, yaml(value)),
        (Act::Query(query), End::Node(node, _)) => match serde_json::from_str::<Json>(query) {
            Ok(value) if node.kind() == Kind::Mapping && value.is_object() => editor.set_value(node.id(), &yaml(&value)),
            _ => editor.set_value(node.id(), &Value::Text(query.clone())),
        },
        (Act::Query(query), End::Gap(parent, rest)) => fill(editor, parent, &rest, Value::Text(query.clone())),
        (Act::PushValue(value), End::Node(node, _)) if node.kind() == Kind::Mapping => shield(editor, node, value).ok_or_else(lost)?,
        (Act::PushValue(value), End::Node(node, _)) => editor.add_item(node.id(), At::End, &yaml(value)),
        (Act::PushValue(value), End::Gap(parent, rest)) => fill(editor, parent, &rest, Value::List(vec![yaml(value)])),
        (Act::Push(text), End::Gap(parent, rest)) => fill(editor, parent, &rest, Value::texts([text.clone()])),
        (Act::Push(text), End::Node(node, key)) => {
            let list = List { node, key, commas: has_commas(path) };
            list.change(editor, |items| items.push(text.clone()), Some(text))
        }
        (Act::Remove(text), End::Node(node, key)) => {
            if node.kind() == Kind::Sequence {
                return node.items().filter(|item| item.text() == Some(text)).try_for_each(|item| editor.remove_item(item.id()));
            }
            List { node, key, commas: has_commas(path) }.change(editor, |items| items.retain(|have| have != text), None)
        }
        (Act::Replace(text, with), End::Node(node, key)) => {
            if node.kind() == Kind::Sequence {
                let named = node.items().filter(|item| item.text() == Some(text));
                return named.into_iter().try_for_each(|item| editor.set_value(item.id(), &Value::Text(with.clone())));
            }
            let swap = |items: &mut Vec<String>| items.iter_mut().filter(|have| *have == text).for_each(|have| with.clone_into(have));
            List { node, key, commas: has_commas(path) }.change(editor, swap, None)
        }
        (Act::ReplaceInRules(field, text, with), End::Node(node, _)) => in_rules(editor, node, field, text, with),
        _ => Err(lost()),
    }
}

/// The keys of an entry that repeat its name.
fn inner_names(kind: DocumentKind) -> &'static [&'static str] {
    match kind {
        DocumentKind::Users => &["username"],
        DocumentKind::KibanaRoles | DocumentKind::Privileges => &["name"],
        DocumentKind::Roles | DocumentKind::RoleMappings => &[],
    }
}

fn words(path: &[Step]) -> String {
    let word = |step: &Step| match step {
        Step::Entry(name) => name.clone(),
        Step::Key(key) => (*key).to_owned(),
        Step::Item(at) => format!("{}", at + 1),
        Step::Body => String::new(),
    };
    path.iter().map(word).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(".")
}

fn walk<'d>(kind: DocumentKind, root: Node<'d>, path: &[Step]) -> Option<End<'d>> {
    let (mut node, mut key): (Node<'d>, Option<Node<'d>>) = (root, None);
    for (at, step) in path.iter().enumerate() {
        let below = || -> Option<Vec<String>> {
            path[at..]
                .iter()
                .filter(|step| **step != Step::Body)
                .map(|step| match step {
                    Step::Entry(name) => Some(name.clone()),
                    Step::Key(key) => Some((*key).to_owned()),
                    _ => None,
                })
                .collect()
        };
        match step {
            Step::Entry(name) if kind == DocumentKind::KibanaRoles => {
                let named = |item: &Node<'d>| item.get("name").and_then(|name| name.text()) == Some(name);
                match node.kind() {
                    Kind::Sequence => match node.items().rev().find(named) {
                        Some(item) => node = item,
                        None => return Some(End::Gap(node, below()?)),
                    },
                    _ if named(&node) => {}
                    _ => return None,
                }
            }
            Step::Entry(name) => match node.entries().rev().find(|entry| entry.key.text() == Some(name)) {
                Some(entry) => (node, key) = (entry.value, Some(entry.key)),
                None => return Some(End::Gap(node, below()?)),
            },
            Step::Body if kind == DocumentKind::KibanaRoles => match node.get("elasticsearch") {
                Some(body) => node = body,
                None => return None,
            },
            Step::Body => {}
            // Shield: the names are the key, and what is allowed may stand behind it at once
            Step::Key("names") if is_pattern(key) => {
                let pattern = key?;
                (node, key) = (pattern, Some(pattern));
            }
            Step::Key("privileges") if is_pattern(key) && node.kind() != Kind::Mapping => {}
            Step::Key(word) => {
                let found = node.entries().rev().find(|entry| entry.key.text().is_some_and(|text| spellings(word).contains(&text)));
                match found {
                    Some(entry) => (node, key) = (entry.value, Some(entry.key)),
                    None => return Some(End::Gap(node, below()?)),
                }
            }
            Step::Item(number) if node.kind() == Kind::Mapping => {
                let entry = node.entries().nth(*number)?;
                (node, key) = (entry.value, Some(entry.key));
            }
            Step::Item(number) => (node, key) = (node.items().filter(|item| item.kind() == Kind::Mapping).nth(*number)?, None),
        }
    }
    Some(End::Node(node, key))
}

/// Whether the key is an index pattern of Shield's mapping: its mapping stands behind `indices` itself.
fn is_pattern(key: Option<Node<'_>>) -> bool {
    let holder = key.and_then(Node::parent);
    let Some(above) = holder.and_then(Node::parent) else { return false };
    above
        .entries()
        .any(|entry| matches!(entry.key.text(), Some("indices" | "index")) && holder.is_some_and(|holder| entry.value.id() == holder.id()))
}

fn create(kind: DocumentKind, editor: &mut Editor<'_>, root: Node<'_>, name: &str, value: &Json) -> Result<(), Refusal> {
    match kind {
        DocumentKind::KibanaRoles => {
            editor.add_item(root.id(), At::End, &yaml(&json!({ "name": name, "elasticsearch": value, "kibana": [] })))
        }
        _ => editor.add_entry(root.id(), At::End, name, &yaml(value)),
    }
}

/// Put a value below missing keys. What stands behind a pattern of Shield's becomes its privileges.
fn fill(editor: &mut Editor<'_>, parent: Node<'_>, rest: &[String], value: Value) -> Result<(), Refusal> {
    let Some((first, inner)) = rest.split_first() else { return editor.set_value(parent.id(), &value) };
    if parent.kind() != Kind::Mapping && !parent.is_null() {
        let held = ("privileges".to_owned(), yaml(&opensearch::json(parent)));
        return editor.set_value(parent.id(), &Value::Map(vec![held, (first.clone(), nest(inner, value))]));
    }
    editor.add_entry(parent.id(), At::End, first, &nest(inner, value))
}

/// One more entry of `indices` in Shield's spelling, a pattern as key.
fn shield(editor: &mut Editor<'_>, indices: Node<'_>, value: &Json) -> Option<Result<(), Refusal>> {
    let names: Option<Vec<&str>> = value.get("names")?.as_array()?.iter().map(Json::as_str).collect();
    let mut value = value.clone();
    value.as_object_mut()?.shift_remove("names");
    Some(editor.add_entry(indices.id(), At::End, &names?.join(","), &yaml(&value)))
}

/// Texts that stand as a list, as one text, or as a key of Shield's.
struct List<'d> {
    node: Node<'d>,
    key: Option<Node<'d>>,
    commas: bool,
}

impl List<'_> {
    fn change(&self, editor: &mut Editor<'_>, change: impl FnOnce(&mut Vec<String>), new: Option<&String>) -> Result<(), Refusal> {
        let node = self.node;
        if let (Kind::Sequence, Some(new)) = (node.kind(), new) {
            return editor.add_item(node.id(), At::End, &Value::Text(new.clone()));
        }
        let as_key = self.key.is_some_and(|key| key.id() == node.id());
        let mut items: Vec<String> = match node.text().filter(|_| !node.is_null()) {
            Some(text) if self.commas || as_key => text.split(',').map(|part| part.trim().to_owned()).collect(),
            Some(text) => vec![text.to_owned()],
            None => Vec::new(),
        };
        items.retain(|item| !item.is_empty());
        change(&mut items);
        let plain = |item: &String| !item.is_empty() && !item.contains(',') && item.trim() == item;
        let joined = || items.join(if node.text().is_some_and(|text| text.contains(", ")) || !as_key { ", " } else { "," });
        if as_key {
            return editor.rename_key(node.id(), &joined());
        }
        let value = match items.as_slice() {
            [one] if !self.commas && !node.is_null() => Value::Text(one.clone()),
            [_, ..] if self.commas && !node.is_null() && items.iter().all(plain) => Value::Text(joined()),
            _ => Value::texts(items.iter().cloned()),
        };
        editor.set_value(node.id(), &value)
    }
}

fn in_rules(editor: &mut Editor<'_>, rule: Node<'_>, field: &str, text: &str, with: &str) -> Result<(), Refusal> {
    for entry in rule.entries() {
        match entry.key.text() {
            Some("any" | "all") => entry.value.items().try_for_each(|item| in_rules(editor, item, field, text, with))?,
            Some("except") => in_rules(editor, entry.value, field, text, with)?,
            Some("field") => {
                let values = entry.value.get(field).into_iter();
                let values: Vec<Node<'_>> =
                    values.flat_map(|value| if value.kind() == Kind::Sequence { value.items().collect() } else { vec![value] }).collect();
                for value in values.into_iter().filter(|value| value.text() == Some(text)) {
                    editor.set_value(value.id(), &Value::Text(with.to_owned()))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

//! A file of changes: a YAML (or JSON) list, or a mapping with the list under `changes`.

use super::Change;
use crate::engine::model::opensearch::json;
use crate::source::Problem;
use crate::yaml::{Document, Kind, Node};

/// The changes of a document, in order, each as read or the problem that it has.
pub fn read_changes(document: &Document) -> Result<Vec<Change>, Vec<Problem>> {
    if !document.problems().is_empty() {
        return Err(document.problems().to_vec());
    }
    let Some(root) = document.root().filter(|root| !root.is_null()) else { return Ok(Vec::new()) };
    let list = root.get("changes").unwrap_or(root);
    if list.kind() != Kind::Sequence {
        return Err(vec![
            Problem::error(Some(list.place()), "expected a list of changes")
                .help("start each change with `- change: NAME`; `rolesmith guide changes` shows every one"),
        ]);
    }
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    for item in list.items() {
        match serde_json::from_value::<Change>(value(item)) {
            Ok(change) => changes.push(change),
            Err(error) => problems.push(Problem::error(Some(item.place()), format!("not a change: {error}")).help(help(item))),
        }
    }
    if problems.is_empty() { Ok(changes) } else { Err(problems) }
}

/// Names are texts however they are written (`user: 123`); only rule numbers, switches and settings' values have types.
fn value(item: Node<'_>) -> serde_json::Value {
    let mut value = json(item);
    for entry in item.entries() {
        let Some(name) = entry.key.text() else { continue };
        if matches!(name, "rule" | "value" | "enabled") || entry.value.is_null() {
            continue;
        }
        if let Some(text) = entry.value.text() {
            value[name] = serde_json::Value::String(text.to_owned());
        }
    }
    if value.get("attribute").is_some()
        && let Some(text) = item.get("value").and_then(Node::text)
    {
        value["value"] = serde_json::Value::String(text.to_owned());
    }
    value
}

fn help(item: Node<'_>) -> String {
    let wanted = item.get("change").and_then(Node::text).unwrap_or_default();
    match Change::names().map(|name| (distance(wanted, name), name)).min() {
        Some((0, _)) => "`rolesmith guide changes` shows an example of every change".to_owned(),
        Some((away, name)) if away <= 4 => format!("did you mean `{name}`?"),
        _ => "`rolesmith guide changes` lists them all".to_owned(),
    }
}

/// How many single-character edits lie between two short names.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.chars().enumerate() {
            let next = (corner + usize::from(from != to)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The changes as YAML that [`read_changes`] reads back.
pub fn write_changes(changes: &[Change]) -> String {
    serde_yaml::to_string(changes).unwrap_or_default()
}

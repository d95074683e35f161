//! The content of a node without its notation: what an edit writes, and what a check compares.

use std::collections::{HashMap, HashSet};

use super::document::{Kind, Node, Style};
use super::resolve::{Reader, Resolved, resolve};

/// New content for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Written `null`.
    Null,
    /// Written `true` or `false`.
    Bool(bool),
    /// A decimal number as text, written as it stands; text that is no plain decimal number is quoted.
    Number(String),
    /// Text, quoted where a reader could take it otherwise.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Keys and values in order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A list of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Value::List(texts.into_iter().map(|text| Value::Text(text.into())).collect())
    }

    /// What `reader` makes of a node. An alias is its name with the star off, a merge key an ordinary key,
    /// for neither reader expands them; a key that is no scalar becomes the empty text.
    pub fn read(node: Node<'_>, reader: Reader) -> Self {
        match node.kind() {
            Kind::Sequence => Value::List(node.items().map(|item| Self::read(item, reader)).collect()),
            Kind::Mapping => Value::Map(
                node.entries().map(|entry| (entry.key.text().unwrap_or_default().to_owned(), Self::read(entry.value, reader))).collect(),
            ),
            Kind::Alias => {
                let bytes = node.document().bytes().get(node.span().range()).unwrap_or_default();
                Value::Text(String::from_utf8_lossy(bytes).trim_start_matches('*').to_owned())
            }
            Kind::Scalar => {
                let text = node.text().unwrap_or_default();
                if node.style() != Style::Plain || node.is_tagged() {
                    return Value::Text(text.to_owned());
                }
                match resolve(text, reader) {
                    Resolved::Text => Value::Text(text.to_owned()),
                    Resolved::Bool(value) => Value::Bool(value),
                    Resolved::Null => Value::Null,
                    Resolved::Number => Value::Number(text.to_owned()),
                }
            }
        }
    }

    /// Whether a node already holds this value, so that nothing needs to be written. Text agrees with an
    /// unquoted scalar of the same letters, for the typed fields of the engines take it as text
    /// (only an unquoted `null` never is one); the other kinds agree where either reader takes them so.
    /// The order of keys does not matter.
    pub fn matches(&self, node: Node<'_>) -> bool {
        let plain = |wanted: Resolved| {
            node.kind() == Kind::Scalar
                && node.style() == Style::Plain
                && node.text().is_some_and(|text| resolve(text, Reader::Jackson2) == wanted || resolve(text, Reader::Jackson3) == wanted)
        };
        match self {
            Value::Null => plain(Resolved::Null),
            Value::Bool(value) => plain(Resolved::Bool(*value)),
            Value::Number(number) => plain(Resolved::Number) && node.text() == Some(number),
            Value::Text(text) => node.text() == Some(text) && (text != "null" || node.style() != Style::Plain),
            Value::List(items) => {
                node.kind() == Kind::Sequence
                    && node.items().len() == items.len()
                    && items.iter().zip(node.items()).all(|(value, item)| value.matches(item))
            }
            Value::Map(entries) => {
                node.kind() == Kind::Mapping && node.entries().len() == entries.len() && {
                    let in_order = entries
                        .iter()
                        .zip(node.entries())
                        .all(|((key, value), entry)| entry.key.text() == Some(key) && value.matches(entry.value));
                    in_order || {
                        let nodes: HashMap<&str, Node<'_>> =
                            node.entries().filter_map(|entry| entry.key.text().map(|key| (key, entry.value))).collect();
                        entries.iter().all(|(key, value)| nodes.get(key.as_str()).is_some_and(|node| value.matches(*node)))
                    }
                }
            }
        }
    }

    /// How deep it nests; a scalar is 0. Stops counting at `limit`.
    pub(super) fn depth(&self, limit: usize) -> usize {
        let children = |values: &mut dyn Iterator<Item = &Value>| match limit {
            0 => 0,
            _ => values.map(|value| value.depth(limit - 1)).max().map_or(0, |depth| depth + 1).max(1),
        };
        match self {
            Value::List(items) => children(&mut items.iter()),
            Value::Map(entries) => children(&mut entries.iter().map(|(_, value)| value)),
            _ => 0,
        }
    }

    /// Whether a mapping in it has the same key twice.
    pub(super) fn repeats_key(&self) -> Option<&str> {
        match self {
            Value::List(items) => items.iter().find_map(Value::repeats_key),
            Value::Map(entries) => {
                let mut seen = HashSet::with_capacity(entries.len());
                entries.iter().find_map(|(key, value)| if seen.insert(key) { value.repeats_key() } else { Some(key.as_str()) })
            }
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

//! Content to text: a new document from values, written so that every reader takes it the same.

use serde_json::Value as Json;

use crate::source::FileId;
use crate::yaml::{Document, Refusal, Value};

/// JSON as the values that documents are written from.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Number(number.to_string()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(fields) => Value::Map(fields.iter().map(|(key, field)| (key.clone(), value(field))).collect()),
    }
}

/// The text of a document that holds this content.
pub(super) fn text(json: &Json) -> Result<Vec<u8>, Refusal> {
    let empty = Document::parse(FileId::default(), b"---\n".to_vec());
    let empty = if empty.root().is_none() { empty } else { Document::parse(FileId::default(), Vec::new()) };
    let mut editor = empty.edit()?;
    editor.set_root(&value(json))?;
    Ok(editor.finish()?.document.bytes().to_vec())
}

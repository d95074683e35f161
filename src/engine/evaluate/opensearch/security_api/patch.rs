//! What a JSON patch touches, as far as the guards of entries look at it.

use serde_json::Value;

use crate::engine::request::Body;

/// The entry that an operation is about (`/name/field` in a patch of a whole collection), and what it puts there.
pub(super) struct Touched<'a> {
    /// The entry's name.
    pub name: String,
    /// What is put; none for a removal.
    pub value: Option<&'a Value>,
    /// The entry itself is put or removed, not a field of it.
    pub whole: bool,
}

/// The operations of a patch.
pub(super) fn operations(body: &Body) -> &[Value] {
    match body {
        Body::Json(Value::Array(operations)) | Body::Lines(operations) => operations,
        _ => &[],
    }
}

/// What each operation touches; `entry` names the one that the path of the request is about.
pub(super) fn touched<'a>(operations: &'a [Value], entry: Option<&str>) -> Vec<Touched<'a>> {
    operations
        .iter()
        .filter_map(|operation| {
            let path = operation.get("path")?.as_str()?.strip_prefix('/')?;
            let (first, rest) = path.split_once('/').map_or((path, ""), |(first, rest)| (first, rest));
            let unescaped = first.replace("~1", "/").replace("~0", "~");
            let value = operation.get("value").filter(|_| operation["op"] != "remove");
            Some(match entry {
                Some(name) => Touched { name: name.to_owned(), value, whole: false },
                None => Touched { name: unescaped, value, whole: rest.is_empty() },
            })
        })
        .collect()
}

/// Every text below a value.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    let (mut open, mut found) = (vec![value], Vec::new());
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text.as_str()),
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    found
}

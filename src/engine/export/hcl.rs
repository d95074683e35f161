//! Terraform's notation.

use serde_json::Value;

/// A text in quotes; what would be a template there is escaped.
pub(super) fn text(text: &str) -> String {
    let mut out = String::from("\"");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if letters.peek() == Some(&'{') => out.extend([letter, letter]),
            letter if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A list of texts on one line.
pub(super) fn list(items: &Value) -> String {
    let items: Vec<String> = items.as_array().into_iter().flatten().filter_map(Value::as_str).map(text).collect();
    format!("[{}]", items.join(", "))
}

/// A name that a resource or variable can have.
pub(super) fn identifier(name: &str) -> String {
    let mut out: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.insert(0, '_');
    }
    out
}

/// Assignments, their signs aligned as `terraform fmt` does.
pub(super) fn assignments(pairs: &[(&str, String)], indent: &str) -> String {
    let width = pairs.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    pairs.iter().map(|(key, value)| format!("{indent}{key:width$} = {value}\n")).collect()
}

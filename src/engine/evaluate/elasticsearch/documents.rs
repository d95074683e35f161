//! What of the documents is left by document- and field-level security, in words: a request under it passes all the
//! same, and answers less.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fields::Fields;
use super::indices::Access;

/// A note for each kind of restriction on the names that an action reads, with the names under it.
pub(super) fn notes(action: &str, names: &[&str], access: &Access) -> Vec<String> {
    if !action.starts_with("indices:data/read/") {
        return Vec::new();
    }
    let mut under: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let Some(table) = access.tables.get(*name).filter(|table| table.granted) else { continue };
        for note in queries(&table.queries).into_iter().chain(table.fields.as_deref().map(fields)) {
            under.entry(note).or_default().push(name);
        }
    }
    let listed = |names: &[&str]| match names {
        [first, second, _, more @ ..] => format!("`{first}`, `{second}` and {} more", more.len() + 1),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    };
    under.into_iter().map(|(note, names)| format!("of {} {note}", listed(&names))).collect()
}

/// Sets of queries: one of a set is enough, and each set must be met.
fn queries(sets: &[BTreeSet<String>]) -> Option<String> {
    let sets: Vec<&BTreeSet<String>> = sets.iter().filter(|set| !set.is_empty()).collect();
    if sets.is_empty() {
        return None;
    }
    let mut texts = Vec::new();
    for set in sets {
        let mut alternatives = Vec::new();
        for query in set {
            match evaluated(query) {
                Ok(text) => alternatives.push(text),
                Err(why) => return Some(format!("it is unknown which documents are seen: {why}")),
            }
        }
        texts.push(alternatives.join(" or "));
    }
    Some(format!("only the documents of {} are seen", texts.join(", and of these those of ")))
}

/// The query itself; of a template its source where nothing is put in, else why it is not known.
fn evaluated(query: &str) -> Result<String, String> {
    let parsed: Option<Value> = serde_json::from_str(query).ok();
    let Some(template) = parsed.as_ref().and_then(|query| query.get("template")) else { return Ok(query.to_owned()) };
    if let Some(id) = template.get("id").and_then(Value::as_str) {
        return Err(format!("the query is the stored template `{id}`, which stands in the cluster"));
    }
    let source = template.get("source").or_else(|| template.get("inline"));
    let text = source.map(|source| source.as_str().map_or_else(|| source.to_string(), str::to_owned)).unwrap_or_default();
    if text.contains("{{") {
        return Err(format!("the query is a template over the user, which is not evaluated: {text}"));
    }
    Ok(text)
}

fn fields(fields: &Fields) -> String {
    let part = |(grant, except): &(Option<Vec<String>>, Vec<String>)| {
        let granted = grant.as_ref().map_or("every field".to_owned(), |grant| match grant.as_slice() {
            [] => "no field but those of the engine".to_owned(),
            grant => format!("the fields {}", grant.join(", ")),
        });
        if except.is_empty() { granted } else { format!("{granted} without {}", except.join(", ")) }
    };
    let parts: Vec<String> = fields.definitions.iter().map(part).collect();
    format!("only these are seen: {}", parts.join("; and "))
}

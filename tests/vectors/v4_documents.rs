//! What v4 shows of documents, against the recorded answers.

use rolesmith::engine::cluster::{Cluster, Document, matches_query};
use rolesmith::engine::evaluate::HASHED;
use rolesmith::engine::evaluate::opensearch::v4::V4;
use rolesmith::engine::evaluate::{Subject, Verdict};
use serde_json::{Value, json};

/// Which documents and fields come back, for reads whose answer was recorded.
pub fn documents(case: &Value, v4: &V4, subject: &Subject, state: &Cluster, verdict: &Verdict) -> Option<(Vec<String>, Vec<String>)> {
    let response = case.get("response")?;
    let path = case["path"].as_str()?;
    let (path, parameters) = path.split_once('?').unwrap_or((path, ""));
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if verdict.status.is_some() || case["status"] == 500 {
        return None;
    }
    let see = |index: &str, id: &str, query: Option<&Value>| {
        let document = state.indices.get(index)?.documents.as_ref()?.iter().find(|document| document.id == id)?;
        let seen = v4.seen(subject, index);
        let shown = Document { id: id.to_owned(), source: seen.view.show(&document.source) };
        let found = query.is_none_or(|query| matches_query(query, index, &shown).unwrap_or(false));
        (found && !seen.nothing && seen.view.sees(document)?).then_some(shown.source)
    };
    let (recorded, answered): (Vec<Value>, Vec<Value>) = match segments[..] {
        [indices, "_search"] if !parameters.contains("q=") && case["body"].get("suggest").is_none() && case["body"]["size"] != 0 => {
            let found = response.pointer("/hits/hits")?.as_array()?;
            let recorded = found.iter().map(|hit| json!([hit["_index"], hit["_id"], hit["_source"]])).collect();
            let names = indices.split(',').flat_map(|name| match state.aliases.get(name) {
                Some(members) => members.iter().map(|member| member.index.as_str()).collect::<Vec<_>>(),
                None => vec![name],
            });
            let query = case["body"].get("query");
            let answered = names.flat_map(|name| ["1", "2"].map(|id| see(name, id, query).map(|source| json!([name, id, source]))));
            (recorded, answered.flatten().collect())
        }
        [index, "_count"] => {
            let counted = ["1", "2"].into_iter().filter(|id| see(index, id, None).is_some()).count();
            (vec![response["count"].clone()], vec![json!(counted)])
        }
        [index, "_doc", id] => {
            let recorded = if response["found"] == true { vec![response["_source"].clone()] } else { Vec::new() };
            (recorded, see(index, id, None).into_iter().collect())
        }
        [index, "_source", id] => {
            let recorded = if case["status"] == 200 { vec![response.clone()] } else { Vec::new() };
            (recorded, see(index, id, None).into_iter().collect())
        }
        ["_mget"] => {
            let docs = response["docs"].as_array()?.iter();
            let recorded = docs.filter(|doc| doc["found"] == true).map(|doc| json!([doc["_index"], doc["_id"], doc["_source"]])).collect();
            let answered = case["body"]["docs"].as_array()?.iter().filter_map(|doc| {
                let (index, id) = (doc["_index"].as_str()?, doc["_id"].as_str()?);
                Some(json!([index, id, see(index, id, None)?]))
            });
            (recorded, answered.collect())
        }
        _ => return None,
    };
    let plain = |values: Vec<Value>| {
        let mut values: Vec<String> = values.iter().map(|value| hashes(value).to_string()).collect();
        values.sort();
        values
    };
    Some((plain(recorded), plain(answered)))
}

/// The value with its keys sorted and its hashes out of sight: 64 or 128 hexadecimal digits.
fn hashes(value: &Value) -> Value {
    match value {
        Value::String(text) if [64, 128].contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit()) => json!(HASHED),
        Value::Array(items) => Value::Array(items.iter().map(hashes).collect()),
        Value::Object(fields) => {
            let mut entries: Vec<(String, Value)> = fields.iter().map(|(key, value)| (key.clone(), hashes(value))).collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
}

//! Audit documents inside something else: hits, pages, shippers' envelopes, aggregation buckets.

use serde_json::{Map, Value};

use super::{Counted, event, json, once, plain};
use crate::engine::tune::audit::Record;
use crate::engine::tune::fact::Observation;

/// Envelopes inside envelopes are followed this deep.
const MAX_WRAPS: usize = 4;

/// Every event in a value.
pub(super) fn unwrap(value: Value) -> Vec<Counted> {
    let mut events = Vec::new();
    open(value, 0, &mut events);
    events
}

fn open(value: Value, depth: usize, events: &mut Vec<Counted>) {
    if depth > MAX_WRAPS {
        return;
    }
    let Value::Object(mut object) = value else {
        if let Value::Array(items) = value {
            items.into_iter().for_each(|item| open(item, depth + 1, events));
        }
        return;
    };
    if let Some(source) = object.remove("_source") {
        return open(source, depth + 1, events);
    }
    if let Some(Value::Object(mut hits)) = object.remove("hits") {
        return hits.remove("hits").map_or((), |hits| open(hits, depth + 1, events));
    }
    if let Some(Value::Object(aggregations)) = object.remove("aggregations") {
        return aggregations.into_iter().for_each(|(_, aggregation)| buckets(aggregation, events));
    }
    if let Some(observation) = shipped(&object) {
        return events.push(once(observation));
    }
    if object.contains_key("audit_category") || object.contains_key("event.action") {
        if let Ok(text) = serde_json::to_vec(&Value::Object(object))
            && let Ok(event) = serde_json::from_slice::<event::Event<'_>>(&text)
        {
            events.extend(event.observation().map(once));
        }
        return;
    }
    for key in ["message", "log", "@message"] {
        if let Some(Value::String(text)) = object.get(key) {
            let text = text.trim();
            let record = if text.starts_with('{') { json(text.as_bytes()) } else { plain::read(text.as_bytes()) };
            if let Record::Events(found) = record {
                events.extend(found);
            }
            return;
        }
    }
}

/// The nested form that log shippers make of an Elasticsearch event.
fn shipped(object: &Map<String, Value>) -> Option<Observation> {
    let audit = object.get("elasticsearch")?.get("audit")?;
    let granted = event::granted(object.get("event")?.get("action")?.as_str()?)?;
    Some(Observation {
        user: object.get("user")?.get("name")?.as_str()?.to_owned(),
        action: audit.get("action")?.as_str()?.to_owned(),
        indices: audit.get("indices").map(texts).unwrap_or_default(),
        granted,
    })
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// The buckets of the composite aggregation that `learn --query` prints.
fn buckets(aggregation: Value, events: &mut Vec<Counted>) {
    for bucket in aggregation.get("buckets").and_then(Value::as_array).into_iter().flatten() {
        let Some(key) = bucket.get("key") else { continue };
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let (Some(user), Some(action)) = (text("user"), text("action")) else { continue };
        let Some(granted) = text("result").and_then(event::granted) else { continue };
        let observation = Observation {
            user: user.to_owned(),
            action: action.to_owned(),
            indices: text("index").map(str::to_owned).into_iter().collect(),
            granted,
        };
        events.push(Counted { observation, count: bucket.get("doc_count").and_then(Value::as_u64).unwrap_or(1) });
    }
}

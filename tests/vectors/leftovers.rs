//! What a recording carried over: indices, aliases and streams were restored between the cases of a scenario, mappings and
//! further documents were not. The record does not hold them, but what its cases answered says what they left.

use std::collections::BTreeSet;

use rolesmith::engine::cluster::{Cluster, Document};
use serde_json::Value;

use crate::scenario::texts;

/// Scenarios were recorded one after the other on the same indices: a field that a single write brings, and
/// whose first successful write asks for no mapping update, was mapped before the scenario began.
pub fn mapped_before(scenario: &Value, cluster: &mut Cluster) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for case in scenario["cases"].as_array().into_iter().flatten() {
        let calls = case["actions"].as_array().cloned().unwrap_or_default();
        let written = calls.iter().any(|call| call["action"] == "indices:data/write/bulk[s]" && call["allowed"] == true);
        let single = case["path"].as_str().is_some_and(|path| path.contains("/_doc") || path.contains("/_create/"));
        if !written || !single || !case["body"].is_object() || !matches!(case["status"].as_u64(), Some(200 | 201)) {
            continue;
        }
        let mut fields = BTreeSet::new();
        fields_of(&case["body"], &mut fields);
        let updated = calls.iter().any(|call| call["action"] == "indices:admin/mapping/put");
        for field in &fields {
            if seen.insert(field.clone()) && !updated {
                cluster.indices.values_mut().filter_map(|index| index.fields.as_mut()).for_each(|known| {
                    known.insert(field.clone());
                });
            }
        }
    }
}

/// Names of fields in a body of any kind; too many do no harm.
fn fields_of(body: &Value, out: &mut BTreeSet<String>) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields {
                out.insert(name.clone());
                fields_of(value, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields_of(item, out)),
        _ => {}
    }
}

/// Mappings are not restored between cases: a field that a case has added stays.
pub fn remember_mapping(case: &Value, cluster: &mut Cluster) -> bool {
    let mut changed = false;
    let added = |call: &&Value| call["action"] == "indices:admin/mapping/put" && call["allowed"] == true;
    for call in case["actions"].as_array().into_iter().flatten().filter(added) {
        for name in texts(&call["indices"]) {
            let Some(fields) = cluster.indices.get_mut(&name).and_then(|index| index.fields.as_mut()) else { continue };
            let before = fields.len();
            fields_of(&case["body"], fields);
            if case["path"].as_str().is_some_and(|path| path.contains("pipeline=")) {
                fields.insert("(set by the pipeline)".to_owned());
            }
            changed |= fields.len() != before;
        }
    }
    changed
}

/// The documents of the fixture, which were written anew before a case.
const FIXTURE: [&str; 2] = ["1", "2"];

/// What a bulk request added to an index whose name has a leading dot stays until a case after which indices were restored
/// (`mutated_state`); it stands before the documents of the fixture, which were written anew. In all other indices nothing stays.
pub fn remember_documents(scenario: &Value, case: &Value, cluster: &mut Cluster) -> bool {
    if scenario["documents_restored"] == true {
        return false;
    }
    if case["mutated_state"] == true {
        let mut changed = false;
        for (_, index) in cluster.indices.iter_mut().filter(|(name, _)| name.starts_with('.') && !name.starts_with(".ds-")) {
            let Some(documents) = &mut index.documents else { continue };
            let before = documents.len();
            documents.retain(|document| FIXTURE.contains(&document.id.as_str()));
            changed |= documents.len() != before;
        }
        return changed;
    }
    if case["path"].as_str().and_then(|path| path.split('?').next()) != Some("/_bulk") {
        return false;
    }
    let mut changed = false;
    let mut lines = case["body"].as_array().into_iter().flatten();
    for item in case["items"].as_array().into_iter().flatten() {
        let Some((operation, target)) = lines.next().and_then(Value::as_object).and_then(|line| line.iter().next()) else { break };
        let source = if operation == "delete" { &Value::Null } else { lines.next().unwrap_or(&Value::Null) };
        if let (Some(index), Some(id), true) = (target["_index"].as_str(), target["_id"].as_str(), item["status"] == 201) {
            changed |= keep(cluster, index, id, source);
        }
    }
    changed
}

fn keep(cluster: &mut Cluster, index: &str, id: &str, source: &Value) -> bool {
    let documents = cluster.indices.get_mut(index).filter(|_| index.starts_with('.')).and_then(|index| index.documents.as_mut());
    let Some(documents) = documents.filter(|documents| documents.iter().all(|document| document.id != id)) else { return false };
    documents.insert(0, Document { id: id.to_owned(), source: source.clone() });
    true
}

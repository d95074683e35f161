//! A request as a value to write into a scenario file.

use serde_json::{Value, json};

use super::Case;
use crate::engine::request::Body;

/// The entry of a case, in the order that the guide shows.
pub fn case_value(case: &Case) -> Value {
    let mut out = serde_json::Map::new();
    let line = case.request.to_string();
    if !case.name.is_empty() && case.name != line {
        out.insert("name".into(), json!(case.name));
    }
    match case.users.as_slice() {
        [] => {}
        [one] => drop(out.insert("as".into(), json!(one.value))),
        many => drop(out.insert("as".into(), many.iter().map(|user| json!(user.value)).collect())),
    }
    out.insert("request".into(), json!(line));
    if !case.request.headers.is_empty() {
        out.insert("headers".into(), case.request.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect());
    }
    match &case.request.body {
        Body::None => {}
        Body::Json(value) => drop(out.insert("body".into(), value.clone())),
        body => drop(out.insert("body".into(), json!(body.text()))),
    }
    let mut outcomes = case.expect.values().map(|expectation| expectation.outcome.word());
    if let Some(first) = outcomes.next() {
        let shared = case.expect.len() == case.users.len() && outcomes.all(|outcome| outcome == first);
        let each = || case.expect.iter().map(|(user, expectation)| (user.clone(), json!(expectation.outcome.word()))).collect();
        out.insert("expect".into(), if shared { json!(first) } else { Value::Object(each()) });
    }
    if let Some(reason) = case.expect.values().find_map(|expectation| expectation.reason.as_ref()) {
        out.insert("reason".into(), json!(reason));
    }
    Value::Object(out)
}

//! Role mapping rules as the engine's own classes (x-pack-core 8.17.0 and 9.1.0, which answer alike) match them.

use std::collections::BTreeMap;

use rolesmith::engine::model::elasticsearch::Rule;
use serde_json::Value;

/// The fields that the engine gives rules to ask for.
fn fields(user: &Value) -> BTreeMap<String, Vec<Value>> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let mut fields = BTreeMap::from([("realm.name".to_owned(), vec![Value::from("native1")])]);
    for key in ["username", "dn", "groups"] {
        fields.insert(key.to_owned(), list(&user[key]));
    }
    for (key, value) in user["metadata"].as_object().unwrap() {
        fields.insert(format!("metadata.{key}"), list(value));
    }
    fields
}

#[test]
fn rules_are_matched_as_the_engine_matches_them() {
    let recorded: Value = serde_json::from_str(include_str!("rules/recorded.json")).unwrap();
    let users: Vec<_> = recorded["users"].as_array().unwrap().iter().map(fields).collect();
    let mut wrong = Vec::new();
    for case in recorded["cases"].as_array().unwrap() {
        let rule = Rule::from_json(&case["rule"]);
        for (user, answer) in users.iter().zip(case["answers"].as_array().unwrap()) {
            let ours = rule.as_ref().ok().map(|rule| rule.matches(user));
            if ours != answer.as_bool() {
                wrong.push(format!("{} of {}: {answer}, here {ours:?}", case["rule"], user["username"][0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

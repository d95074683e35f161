//! Role mapping rules as the engine's own classes (x-pack-core 8.17.0 and 9.1.0, which answer alike) match them.

use std::collections::BTreeMap;

use rolesmith::engine::model::elasticsearch::{Configuration, Rule, read_role_mappings};
use rolesmith::source::FileId;
use rolesmith::yaml::Document;
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

#[test]
fn a_rule_that_is_not_taken_in_part_is_not_taken_at_all() {
    let text = r#"{"m":{"enabled":true,"roles":["r"],"rules":{"all":[{"field":{"username":"*"}},{"except":{"field":{"groups":[]}}}]}}}"#;
    let document = Document::parse(FileId(0), text.as_bytes().to_vec());
    let (mut configuration, mut problems) = (Configuration::default(), Vec::new());
    read_role_mappings(document.root().unwrap(), &mut configuration, &mut problems);
    assert!(problems.iter().any(|problem| problem.message.contains("`groups` is compared with no value")));
    assert!(configuration.role_mappings.get("m").is_none_or(|mapping| mapping.rules.is_none()));
}

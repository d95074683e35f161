//! The rules of a role mapping as text and as a tree: a rule is named by the way to it, the number of the
//! rule in each list from the top.

use serde_json::{Value, json};

use crate::engine::model::elasticsearch::Rule;

/// The rule at a path as one line: `username=a, b`, or the API's JSON.
pub fn text(rules: Option<&Rule>, path: &[usize]) -> String {
    let mut found = rules;
    for number in path {
        found = match found {
            Some(Rule::Any(rules) | Rule::All(rules)) => rules.get(*number),
            Some(Rule::Except(rule)) => Some(rule),
            _ => None,
        };
    }
    match found {
        Some(Rule::Field(name, values)) if values.iter().all(|value| value.as_str().is_some_and(|text| !text.contains(','))) => {
            let values: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
            format!("{}={}", name.value, values.join(", "))
        }
        Some(rule) => rule.to_json().to_string(),
        None => String::new(),
    }
}

/// A rule from one line: `username=a, b`, `except groups=x`, `any`, `all`, or the API's JSON.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Value, String> {
    let text = text.trim();
    if text.starts_with('{') {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
        return Ok(value);
    }
    if let Some(rest) = text.strip_prefix("except ") {
        return Ok(json!({ "except": parse(rest)? }));
    }
    if matches!(text, "any" | "all") {
        return Ok(json!({ text: [] }));
    }
    let (field, values) = text.split_once('=').ok_or("write `field=value`, `except field=value`, `any`, `all` or the API's JSON")?;
    // a distinguished name holds commas itself, so only a blank behind one parts values
    let values: Vec<&str> = values.split(", ").map(str::trim).filter(|value| !value.is_empty()).collect();
    let value = if let [one] = values.as_slice() { json!(one) } else { json!(values) };
    Ok(json!({ "field": { field.trim(): value } }))
}

/// The list or rule inside a rule.
fn inside(rule: &mut Value) -> Option<&mut Value> {
    let word = ["any", "all", "except"].into_iter().find(|word| rule.get(word).is_some())?;
    rule.get_mut(word)
}

fn find<'v>(rules: &'v mut Value, path: &[usize]) -> Option<&'v mut Value> {
    let mut found = rules;
    for number in path {
        let inner = inside(found)?;
        found = if inner.is_array() { inner.get_mut(*number)? } else { inner };
    }
    Some(found)
}

/// The rules with another rule at a path.
pub fn replace(rules: Option<&Rule>, path: &[usize], rule: Value) -> Value {
    let Some(mut all) = rules.map(Rule::to_json) else { return rule };
    if let Some(place) = find(&mut all, path) {
        *place = rule;
    }
    all
}

/// The rules with one more in the list at a path; a rule that is no list becomes one of both.
pub fn add(rules: Option<&Rule>, path: &[usize], rule: Value) -> Value {
    let Some(mut all) = rules.map(Rule::to_json) else { return rule };
    if let Some(place) = find(&mut all, path) {
        match inside(place).and_then(Value::as_array_mut) {
            Some(list) => list.push(rule),
            None => *place = json!({ "all": [place.take(), rule] }),
        }
    }
    all
}

/// The rules without the one at a path; none when that is all of them.
pub fn without(rules: &Rule, path: &[usize]) -> Option<Value> {
    let (last, above) = path.split_last()?;
    let mut all = rules.to_json();
    let holder = find(&mut all, above)?;
    match inside(holder)?.as_array_mut() {
        Some(list) if *last < list.len() => drop(list.remove(*last)),
        // what is excepted goes with its `except`
        _ => return without(rules, above),
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rule {
        let value = json!({ "all": [{ "field": { "groups": ["a", "b"] } }, { "except": { "field": { "username": "x" } } }] });
        Rule::from_json(&value).expect("rules")
    }

    #[test]
    fn a_rule_is_written_and_read_on_one_line() {
        assert_eq!(text(Some(&rules()), &[0]), "groups=a, b");
        assert_eq!(text(Some(&rules()), &[1]), r#"{"except":{"field":{"username":"x"}}}"#);
        assert_eq!(text(Some(&rules()), &[1, 0]), "username=x");
        assert_eq!(parse("groups=a, b"), Ok(json!({ "field": { "groups": ["a", "b"] } })));
        assert_eq!(parse("dn=cn=a,dc=b"), Ok(json!({ "field": { "dn": "cn=a,dc=b" } })));
        assert_eq!(parse("except username=x"), Ok(json!({ "except": { "field": { "username": "x" } } })));
        assert!(parse("username").is_err());
    }

    #[test]
    fn a_rule_is_replaced_added_and_taken_out_where_it_stands() {
        let changed = replace(Some(&rules()), &[1, 0], json!({ "field": { "username": "y" } }));
        assert_eq!(changed["all"][1], json!({ "except": { "field": { "username": "y" } } }));
        let added = add(Some(&rules()), &[], json!({ "any": [] }));
        assert_eq!(added["all"].as_array().map(Vec::len), Some(3));
        let wrapped = add(Some(&rules()), &[0], json!({ "any": [] }));
        assert_eq!(wrapped["all"][0]["all"].as_array().map(Vec::len), Some(2));
        assert_eq!(without(&rules(), &[1, 0]), Some(json!({ "all": [{ "field": { "groups": ["a", "b"] } }] })));
        assert_eq!(without(&rules(), &[]), None);
    }
}

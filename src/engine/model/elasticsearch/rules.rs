//! Role mapping rules: who is meant.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::opensearch::json;
use crate::engine::pattern::lucene::{Dialect, pattern};
use crate::source::{FileId, Located, Problem};
use crate::yaml::{Document, Kind, Node};

/// How deep rules may nest.
const DEPTH: usize = 64;

/// A rule of a role mapping.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Any of these.
    Any(Vec<Rule>),
    /// All of these; of none, true.
    All(Vec<Rule>),
    /// Not this; allowed inside `all` only.
    Except(Box<Rule>),
    /// A field of the user (`username`, `dn`, `groups`, `realm.name`, `metadata.x`) equals or matches
    /// one of the values; null matches a field that is not there.
    Field(Located<String>, Vec<Located<serde_json::Value>>),
}

impl Rule {
    /// Read a rule; what cannot be taken becomes a problem.
    pub fn read(node: Node<'_>, problems: &mut Vec<Problem>) -> Option<Rule> {
        read(node, problems, false, 0)
    }

    /// Read a rule as the API writes it.
    ///
    /// # Errors
    /// What cannot be taken, in words.
    pub fn from_json(value: &serde_json::Value) -> Result<Rule, String> {
        let document = Document::parse(FileId(0), value.to_string().into_bytes());
        let mut problems = document.problems().to_vec();
        let rule = document.root().and_then(|root| Rule::read(root, &mut problems));
        match (rule, problems.into_iter().next()) {
            (Some(rule), None) => Ok(rule),
            (_, problem) => Err(problem.map_or_else(|| "no rule is given".to_owned(), |problem| problem.message)),
        }
    }

    /// The rule as the API writes it.
    pub fn to_json(&self) -> serde_json::Value {
        let list = |rules: &[Rule]| rules.iter().map(Rule::to_json).collect::<Vec<_>>();
        match self {
            Rule::Any(rules) => serde_json::json!({ "any": list(rules) }),
            Rule::All(rules) => serde_json::json!({ "all": list(rules) }),
            Rule::Except(rule) => serde_json::json!({ "except": rule.to_json() }),
            Rule::Field(name, values) => {
                let values = match values.as_slice() {
                    [one] => one.value.clone(),
                    many => many.iter().map(|value| value.value.clone()).collect(),
                };
                let mut field = serde_json::Map::new();
                field.insert(name.value.clone(), values);
                serde_json::json!({ "field": field })
            }
        }
    }

    /// Whether a field is compared with exactly this text somewhere.
    pub fn names(&self, field: &str, text: &str) -> bool {
        match self {
            Rule::Any(rules) | Rule::All(rules) => rules.iter().any(|rule| rule.names(field, text)),
            Rule::Except(rule) => rule.names(field, text),
            Rule::Field(name, values) => name.as_str() == field && values.iter().any(|value| value.value == text),
        }
    }

    /// Compare a field with another text wherever it is compared with this one.
    pub fn replace(&mut self, field: &str, text: &str, with: &str) {
        match self {
            Rule::Any(rules) | Rule::All(rules) => rules.iter_mut().for_each(|rule| rule.replace(field, text, with)),
            Rule::Except(rule) => rule.replace(field, text, with),
            Rule::Field(name, values) if name.as_str() == field => {
                for value in values.iter_mut().filter(|value| value.value == text) {
                    *value = Located::bare(serde_json::Value::from(with));
                }
            }
            Rule::Field(..) => {}
        }
    }

    /// Whether a user with these fields is meant. A value with `*` or `/…/` is a pattern; `dn` and `groups` compare as
    /// distinguished names, without their case. A field that is not there is null, one without values is nothing.
    pub fn matches(&self, fields: &BTreeMap<String, Vec<serde_json::Value>>) -> bool {
        match self {
            Rule::Any(rules) => rules.iter().any(|rule| rule.matches(fields)),
            Rule::All(rules) => rules.iter().all(|rule| rule.matches(fields)),
            Rule::Except(rule) => !rule.matches(fields),
            Rule::Field(name, wanted) => match fields.get(name.as_str()) {
                None => wanted.iter().any(|wanted| wanted.value.is_null()),
                Some(found) => wanted.iter().any(|wanted| found.iter().any(|found| value_matches(name, wanted, found))),
            },
        }
    }
}

fn value_matches(field: &str, wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::String(wanted), Value::String(found)) => {
            let is_name = matches!(field, "dn" | "groups");
            let is_pattern = wanted.contains('*') || (wanted.len() > 1 && wanted.starts_with('/') && wanted.ends_with('/'));
            match (is_pattern, is_name) {
                (true, _) => pattern_matches(wanted, found, is_name),
                (false, true) => {
                    let found_name = directory_name(found);
                    wanted.eq_ignore_ascii_case(found) || (found_name.is_some() && directory_name(wanted) == found_name)
                }
                (false, false) => wanted == found,
            }
        }
        // the engine cuts what stands behind the point of the rule's number
        (Value::Number(wanted), Value::Number(found)) => {
            wanted == found && wanted.is_i64() || wanted.as_f64().map(f64::trunc) == found.as_f64()
        }
        _ => wanted == found,
    }
}

/// A distinguished name matches as it is written, as a normal one, in lower or in upper case, and below another by `*,…`.
fn pattern_matches(wanted: &str, found: &str, is_name: bool) -> bool {
    let Ok(automaton) = pattern(wanted, Dialect { character_classes: true, ..Dialect::default() }) else { return false };
    if !is_name || automaton.accepts(found) {
        return automaton.accepts(found);
    }
    let name = directory_name(found);
    let below = || {
        let above = wanted.strip_prefix("*,").filter(|above| !above.contains('*')).and_then(directory_name)?;
        name.as_ref()?.strip_suffix(above.as_str())?.strip_suffix(',')
    };
    automaton.accepts(&found.to_lowercase())
        || automaton.accepts(&found.to_uppercase())
        || name.as_ref().is_some_and(|name| automaton.accepts(name))
        || below().is_some()
}

/// A distinguished name in its normal form: lower case, and no blanks around its parts; none for another text.
fn directory_name(text: &str) -> Option<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        match c {
            ',' if !escaped => parts.push(String::new()),
            _ => parts.last_mut()?.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    let normal = |part: &String| {
        let (attribute, value) = part.split_once('=').filter(|(attribute, _)| !attribute.trim().is_empty())?;
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(format!("{}={value}", attribute.trim()).to_lowercase())
    };
    Some(parts.iter().map(normal).collect::<Option<Vec<_>>>()?.join(","))
}

fn read(node: Node<'_>, problems: &mut Vec<Problem>, inside_all: bool, depth: usize) -> Option<Rule> {
    let mut refuse = |message: String, help: &str| {
        problems.push(Problem::error(Some(node.place()), message).help(help));
        None
    };
    if depth > DEPTH {
        return refuse(format!("rules are nested deeper than {DEPTH}"), "flatten them");
    }
    let mut entries = node.entries();
    let (Some(entry), None) = (entries.next(), entries.next()) else {
        return refuse("a rule must have one key: `any`, `all`, `except` or `field`".into(), "wrap several rules in `all` or `any`");
    };
    match entry.key.text() {
        Some(word @ ("any" | "all")) => {
            if entry.value.kind() != Kind::Sequence {
                return refuse(format!("`{word}` is not a list of rules"), "write `[ … ]`");
            }
            // one that is not taken leaves the whole rule out: without it `all` would mean more users
            let rules: Vec<_> = entry.value.items().map(|item| read(item, problems, word == "all", depth + 1)).collect();
            let rules = rules.into_iter().collect::<Option<_>>()?;
            Some(if word == "any" { Rule::Any(rules) } else { Rule::All(rules) })
        }
        Some("except") if inside_all => Some(Rule::Except(Box::new(read(entry.value, problems, false, depth + 1)?))),
        Some("except") => refuse("`except` stands outside of `all`".into(), "the engine takes it only as one of the rules of `all`"),
        Some("field") => {
            let mut fields = entry.value.entries();
            let (Some(field), None) = (fields.next(), fields.next()) else {
                return refuse("`field` must name one field".into(), "write one `field` rule for each");
            };
            let name = field.key.located()?;
            let nodes: Vec<Node<'_>> = match field.value.kind() {
                Kind::Sequence => field.value.items().collect(),
                _ => vec![field.value],
            };
            if nodes.is_empty() || nodes.iter().any(|node| matches!(node.kind(), Kind::Mapping | Kind::Sequence)) {
                return refuse(
                    format!("`{}` is compared with no value", name.value),
                    "write a text, a number, `true`, `false` or `null`, or a list of them",
                );
            }
            let values = nodes.into_iter().map(|node| Located::at(json(node), node.place())).collect();
            Some(Rule::Field(name, values))
        }
        word => refuse(format!("unknown rule `{}`", word.unwrap_or("?")), "the engine takes `any`, `all`, `except` and `field`"),
    }
}

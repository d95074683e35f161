//! Role mapping rules: who is meant.

use std::collections::BTreeMap;

use super::super::opensearch::json;
use crate::engine::pattern::lucene::{Dialect, NameMatcher};
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

    /// Whether a user with these fields is meant. A value with `*` or `/…/` is a pattern; `dn` and
    /// `groups` compare whole texts, without the engine's knowledge of distinguished names.
    pub fn matches(&self, fields: &BTreeMap<String, Vec<serde_json::Value>>) -> bool {
        match self {
            Rule::Any(rules) => rules.iter().any(|rule| rule.matches(fields)),
            Rule::All(rules) => rules.iter().all(|rule| rule.matches(fields)),
            Rule::Except(rule) => !rule.matches(fields),
            Rule::Field(name, wanted) => {
                let none = vec![serde_json::Value::Null];
                let found = fields.get(name.as_str()).filter(|values| !values.is_empty()).unwrap_or(&none);
                wanted.iter().any(|wanted| found.iter().any(|found| value_matches(wanted, found)))
            }
        }
    }
}

fn value_matches(wanted: &serde_json::Value, found: &serde_json::Value) -> bool {
    match (wanted.as_str(), found.as_str()) {
        (Some(pattern), Some(text)) if pattern.starts_with('/') || pattern.contains(['*', '?']) => {
            NameMatcher::new(&[pattern], Dialect { character_classes: true, ..Dialect::default() })
                .is_ok_and(|matcher| matcher.matches(text))
        }
        (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found) && (wanted == found || wanted.contains('=')),
        _ => wanted == found,
    }
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
            let rules = entry.value.items().filter_map(|item| read(item, problems, word == "all", depth + 1)).collect();
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
            let value = |node: Node<'_>| Located::at(json(node), node.place());
            let values = match field.value.kind() {
                Kind::Sequence => field.value.items().map(value).collect(),
                _ => vec![value(field.value)],
            };
            Some(Rule::Field(name, values))
        }
        word => refuse(format!("unknown rule `{}`", word.unwrap_or("?")), "the engine takes `any`, `all`, `except` and `field`"),
    }
}

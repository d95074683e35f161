//! Role mapping rules: who is meant.

use std::collections::BTreeMap;

use super::super::opensearch::json;
use crate::engine::pattern::lucene::{Dialect, NameMatcher};
use crate::source::{Located, Problem};
use crate::yaml::{Kind, Node};

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
            NameMatcher::new(&[pattern], Dialect { character_classes: true }).is_ok_and(|matcher| matcher.matches(text))
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

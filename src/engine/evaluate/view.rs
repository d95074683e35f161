//! What of an index's documents a user sees: queries, fields and masks, as every evaluator of the OpenSearch family
//! has them applied by the plugin.

use serde_json::{Map, Value};

use super::Sight;
use super::queries::Queries;
use crate::engine::cluster::{Document, matches_query};
use crate::engine::pattern::{JavaRegex, Matcher};

/// What applies to one index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    index: String,
    queries: Vec<String>,
    fields: Vec<String>,
    masked: Vec<String>,
}

/// What stands in place of a hashed value.
pub const HASHED: &str = "(hashed)";

impl View {
    /// What these restrictions leave of an index.
    pub(crate) fn new(index: &str, queries: Vec<String>, fields: Vec<String>, masked: Vec<String>) -> Self {
        Self { index: index.to_owned(), queries, fields, masked }
    }

    /// The same in the words of every evaluator.
    pub fn sight(&self) -> Sight {
        Sight::Through { queries: self.queries.clone(), fields: self.fields.clone(), masked: self.masked.clone() }
    }

    /// Document queries, alternatives of each other; none when all documents are seen.
    pub fn queries(&self) -> &[String] {
        &self.queries
    }

    /// Fields, excluded ones with `~` or `!`; none when all are seen.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Masked fields as written.
    pub fn masked(&self) -> &[String] {
        &self.masked
    }

    /// Whether a query is none that the engine parses: a search of the index then fails on its shards.
    pub(crate) fn is_broken(&self, engine: Queries) -> bool {
        self.queries.iter().any(|query| !engine.parse(query))
    }

    /// Whether a document is seen; none when a query is not understood. The queries see the document
    /// without the hidden fields, and without the masked ones (`DlsFlsFilterLeafReader.isAllowed`).
    pub fn sees(&self, document: &Document) -> Option<bool> {
        if self.queries.is_empty() {
            return Some(true);
        }
        let masks: Vec<Matcher> = self.masked.iter().filter_map(|text| Mask::parse(text)).map(|(name, _)| name).collect();
        let mut source = self.visible(&document.source, true);
        if !masks.is_empty() {
            source = filter(&source, &|path| !masks.iter().any(|mask| mask.matches(path)));
        }
        let visible = Document { id: document.id.clone(), source };
        let mut understood = true;
        for query in &self.queries {
            let found = serde_json::from_str::<Value>(query).ok().and_then(|query| matches_query(&query, &self.index, &visible));
            match found {
                Some(true) => return Some(true),
                Some(false) => {}
                None => understood = false,
            }
        }
        understood.then_some(false)
    }

    /// A document's source as it comes back: hidden fields left out, masked ones rewritten (a hash shows
    /// as a placeholder).
    pub fn show(&self, source: &Value) -> Value {
        let mut shown = self.visible(source, false);
        let masks: Vec<(Matcher, Mask)> = self.masked.iter().filter_map(|text| Mask::parse(text)).collect();
        if !masks.is_empty() {
            walk(&mut shown, &mut |path, value| {
                if let (Value::String(text), Some((_, mask))) = (&*value, masks.iter().find(|(name, _)| name.matches(path))) {
                    *value = Value::String(mask.apply(text));
                }
            });
        }
        shown
    }

    /// The source without hidden fields. With one excluded field the included ones count for nothing.
    fn visible(&self, source: &Value, for_queries: bool) -> Value {
        if self.fields.is_empty() {
            return source.clone();
        }
        let (excluded, included): (Vec<&String>, Vec<&String>) = self.fields.iter().partition(|field| field.starts_with(['~', '!']));
        let patterns: Vec<Matcher> = if excluded.is_empty() {
            included.iter().filter_map(|field| matcher(field)).collect()
        } else {
            excluded.iter().filter_map(|field| matcher(&field[1..])).collect()
        };
        let keep = |path: &str| {
            let hit = patterns.iter().any(|pattern| {
                // a query looks at `name.keyword`, which a field named alone does not cover
                pattern.matches(path) || (!for_queries && parents(path).any(|parent| pattern.matches(parent)))
            });
            hit == excluded.is_empty()
        };
        filter(source, &keep)
    }
}

/// A name that is none matches nothing.
fn matcher(name: &str) -> Option<Matcher> {
    Matcher::new(name).ok()
}

fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('.').map(|(at, _)| &path[..at])
}

/// Objects nest as deep as the reader of JSON lets them.
fn filter(source: &Value, keep: &impl Fn(&str) -> bool) -> Value {
    fn inner(value: &Value, path: &str, keep: &impl Fn(&str) -> bool) -> Option<Value> {
        let Value::Object(fields) = value else { return keep(path).then(|| value.clone()) };
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let kept: Map<String, Value> =
            fields.iter().filter_map(|(name, value)| Some((name.clone(), inner(value, &join(name), keep)?))).collect();
        (path.is_empty() || !kept.is_empty()).then_some(Value::Object(kept))
    }
    inner(source, "", keep).unwrap_or_else(|| Value::Object(Map::new()))
}

fn walk(value: &mut Value, change: &mut impl FnMut(&str, &mut Value)) {
    fn inner(value: &mut Value, path: &str, change: &mut impl FnMut(&str, &mut Value)) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields.iter_mut() {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    inner(value, &path, change);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| inner(item, path, change)),
            _ => change(path, value),
        }
    }
    inner(value, "", change);
}

/// How a masked field comes back.
enum Mask {
    /// By default, or by a named digest.
    Hash,
    /// Regular expressions and their replacements.
    Replace(Vec<(JavaRegex, String)>),
}

impl Mask {
    /// `field`, `field::DIGEST`, or `field::/regex/::replacement` repeated.
    fn parse(text: &str) -> Option<(Matcher, Self)> {
        let tokens: Vec<&str> = text.split("::").collect();
        let name = matcher(tokens.first()?)?;
        if tokens.len() < 3 {
            return Some((name, Mask::Hash));
        }
        let mut steps = Vec::new();
        for pair in tokens[1..].chunks_exact(2) {
            let inner = pair[0].strip_prefix('/').and_then(|inner| inner.strip_suffix('/'))?;
            steps.push((JavaRegex::new(inner).ok()?, pair[1].to_owned()));
        }
        Some((name, Mask::Replace(steps)))
    }

    fn apply(&self, text: &str) -> String {
        match self {
            Mask::Hash => HASHED.to_owned(),
            Mask::Replace(steps) => steps
                .iter()
                .try_fold(text.to_owned(), |text, (regex, replacement)| regex.replace_all(&text, replacement))
                .unwrap_or_else(|| HASHED.to_owned()),
        }
    }
}

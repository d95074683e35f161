//! The query DSL over documents that the model has: enough of it for document-level security and for
//! what by-query requests find. A query that is not understood gives no answer.

use serde_json::Value;

use super::Document;
use crate::engine::pattern::wildcard;

/// How deep queries may nest before they are given up.
const DEPTH: u32 = 64;

/// Whether a document of `index` matches; none when the query is not understood.
pub fn matches_query(query: &Value, index: &str, document: &Document) -> Option<bool> {
    matches(query, index, document, DEPTH)
}

fn matches(query: &Value, index: &str, document: &Document, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    let (kind, body) = query.as_object().filter(|fields| fields.len() == 1)?.iter().next()?;
    match kind.as_str() {
        "match_all" => Some(true),
        "match_none" => Some(false),
        "bool" => bool_query(body, index, document, depth),
        "constant_score" => matches(body.get("filter")?, index, document, depth),
        "ids" => Some(body.get("values")?.as_array()?.iter().filter_map(Value::as_str).any(|id| id == document.id)),
        "exists" => Some(!values(document, index, body.get("field")?.as_str()?).is_empty()),
        "term" => {
            let (field, wanted) = only(body, "value")?;
            Some(values(document, index, field).iter().any(|found| equal(found, wanted, exact(field, found))))
        }
        "terms" => {
            let (field, wanted) = body.as_object()?.iter().find(|(name, _)| *name != "boost")?;
            let wanted = wanted.as_array()?;
            Some(values(document, index, field).iter().any(|found| wanted.iter().any(|one| equal(found, one, exact(field, found)))))
        }
        "match" => {
            let (field, wanted) = only(body, "query")?;
            Some(values(document, index, field).iter().any(|found| analyzed(found, wanted)))
        }
        "match_phrase" => {
            let (field, wanted) = only(body, "query")?;
            Some(values(document, index, field).iter().any(|found| phrase(found, wanted)))
        }
        "prefix" => {
            let (field, wanted) = only(body, "value")?;
            let wanted = wanted.as_str()?;
            Some(values(document, index, field).iter().any(|found| text(found).starts_with(wanted)))
        }
        "wildcard" => {
            let (field, wanted) = only(body, "value").or_else(|| only(body, "wildcard"))?;
            let wanted = wanted.as_str()?;
            Some(values(document, index, field).iter().any(|found| wildcard(wanted, &text(found))))
        }
        "range" => range(body, index, document),
        _ => None,
    }
}

fn bool_query(body: &Value, index: &str, document: &Document, depth: u32) -> Option<bool> {
    let clauses = |name: &str| match body.get(name) {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    };
    let answers = |name: &str| clauses(name).into_iter().map(|clause| matches(clause, index, document, depth)).collect::<Option<Vec<_>>>();
    let (must, filter, not, should) = (answers("must")?, answers("filter")?, answers("must_not")?, answers("should")?);
    let least = match body.get("minimum_should_match") {
        None => usize::from(must.is_empty() && filter.is_empty() && !should.is_empty()),
        Some(Value::Number(number)) => usize::try_from(number.as_u64()?).ok()?,
        Some(Value::String(number)) => number.parse().ok()?,
        Some(_) => return None,
    };
    let met = should.iter().filter(|met| **met).count();
    Some(must.iter().chain(&filter).all(|met| *met) && !not.iter().any(|met| *met) && met >= least)
}

fn range(body: &Value, index: &str, document: &Document) -> Option<bool> {
    let (field, bounds) = body.as_object()?.iter().next()?;
    let bounds = bounds.as_object()?;
    let mut inside = Vec::new();
    for found in values(document, index, field) {
        let mut all = true;
        for (name, bound) in bounds {
            let order = compare(found, bound);
            all &= match name.as_str() {
                "gte" | "from" => order?.is_ge(),
                "gt" => order?.is_gt(),
                "lte" | "to" => order?.is_le(),
                "lt" => order?.is_lt(),
                "boost" => true,
                _ => return None,
            };
        }
        inside.push(all);
    }
    Some(inside.into_iter().any(|all| all))
}

fn compare(found: &Value, bound: &Value) -> Option<std::cmp::Ordering> {
    match (found.as_f64(), bound.as_f64()) {
        (Some(found), Some(bound)) => found.partial_cmp(&bound),
        // dates as ISO texts compare as they stand; date math does not
        _ => {
            let (found, bound) = (found.as_str()?, bound.as_str()?);
            (!bound.contains("now") && !bound.contains("||")).then(|| found.cmp(bound))
        }
    }
}

/// `{"field": value}` or `{"field": {"<key>": value}}`.
fn only<'a>(body: &'a Value, key: &str) -> Option<(&'a str, &'a Value)> {
    let (field, value) = body.as_object().filter(|fields| fields.len() == 1)?.iter().next()?;
    match value {
        Value::Object(inner) if inner.keys().all(|name| name == key || name == "boost") => Some((field, inner.get(key)?)),
        Value::Object(_) => None,
        plain => Some((field, plain)),
    }
}

/// The values of a field; `.keyword` reads its parent, `_index` and `_id` the document itself.
fn values<'a>(document: &'a Document, _index: &str, field: &str) -> Vec<&'a Value> {
    let path = field.strip_suffix(".keyword").unwrap_or(field);
    let mut open = vec![&document.source];
    for part in path.split('.') {
        open = open.into_iter().filter_map(|value| value.get(part)).flat_map(flat).collect();
    }
    open.into_iter().filter(|value| !value.is_null()).collect()
}

fn flat(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// Whether the field holds its text as it is (keywords, numbers), not analysed.
fn exact(field: &str, found: &Value) -> bool {
    field.ends_with(".keyword") || !found.is_string()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn equal(found: &Value, wanted: &Value, exact: bool) -> bool {
    if exact {
        match (found.as_f64(), wanted.as_f64().or_else(|| wanted.as_str().and_then(|text| text.parse().ok()))) {
            (Some(found), Some(wanted)) => found == wanted,
            _ => text(found) == text(wanted),
        }
    } else {
        // a term on analysed text meets one of its tokens
        let wanted = text(wanted);
        tokens(&text(found)).any(|token| token == wanted)
    }
}

fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).map(str::to_lowercase)
}

fn analyzed(found: &Value, wanted: &Value) -> bool {
    if !found.is_string() {
        return equal(found, wanted, true);
    }
    let found: Vec<String> = tokens(&text(found)).collect();
    tokens(&text(wanted)).any(|token| found.contains(&token))
}

fn phrase(found: &Value, wanted: &Value) -> bool {
    let (found, wanted): (Vec<String>, Vec<String>) = (tokens(&text(found)).collect(), tokens(&text(wanted)).collect());
    !wanted.is_empty() && found.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(query: Value) -> Option<bool> {
        let document = Document { id: "1".to_owned(), source: json!({"n": 1, "dept": "a", "name": "Alice Doe", "x": {"y": [1, 2]}}) };
        matches_query(&query, "hr", &document)
    }

    #[test]
    fn the_common_queries_are_answered_and_others_are_not_guessed() {
        assert_eq!(answer(json!({"term": {"dept.keyword": "a"}})), Some(true));
        assert_eq!(answer(json!({"term": {"name.keyword": "alice"}})), Some(false));
        assert_eq!(answer(json!({"term": {"name": "alice"}})), Some(true));
        assert_eq!(answer(json!({"match": {"name": "ALICE"}})), Some(true));
        assert_eq!(answer(json!({"terms": {"x.y": [2, 5]}})), Some(true));
        assert_eq!(answer(json!({"range": {"n": {"gte": 1, "lt": 2}}})), Some(true));
        assert_eq!(answer(json!({"bool": {"must_not": {"term": {"n": 1}}}})), Some(false));
        assert_eq!(answer(json!({"bool": {"should": [{"term": {"n": 5}}, {"term": {"n": 1}}]}})), Some(true));
        assert_eq!(answer(json!({"bool": {"filter": {"match_all": {}}, "should": {"term": {"n": 5}}}})), Some(true));
        assert_eq!(answer(json!({"exists": {"field": "nope"}})), Some(false));
        assert_eq!(answer(json!({"script": {}})), None);
    }
}

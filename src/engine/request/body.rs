//! A body's text: one JSON value, lines of JSON, Dev Tools' triple quotes, or text that is neither.

use super::Body;

impl Body {
    /// Read the text that is sent to `path`.
    pub fn parse(text: &str, path: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Body::None;
        }
        let plain = unquote(text);
        if takes_lines(path) {
            return values(&plain).map_or_else(|| Body::Text(text.to_owned()), Body::Lines);
        }
        match serde_json::from_str(&plain) {
            Ok(value) => Body::Json(value),
            Err(_) => match values(&plain) {
                Some(values) if values.len() > 1 => Body::Lines(values),
                _ => Body::Text(text.to_owned()),
            },
        }
    }

    /// Take a value that a file holds as YAML or JSON: a list for an endpoint of lines is its lines.
    pub fn from_value(value: serde_json::Value, path: &str) -> Self {
        match value {
            serde_json::Value::Null => Body::None,
            serde_json::Value::String(text) => Body::parse(&text, path),
            serde_json::Value::Array(lines) if takes_lines(path) => Body::Lines(lines),
            value => Body::Json(value),
        }
    }

    /// Why a text is no JSON, with line and column; none for a body that is.
    pub fn broken(&self) -> Option<String> {
        let Body::Text(text) = self else { return None };
        let plain = unquote(text);
        let mut values = serde_json::Deserializer::from_str(&plain).into_iter::<serde::de::IgnoredAny>();
        values.find_map(Result::err).map(|error| error.to_string())
    }

    /// The text as it goes over the wire.
    pub fn text(&self) -> String {
        match self {
            Body::None => String::new(),
            Body::Json(value) => value.to_string(),
            Body::Lines(lines) => lines.iter().map(|line| format!("{line}\n")).collect(),
            Body::Text(text) => text.clone(),
        }
    }
}

/// Whether the endpoint reads lines of JSON.
fn takes_lines(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    ["_bulk", "_msearch", "_msearch/template", "_bulk/stream"]
        .iter()
        .any(|end| path.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('/')))
}

/// All JSON values of the text, one behind the other; none when something else stands between them.
fn values(text: &str) -> Option<Vec<serde_json::Value>> {
    serde_json::Deserializer::from_str(text).into_iter().collect::<Result<Vec<_>, _>>().ok()
}

/// Turn `"""text"""` into a JSON string.
fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\"\"\"") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 3..];
        let Some(end) = inner.find("\"\"\"") else {
            out.push_str(&rest[at..]);
            return out;
        };
        out.push_str(&serde_json::Value::from(&inner[..end]).to_string());
        rest = &inner[end + 3..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_endpoint_says_whether_lines_are_read() {
        let bulk = "{\"index\":{}}\n{\"a\":1}\n";
        assert_eq!(Body::parse(bulk, "/logs/_bulk?refresh"), Body::Lines(vec![json!({"index":{}}), json!({"a":1})]));
        assert_eq!(Body::parse("{\"a\":1}", "/logs/_search"), Body::Json(json!({"a":1})));
        assert_eq!(Body::parse("a=1", "/logs/_search"), Body::Text("a=1".into()));
        assert_eq!(Body::parse(" \n", "/"), Body::None);
        let broken = |text, path| Body::parse(text, path).broken();
        assert_eq!(broken("{\"a\":1}", "/logs/_search"), None);
        assert_eq!(broken("{\"a\":", "/logs/_search").as_deref(), Some("EOF while parsing a value at line 1 column 5"));
        assert_eq!(broken(bulk, "/_bulk"), None);
        assert_eq!(broken("{\"index\":{}}\n{a}", "/_bulk").as_deref(), Some("key must be a string at line 2 column 2"));
    }

    #[test]
    fn triple_quotes_are_strings() {
        let body = Body::parse("{\"query\": \"\"\"say \"x\"\n\"\"\"}", "/_sql");
        assert_eq!(body, Body::Json(json!({"query": "say \"x\"\n"})));
    }
}

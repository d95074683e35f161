//! The parts of a REST line: decoded segments, parameters, body.

use serde_json::Value;

use crate::engine::cluster::IndicesOptions;
use crate::engine::request::{Body, Request};

/// A REST request, taken apart.
#[derive(Debug, Clone)]
pub struct Rest {
    /// Upper-case method.
    pub method: String,
    /// Path segments, percent-decoded.
    pub segments: Vec<String>,
    /// Query parameters in order, decoded.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// Values of the matched route's placeholders.
    pub bound: Vec<(&'static str, String)>,
}

impl Rest {
    /// Take a request apart. The first `?` ends the path, as in the engine's HTTP layer.
    pub fn new(request: &Request) -> Self {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let segments = path.split('/').filter(|part| !part.is_empty()).map(|part| decode(part, false)).collect();
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name, true), decode(value, true))
            })
            .collect();
        Self { method: request.method.clone(), segments, query, body: request.body.clone(), bound: Vec::new() }
    }

    /// A query parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A boolean parameter; present without a value means true.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.param(name).map(|value| value != "false")
    }

    /// A placeholder of the route.
    pub fn segment(&self, name: &str) -> Option<&str> {
        self.bound.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    /// A placeholder that lists names, separated by commas.
    pub fn names(&self, name: &str) -> Vec<String> {
        let raw = self.segment(name).or_else(|| self.param(name)).unwrap_or_default();
        raw.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// The body as one JSON value.
    pub fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            Body::Lines(lines) if lines.len() == 1 => lines.first(),
            _ => None,
        }
    }

    /// The body as lines of JSON.
    pub fn lines(&self) -> &[Value] {
        match &self.body {
            Body::Lines(lines) => lines,
            Body::Json(value) => std::slice::from_ref(value),
            _ => &[],
        }
    }

    /// A field of the JSON body.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.json()?.get(name)
    }

    /// Indices options of the request: `default` with what the parameters say.
    pub fn options(&self, default: IndicesOptions) -> IndicesOptions {
        with_params(default, |name| self.param(name).map(str::to_owned))
    }
}

/// Options with the parameters `ignore_unavailable`, `allow_no_indices` and `expand_wildcards` applied.
pub(super) fn with_params(default: IndicesOptions, param: impl Fn(&str) -> Option<String>) -> IndicesOptions {
    let mut options = default;
    let flag = |name: &str| param(name).map(|value| value != "false");
    if let Some(value) = flag("ignore_unavailable") {
        options.ignore_unavailable = value;
    }
    if let Some(value) = flag("allow_no_indices") {
        options.allow_no_indices = value;
    }
    if let Some(value) = param("expand_wildcards") {
        (options.open, options.closed, options.hidden) = (false, false, false);
        for state in value.split(',') {
            match state {
                "open" => options.open = true,
                "closed" => options.closed = true,
                "hidden" => options.hidden = true,
                "none" => (options.open, options.closed, options.hidden) = (false, false, false),
                "all" => (options.open, options.closed, options.hidden) = (true, true, true),
                _ => {}
            }
        }
    }
    options
}

/// A JSON text or list of texts, each split at commas.
pub(super) fn names_in(value: Option<&Value>) -> Vec<String> {
    let split = |text: &str| text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    match value {
        Some(Value::String(text)) => split(text),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).flat_map(split).collect(),
        _ => Vec::new(),
    }
}

fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let mut ahead = rest.clone();
                let digits = (ahead.next().and_then(hex), ahead.next().and_then(hex));
                if let (Some(high), Some(low)) = digits {
                    bytes.push(high * 16 + low);
                    rest = ahead;
                } else {
                    bytes.push(byte);
                }
            }
            b'+' if plus => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_question_mark_ends_the_path_and_percents_are_decoded() {
        let request =
            Request { method: "GET".into(), path: "/%3Clogs-%7Bnow%2Fd%7D%3E,a/_search?size=1&q=a+b".into(), ..Request::default() };
        let rest = Rest::new(&request);
        assert_eq!(rest.segments, ["<logs-{now/d}>,a", "_search"]);
        assert_eq!((rest.param("size"), rest.param("q")), (Some("1"), Some("a b")));
    }

    #[test]
    fn expand_wildcards_replaces_the_states() {
        let request = Request {
            method: "GET".into(),
            path: "/_search?expand_wildcards=closed,hidden&ignore_unavailable".into(),
            ..Request::default()
        };
        let options = Rest::new(&request).options(IndicesOptions::STRICT_EXPAND_OPEN);
        assert!(!options.open && options.closed && options.hidden && options.ignore_unavailable && options.allow_no_indices);
    }
}

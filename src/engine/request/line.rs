//! A request line: `POST _bulk`, `GET /logs-*/_search?size=0`, `GET https://host:9200/_cat/indices`.

use super::{Body, Request};

/// HTTP methods that a line may start with.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"];

/// The line is no request line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// There is nothing.
    #[error("an empty line is no request: write a method and a path, such as `GET logs-*/_search`")]
    Empty,
    /// The first word is no method.
    #[error("`{0}` is no HTTP method: a request starts with {list}", list = METHODS[..6].join(", "))]
    Method(String),
    /// The method stands alone.
    #[error("`{0}` has no path: write one behind the method, such as `{0} /_cluster/health`")]
    Path(String),
    /// More words than method, path and protocol.
    #[error("`{0}` stands behind the path: a path holds no blank (write `%20`)")]
    Rest(String),
    /// A body on the same line.
    #[error("a body stands behind the path: write it on the next line, or give it with `--body` or as a curl line")]
    Body,
}

/// Read one line; the body stays empty.
pub fn parse_line(line: &str) -> Result<Request, LineError> {
    let mut words = line.split_whitespace();
    let method = words.next().ok_or(LineError::Empty)?;
    let upper = method.to_ascii_uppercase();
    if !METHODS.contains(&upper.as_str()) {
        return Err(LineError::Method(method.to_owned()));
    }
    let path = words.next().ok_or_else(|| LineError::Path(upper.clone()))?;
    match words.next() {
        Some(word) if word.starts_with("HTTP/") => {}
        Some(word) if word.starts_with(['{', '[']) => return Err(LineError::Body),
        Some(word) => return Err(LineError::Rest(word.to_owned())),
        None => {}
    }
    Ok(Request { method: upper, path: path_of(path), body: Body::None, headers: Vec::new() })
}

/// Whether a line looks like the start of a request.
pub(super) fn starts_request(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let method = words.next().is_some_and(|word| METHODS.contains(&word.to_ascii_uppercase().as_str()));
    method && words.next().is_some_and(|path| !path.starts_with(['{', '"', ':', '=']))
}

/// The path of a path or URL, with a slash before it.
pub(super) fn path_of(text: &str) -> String {
    let text = match text.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => rest.find(['/', '?']).map_or("/", |at| &rest[at..]),
        _ => text,
    };
    // `<logs-{now/d}>` holds slashes that are no separators, and goes over the wire encoded
    let mut path = String::with_capacity(text.len() + 1);
    let mut date_math = false;
    for c in text.chars() {
        match c {
            '<' => date_math = true,
            '>' => date_math = false,
            _ => {}
        }
        if date_math && c == '/' { path.push_str("%2F") } else { path.push(c) }
    }
    if path.starts_with('/') { path } else { format!("/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_method_and_a_path() {
        let request = parse_line("post _bulk").unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/_bulk"));
        assert_eq!(parse_line("GET https://node:9200/a/_search?q=x HTTP/1.1").unwrap().path, "/a/_search?q=x");
        assert_eq!(parse_line("GET <logs-{now/d}>/_search").unwrap().path, "/<logs-{now%2Fd}>/_search");
    }

    #[test]
    fn what_is_no_line_says_why() {
        assert_eq!(parse_line(" "), Err(LineError::Empty));
        assert_eq!(parse_line("FETCH /x"), Err(LineError::Method("FETCH".into())));
        assert_eq!(parse_line("GET"), Err(LineError::Path("GET".into())));
        assert_eq!(parse_line("GET /a b"), Err(LineError::Rest("b".into())));
        assert_eq!(parse_line("PUT /a {\"aliases\": {}}"), Err(LineError::Body));
    }
}

//! A request as an operator writes it: method, path with query, body.

mod denial;
pub mod opensearch;

pub use denial::{Denial, read_denial};

mod body;
mod curl;
mod dev_tools;
mod line;

pub use curl::{Curl, CurlError, parse_curl, write_curl};
pub use dev_tools::parse_dev_tools;
pub use line::{LineError, parse_line};

use std::fmt;

/// One REST request, before it is known what it asks of the engine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Upper-case HTTP method.
    pub method: String,
    /// Path with the query string, percent-encoded as it goes over the wire.
    pub path: String,
    /// What is sent.
    pub body: Body,
    /// Headers that matter for security, such as `securitytenant`; names in lower case.
    pub headers: Vec<(String, String)>,
}

/// A request's body.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Body {
    /// Nothing.
    #[default]
    None,
    /// One JSON value.
    Json(serde_json::Value),
    /// Lines of JSON (`_bulk`, `_msearch`).
    Lines(Vec<serde_json::Value>),
    /// Text that is not JSON; kept so that it can be shown and reported.
    Text(String),
}

impl Request {
    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

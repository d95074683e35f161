//! `::data` and `::failures` behind a name: which part of a data stream a request means (from 9.1 on).

use super::rules::Rules;

/// Which part of a data stream a name of a request means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// Its documents; also when nothing is written.
    Data,
    /// Its failure store (`::failures`).
    Failures,
}

/// Why a selector is not taken; the text is the engine's own (asked of 9.1.0).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectorError {
    /// What stands behind `::` is none.
    #[error("Invalid index name [{name}], invalid usage of :: separator, [{selector}] is not a recognized selector")]
    Unknown {
        /// The whole expression.
        name: String,
        /// What stands behind `::`.
        selector: String,
    },
    /// There are two.
    #[error("Invalid index name [{0}], Invalid usage of :: separator, only one :: separator is allowed per expression")]
    Twice(String),
    /// The name is on another cluster.
    #[error("Invalid index name [{0}], Selectors are not yet supported on remote cluster patterns")]
    Remote(String),
    /// The request is about one index, not about a part of a data stream.
    #[error("Index component selectors are not supported in this context but found selector in expression [{0}]")]
    Unsupported(String),
}

impl SelectorError {
    /// The name of the engine's class, as its logs print it.
    pub fn java(&self) -> &'static str {
        match self {
            SelectorError::Unknown { .. } | SelectorError::Twice(_) | SelectorError::Remote(_) => "InvalidIndexNameException",
            SelectorError::Unsupported(_) => "UnsupportedSelectorException",
        }
    }
}

/// A name and the component that it asks for; what is no selector stays a part of the name.
pub fn split_selector<'n>(rules: &Rules, name: &'n str) -> (&'n str, Component) {
    if !rules.selectors {
        return (name, Component::Data);
    }
    match name.strip_suffix("::failures") {
        Some(name) => (name, Component::Failures),
        None => (name.strip_suffix("::data").unwrap_or(name), Component::Data),
    }
}

/// The same, none where no selector is written.
///
/// # Errors
/// What stands behind `::` is not taken.
pub fn read_selector<'n>(rules: &Rules, name: &'n str) -> Result<Option<(&'n str, Component)>, SelectorError> {
    let Some((bare, selector)) = name.rsplit_once("::").filter(|_| rules.selectors) else { return Ok(None) };
    let component = match selector {
        "data" => Component::Data,
        "failures" => Component::Failures,
        _ => return Err(SelectorError::Unknown { name: name.to_owned(), selector: selector.to_owned() }),
    };
    if bare.contains("::") {
        return Err(SelectorError::Twice(name.to_owned()));
    }
    if bare.contains(':') {
        return Err(SelectorError::Remote(name.to_owned()));
    }
    Ok(Some((bare, component)))
}

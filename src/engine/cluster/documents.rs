//! Documents of an index, where a model has them.

use serde_json::Value;

/// One document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// `_id`
    pub id: String,
    /// `_source`
    pub source: Value,
}

//! The legacy evaluator of OpenSearch.

use serde_json::Value;

use crate::tally::Tally;

/// Run one scenario.
pub fn run(_scenario: &Value, _tally: &mut Tally) {}

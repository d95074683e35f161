//! The flat audit document of OpenSearch Security and Open Distro (formats 3 and 4) and of
//! Elasticsearch 6.5 and later, read in one pass.

use std::borrow::Cow;

use serde::Deserialize;

use crate::engine::tune::fact::Observation;

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Names<'a> {
    #[serde(borrow)]
    Many(Vec<Text<'a>>),
    #[serde(borrow)]
    One(Text<'a>),
}

#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "audit_category")]
    category: Option<Text<'a>>,
    #[serde(borrow, rename = "audit_request_layer")]
    layer: Option<Text<'a>>,
    #[serde(borrow, rename = "audit_request_privilege")]
    privilege: Option<Text<'a>>,
    #[serde(borrow, rename = "audit_request_effective_user")]
    effective_user: Option<Text<'a>>,
    #[serde(borrow, rename = "audit_trace_indices")]
    trace_indices: Option<Names<'a>>,
    #[serde(borrow, rename = "audit_trace_resolved_indices")]
    resolved_indices: Option<Names<'a>>,
    #[serde(borrow, rename = "event.type")]
    event_type: Option<Text<'a>>,
    #[serde(borrow, rename = "event.action")]
    event_action: Option<Text<'a>>,
    #[serde(borrow, rename = "user.name")]
    user_name: Option<Text<'a>>,
    #[serde(borrow)]
    action: Option<Text<'a>>,
    #[serde(borrow)]
    indices: Option<Names<'a>>,
}

impl Event<'_> {
    /// Whether this is an audit document at all, of a kind that counts or not.
    pub(super) fn is_audit(&self) -> bool {
        self.category.is_some() || self.event_action.is_some()
    }

    /// What it shows: only the transport layer's privilege checks name an action and its indices.
    pub(super) fn observation(self) -> Option<Observation> {
        if let Some(category) = &self.category {
            let granted = granted(&category.0)?;
            if self.layer.is_some_and(|layer| layer.0 != "TRANSPORT") {
                return None;
            }
            let indices = self.resolved_indices.map(names).filter(|names| !names.is_empty()).or_else(|| self.trace_indices.map(names));
            return Some(Observation {
                user: self.effective_user?.0.into_owned(),
                action: self.privilege?.0.into_owned(),
                indices: indices.unwrap_or_default(),
                granted,
            });
        }
        let granted = granted(&self.event_action?.0)?;
        if self.event_type.is_some_and(|layer| layer.0 != "transport") {
            return None;
        }
        Some(Observation {
            user: self.user_name?.0.into_owned(),
            action: self.action?.0.into_owned(),
            indices: self.indices.map(names).unwrap_or_default(),
            granted,
        })
    }
}

/// Whether the word of an event means granted or denied; none for events of other kinds.
pub(super) fn granted(word: &str) -> Option<bool> {
    match word {
        "GRANTED_PRIVILEGES" | "access_granted" => Some(true),
        "MISSING_PRIVILEGES" | "access_denied" => Some(false),
        _ => None,
    }
}

fn names(names: Names<'_>) -> Vec<String> {
    match names {
        Names::One(name) => vec![name.0.into_owned()],
        Names::Many(names) => names.into_iter().map(|name| name.0.into_owned()).collect(),
    }
}

//! What nearly every rule needs.

pub(super) use crate::engine::lint::Confidence::{Certain, Likely, Possible};
pub(super) use crate::engine::lint::fix::{Fix, Safety};
pub(super) use crate::engine::lint::{About, ELASTICSEARCH, EVERY, FileKind, Found, OPENSEARCH, Rule, View};
pub(super) use crate::engine::lint::{privileges, remedy};
pub(super) use crate::engine::model::Product;
pub(super) use crate::engine::model::opensearch::DocumentKind;
pub(super) use crate::source::Severity::{Error, Note, Warning};
pub(super) use crate::source::{Located, Place, Span};

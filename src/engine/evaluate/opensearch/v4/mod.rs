//! OpenSearch 3.7 and later with `config.dynamic.privileges_evaluation_type: v4`.
//!
//! A call goes through these steps: the action's name is mapped ([`actions`]), names are resolved with
//! the request's own options ([`resolve`]), each cell of names and actions is granted by a rule
//! ([`privileges`]) or taken away by a protection ([`protect`]), and what is missing is cut off the
//! request where it can be rewritten ([`check`]).

pub mod actions;
pub mod check;
pub mod groups;
pub mod names;
pub mod privileges;
pub mod protect;
pub mod resolve;
pub mod table;
pub mod tenants;

//! From a REST request to the transport actions that the engine's security layer is asked about, in
//! order: the fan-out that all evaluators of the OpenSearch family share.
//!
//! [`play`] walks the engine's own chain of calls. It puts each call to a [`Gate`] (an evaluator), which
//! may narrow or rewrite it, and goes on with what the engine would do next: create a missing index, write
//! to each shard, search each item. A denial stops the chain or fails an item, as it would there.

mod administer;
mod aliases;
mod bulk;
mod by_query;
mod cat;
mod cluster;
mod data_streams;
mod documents;
mod example;
mod fanout;
mod gate;
mod index_apis;
mod multi;
mod open_distro;
mod parameters;
mod pit_id;
mod player;
mod rest;
mod route;
mod search;
mod security_api;
mod shard;
mod snapshots;
mod templates;
mod transport;

pub use example::{example, examples};
pub use fanout::Fanout;
pub use gate::{Answer, Gate, Refusal};
pub use player::{Played, Player, Stop, play};
pub use rest::Rest;
pub use route::{Does, Route, Routes};
pub use transport::{AliasAction, AliasChange, Details, Group, Op, Shape, TransportRequest};

//! Elasticsearch's evaluator, from X-Pack 5.1 to 9.1: what the permission classes of each version
//! answer. Every rule here is one that the recorded vectors hold (`tests/vectors/elasticsearch-*`).

mod actions;
mod allowance;
mod applications;
mod build;
mod cluster;
mod decide;
mod documents;
mod evidence;
mod fields;
mod has_privileges;
mod indices;
mod java_order;
mod limited;
mod message;
mod names;
mod plan;
mod refused;
mod resolve;
mod rules;
mod selector;
mod session;
mod sound;
mod subject;

pub use actions::{Kind, granting, is_cluster_action, is_composite_action, is_index_action, privilege_grants};
pub use applications::{Answers, Stored};
pub use build::{Named, Permissions, Source};
pub use cluster::ClusterRequest;
pub use decide::compile;
pub use fields::Fields;
pub use indices::{Access, Group, Table};
pub use limited::Holder;
pub use message::{Refused, denial, denied_by_name, denied_names};
pub use names::{Abstraction, Names};
pub use plan::{Plan, Step};
pub use refused::{Refusals, refusals};
pub use resolve::{Options, Resolution, simple_match};
pub use rules::{ApplicationWildcards, Rules, Tables, UnknownPrivilege, Wording};
pub use selector::{Component, SelectorError, read_selector, split_selector};
pub(crate) use subject::assigned;
pub use subject::{role, subject};

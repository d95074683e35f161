//! Scenario files: requests, who sends them, and what the answer should be.
//!
//! ```yaml
//! users:                       # only those that internal_users does not have
//!   ticket-4711: { backend_roles: [analysts] }
//! requests:
//!   - name: ship a batch
//!     as: log-shipper          # one or a list
//!     request: POST _bulk
//!     body: |
//!       {"index": {"_index": "logs-app-2026.11.24"}}
//!       {"message": "started"}
//!     expect: allowed          # for all of `as`
//!   - request: DELETE logs-*
//!     expect: { log-shipper: denied, admin: allowed }
//! ```

mod change;
mod people;
mod read;
mod replay;
mod write;

pub use change::ScenarioChange;
pub use people::{Directory, Person, people};
pub use read::read_scenario;
pub use replay::{Answer, Replay, replay, strangers, subject};
pub use write::case_value;

use indexmap::IndexMap;

use super::evaluate::{ApiKey, Outcome};
use super::request::Request;
use crate::source::{Located, Place};

/// Requests with the expected verdicts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scenario {
    /// Users that the file brings along, by the name that the requests use.
    pub users: IndexMap<String, Persona>,
    /// The requests, in file order.
    pub cases: Vec<Case>,
}

/// A user who need not be in internal_users: from LDAP, a ticket, a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persona {
    /// The name that the engine sees, when it is another one.
    pub user: Option<String>,
    /// Backend roles.
    pub backend_roles: Vec<String>,
    /// Attributes; a name without a dot means `attr.internal.` before it.
    pub attributes: IndexMap<String, String>,
    /// The `securitytenant` header.
    pub tenant: Option<String>,
    /// Host name or address, for mappings by host.
    pub host: Option<String>,
    /// The API key that its requests come with (Elasticsearch).
    pub api_key: Option<ApiKey>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// One request of a scenario.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// What it is for; the request line when the file has none.
    pub name: String,
    /// Who sends it, in file order.
    pub users: Vec<Located<String>>,
    /// What is sent.
    pub request: Request,
    /// What should come back, by user; a user without an entry is only looked at.
    pub expect: IndexMap<String, Expectation>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// What should come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The verdict.
    pub outcome: Outcome,
    /// A text that the denial must contain.
    pub reason: Option<String>,
    /// Where the expectation stands.
    pub place: Option<Place>,
}

//! Elasticsearch without security: everybody may do everything.

use super::{Decide, Outcome, Subject, Verdict};
use crate::engine::request::Request;

/// Allows every request, and says why.
pub struct Unsecured {
    /// Why there is no security, in words.
    pub why: &'static str,
}

impl Unsecured {
    /// The open-source distribution.
    pub const OPEN_SOURCE: Unsecured = Unsecured { why: "open-source Elasticsearch has no security: everybody may do everything" };
    /// A node that says so.
    pub const SWITCHED_OFF: Unsecured =
        Unsecured { why: "`xpack.security.enabled` is false: there is no security, everybody may do everything" };
}

impl Decide for Unsecured {
    fn decide(&self, _: &Subject, _: &Request) -> Verdict {
        Verdict {
            outcome: Outcome::Allowed,
            status: None,
            reason: None,
            roles: Vec::new(),
            calls: Vec::new(),
            items: Vec::new(),
            unknown: Vec::new(),
            notes: vec![self.why.to_owned()],
        }
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.decide(subject, request)
    }
}

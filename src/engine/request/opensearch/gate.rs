//! Where the chain of calls asks.

use super::TransportRequest;
use super::rest::Rest;

/// A refusal of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status of the whole request when nothing catches it.
    pub status: u16,
    /// The text, byte for byte.
    pub reason: String,
}

/// What a gate says to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Go on; the request may have been narrowed or rewritten in place.
    Pass,
    /// Refused.
    Refuse(Refusal),
    /// Refused, but go on as if it had passed, so that what lies behind shows as well (`explain`).
    RefuseAndGoOn(Refusal),
    /// Security or the engine fails on the request itself (an invalid name, say): an error, but no denial.
    Fail(String),
    /// Cannot be decided.
    Unknown(String),
}

/// An evaluator, asked call by call.
pub trait Gate {
    /// Decide one call. The gate may write into `call` what the engine goes on with: narrowed indices,
    /// the index of a tenant.
    fn check(&mut self, call: &mut TransportRequest) -> Answer;

    /// Names that came to be while a call was decided (a tenant's alias), each with its index; asked once
    /// after each call.
    fn created(&mut self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Decide a request to the security plugin's own REST API.
    fn check_security_api(&mut self, request: &Rest) -> Answer;

    /// Documents of `index` that the user sees, as far as the model knows documents (document-level
    /// security hides the others from searches, updates and gets). By default all of them.
    fn sees(&mut self, index: &str, document: &crate::engine::cluster::Document) -> bool {
        let _ = (index, document);
        true
    }
}

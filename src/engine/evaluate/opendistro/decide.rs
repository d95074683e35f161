//! A request played against the evaluator, and the verdict of it.

use std::collections::HashMap;
use std::sync::Arc;

use super::OpenDistro;
use super::gate::Asking;
use crate::engine::evaluate::{Decide, Outcome, Subject, Verdict};
use crate::engine::request::Request;
use crate::engine::request::opensearch::play;

impl Decide for OpenDistro {
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, false)
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, true)
    }
}

impl OpenDistro {
    fn run(&self, subject: &Subject, request: &Request, explain: bool) -> Verdict {
        let mut subject = subject.clone();
        if subject.requested_tenant.is_none() {
            let tenant = request.headers.iter().find(|(name, _)| name == "securitytenant" || name == "security_tenant");
            subject.requested_tenant = tenant.map(|(_, value)| value.clone());
        }
        if !self.knows(&subject) {
            return unauthorized();
        }
        let mapped = self.compiled.mapping.roles(&subject);
        let mut asking = Asking {
            engine: self,
            subject: &subject,
            mapped: &mapped,
            cluster: Arc::clone(&self.cluster),
            explain,
            calls: Vec::new(),
            created: Vec::new(),
            views: HashMap::new(),
        };
        let played = play(&self.fanout, &self.cluster, request, &mut asking);
        let calls = asking.calls;
        let denied_items = played.items.iter().filter(|item| item.reason.is_some()).count();
        let reduced = calls.iter().any(|call| narrowed(call));
        let outcome = match (&played.refusal, denied_items) {
            (Some(_), _) => Outcome::Denied,
            (None, denied) if denied > 0 && denied == played.items.len() => Outcome::Denied,
            (None, denied) if denied > 0 => Outcome::Partial,
            _ if !played.unknown.is_empty() => Outcome::Unknown,
            _ if reduced => Outcome::Partial,
            _ => Outcome::Allowed,
        };
        // failures of shards or of written documents give the whole answer their status
        let refusal = played.refusal.or(played.failure);
        Verdict {
            outcome,
            status: refusal.as_ref().map(|refusal| refusal.status),
            reason: refusal.map(|refusal| refusal.reason),
            roles: mapped.into_iter().collect(),
            calls,
            items: played.items,
            unknown: played.unknown,
            notes: played.notes,
        }
    }

    /// Whether anybody vouches for the user: the internal database, or another backend, which shows in
    /// backend roles.
    fn knows(&self, subject: &Subject) -> bool {
        !subject.user.is_empty() && (self.users.is_empty() || self.users.contains(&subject.user) || !subject.backend_roles.is_empty())
    }
}

/// Whether a call went on with less than it asked for; here every reducible read is rewritten, so the
/// rewriting alone says nothing.
fn narrowed(call: &crate::engine::evaluate::Call) -> bool {
    let Some(reduction) = &call.reduced else { return false };
    match &call.indices {
        crate::engine::evaluate::Indices::Names(names) => names.iter().any(|name| !reduction.only_allowed_for.contains(name)),
        crate::engine::evaluate::Indices::All => true,
        crate::engine::evaluate::Indices::None => false,
    }
}

fn unauthorized() -> Verdict {
    Verdict {
        outcome: Outcome::Denied,
        status: Some(401),
        reason: Some("Unauthorized".to_owned()),
        roles: Vec::new(),
        calls: Vec::new(),
        items: Vec::new(),
        unknown: Vec::new(),
        notes: vec!["the user is not in the internal database, and no backend roles say that another backend knows it".to_owned()],
    }
}

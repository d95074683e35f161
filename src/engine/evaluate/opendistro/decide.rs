//! A request played against the evaluator, and the verdict of it.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexSet;

use super::OpenDistro;
use super::gate::Asking;
use super::matcher::Matcher;
use super::substitute::substitute;
use crate::engine::cluster::Resolver;
use crate::engine::evaluate::{Call, Decide, Indices, Outcome, Sight, Subject, Verdict};
use crate::engine::request::Request;
use crate::engine::request::opensearch::play;

impl Decide for OpenDistro {
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, false)
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, true)
    }

    fn sight(&self, subject: &Subject, index: &str) -> Sight {
        self.view(subject, index).sight()
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
        let mut played = play(&self.fanout, Resolver::new(&self.cluster), request, &mut asking);
        let calls = asking.calls;
        let mut notes = played.notes;
        if !self.cluster.known {
            notes.push("no cluster model: names are taken to exist, wildcards are judged as written".to_owned());
        }
        if explain {
            notes.extend(self.restricted(&subject, &calls));
        }
        let refused = played.refusal.as_ref().is_some_and(|refusal| refusal.status == 403);
        if let Some(doubt) = self.doubt(&subject, &mapped).filter(|_| refused) {
            played.refusal = None;
            played.unknown.push(doubt);
        }
        let denied_items = played.items.iter().filter(|item| item.reason.is_some()).count();
        let reduced = calls.iter().any(narrowed);
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
            notes,
        }
    }

    /// A regular expression of the subject's roles that is not understood, and may grant what is refused.
    fn doubt(&self, subject: &Subject, mapped: &IndexSet<String>) -> Option<String> {
        let roles = self.compiled.roles.iter().filter(|role| mapped.contains(&role.name));
        let mut rules = roles.flat_map(|role| role.rules.iter().map(move |rule| (role, rule)));
        let (role, rule) = rules.find(|(_, rule)| {
            let pattern = Matcher::new(&substitute(&rule.pattern.value, subject));
            pattern.is_unknown() || rule.actions.iter().any(Matcher::is_unknown)
        })?;
        Some(format!(
            "role `{}`: a regular expression is not understood (index pattern `{}` or its actions)",
            role.name, rule.pattern.value
        ))
    }

    /// What of the documents is not seen on the indices that the calls are about.
    fn restricted(&self, subject: &Subject, calls: &[Call]) -> Vec<String> {
        let mut names: Vec<&String> = Vec::new();
        for call in calls {
            if let (Indices::Names(found), true) = (&call.indices, call.action.starts_with("indices:data/")) {
                names.extend(found.iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
            }
        }
        names.sort();
        let of = |index: &String| {
            let view = self.view(subject, index);
            let parts = [
                (!view.queries().is_empty()).then(|| format!("only documents that match {}", view.queries().join(" or "))),
                (!view.fields().is_empty()).then(|| format!("fields {}", view.fields().join(", "))),
                (!view.masked().is_empty()).then(|| format!("masked {}", view.masked().join(", "))),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            (!parts.is_empty()).then(|| format!("`{index}` is seen restricted: {}", parts.join("; ")))
        };
        names.into_iter().take(100).filter_map(of).collect()
    }

    /// Whether anybody vouches for the user: the internal database, or another backend, which shows in
    /// backend roles.
    fn knows(&self, subject: &Subject) -> bool {
        !subject.user.is_empty() && (self.users.is_empty() || self.users.contains(&subject.user) || !subject.backend_roles.is_empty())
    }
}

/// Whether a call went on with less than it asked for; here every reducible read is rewritten, so the
/// rewriting alone says nothing.
fn narrowed(call: &Call) -> bool {
    let Some(reduction) = &call.reduced else { return false };
    match &call.indices {
        Indices::Names(names) => names.iter().any(|name| !reduction.only_allowed_for.contains(name)),
        Indices::All => true,
        Indices::None => false,
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
